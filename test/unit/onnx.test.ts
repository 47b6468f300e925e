/** Networks as ONNX models: the predictions of ONNX Runtime. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Network } from 'lockstep-nn'
import { toOnnx } from 'lockstep-nn/onnx'
import { type LayerShape, networkPlan } from '#lib/backend/plan.js'
import { type LayerType, layerRegistry } from '#lib/checks/registry.js'
import { optionValues } from '#lib/checks/validate.js'
import { ACTIVATION_NODES } from '#lib/onnx/activations.js'
import { LAYER_NODES } from '#lib/onnx/layers.js'
import { graphOf } from '#lib/onnx/model.js'
import known from '../fixtures/activations.json' with { type: 'json' }
import { cases } from '../support/arbitraries.js'
import { fillCategories, flatLayers } from '../support/case.js'
import { drawCount } from '../support/drawn.js'
import { answers, answers32, modelOf } from '../support/onnx.js'
import { activationModel, networkWith } from '../support/onnx-models.js'
import { rowTests } from '../support/rows.js'
import { activationNames, layerTable } from '../support/tables.js'
import { uniform } from '../support/values.js'

const RELATIVE = 1e-12
/** The error where 1 and nearly -1 are added, as in the tail of gelu. */
const CANCELLED = 2 ** -48

/** Compares each value with the expected one, with a tolerance and a further one for cancellation. */
function near(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  what: string,
  relative = RELATIVE,
  lost = 0,
): void {
  assert.equal(actual.length, expected.length, what)
  for (let i = 0; i < expected.length; i++) {
    const far = Math.abs(actual[i] - expected[i])
    const same = Object.is(actual[i], expected[i]) || far <= relative * Math.abs(expected[i]) + lost
    assert.ok(same, `${what}[${i}] is ${actual[i]}, expected ${expected[i]}`)
  }
}

function samples(rows: number, inputs: number): Float64Array {
  const next = uniform(rows)
  return new Float64Array(rows * inputs).map(() => 4 * next() - 2)
}

describe('the ONNX model of a network', () => {
  const row = rowTests()
  it('has nodes for every activation and every kind of layer', () => {
    assert.deepEqual(
      activationNames.filter((name) => !(name in ACTIVATION_NODES)),
      [],
    )
    assert.deepEqual(Object.keys(LAYER_NODES), layerRegistry.names)
  })

  for (const name of activationNames) {
    row('predicts as the network does', name, async () => {
      const network = networkWith(name)
      const x = samples(50, 3)
      near(await answers(toOnnx(network), x, 3), network.predict(x), name, RELATIVE, CANCELLED)
    })
  }

  for (const [name, values] of Object.entries(known).filter(([name]) => name !== 'points')) {
    row('has the exact values of activations, small ones too', name, async () => {
      const alpha = name === 'leakyRelu' ? 0.3 : 1
      near(await answers(activationModel(name, alpha), Float64Array.from(known.points), 1), values, name)
    })
  }

  it('has values of all activations in the tests, but for those of whole rows', () => {
    assert.deepEqual(
      Object.keys(ACTIVATION_NODES).filter((name) => !(name in known)),
      ['softmax'],
    )
  })

  it('overflows in no intermediate value', async () => {
    const points = Float64Array.of(-1e300, -1000, -745, 745, 1000, 1e300)
    for (const name of Object.keys(ACTIVATION_NODES)) {
      const values = await answers(activationModel(name, 0.5), points, 1)
      assert.ok(!values.some(Number.isNaN), `${name}: ${values}`)
    }
  })

  it('gives the predictions of the network: any network', async () => {
    const property = fc.asyncProperty(cases, fc.nat({ max: 1e6 }), async ({ inputs, layers, rows }, seed) => {
      // Errors grow with every e^z of an e^z.
      fc.pre(
        flatLayers(layers).filter((layer) => (layer as { activation?: string }).activation === 'exponential').length <
          2,
      )
      const network = new Network({ inputs, layers, seed })
      const x = samples(rows, inputs)
      fillCategories(x, inputs, layers, seed)
      const expected = network.predict(x)
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      near(await answers(toOnnx(network), x, inputs), expected, 'predictions', RELATIVE, RELATIVE * largest + CANCELLED)
    })
    await fc.assert(property, { numRuns: drawCount(100) })
  })

  it('normalizes like the layers of the network', async () => {
    const x = samples(7, 3)
    const parameters = Float64Array.of(1.5, -2, 0.25, 0.1, 0.2, -0.3, 0.5, -1, 2, 0.8, 1.7, 0.01)
    const shape = (type: LayerType, l = 0): LayerShape => ({
      kind: layerRegistry.names.indexOf(type),
      units: 1,
      activation: 0,
      activationOptions: new Float64Array(0),
      options: optionValues({ rate: 0.5 }, layerTable[type].options, type),
      trainable: true,
      l1: 0,
      l2: 0,
      inputLayers: [l - 1],
      scope: '0',
    })
    const graph = (...shapes: LayerShape[]) => graphOf(networkPlan(3, shapes), parameters, 'float64')
    const predict = (type: LayerType) => answers(modelOf(graph(shape(type))), x, 3)
    const [gamma, beta, mean, variance] = [0, 3, 6, 9].map((from) => parameters.subarray(from, from + 3))
    near(
      await predict('batchNormalization'),
      x.map((value, i) => {
        const j = i % 3
        return ((value - mean[j]) / Math.sqrt(variance[j] + 1e-3)) * gamma[j] + beta[j]
      }),
      'batch normalization',
      RELATIVE,
      1e-14,
    )
    near(
      await predict('layerNormalization'),
      x.map((value, i) => {
        const row = x.subarray(i - (i % 3), i - (i % 3) + 3)
        const middle = (row[0] + row[1] + row[2]) / 3
        const spread = row.reduce((sum, other) => sum + (other - middle) ** 2, 0) / 3
        return ((value - middle) / Math.sqrt(spread + 1e-3)) * gamma[i % 3] + beta[i % 3]
      }),
      'layer normalization',
      RELATIVE,
      1e-14,
    )
    const nodes = (...shapes: LayerShape[]) => JSON.stringify(graph(...shapes).node)
    assert.equal(nodes(shape('dropout'), shape('dense', 1)), nodes(shape('dense')))
  })

  it('in float32 is as accurate as float32 allows', async () => {
    for (const name of activationNames) {
      const network = networkWith(name)
      const x = samples(20, 3)
      const bytes = toOnnx(network, { precision: 'float32' })
      near(await answers32(bytes, x, 3), network.predict(x), name, 1e-5, 1e-5)
    }
  })
})
