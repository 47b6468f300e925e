/** Dropout and normalizations: their formulas, and the behaviour of networks with them. */
import assert from 'node:assert/strict'
import { DivergenceError, type LayerOption, Network, Trainer } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { paths } from '../support/paths.js'
import { sfc32 } from '../support/reference-layers.js'
import { BATCHES, denseOf, SIMPLE, sameAsReference } from '../support/reference-runs.js'
import type { ReferenceTraining } from '../support/reference-training.js'
import { numbers } from '../support/values.js'

const BATCH = { kind: 'batchNormalization', relu: false, epsilon: 1e-3, momentum: 0.99 } as const
const LAYER = { kind: 'layerNormalization', relu: false, epsilon: 1e-3, momentum: 0 } as const

const NETWORKS: Readonly<Record<string, Pick<ReferenceTraining, 'inputs' | 'layers'>>> = {
  dropout: {
    inputs: 5,
    layers: [{ kind: 'dropout', rate: 0.4 }, denseOf(7), { kind: 'dropout', rate: 0.5 }, denseOf(2, false)],
  },
  'batch normalization': {
    inputs: 4,
    layers: [{ ...BATCH, momentum: 0.8 }, denseOf(6), { ...BATCH, epsilon: 0.01, relu: true }, denseOf(3, false)],
  },
  'layer normalization': {
    inputs: 4,
    layers: [{ ...LAYER, relu: true }, denseOf(9, false), { ...LAYER, epsilon: 0.1 }, denseOf(2, false)],
  },
  'all of them, one after the other': {
    inputs: 17,
    layers: [
      LAYER,
      { ...BATCH, relu: true },
      { kind: 'dropout', rate: 0.1 },
      { kind: 'dropout', rate: 0 },
      denseOf(20),
      BATCH,
      { ...LAYER, relu: true },
      { kind: 'dropout', rate: 0.3 },
      denseOf(1, false),
    ],
  },
}

describe('a network with layers of other kinds', () => {
  for (const [title, network] of Object.entries(NETWORKS)) {
    it(`has the bits of the reference: ${title}`, () => {
      for (const [rows, batchSize] of BATCHES) {
        const training = { ...SIMPLE, ...network, rows, batchSize, shuffle: false, seed: 2 ** 40 + 12345 }
        sameAsReference(training)
        sameAsReference({ ...training, shuffle: true, optimizer: 'adam', firstEpoch: 3 })
      }
    })
  }
})

describe('dropout', () => {
  const DROPOUTS: readonly LayerOption[] = [
    { type: 'dropout', rate: 0.4 },
    { units: 7, activation: 'relu' },
    { type: 'dropout', rate: 0.5 },
    { units: 2 },
  ]

  it('keeps values by the documented random numbers, with a stream for each step and layer', () => {
    // One weight of 1 for each unit: after a step each gradient shows its unit's mask of the only row.
    const units = 40
    const rate = 0.25
    for (const backend of paths) {
      for (const before of [0, 1]) {
        const layers: LayerOption[] = [{ type: 'dropout', rate }, { units: 1 }]
        if (before === 1) layers.unshift({ type: 'dropout', rate: 0 })
        const parameters = new Float64Array(units + 1)
        const network = new Network({ inputs: units, layers, parameters })
        const optimizer = { name: 'sgd', learningRate: 1 } as const
        const trainer = new Trainer(network, { loss: 'halfSquaredError', optimizer, backend })
        const x = new Float64Array(units).fill(1)
        trainer.fitSync(x, [[-1]], { seed: 99 })
        const next = sfc32(99, 3 + before, 0)
        const expected = Float64Array.from({ length: units }, () => 0 - (next() >= rate * 2 ** 32 ? 1 / (1 - rate) : 0))
        sameBits(parameters.subarray(0, units), expected, backend)
      }
    }
  })

  it('does nothing in predict and evaluate', () => {
    const [inputs, layers] = [5, DROPOUTS]
    const network = new Network({ inputs, layers, seed: 8 })
    const without = new Network({
      inputs,
      layers: layers.filter(({ type }) => type !== 'dropout'),
      parameters: network.parameters.slice(),
    })
    const x = numbers(70 * inputs, 5)
    const y = numbers(140, 6)
    for (const backend of paths) {
      sameBits(network.predict(x, { backend }), without.predict(x, { backend }), backend)
      const lossOf = (one: Network) =>
        new Trainer(one, { loss: 'meanSquaredError', optimizer: 'sgd', backend }).evaluate(x, y).loss
      assert.equal(lossOf(network), lossOf(without), backend)
    }
  })

  it('drops other values in each step, epoch and seed, and the same ones with the same seed', () => {
    const lossesOf = (seed: number): Float64Array => {
      const network = new Network({ inputs: 30, layers: [{ type: 'dropout', rate: 0.5 }, { units: 1 }], seed: 1 })
      const trainer = new Trainer(network, {
        loss: 'meanSquaredError',
        optimizer: { name: 'sgd', learningRate: 1e-300 },
      })
      return trainer.fitSync(numbers(60, 1), numbers(2, 2), { epochs: 20, batchSize: 1, seed, shuffle: false }).loss
    }
    const losses = lossesOf(1)
    assert.equal(new Set(losses).size, 20)
    sameBits(lossesOf(1), losses, 'the same seed')
    assert.ok(lossesOf(2).every((loss) => !losses.includes(loss)))
  })

  it('drops about the given rate', () => {
    const units = 10_000
    for (const rate of [0, 0.1, 0.5, 0.9]) {
      const parameters = new Float64Array(units + 1)
      const network = new Network({ inputs: units, layers: [{ type: 'dropout', rate }, { units: 1 }], parameters })
      const trainer = new Trainer(network, { loss: 'halfSquaredError', optimizer: { name: 'sgd', learningRate: 1 } })
      trainer.fitSync(new Float64Array(units).fill(1), [[1]])
      const dropped = parameters.subarray(0, units).filter((value) => value === 0).length / units
      // Five standard deviations.
      assert.ok(Math.abs(dropped - rate) <= 5 * Math.sqrt((rate * (1 - rate)) / units), `${dropped} for ${rate}`)
    }
  })
})

