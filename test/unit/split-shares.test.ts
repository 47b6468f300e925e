/** How many rows a share is, and how many rows and folds a split takes. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Network, Trainer } from 'lockstep-nn'
import { crossValidate, kFold, stratifiedKFold, trainTestSplit } from 'lockstep-nn/data'
import { rowsOfShare } from '#lib/checks/rows.js'
import { sameBits } from '../support/bits.js'
import { rowTests } from '../support/rows.js'

/** rows · k / 100 rounded to the nearest integer, halves up, in integers. */
const exact = (rows: number, k: number): number => {
  const twice = 2 * rows * k + 100
  return (twice - (twice % 200)) / 200
}

describe('a share of rows', () => {
  const row = rowTests()
  it('is the exact product, rounded half up, however the share was computed', () => {
    for (let rows = 1; rows <= 1000; rows++) {
      for (let k = 1; k < 100; k++) {
        const expected = exact(rows, k)
        for (const share of [k / 100, 1 - (100 - k) / 100, k * 0.01, 1 - (1 - k / 100)]) {
          assert.equal(rowsOfShare(share, rows), expected, `${share} of ${rows}`)
        }
      }
    }
  })

  it('is tested by trainTestSplit, with and without labels', () => {
    for (let rows = 4; rows <= 60; rows++) {
      const stratify = Array.from({ length: rows }, (_, i) => i % 2)
      for (let k = 1; k < 100; k++) {
        const expected = exact(rows, k)
        if (expected === 0 || expected === rows) {
          assert.throws(() => trainTestSplit(rows, { testSize: k / 100 }), RangeError)
          continue
        }
        assert.equal(trainTestSplit(rows, { testSize: k / 100 }).test.length, expected)
        assert.equal(trainTestSplit(rows, { testSize: k / 100, stratify }).test.length, expected)
      }
    }
  })

  const trained = (rows: number, train: (x: Float64Array, trainer: Trainer) => void) => {
    const network = new Network({ inputs: 1, layers: [{ units: 1 }], seed: 1 })
    const x = Float64Array.from({ length: rows }, (_, i) => (i % 7) / 7)
    train(x, new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd', backend: 'typescript' }))
    return network.parameters
  }
  // By hand: 10 - 8, 100 - 90, 10 - 9, 5 - 2 (1.5 rounds up), 10 - 3.
  const splits = [
    [10, 0.8, 2],
    [100, 0.9, 10],
    [10, 0.9, 1],
    [5, 0.1 + 0.2, 3],
    [10, 0.1 + 0.2, 7],
  ] as const
  for (const [rows, validationSplit, kept] of splits) {
    row(
      'leaves the rows to train on that a validationSplit says',
      `${kept} of ${rows} rows for ${validationSplit}`,
      () => {
        const whole = trained(rows, (x, trainer) => trainer.fitSync(x, x, { epochs: 3, validationSplit }))
        const part = trained(rows, (x, trainer) => {
          trainer.fitSync(x.slice(0, kept), x.slice(0, kept), { epochs: 3 })
        })
        sameBits(whole, part, 'parameters')
      },
    )
  }
})

describe('the rows of a split', () => {
  it('are refused where memory could not hold their indices, before any work', async () => {
    const most = 2 ** 31 - 1
    const huge: unknown[] = []
    huge.length = 2 ** 32 - 1
    const fit = () => 0
    const calls: (() => unknown)[] = [
      () => kFold(most),
      () => stratifiedKFold(most, () => 'a'),
      () => trainTestSplit(most),
      () => trainTestSplit(most, { stratify: () => 'a' }),
      () => crossValidate(most, { fit, score: fit }),
      () => kFold(huge),
      () => trainTestSplit(huge),
      () => kFold(2 ** 24),
      () => stratifiedKFold(2 ** 24, () => 'a'),
      () => kFold(100_000, { folds: 100_000 }),
      () => kFold(most, { folds: most }),
    ]
    for (const call of calls) {
      const before = process.memoryUsage().rss
      await assert.rejects(async () => call(), RangeError)
      assert.ok(process.memoryUsage().rss - before < 2 ** 26)
    }
  })

  it('may be as many as crossValidate can hold one fold at a time', async () => {
    let folds = 0
    const rows = 20_000
    const count = 4000
    // 80 million places in all, which kFold refuses.
    assert.throws(() => kFold(rows, { folds: count }), /^RangeError: Expected at most 67108864 rows times folds/)
    const stop = new Error('enough')
    const fit = (train: number[]) => {
      assert.equal(train.length, rows - rows / count)
      if (++folds === 3) throw stop
    }
    await assert.rejects(crossValidate(rows, { folds: count, fit, score: () => 0 }), stop)
  })

  it('are shared among labels by exact remainders, the first of equal ones', () => {
    const sizes = fc.array(fc.integer({ min: 2, max: 60 }), { minLength: 2, maxLength: 8 })
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), (counts, part) => {
        const labels = counts.flatMap((count, label) => new Array<number>(count).fill(label))
        const test = 1 + Math.floor(part * (labels.length - 2))
        const split = trainTestSplit(labels.length, { testSize: test, stratify: labels, shuffle: false })
        // docs/numerics: floor(c t / n), and one more for the largest remainders, in integers.
        const n = BigInt(labels.length)
        const parts = counts.map((count, i) => ({ i, product: BigInt(count) * BigInt(test) }))
        const whole = parts.map(({ product }) => Number(product / n))
        let rest = test - whole.reduce((sum, one) => sum + one, 0)
        for (const { i } of parts.toSorted((a, b) => Number((b.product % n) - (a.product % n)) || a.i - b.i)) {
          if (rest-- > 0) whole[i]++
        }
        const found = counts.map((_, label) => split.test.filter((place) => labels[place] === label).length)
        assert.deepEqual(found, whole)
      }),
    )
  })
})
