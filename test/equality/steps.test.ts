/** What a step does beside the optimizer's update: weights, penalties, clips, decay, frozen layers, factors of the rate. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Ensemble, type LayerOption, Network, type OptimizerOption, Trainer } from 'lockstep-nn'
import { sameBits, sameNumber } from '../support/bits.js'
import { drawCount } from '../support/drawn.js'
import { nativePaths, paths } from '../support/paths.js'
import type { ReferenceDense } from '../support/reference-layers.js'
import { type DenseTraining, dataFor, NONE, SIMPLE, sameAsReference, trainedBy } from '../support/reference-runs.js'
import { denseRanges, rangeOf, trainedRange } from '../support/tensors.js'
import { numbers } from '../support/values.js'

const withLayers = (change: (layer: ReferenceDense, l: number) => Partial<ReferenceDense>): DenseTraining => ({
  ...SIMPLE,
  layers: SIMPLE.layers.map((layer, l) => ({ ...layer, ...change(layer, l) })),
})

const wide = ({ layers, ...training }: DenseTraining): DenseTraining => ({
  ...training,
  rows: 70,
  batchSize: 67,
  inputs: 19,
  layers: [
    { ...layers[0], units: 37 },
    { ...layers[0], units: 21 },
    { ...layers[1], units: 3 },
  ],
})

const EXTRAS: Readonly<Record<string, DenseTraining>> = {
  'nothing else': SIMPLE,
  'weights of the rows': {
    ...SIMPLE,
    sampleWeight: numbers(11, 5).map((weight, i) => (i % 4 === 0 ? 0 : weight * weight)),
  },
  'factors of the learning rate': { ...SIMPLE, rateFactors: numbers(9, 6) },
  'a later first epoch': { ...SIMPLE, firstEpoch: 12_345 },
  l1: withLayers(() => ({ l1: 0.01 })),
  l2: withLayers((_, l) => ({ l2: 0.02 + l })),
  'both penalties of one layer': withLayers((_, l) => (l === 0 ? { l1: 0.01, l2: 0.02 } : {})),
  'weight decay': { ...SIMPLE, weightDecay: 0.3 },
  'a clip of values': { ...SIMPLE, clipValue: 0.05 },
  'a clip of norms': { ...SIMPLE, clipNorm: 0.2 },
  'a clip of the norm of all': { ...SIMPLE, globalClipNorm: 0.3 },
  'a frozen first layer': withLayers((_, l) => ({ trainable: l !== 0, l1: 0.125 })),
  'a frozen last layer': withLayers((_, l) => ({ trainable: l === 0, l2: 0.125 })),
  'everything together': {
    ...withLayers((_, l) => ({ l1: 0.01, l2: 0.03, trainable: l !== 1 })),
    weightDecay: 0.2,
    globalClipNorm: 0.5,
    rateFactors: numbers(9, 6).map(Math.abs),
    sampleWeight: numbers(11, 5).map(Math.abs),
  },
}

/** The arrays of rows and steps as long as the training's numbers ask for. */
function fitted(training: DenseTraining): DenseTraining {
  const whole = Math.floor(training.rows / training.batchSize)
  const rest = training.rows % training.batchSize > 0 && training.lastBatch === 'keep' ? 1 : 0
  const steps = training.epochs * (whole + rest)
  const resized = (values: Float64Array, length: number): Float64Array =>
    values.length === 0 ? values : Float64Array.from({ length }, (_, i) => values[i % values.length])
  return {
    ...training,
    sampleWeight: resized(training.sampleWeight, training.rows),
    rateFactors: resized(training.rateFactors, steps),
  }
}

