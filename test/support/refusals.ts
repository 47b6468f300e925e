/** Wrong calls, each with the error that it should end in. */
import assert from 'node:assert/strict'

export type Refusal = readonly [title: string, call: () => unknown, error: string, message: string]

// Another test says what digests there are.
const DIGEST = /[0-9a-f]{40,64}/g

/** A test for each call; digests in messages stand as <hex>. */
export function refusals(what: string, calls: readonly Refusal[]): void {
  describe(`a wrong call throws: ${what}`, () => {
    for (const [title, call, name, message] of calls) {
      it(title, async () => {
        let thrown: unknown = null
        try {
          await call()
        } catch (error) {
          thrown = error
        }
        assert.ok(thrown instanceof Error, 'nothing was thrown')
        assert.deepEqual({ name: thrown.name, message: thrown.message.replace(DIGEST, '<hex>') }, { name, message })
      })
    }
  })
}
