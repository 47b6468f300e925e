/** Repeated predictions with one network: any number of rows, any number of networks, in any order. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type LayerOption, Network, Trainer } from 'lockstep-nn'
import { fromSafetensors, loadSafetensors, toSafetensors } from 'lockstep-nn/formats'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { chooseBackend } from '#lib/backend/choose.js'
import { encodePlan } from '#lib/backend/encode.js'
import { sameBits } from '../support/bits.js'
import { compiledPaths, implementations, wasmPaths } from '../support/paths.js'

const addon = loadAddon() as Addon
const available = addon.kernelSets.flatMap((set, index) => (set.available ? [index] : []))

const LAYERS: readonly (readonly LayerOption[])[] = [
  [{ units: 2, activation: 'sigmoid' }, { units: 1 }],
  [
    { units: 20, activation: 'relu' },
    { units: 3, activation: 'softmax' },
  ],
  [{ type: 'batchNormalization' }, { units: 5, activation: 'tanh' }, { type: 'dropout', rate: 0.5 }, { units: 2 }],
  [{ units: 17, activation: 'tanh' }, { type: 'layerNormalization', activation: 'relu' }, { units: 2 }],
]
const INPUTS = 3

const networkOf = (layers: readonly LayerOption[], seed = 1) => new Network({ inputs: INPUTS, layers, seed })
const samplesOf = (rows: number) => Float64Array.from({ length: rows * INPUTS }, (_, i) => Math.sin(i * 1.7))

describe('a network that has predicted before', () => {
  it('predicts any number of rows with the bits of a new network', () => {
    const drawnRows = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(
        fc.constantFrom(...LAYERS),
        drawnRows,
        fc.constantFrom(...implementations),
        (layers, rows, backend) => {
          const network = networkOf(layers)
          for (const count of rows) {
            const x = samplesOf(count)
            const expected = networkOf(layers).predict(x, { backend: 'typescript' })
            sameBits(network.predict(x, { backend }), expected, `${count} of ${rows} rows on ${backend}`)
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  // More architectures than the addon has slots, so that another network has used each one's slot.
  it('predicts as before after many other networks have predicted', () => {
    const many = Array.from({ length: 3 * addon.predictorSlots }, (_, i) =>
      networkOf([{ units: 1 + i, activation: 'tanh' }, { units: 2 }]),
    )
    const x = samplesOf(5)
    const expected = many.map((network) => network.predict(x, { backend: 'typescript' }))
    for (const backend of [...compiledPaths, ...compiledPaths]) {
      many.forEach((network, i) => {
        sameBits(network.predict(x, { backend }), expected[i], `network ${i} on ${backend}`)
      })
    }
  })

  it('shares no parameters with another one of its architecture', () => {
    const x = samplesOf(4)
    for (const backend of compiledPaths) {
      const [one, other] = [networkOf(LAYERS[1], 1), networkOf(LAYERS[1], 2)]
      const expected = [one, other].map((network) => network.predict(x, { backend: 'typescript' }))
      for (const [i, network] of [one, other, one, other].entries()) {
        sameBits(network.predict(x, { backend }), expected[i % 2], backend)
      }
      one.parameters.fill(0)
      sameBits(one.predict(x, { backend }), one.predict(x, { backend: 'typescript' }), backend)
    }
  })
})

describe('a slot of the addon', () => {
  const planOf = (layers: readonly LayerOption[]) => encodePlan(addon, { ...networkOf(layers).plan, rows: 1 })

  it('has one function, which predicts by the plan that it was given last', () => {
    const x = samplesOf(2)
    for (const set of available) {
      const [first, second] = [LAYERS[0], LAYERS[1]].map((layers) => networkOf(layers))
      const predict = addon.predictor(set, planOf(LAYERS[0]), 1)
      assert.equal(addon.predictor(set, planOf(LAYERS[1]), 1), predict)
      assert.notEqual(addon.predictor(set, planOf(LAYERS[1]), 2), predict)
      const output = new Float64Array(6)
      predict(second.parameters, x, output)
      sameBits(output, second.predict(x, { backend: 'typescript' }), 'the second plan')
      assert.throws(() => predict(first.parameters, x, new Float64Array(2)), { name: 'RangeError' })
    }
  })

  it('keeps its plan where the next one is refused', () => {
    const x = samplesOf(2)
    for (const set of available) {
      const network = networkOf(LAYERS[1])
      const predict = addon.predictor(set, planOf(LAYERS[1]), 3)
      assert.throws(() => addon.predictor(set, new Float64Array(3), 3), { name: 'RangeError' })
      const output = new Float64Array(6)
      predict(network.parameters, x, output)
      sameBits(output, network.predict(x, { backend: 'typescript' }), 'the plan before')
    }
  })

  it('refuses samples that are no whole rows, and outputs for other rows', () => {
    const { parameters } = networkOf(LAYERS[1])
    const predict = addon.predictor(available[0], planOf(LAYERS[1]), 4)
    for (const [x, output, message] of [
      [0, 3, 'Expected a Float64Array of whole rows of 3 values for x but received one of length 0.'],
      [7, 6, 'Expected a Float64Array of whole rows of 3 values for x but received one of length 7.'],
      [6, 5, 'Expected a Float64Array of length 6 for output but received one of length 5.'],
      [6, 9, 'Expected a Float64Array of length 6 for output but received one of length 9.'],
    ] as const) {
      const call = () => predict(parameters, new Float64Array(x), new Float64Array(output))
      assert.throws(call, { name: 'RangeError', message })
    }
  })

  it('is one of a fixed number', () => {
    const plan = planOf(LAYERS[0])
    for (const slot of [-1, 0.5, addon.predictorSlots, Number.NaN, 2 ** 32]) {
      assert.throws(() => addon.predictor(available[0], plan, slot), { name: 'RangeError' })
    }
  })
})

describe('the parameters of a predictor', () => {
  const x = samplesOf(5)

  /** Predicts on a backend as on TypeScript, which copies nothing. */
  function predictsRight(network: Network, backend: string): void {
    for (let i = 0; i < 2; i++) {
      sameBits(network.predict(x, { backend }), network.predict(x, { backend: 'typescript' }), backend)
    }
  }

  it('are the current ones, whoever writes to them in whatever way', async () => {
    for (const backend of implementations) {
      const network = networkOf(LAYERS[1], 1)
      predictsRight(network, backend)
      const { parameters } = network
      predictsRight(network, backend)
      parameters[0] += 1
      predictsRight(network, backend)
      const restored = Network.fromJSON(network.toJSON())
      predictsRight(restored, backend)
      network.digest()
      predictsRight(network, backend)
      const { weights } = restored.getLayer(0) as { weights: Float64Array }
      predictsRight(restored, backend)
      weights.fill(0.25)
      predictsRight(restored, backend)
      const copy = restored.clone()
      predictsRight(copy, backend)
      const trainer = new Trainer(copy, { loss: 'meanSquaredError', optimizer: 'sgd', backend })
      const y = new Float64Array(5 * copy.outputs)
      trainer.fitSync(x, y, { onEpoch: () => predictsRight(copy, backend) })
      predictsRight(copy, backend)
      await trainer.fit(x, y)
      predictsRight(copy, backend)
      trainer.step(x, y)
      predictsRight(copy, backend)
      trainer.applyGradients(new Float64Array(copy.parameterCount).fill(0.125))
      predictsRight(copy, backend)
      const loaded = fromSafetensors(toSafetensors(copy))
      predictsRight(loaded, backend)
      loadSafetensors(loaded, toSafetensors(network))
      predictsRight(loaded, backend)
    }
  })

  it('are copied to WebAssembly once where a stamp promises their values', () => {
    for (const backend of wasmPaths) {
      const network = networkOf(LAYERS[0], 1)
      const predict = chooseBackend(backend).backend.predictor(network.plan)
      const parameters = network.parameters.slice()
      const [first, second] = [{}, {}]
      const outputFor = (stamp: object | null): Float64Array => {
        const output = new Float64Array(5 * network.outputs)
        predict(parameters, x, output, stamp)
        return output
      }
      const before = outputFor(first)
      parameters.fill(0.5)
      sameBits(outputFor(first), before, 'with the stamp of the call before')
      const after = outputFor(second)
      assert.notDeepEqual(after, before)
      sameBits(outputFor(null), after, 'without a stamp')
      parameters.fill(0.25)
      assert.notDeepEqual(outputFor(null), after)
      assert.notDeepEqual(outputFor(second), after)
    }
  })
})
