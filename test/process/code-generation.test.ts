/** Hosts that forbid making code from strings, wholly or in part: the plain kernels run, with the same bits. */
import assert from 'node:assert/strict'
import { type ChildOptions, script } from '../support/child.js'

/** Trains a network with a generated training, and one with generated products; prints their digests. */
const PROGRAM = `
const { Network, Trainer } = await import('lockstep-nn')
const digests = []
for (const layers of [[{ units: 2, activation: 'tanh' }, { units: 1 }], [{ units: 30, activation: 'relu' }, { units: 2 }]]) {
  const network = new Network({ inputs: 2, layers, seed: 1 })
  const x = Float64Array.from({ length: 40 }, (_, i) => (i % 7) / 4 - 1)
  const y = Float64Array.from({ length: 20 * network.outputs }, (_, i) => (i % 3) / 2)
  const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'adam', backend: 'typescript' })
  const { loss } = trainer.fitSync(x, y, { epochs: 20, batchSize: 4 })
  digests.push(network.digest(), loss.join(), network.predict(x).join(), trainer.evaluate(x, y).loss)
}
console.log(made, digests.join(' '))
`

/** Replaces Function by one that behaves like some hosts'; \`made\` counts the functions that it creates. */
const patched = (decision: string): string => `
let made = 0
const Original = globalThis.Function
globalThis.Function = new Proxy(Original, {
  construct(target, texts) {
    ${decision}
    made++
    return Reflect.construct(target, texts)
  },
})
${PROGRAM}`

const outcome = (source: string, options?: ChildOptions): [made: number, bits: string] => {
  const { status, stdout, stderr } = script(source, options)
  assert.equal(status, 0, stderr)
  const [made, ...bits] = stdout.trim().split(' ')
  return [Number(made), bits.join(' ')]
}

describe('where code cannot be made from strings', () => {
  const [allowed, expected] = outcome(patched(''))

  it('is made elsewhere', () => assert.ok(allowed > 3, `${allowed} functions`))

  const hosts: Readonly<Record<string, string>> = {
    'lets only an empty function through':
      "if (texts.at(-1) !== '') throw new EvalError('Code generation from strings disallowed')",
    'gives functions that do nothing': "return new Original('')",
    'gives no functions at all': 'return {}',
    'lets the first few functions through':
      "if (made === 2) throw new EvalError('Code generation from strings disallowed')",
    'lets only short functions through': "if (texts.join().length > 60) throw new EvalError('too long')",
  }
  for (const [host, decision] of Object.entries(hosts)) {
    it(`trains with the bits of the plain kernels, where the host ${host}`, () => {
      assert.equal(outcome(patched(decision))[1], expected)
    })
  }

  it('trains with the same bits under --disallow-code-generation-from-strings', () => {
    const flags = ['--disallow-code-generation-from-strings']
    assert.equal(outcome(`const made = 0\n${PROGRAM}`, { flags })[1], expected)
  })
})
