/** All kinds of layers but dense ones: what they compute, and what a network with them does besides. */
import assert from 'node:assert/strict'
import { DivergenceError, type LayerOption, type LayerParameters, Network, Trainer } from 'lockstep-nn'
import { sameBits } from './support/bits.js'
import { asRows, EVERY_TYPE, fillCategories } from './support/case.js'
import { paths } from './support/paths.js'
import { type PlainLayer, plainParameters, plainPredict, plainStep, sfc32 } from './support/plain-network.js'
import { fillReal } from './support/values.js'

const valuesOf = (length: number, seed: number): Float64Array => {
  const values = new Float64Array(length)
  fillReal(values, { style: 'sensible', seed, odd: [] })
  return values
}

const rowsOf = (values: Float64Array, width: number): number[][] => asRows(values, width).map((row) => Array.from(row))

/** Gives a layer other parameters than those it starts with. */
function setParameters({ layers: inner = [], ...parts }: LayerParameters, l: number): void {
  for (const [name, part] of Object.entries(parts) as [string, Float64Array][]) {
    const drawn = valuesOf(part.length, 7 * l + name.length)
    // Weights are small, so that blocks inside each other do not diverge.
    const scale = name === 'weights' ? 0.25 : 1
    part.set(drawn.map((value) => (name === 'movingVariance' ? 1 + value : scale * value)))
  }
  for (const [k, one] of inner.entries()) setParameters(one, 3 * l + k + 1)
}

/** A layer with these parameters as a plain one. */
function plainOf(layer: LayerOption, { layers: inner = [], ...tensors }: LayerParameters): PlainLayer {
  const parts = Object.fromEntries(
    Object.entries(tensors).map(([name, part]) => [name, Array.from(part as Float64Array)]),
  )
  const relu = layer.activation === 'relu'
  if (layer.type === 'residual')
    return { kind: 'residual', layers: layer.layers.map((one, k) => plainOf(one, inner[k])) }
  if (layer.type === 'embedding') {
    const columns = layer.columns.map(({ column, units }) => ({
      column,
      table: rowsOf(Float64Array.from(parts[`column${column}`]), units),
    }))
    return { kind: 'embedding', columns }
  }
  if (layer.type === 'dropout') return { kind: 'dropout', rate: layer.rate }
  if (layer.type === undefined || layer.type === 'dense') {
    return { kind: 'dense', w: rowsOf(Float64Array.from(parts.weights), layer.units), b: parts.bias, relu }
  }
  const { gamma, beta, movingMean = [], movingVariance = [] } = parts
  return {
    kind: layer.type === 'batchNormalization' ? 'batch' : 'layer',
    gamma,
    beta,
    mean: movingMean,
    variance: movingVariance,
    momentum: layer.type === 'batchNormalization' ? (layer.momentum ?? 0.99) : 0,
    epsilon: (layer as { epsilon?: number }).epsilon ?? 1e-3,
    relu,
  }
}

/** The layers of a network with other parameters than those it starts with, and the same for the plain one. */
function both(inputs: number, layers: readonly LayerOption[]): { network: Network; plain: PlainLayer[] } {
  const network = new Network({ inputs, layers, seed: 3 })
  for (const l of layers.keys()) setParameters(network.getLayer(l), l)
  return { network, plain: layers.map((layer, l) => plainOf(layer, network.getLayer(l))) }
}

const NETWORKS: Readonly<Record<string, { readonly inputs: number; readonly layers: readonly LayerOption[] }>> = {
  dropout: {
    inputs: 5,
    layers: [
      { type: 'dropout', rate: 0.4 },
      { units: 7, activation: 'relu' },
      { type: 'dropout', rate: 0.5 },
      { units: 2 },
    ],
  },
  'batch normalization': {
    inputs: 4,
    layers: [
      { type: 'batchNormalization', momentum: 0.8 },
      { units: 6, activation: 'relu' },
      { type: 'batchNormalization', epsilon: 0.01, activation: 'relu' },
      { units: 3 },
    ],
  },
  'layer normalization': {
    inputs: 4,
    layers: [
      { type: 'layerNormalization', activation: 'relu' },
      { units: 9 },
      { type: 'layerNormalization', epsilon: 0.1 },
      { units: 2 },
    ],
  },
  'all of them, one behind the other': EVERY_TYPE,
  'residual blocks': {
    inputs: 5,
    layers: [
      { type: 'residual', layers: [{ units: 7, activation: 'relu' }, { units: 5 }] },
      { units: 20, activation: 'relu' },
      { type: 'residual', layers: [{ units: 20, activation: 'relu' }] },
      { units: 3 },
    ],
  },
  'blocks that begin and end with every type, and with blocks': {
    inputs: 6,
    layers: [
      { units: 18 },
      {
        type: 'residual',
        layers: [
          { type: 'residual', layers: [{ type: 'batchNormalization' }, { units: 18, activation: 'relu' }] },
          { type: 'residual', layers: [{ type: 'layerNormalization', activation: 'relu' }] },
        ],
      },
      { type: 'residual', layers: [{ type: 'dropout', rate: 0.25 }] },
      { type: 'residual', layers: [{ type: 'dropout', rate: 0.5 }, { units: 18 }, { type: 'batchNormalization' }] },
      { units: 2 },
    ],
  },
  'an embedding': {
    inputs: 4,
    layers: [
      {
        type: 'embedding',
        columns: [
          { column: 2, categories: 7, units: 3 },
          { column: 0, categories: 2, units: 1 },
        ],
      },
      { units: 8, activation: 'relu' },
      { units: 2 },
    ],
  },
  'an embedding of all columns, before a block': {
    inputs: 1,
    layers: [
      { type: 'embedding', columns: [{ column: 0, categories: 5, units: 20 }] },
      { type: 'residual', layers: [{ units: 6, activation: 'relu' }, { units: 20 }] },
      { units: 1 },
    ],
  },
}

