/** A whole step has the bits of the reference: updates, sample weights, penalties, clips, decay and frozen layers. */
import fc from 'fast-check'
import { sameBits } from '../support/bits.js'
import { drawCount } from '../support/drawn.js'
import { paths } from '../support/paths.js'
import type { ReferenceDense } from '../support/reference-layers.js'
import { type DenseTraining, dataFor, NONE, SIMPLE, sameAsReference, trainedBy } from '../support/reference-runs.js'
import { rowTests } from '../support/rows.js'
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

/** The arrays of rows and steps, with the lengths of the training. */
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

describe('a step has the bits of the reference on every backend', () => {
  const row = rowTests()
  for (const [title, training] of Object.entries(EXTRAS)) {
    for (const optimizer of ['sgd', 'momentum', 'adam'] as const) {
      row(`with ${title}`, optimizer, () => {
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

  it('with any drawn combination', () => {
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

describe('a training in parts', () => {
  for (const path of paths) {
    it(`ends in the bits of one training: ${path}`, () => {
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
  }
})
