/** The remaining rows if the number of rows is not a multiple of the batch size. */
import assert from 'node:assert/strict'
import { Ensemble, type FitOptions, type LayerOption, Network, Trainer } from 'lockstep-nn'
import { batchesOf } from '#lib/backend/plan.js'
import { shuffleOrder } from '#lib/kernels/random.js'
import { sameBits } from '../support/bits.js'
import { paths } from '../support/paths.js'
import { rowTests } from '../support/rows.js'
import { numbers } from '../support/values.js'

const INPUTS = 3
const DENSE: readonly LayerOption[] = [{ units: 4, activation: 'tanh' }, { units: 1 }]
const NORMALIZED: readonly LayerOption[] = [
  { type: 'batchNormalization' },
  { units: 3, activation: 'tanh' },
  { units: 1 },
]
const x = numbers(40 * INPUTS, 1)
const y = numbers(40, 2)

const make = (backend: string, layers: readonly LayerOption[] = DENSE, threads = 1): Trainer =>
  new Trainer(new Network({ inputs: INPUTS, layers, seed: 3 }), {
    loss: 'meanSquaredError',
    optimizer: { name: 'adam', learningRate: 0.05 },
    backend,
    threads,
  })

const first = (rows: number): [Float64Array, Float64Array] => [x.slice(0, rows * INPUTS), y.slice(0, rows)]

/** These rows of the data. */
const rowsOf = (rows: readonly number[]): [Float64Array, Float64Array] => [
  Float64Array.from(rows.flatMap((row) => [...x.subarray(row * INPUTS, (row + 1) * INPUTS)])),
  Float64Array.from(rows, (row) => y[row]),
]