describe('a network computes what the documents say', () => {
  for (const [title, { inputs, layers }] of Object.entries(NETWORKS)) {
    for (const [rows, batchSize] of [
      [9, 4],
      [5, 2],
      [70, 70],
      [130, 67],
      [65, 64],
    ]) {
      it(`with ${title}: ${rows} rows in batches of ${batchSize}`, () => {
        const outputs = layers[layers.length - 1].units as number
        const x = valuesOf(rows * inputs, 1)
        fillCategories(x, inputs, layers, 4)
        const y = valuesOf(rows * outputs, 2)
        const seed = 2 ** 40 + 12345
        const learningRate = 0.01
        const { plain } = both(inputs, layers)
        const losses: number[] = []
        for (let epoch = 0, step = 0; epoch < 3; epoch++) {
          let total = -0
          for (let first = 0; first < rows; first += batchSize, step++) {
            const batch = (values: Float64Array, width: number) =>
              rowsOf(values.slice(first * width, Math.min(first + batchSize, rows) * width), width)
            for (const loss of plainStep(plain, batch(x, inputs), batch(y, outputs), { learningRate, seed, step })) {
              total += loss
            }
          }
          losses.push(total * (0.5 / rows))
        }
        const predictions = Float64Array.from(plainPredict(plain, rowsOf(x, inputs)).flat())
        for (const backend of paths) {
          const { network } = both(inputs, layers)
          const optimizer = { name: 'sgd', learningRate } as const
          const trainer = new Trainer(network, { loss: 'halfSquaredError', optimizer, backend, threads: 2 })
          const history = trainer.fitSync(x, y, { epochs: 3, batchSize, lastBatch: 'keep', shuffle: false, seed })
          sameBits(network.parameters, plainParameters(plain), `${backend}: parameters`)
          sameBits(history.loss, Float64Array.from(losses), `${backend}: loss`)
          sameBits(network.predict(x, { backend }), predictions, `${backend}: predictions`)
        }
      })
    }
  }
})

describe('dropout', () => {
  it('keeps by the documented numbers, of a stream for each step and layer', () => {
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
    const { inputs, layers } = NETWORKS.dropout
    const network = new Network({ inputs, layers, seed: 8 })
    const without = new Network({
      inputs,
      layers: layers.filter(({ type }) => type !== 'dropout'),
      parameters: network.parameters.slice(),
    })
    const x = valuesOf(70 * inputs, 5)
    const y = valuesOf(140, 6)
    for (const backend of paths) {
      sameBits(network.predict(x, { backend }), without.predict(x, { backend }), backend)
      const lossOf = (one: Network) =>
        new Trainer(one, { loss: 'meanSquaredError', optimizer: 'sgd', backend }).evaluate(x, y).loss
      assert.equal(lossOf(network), lossOf(without), backend)
    }
  })

  it('drops another share in another step, epoch and seed, and the same again with the same seed', () => {
    const lossesOf = (seed: number): Float64Array => {
      const network = new Network({ inputs: 30, layers: [{ type: 'dropout', rate: 0.5 }, { units: 1 }], seed: 1 })
      const trainer = new Trainer(network, {
        loss: 'meanSquaredError',
        optimizer: { name: 'sgd', learningRate: 1e-300 },
      })
      return trainer.fitSync(valuesOf(60, 1), valuesOf(2, 2), { epochs: 20, batchSize: 1, seed, shuffle: false }).loss
    }
    const losses = lossesOf(1)
    assert.equal(new Set(losses).size, 20)
    sameBits(lossesOf(1), losses, 'the same seed')
    assert.ok(lossesOf(2).every((loss) => !losses.includes(loss)))
  })

  it('drops about its share', () => {
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
  const layers: LayerOption[] = [{ type: 'batchNormalization', momentum: 0.75 }, { units: 1 }]

  it('moves its statistics towards those of the batches, and predicts by them', () => {
    for (const backend of paths) {
      const network = new Network({ inputs: 1, layers, seed: 1 })
      const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'adam', backend })
      trainer.fitSync([[1], [3]], [[0], [0]], { epochs: 2 })
      const { movingMean, movingVariance } = network.getLayer(0)
      assert.deepEqual([...(movingMean as Float64Array)], [0.75 * 0.5 + 0.5])
      assert.deepEqual([...(movingVariance as Float64Array)], [1])
    }
  })

  it('takes a last batch of one row where that is asked for: its variance is 0', () => {
    for (const backend of paths) {
      const network = new Network({ inputs: 1, layers, seed: 1 })
      const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd', backend })
      // Two batches, of variances 1 and 0: (1 · 0.75 + 1 · 0.25) · 0.75 + 0 · 0.25.
      trainer.fitSync([[4], [6], [5]], [[0], [0], [0]], { batchSize: 2, lastBatch: 'keep', shuffle: false })
      assert.deepEqual([...(network.getLayer(0).movingVariance as Float64Array)], [0.75])
    }
  })

  it('leaves its statistics to the batches, whatever the optimizer', () => {
    const { inputs, layers: all } = NETWORKS['batch normalization']
    const x = valuesOf(20 * inputs, 1)
    const y = valuesOf(60, 2)
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

  it('says which of its parameters broke, and puts all of them back', () => {
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
      const x = valuesOf(rows * 6, 3)
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
