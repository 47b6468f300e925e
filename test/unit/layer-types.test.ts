/** Networks of layers of several types: initial values, summaries, and exact restoring. */
import assert from 'node:assert/strict'
import { type LayerOption, Network } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { EVERY_TYPE } from '../support/case.js'

const { inputs, layers } = EVERY_TYPE

describe('a network with layers of several types', () => {
  const network = new Network({ inputs, layers, seed: 4 })

  it('starts with gammas and moving variances of 1, the rest of a normalization at 0', () => {
    const all = (part: Float64Array | undefined, value: number) =>
      assert.ok(part?.length === inputs && part.every((one) => Object.is(one, value)))
    const { gamma, beta, movingMean, movingVariance, ...rest } = network.getLayer(1)
    all(gamma, 1)
    all(beta, 0)
    all(movingMean, 0)
    all(movingVariance, 1)
    assert.deepEqual(rest, {})
    assert.deepEqual(Object.keys(network.getLayer(0)), ['gamma', 'beta'])
    assert.deepEqual(Object.keys(network.getLayer(2)), [])
    assert.deepEqual(Object.keys(network.getLayer(4)), ['weights', 'bias'])
  })

  it('gives the parameters of a layer as live parts of all', () => {
    const one = new Network({ inputs, layers, seed: 4 })
    let at = 0
    for (let l = 0; l < layers.length; l++) {
      for (const part of Object.values(one.getLayer(l)) as Float64Array[]) {
        assert.equal(part.buffer, one.parameters.buffer)
        assert.equal(part.byteOffset - one.parameters.byteOffset, 8 * at)
        at += part.length
      }
    }
    assert.equal(at, one.parameterCount)
  })

  it('draws the weights of a dense layer from the stream of its place', () => {
    const dense = new Network({ inputs, layers: [...new Array(4).fill({ units: inputs }), layers[4]], seed: 4 })
    sameBits(network.getLayer(4).weights as Float64Array, dense.getLayer(4).weights as Float64Array, 'weights')
  })

  it('is restored as it was saved', () => {
    const text = JSON.stringify(network)
    const back = Network.fromJSON(text)
    assert.deepEqual(back.layers, network.layers)
    sameBits(back.parameters, network.parameters, 'parameters')
    assert.equal(JSON.stringify(back), text)
    assert.deepEqual(network.toJSON().layers.slice(0, 4), [
      { type: 'layerNormalization', activation: 'linear', epsilon: 1e-3 },
      { type: 'batchNormalization', activation: 'relu', momentum: 0.99, epsilon: 1e-3 },
      { type: 'dropout', rate: 0.1 },
      { type: 'dropout', rate: 0 },
    ])
  })

  it('has a digest that depends on types and options', () => {
    const digests = (
      [
        { type: 'batchNormalization' },
        { type: 'batchNormalization', momentum: 0.5 },
        { type: 'batchNormalization', epsilon: 0.5 },
        { type: 'batchNormalization', activation: 'relu' },
        { type: 'layerNormalization' },
        { type: 'dropout', rate: 0.5 },
        { type: 'dropout', rate: 0.25 },
        { units: 2 },
      ] as LayerOption[]
    ).map((layer) => new Network({ inputs: 2, layers: [layer, { units: 1 }] }).digest())
    assert.equal(new Set(digests).size, digests.length)
  })

  it('keeps the digest of a dense layer with its type', () => {
    const digestOf = (layer: LayerOption) => new Network({ inputs: 2, layers: [layer] }).digest()
    assert.equal(digestOf({ type: 'dense', units: 3, activation: 'tanh' }), digestOf({ units: 3, activation: 'tanh' }))
  })

  it('has a summary with the types', () => {
    const one = new Network({
      inputs: 3,
      layers: [
        { type: 'batchNormalization' },
        { units: 12, activation: 'tanh' },
        { type: 'dropout', rate: 0.5 },
        { units: 1 },
      ],
    })
    assert.equal(
      one.summary(),
      [
        'layer  type                activation  inputs × units  parameters',
        '0      batchNormalization  linear      3 × 3                   12',
        '1      dense               tanh        3 × 12                  48',
        '2      dropout             linear      12 × 12                  0',
        '3      dense               linear      12 × 1                  13',
        '73 parameters in all',
      ].join('\n'),
    )
  })

  it('refuses the index of a layer that does not exist', () => {
    const name = 'an integer from 0 to 8 for the index of a layer'
    assert.throws(() => network.getLayer(9), {
      name: 'RangeError',
      message: `Expected ${name} but received 9 of type number.`,
    })
    assert.throws(() => network.getLayer(-1), { name: 'RangeError' })
    assert.throws(() => network.getLayer('0' as never), {
      name: 'TypeError',
      message: `Expected ${name} but received "0" of type string.`,
    })
  })
})