describe('batch normalization', () => {
  const NORMALIZATIONS: readonly LayerOption[] = [
    { type: 'batchNormalization', momentum: 0.8 },
    { units: 6, activation: 'relu' },
    { type: 'batchNormalization', epsilon: 0.01, activation: 'relu' },
    { units: 3 },
  ]
  const layers: LayerOption[] = [{ type: 'batchNormalization', momentum: 0.75 }, { units: 1 }]

  it('moves its statistics towards those of the batches, and predicts with them', () => {
    for (const backend of paths) {
      const network = new Network({ inputs: 1, layers, seed: 1 })
      const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'adam', backend })
      trainer.fitSync([[1], [3]], [[0], [0]], { epochs: 2 })
      const { movingMean, movingVariance } = network.getLayer(0)
      assert.deepEqual([...(movingMean as Float64Array)], [0.75 * 0.5 + 0.5])
      assert.deepEqual([...(movingVariance as Float64Array)], [1])
    }
  })

  it('takes a last batch of one row where lastBatch is keep: its variance is 0', () => {
    for (const backend of paths) {
      const network = new Network({ inputs: 1, layers, seed: 1 })
      const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd', backend })
      // Two batches, of variances 1 and 0: (1 · 0.75 + 1 · 0.25) · 0.75 + 0 · 0.25.
      trainer.fitSync([[4], [6], [5]], [[0], [0], [0]], { batchSize: 2, lastBatch: 'keep', shuffle: false })
      assert.deepEqual([...(network.getLayer(0).movingVariance as Float64Array)], [0.75])
    }
  })

  it('computes its statistics from the batches, whatever the optimizer', () => {
    const [inputs, all] = [4, NORMALIZATIONS]
    const x = numbers(20 * inputs, 1)
    const y = numbers(60, 2)
    const statistics = (optimizer: 'sgd' | 'adam', momentum: number): Float64Array => {
      const network = new Network({ inputs, layers: all, seed: 1 })
      const chosen = optimizer === 'adam' ? 'adam' : ({ name: 'sgd', momentum } as const)
      new Trainer(network, { loss: 'meanSquaredError', optimizer: chosen }).fitSync(x, y, { batchSize: 20, epochs: 3 })
      const { movingMean, movingVariance } = network.getLayer(0)
      return Float64Array.of(...(movingMean as Float64Array), ...(movingVariance as Float64Array))
    }
    // The first layer's batches are the samples themselves, in another order.
    const expected = statistics('sgd', 0)
    sameBits(statistics('sgd', 0.9), expected, 'momentum')
    sameBits(statistics('adam', 0), expected, 'adam')
  })

  it('names the parameter that is not finite, and restores all of them', () => {
    for (const backend of paths) {
      const network = new Network({ inputs: 1, layers, seed: 1 })
      const before = network.parameters.slice()
      const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd', backend })
      assert.throws(
        () => trainer.fitSync([[1e200], [-1e200]], [[0], [0]]),
        (error) => {
          assert.ok(error instanceof DivergenceError)
          assert.match(
            error.message,
            /^Training diverged in epoch 0: a value of the movingVariance of layer 0 is not finite/,
          )
          return true
        },
      )
      sameBits(network.parameters, before, backend)
    }
  })
})

describe('layers on several threads', () => {
  for (const [units, rows, batchSize] of [
    [70, 131, 131],
    [33, 131, 65],
    [5, 40, 40],
    [1, 9, 4],
  ]) {
    it(`end in the same bits: ${units} units, batches of ${batchSize}`, async () => {
      const layers: LayerOption[] = [
        { type: 'batchNormalization' },
        { units, activation: 'tanh' },
        { type: 'batchNormalization', activation: 'sigmoid' },
        { type: 'dropout', rate: 0.2 },
        { units: 2 * units },
        { type: 'layerNormalization', activation: 'softplus' },
        { units: 3, activation: 'softmax' },
      ]
      const x = numbers(rows * 6, 3)
      const y = Float64Array.from({ length: 3 * rows }, (_, i) => (i % 3 === (i >> 3) % 3 ? 1 : 0))
      for (let row = 0; row < rows; row++) {
        y.fill(0, 3 * row, 3 * row + 3)
        y[3 * row + (row % 3)] = 1
      }
      const train = async (backend: string, threads: number): Promise<Float64Array> => {
        const network = new Network({ inputs: 6, layers, seed: 2 })
        const trainer = new Trainer(network, { loss: 'categoricalCrossentropy', optimizer: 'adam', backend, threads })
        await trainer.fit(x, y, { epochs: 4, batchSize, seed: 5 })
        return network.parameters
      }
      const expected = await train('typescript', 1)
      for (const backend of paths) {
        for (const threads of [1, 2, 3, 5, 8])
          sameBits(await train(backend, threads), expected, `${backend}, ${threads}`)
      }
    })
  }
})