describe('a step is that of a training written out plainly, on every path', () => {
  for (const [title, training] of Object.entries(EXTRAS)) {
    for (const optimizer of ['sgd', 'momentum', 'adam'] as const) {
      it(`with ${title}, ${optimizer}`, () => {
        for (const batchSize of [1, 4, 11]) sameAsReference(fitted({ ...training, optimizer, batchSize }))
        sameAsReference(fitted({ ...training, optimizer, shuffle: false }))
        for (const lastBatch of ['merge', 'drop'] as const) {
          for (const batchSize of [4, 7]) sameAsReference(fitted({ ...training, optimizer, batchSize, lastBatch }))
          sameAsReference(fitted({ ...training, optimizer, lastBatch, shuffle: false }))
        }
        sameAsReference(fitted({ ...wide(training), optimizer }))
      })
    }
  }

  it('with anything together', () => {
    const often = <T>(usual: T, other: fc.Arbitrary<T>) => fc.oneof(fc.constant(usual), other)
    const factor = fc.constantFrom(0.001, 0.03, 0.5)
    const layer = fc.record({
      kind: fc.constant('dense' as const),
      units: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 })),
      relu: fc.boolean(),
      l1: often(0, factor),
      l2: often(0, factor),
      trainable: fc.boolean(),
    })
    const drawn = fc.record({
      layers: fc.array(layer, { minLength: 1, maxLength: 4 }).filter((all) => all.some(({ trainable }) => trainable)),
      rows: fc.integer({ min: 1, max: 70 }),
      inputs: fc.integer({ min: 1, max: 20 }),
      firstEpoch: fc.nat({ max: 100 }),
      epochs: fc.integer({ min: 1, max: 3 }),
      batch: fc.integer({ min: 1, max: 70 }),
      lastBatch: fc.constantFrom(...(['keep', 'merge', 'drop'] as const)),
      shuffle: fc.boolean(),
      seed: fc.nat({ max: 100 }),
      optimizer: fc.constantFrom(...(['sgd', 'momentum', 'adam'] as const)),
      learningRate: fc.constantFrom(0.001, 0.0123),
      weightDecay: often(0, factor),
      clip: fc.constantFrom('clipValue', 'clipNorm', 'globalClipNorm', 'none'),
      most: factor,
      weights: fc.nat({ max: 3 }),
      factors: fc.nat({ max: 3 }),
    })
    fc.assert(
      fc.property(drawn, ({ batch, clip, most, weights, factors, ...rest }) => {
        const training = {
          ...SIMPLE,
          ...rest,
          batchSize: Math.min(batch, rest.rows),
          ...(clip === 'none' ? {} : { [clip]: most }),
          sampleWeight:
            weights < 2 ? NONE : numbers(70, weights).map((value, i) => (i % 3 === 0 ? 0 : Math.abs(value))),
          rateFactors: factors < 2 ? NONE : numbers(70, factors),
        }
        sameAsReference(fitted(training))
      }),
      { numRuns: drawCount(60) },
    )
  })
})

const layers = (own: Partial<LayerOption> = {}): LayerOption[] => [
  { units: 6, activation: 'tanh', ...own } as LayerOption,
  { units: 20, activation: 'sigmoid' },
  { units: 2, ...own } as LayerOption,
]
const rows = 21
const x = numbers(rows * 3, 11)
const y = numbers(rows * 2, 12)

function newTrainer(path: string, optimizer: OptimizerOption, own: Partial<LayerOption> = {}): Trainer {
  const network = new Network({ inputs: 3, layers: layers(own), seed: 8 })
  return new Trainer(network, { loss: 'halfSquaredError', optimizer, backend: path })
}

/** What one step of plain descent with a rate of 1 takes off: the gradients. */
function gradientsBy(path: string, options: object, own: Partial<LayerOption> = {}, fit: object = {}): Float64Array {
  const trainer = newTrainer(path, { name: 'sgd', learningRate: 1, ...options }, own)
  const before = trainer.network.parameters.slice()
  trainer.fitSync(x, y, { batchSize: rows, shuffle: false, ...fit })
  return before.map((value, i) => value - trainer.network.parameters[i])
}

const normOf = (values: Float64Array): number => Math.hypot(...values)
const near = (actual: number, expected: number, what: string): void =>
  assert.ok(Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected)), `${what}: ${actual}, ${expected}`)

