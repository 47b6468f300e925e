/** Repeated predictions with one network: any number of rows, any number of networks, in any order. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type LayerOption, Network } from 'lockstep-nn'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { encodePlan } from '#lib/backend/encode.js'
import { sameBits } from '../support/bits.js'
import { compiledPaths, implementations } from '../support/paths.js'

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