/** Fits batch by batch: each a fit of its own that continues with the optimizer's state. */
function batchByBatch(trainer: Trainer, batches: readonly (readonly number[])[]): number[] {
  return batches.map((rows) => {
    const [loss] = trainer.partialFitSync(...rowsOf(rows), { batchSize: rows.length, shuffle: false }).loss
    return loss * rows.length
  })
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

describe('the batches of an epoch', () => {
  const dense = new Network({ inputs: INPUTS, layers: DENSE }).plan
  const normalized = new Network({ inputs: INPUTS, layers: NORMALIZED }).plan

  it('are whole batches, with the rest kept, merged or dropped', () => {
    // rows, batchSize, lastBatch: batchSize, lastBatchSize, stepsPerEpoch, epochRows. By hand.
    for (const [rows, size, lastBatch, ...expected] of [
      [33, 32, 'keep', 32, 1, 2, 33],
      [33, 32, 'merge', 32, 33, 1, 33],
      [33, 32, 'drop', 32, 32, 1, 32],
      [63, 32, 'merge', 32, 63, 1, 63],
      [100, 32, 'keep', 32, 4, 4, 100],
      [100, 32, 'merge', 32, 36, 3, 100],
      [100, 32, 'drop', 32, 32, 3, 96],
      [64, 32, 'merge', 32, 32, 2, 64],
      [64, 32, 'drop', 32, 32, 2, 64],
      [7, 32, 'keep', 7, 7, 1, 7],
      [7, 32, 'merge', 7, 7, 1, 7],
      [7, 32, 'drop', 7, 7, 1, 7],
    ] as const) {
      const { batchSize, lastBatchSize, stepsPerEpoch, epochRows } = batchesOf(dense, rows, size, lastBatch)
      assert.deepEqual([batchSize, lastBatchSize, stepsPerEpoch, epochRows], expected, `${rows}, ${size}, ${lastBatch}`)
    }
  })

  it('keep the rest unless it is a single row that would be normalized', () => {
    for (const rows of [1, 5, 31, 32, 33, 34, 63, 64, 65, 100]) {
      assert.deepEqual(batchesOf(dense, rows, 32, null), batchesOf(dense, rows, 32, 'keep'))
      const usual = rows % 32 === 1 ? 'merge' : 'keep'
      assert.deepEqual(batchesOf(normalized, rows, 32, null), batchesOf(normalized, rows, 32, usual))
    }
    const frozen = NORMALIZED.map((layer, l) => (l === 0 ? { ...layer, trainable: false } : layer)) as LayerOption[]
    const { plan } = new Network({ inputs: INPUTS, layers: frozen })
    assert.deepEqual(batchesOf(plan, 33, 32, null), batchesOf(plan, 33, 32, 'keep'))
  })
})

for (const backend of paths) {
  describe(`the rows of the last batch on ${backend}`, () => {
    const row = rowTests()
    for (const [title, layers, threads] of [
      ['a small network', DENSE, 1],
      ['a network with batch normalization', NORMALIZED, 1],
      ['a wide network on two threads', [{ units: 70, activation: 'tanh' }, { units: 70 }, { units: 1 }], 2],
    ] as const) {
      row('are a batch of their own, are added to the last one, or are dropped', title, () => {
        // 11 rows in batches of 4.
        const plans = {
          keep: [range(0, 4), range(4, 8), range(8, 11)],
          merge: [range(0, 4), range(4, 11)],
          drop: [range(0, 4), range(4, 8)],
        }
        for (const lastBatch of ['keep', 'merge', 'drop'] as const) {
          const [whole, parts] = [make(backend, layers, threads), make(backend, layers)]
          const fit = { epochs: 2, batchSize: 4, shuffle: false, lastBatch }
          const { loss } = whole.fitSync(...first(11), fit)
          for (const epoch of [0, 1]) {
            const losses = batchByBatch(parts, plans[lastBatch])
            const rows = plans[lastBatch].flat().length
            const expected = losses.reduce((sum, one) => sum + one, 0) / rows
            assert.ok(Math.abs(loss[epoch] - expected) < 1e-14, `${lastBatch}: ${loss[epoch]}, ${expected}`)
          }
          sameBits(whole.network.parameters, parts.network.parameters, lastBatch)
          sameBits(whole.optimizerState, parts.optimizerState, lastBatch)
        }
      })
    }

    it('differ in each epoch where they are dropped and rows are shuffled', () => {
      const [whole, parts] = [make(backend), make(backend)]
      whole.fitSync(...first(11), { epochs: 6, batchSize: 4, seed: 9, lastBatch: 'drop' })
      const order = new Int32Array(11)
      const dropped = new Set<string>()
      for (let epoch = 0; epoch < 6; epoch++) {
        shuffleOrder(order, 11, 9, 0, epoch)
        batchByBatch(parts, [[...order.subarray(0, 4)], [...order.subarray(4, 8)]])
        dropped.add(String(order.slice(8).sort()))
      }
      assert.ok(dropped.size > 3)
      sameBits(whole.network.parameters, parts.network.parameters, 'parameters')
    })

    it('are a batch of their own by default', () => {
      const [usual, kept] = [make(backend), make(backend)]
      const fit: FitOptions = { epochs: 3, batchSize: 4, seed: 2 }
      sameBits(
        usual.fitSync(...first(9), fit).loss,
        kept.fitSync(...first(9), { ...fit, lastBatch: 'keep' }).loss,
        'loss',
      )
      sameBits(usual.network.parameters, kept.network.parameters, 'parameters')
    })

    it('are added to the batch before where a single row would be normalized', () => {
      // The example of 33 rows: a last batch of one row, whose variance is 0, moves the variance by 0.
      const fit: FitOptions = { epochs: 2, seed: 2 }
      const outcome = (lastBatch?: 'keep' | 'merge'): Float64Array => {
        const trainer = make(backend, NORMALIZED)
        trainer.fitSync(...first(33), { ...fit, ...(lastBatch === undefined ? {} : { lastBatch }) })
        return trainer.network.parameters
      }
      sameBits(outcome(), outcome('merge'), 'parameters')
      assert.notDeepEqual(outcome(), outcome('keep'))
    })

    it('count as no step of a schedule where they are dropped or merged', () => {
      const rates: number[][] = []
      for (const lastBatch of ['keep', 'merge', 'drop'] as const) {
        const seen: number[] = []
        const schedule = (step: number): number => {
          seen.push(step)
          return 0.01
        }
        const network = new Network({ inputs: INPUTS, layers: DENSE, seed: 3 })
        const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd', schedule, backend })
        trainer.fitSync(...first(11), { epochs: 3, batchSize: 4, lastBatch })
        rates.push(seen)
      }
      assert.deepEqual(rates, [
        [0, 3, 6],
        [0, 2, 4],
        [0, 2, 4],
      ])
    })

    it('are the same for the members of an ensemble as for a network', () => {
      for (const lastBatch of ['merge', 'drop'] as const) {
        for (const batchSize of [1, 2, 4, 10]) {
          const seeds = range(0, 9)
          const options = { loss: 'meanSquaredError', optimizer: 'adam', backend } as const
          const fit = { epochs: 3, batchSize, seed: 5, lastBatch }
          const ensemble = new Ensemble({ inputs: INPUTS, layers: DENSE, seeds })
          new Trainer(ensemble, options).fitSync(...first(13), fit)
          for (const seed of [0, 8]) {
            const alone = new Network({ inputs: INPUTS, layers: DENSE, seed })
            new Trainer(alone, { ...options, backend: 'typescript' }).fitSync(...first(13), fit)
            sameBits(ensemble.members[seed].parameters, alone.parameters, `${lastBatch}, ${batchSize}, member ${seed}`)
          }
        }
      }
    })
  })
}

describe('batch normalization', () => {
  const remedy =
    'A batchNormalization computes the mean and the variance of a batch, and the variance of one row is 0: give more rows, ' +
    'or set trainable: false on such layers, which then use their moving statistics.'

  it('refuses batches of one row', () => {
    assert.throws(() => make('auto', NORMALIZED).fitSync(...first(9), { batchSize: 1 }), {
      name: 'RangeError',
      message: `Expected at least 2 for batchSize but received 1 of type number. ${remedy}`,
    })
    assert.throws(() => make('auto', NORMALIZED).partialFitSync(...first(1)), {
      name: 'RangeError',
      message: `Expected at least 2 rows for x but received 1. ${remedy}`,
    })
  })

  it('takes them where it is frozen', () => {
    const frozen = NORMALIZED.map((layer, l) => (l === 0 ? { ...layer, trainable: false } : layer)) as LayerOption[]
    const { loss } = make('auto', frozen).fitSync(...first(9), { batchSize: 1 })
    assert.ok(Number.isFinite(loss[0]))
  })
})

describe('lastBatch', () => {
  it('is one of three words', () => {
    const trainWith = (lastBatch: unknown) => make('auto').fitSync(...first(9), { lastBatch } as FitOptions)
    assert.throws(() => trainWith('merged'), {
      name: 'RangeError',
      message:
        'Expected one of the known words for lastBatch but received "merged" of type string. Did you mean "merge"? Known: ' +
        'keep, merge, drop.',
    })
    assert.throws(() => trainWith(true), {
      name: 'TypeError',
      message:
        'Expected one of the known words for lastBatch but received true of type boolean. Known: keep, merge, drop.',
    })
  })
})