for (const path of paths) {
  describe(`on ${path}`, () => {
    it('weights of 1 are none', () => {
      for (const optimizer of ['sgd', 'adam', { name: 'sgd', clipNorm: 0.1 }] as const) {
        const [weighted, plain] = [newTrainer(path, optimizer), newTrainer(path, optimizer)]
        const sampleWeight = new Float64Array(rows).fill(1)
        const fit = { epochs: 3, batchSize: 5, seed: 3 }
        sameBits(weighted.fitSync(x, y, { ...fit, sampleWeight }).loss, plain.fitSync(x, y, fit).loss, 'loss')
        sameBits(weighted.network.parameters, plain.network.parameters, 'parameters')
        sameNumber(weighted.evaluate(x, y, { sampleWeight }).loss, plain.evaluate(x, y).loss, 'evaluate')
      }
    })

    it('a row of weight 2 is there twice, one of weight 0 never', () => {
      const weights = Float64Array.from({ length: rows }, (_, i) => i % 4)
      const repeated = Array.from(weights).flatMap((weight, row) => new Array<number>(weight).fill(row))
      const pick = (values: Float64Array, columns: number): Float64Array =>
        Float64Array.from(repeated.flatMap((row) => [...values.subarray(row * columns, (row + 1) * columns)]))
      const [manyX, manyY] = [pick(x, 3), pick(y, 2)]
      const trainer = newTrainer(path, { name: 'sgd', learningRate: 1 })
      const before = trainer.network.parameters.slice()
      const loss = trainer.evaluate(manyX, manyY).loss
      near(trainer.evaluate(x, y, { sampleWeight: weights }).loss, loss * (repeated.length / rows), 'loss')
      trainer.fitSync(manyX, manyY, { batchSize: repeated.length, shuffle: false })
      const gradients = gradientsBy(path, {}, {}, { sampleWeight: Array.from(weights) })
      for (const [i, gradient] of gradients.entries()) {
        near(gradient, (before[i] - trainer.network.parameters[i]) * (repeated.length / rows), `gradient ${i}`)
      }
    })

    it('a clip leaves the direction, and no more than the norm', () => {
      const gradients = gradientsBy(path, {})
      const norm = normOf(gradients)
      sameBits(gradientsBy(path, { globalClipNorm: 2 * norm }), gradients, 'gradients')
      const clipped = gradientsBy(path, { globalClipNorm: norm / 3 })
      near(normOf(clipped), norm / 3, 'the norm')
      for (const [i, gradient] of clipped.entries()) near(gradient, gradients[i] / 3, `gradient ${i}`)
      const { plan } = new Network({ inputs: 3, layers: layers() })
      const most = 0.05
      const eachClipped = gradientsBy(path, { clipNorm: most })
      let some = 0
      for (const { tensors } of plan.layers) {
        for (const [from, to] of tensors.map(rangeOf)) {
          const own = normOf(gradients.subarray(from, to))
          near(normOf(eachClipped.subarray(from, to)), Math.min(own, most), 'the norm of a tensor')
          if (own > most) some++
        }
      }
      assert.ok(some > 0 && some < 2 * plan.layers.length, `${some} tensors are clipped`)
      const values = gradientsBy(path, { clipValue: 0.01 })
      for (const [i, gradient] of values.entries()) {
        near(gradient, Math.min(Math.max(gradients[i], -0.01), 0.01), `gradient ${i}`)
      }
    })

    it('frozen layers keep every bit, and the optimizer knows nothing of them', () => {
      for (const frozen of [[0], [1], [2], [0, 1], [0, 2], [1, 2]]) {
        const own = layers({ l2: 0.5 }).map((layer, l) => ({ ...layer, trainable: !frozen.includes(l) }) as LayerOption)
        const network = new Network({ inputs: 3, layers: own, seed: 8 })
        const optimizer = { name: 'adam', weightDecay: 0.5, clipNorm: 0.1 } as const
        const trainer = new Trainer(network, { loss: 'halfSquaredError', optimizer, backend: path })
        const before = network.parameters.slice()
        trainer.fitSync(x, y, { epochs: 3, batchSize: 4 })
        const after = network.parameters
        network.plan.layers.forEach((layer, l) => {
          const [from, end] = trainedRange(layer)
          const means = trainer.optimizerState.subarray(from, end)
          if (frozen.includes(l)) {
            sameBits(after.subarray(from, end), before.subarray(from, end), `layer ${l}`)
            assert.ok(means.every((value) => value === 0))
          } else {
            assert.ok(after.subarray(from, end).every((value, i) => value !== before[from + i]))
            assert.ok(means.some((value) => value !== 0))
          }
        })
      }
    })

    it('the loss has the penalties in it', () => {
      const [l1, l2] = [0.0625, 0.125]
      const trainer = newTrainer(path, 'sgd', { l1, l2 })
      const { network } = trainer
      let penalty = 0
      for (const l of [0, 2]) {
        const { weights } = denseRanges(network.plan.layers[l])
        for (const w of network.parameters.subarray(...weights)) penalty += l1 * Math.abs(w) + l2 * w * w
      }
      const loss = newTrainer(path, 'sgd').evaluate(x, y).loss
      near(trainer.evaluate(x, y).loss, loss + penalty, 'evaluate')
      const before = trainer.evaluate(x, y).loss
      near(trainer.fitSync(x, y, { batchSize: rows, shuffle: false }).loss[0], before, 'the loss of an epoch')
    })

    it('an ensemble weighs the rows for each member, whose optimizers have options of their own', () => {
      const seeds = [3, 4, 5]
      const sampleWeight = numbers(rows, 9).map(Math.abs)
      const weightDecay = [0.5, 0.25, 0.125]
      const shape = { inputs: 3, layers: layers({ l2: 0.25 }) }
      const options = { loss: 'halfSquaredError', backend: path } as const
      const fit = { epochs: 2, batchSize: 4, sampleWeight }
      const ensemble = new Ensemble({ ...shape, seeds })
      const together = new Trainer(ensemble, {
        ...options,
        optimizer: { name: 'adam', weightDecay, globalClipNorm: 1 },
      })
      together.fitSync(x, y, fit)
      const evaluated = together.evaluate(x, y, { sampleWeight })
      for (const [i, seed] of seeds.entries()) {
        const optimizer = { name: 'adam', weightDecay: weightDecay[i], globalClipNorm: 1 } as const
        const alone = new Trainer(new Network({ ...shape, seed }), { ...options, optimizer })
        alone.fitSync(x, y, fit)
        sameBits(ensemble.members[i].parameters, alone.network.parameters, `member ${i}`)
        sameNumber(evaluated.members[i], alone.evaluate(x, y, { sampleWeight }).loss, `member ${i}: evaluate`)
      }
    })

    it('a training in parts is the training at once', () => {
      const training: DenseTraining = fitted({ ...EXTRAS['everything together'], optimizer: 'sgd', epochs: 7 })
      const data = dataFor(training)
      const expected = trainedBy(path, 1, training, data)
      const steps = training.rateFactors.length / 7
      let { start } = data
      const losses: number[] = []
      for (const [firstEpoch, epochs] of [
        [0, 1],
        [1, 4],
        [5, 2],
      ]) {
        const rateFactors = training.rateFactors.subarray(firstEpoch * steps, (firstEpoch + epochs) * steps)
        const part = trainedBy(path, 2, { ...training, firstEpoch, epochs, rateFactors }, { ...data, start })
        start = part.parameters
        losses.push(...part.losses)
      }
      sameBits(start, expected.parameters, 'parameters')
      sameBits(Float64Array.from(losses), expected.losses, 'losses')
    })
  })
}

