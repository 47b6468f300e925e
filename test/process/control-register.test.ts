/** The floating-point control register: other code may have set it to flush subnormal numbers, or to round otherwise. */
import assert from 'node:assert/strict'
import { script } from '../support/child.js'
import { buildHelper, testUnless, x64Obstacle } from '../support/native-helper.js'
import { nativePaths } from '../support/paths.js'

// Bits of MXCSR (Intel's manual, volume 1, section 10.2.3).
const DEFAULT = 0x1f80
const FLUSH_TO_ZERO = 0x8000
const DENORMALS_ARE_ZERO = 0x0040
const ROUND_UP = 0x4000
const ROUND_TO_ZERO = 0x6000

// The first layer's parameters and the targets are subnormal, and so are all values, gradients and updates. Rows and
// outputs are powers of two: the scales that JavaScript computes are exact in any rounding mode.
const PROGRAM = `
  import { createHash } from 'node:crypto'
  import { createRequire } from 'node:module'
  import { Ensemble, Network, Trainer } from 'lockstep-nn'
  const { exchange } = createRequire(import.meta.url)(process.env.HELPER)
  const layers = [{ units: 24, activation: 'tanh' }, { units: 2 }]
  const count = 4 * 24 + 24 + 24 * 2 + 2
  const numbers = (length, scale, step) => Float64Array.from({ length }, (_, i) => scale * Math.sin(i * step))
  const x = numbers(16 * 4, 1, 1.3)
  const y = numbers(16 * 2, 2 ** -1030, 0.7)
  const parameters = numbers(count, 2 ** -1040, 2.1)
  for (let i = 120; i < 168; i++) parameters[i] = Math.cos(i)
  const networkOf = () => new Network({ inputs: 4, layers, parameters: parameters.slice() })
  const members = Float64Array.from({ length: 8 * count }, (_, i) => parameters[i % count])
  const ensembleOf = () => new Ensemble({ inputs: 4, layers, seeds: [1, 2, 3, 4, 5, 6, 7, 8], parameters: members.slice() })
  const optimizer = { name: 'sgd', learningRate: 0.5, momentum: 0.5 }
  const trainerOf = (model, backend, threads) => new Trainer(model, { loss: 'meanSquaredError', optimizer, backend, threads })
  const sha = (values) => createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex')
  const options = { epochs: 20, batchSize: 8, shuffle: true, seed: 3 }

  // Calls a function with the register in this state; the register must not change.
  const inState = (state, action) => {
    const before = exchange(state)
    const result = action()
    const after = exchange(before)
    if ((after & 0xffc0) !== state) console.log('the register was not restored:', after.toString(16))
    return result
  }

  const results = async (backend, state) => {
    const all = {}
    for (const threads of [1, 2]) {
      const network = networkOf()
      const trainer = trainerOf(network, backend, threads)
      inState(state, () => trainer.fitSync(x, y, options))
      all['fitSync ' + threads] = sha(network.parameters)
      const later = networkOf()
      await inState(state, () => trainerOf(later, backend, threads).fit(x, y, options))
      all['fit ' + threads] = sha(later.parameters)
      const ensemble = ensembleOf()
      inState(state, () => trainerOf(ensemble, backend, threads).fitSync(x, y, options))
      all['ensemble ' + threads] = sha(ensemble.parameters)
    }
    const network = networkOf()
    const output = new Float64Array(32)
    inState(state, () => network.predict(x, { backend, output }))
    all.predict = sha(output)
    // A loss that is a normal number, of subnormal weights: the engine's own arithmetic would flush a subnormal one.
    const penalized = new Network({ inputs: 4, layers: [{ ...layers[0], l1: 2 ** 60 }, layers[1]], parameters })
    const trainer = trainerOf(penalized, backend, 1)
    all.evaluate = sha(Float64Array.of(inState(state, () => trainer.evaluate(x, y).loss)))
    return all
  }
`

describe('the floating-point control register', () => {
  const obstacle = x64Obstacle()
  const states: readonly (readonly [string, number])[] = [
    ['flush-to-zero and denormals-are-zero', DEFAULT | FLUSH_TO_ZERO | DENORMALS_ARE_ZERO],
    ['rounding up', DEFAULT | ROUND_UP],
    ['rounding to zero with flush-to-zero', DEFAULT | ROUND_TO_ZERO | FLUSH_TO_ZERO],
  ]
  for (const [name, state] of states) {
    // The threads of the addon are created in that state, and inherit it.
    testUnless(obstacle, `changes no bit of the native backends, and is restored: ${name}`, () => {
      const source = `${PROGRAM}
        const expected = await results('typescript', ${DEFAULT})
        for (const path of ${JSON.stringify(nativePaths)}) {
          for (const state of [${state}, ${DEFAULT}]) {
            const got = await results(path, state)
            const others = Object.keys(expected).filter((name) => got[name] !== expected[name])
            console.log(path, state.toString(16), 'differs in:', others.join())
          }
        }`
      const { status, signal, stdout, stderr } = script(source, {
        variables: { HELPER: buildHelper('control-register', 'node') },
      })
      assert.deepEqual([status, signal], [0, null], stderr)
      const expected = nativePaths.flatMap((path) =>
        [state, DEFAULT].map((one) => `${path} ${one.toString(16)} differs in: \n`),
      )
      assert.equal(stdout, expected.join(''))
    })
  }

  // JavaScript cannot set it, as documented. This shows that the trainings above depend on it.
  testUnless(obstacle, 'changes the bits of the TypeScript backend', () => {
    const source = `${PROGRAM}
      const [own, others] = [await results('typescript', ${DEFAULT}), await results('typescript', ${states[0][1]})]
      console.log(Object.keys(own).filter((name) => own[name] === others[name]).join())`
    const { status, signal, stdout, stderr } = script(source, {
      variables: { HELPER: buildHelper('control-register', 'node') },
    })
    assert.deepEqual([status, signal], [0, null], stderr)
    assert.equal(stdout, 'fit 1,fit 2\n')
  })
})
