/** Wrong calls, each with its expected error. */
import assert from 'node:assert/strict'
import { errorOf } from './error-of.js'
import { rowTests } from './rows.js'

export type Refusal = readonly [title: string, call: () => unknown, error: string, message: string]

// Other tests check the values of digests.
const DIGEST = /[0-9a-f]{40,64}/g

/** Fails unless the call throws this error, or is rejected with it. In the message <hex> is any digest. */
export async function checkRefusal(call: () => unknown, error: string, message: string): Promise<void> {
  const thrown = await errorOf(call)
  assert.ok(thrown instanceof Error, 'nothing was thrown')
  const actual = message.includes('<hex>') ? thrown.message.replace(DIGEST, '<hex>') : thrown.message
  assert.deepEqual({ name: thrown.name, message: actual }, { name: error, message })
}

/** One test of all these calls; `what` names the function. */
export function refusals(what: string, calls: readonly Refusal[]): void {
  describe(`a wrong call of ${what}`, () => {
    const row = rowTests()
    for (const [title, call, error, message] of calls) {
      row('throws an error that names what is wrong', title, () => checkRefusal(call, error, message))
    }
  })
}