describe('a layer', () => {
  const own: LayerOption[] = [
    { units: 3, activation: 'tanh', l1: 0.25, trainable: false },
    { units: 2, l2: 0.5, l1: 0, trainable: true },
  ]

  it('is saved with its own options, where they are not the usual ones', () => {
    const network = new Network({ inputs: 2, layers: own, seed: 1 })
    const saved = network.toJSON()
    assert.deepEqual(saved.layers, [
      { units: 3, activation: 'tanh', l1: 0.25, trainable: false },
      { units: 2, activation: 'linear', l2: 0.5 },
    ])
    const back = Network.fromJSON(JSON.stringify(network))
    assert.deepEqual(back.layers, network.layers)
    assert.deepEqual(
      back.layers.map(({ l1, l2, trainable }) => [l1, l2, trainable]),
      [
        [0.25, 0, false],
        [0, 0.5, true],
      ],
    )
  })

  it('has a digest without them', () => {
    const plain = own.map(({ units, activation }) => ({ units, activation }) as LayerOption)
    const digest = (all: LayerOption[]): string => new Network({ inputs: 2, layers: all, seed: 1 }).digest()
    assert.equal(digest(own), digest(plain))
  })
})

it('there are native paths to compare with', () => assert.notEqual(nativePaths.length, 0))
