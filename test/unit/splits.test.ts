/** Splits and folds: each row once, labels in proportion, equal for equal seeds; and cross-validation. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { crossValidate, kFold, stratifiedKFold, trainTestSplit } from 'lockstep-nn/data'

const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const ascending = (places: readonly number[]) => places.toSorted((a, b) => a - b)
const all = (rows: number) => Array.from({ length: rows }, (_, i) => i)

/** Labels, each at least `least` times. */
const labelsOf = (least: number) =>
  fc.array(fc.integer({ min: least, max: 12 }), { minLength: 1, maxLength: 4 }).chain((counts) =>
    fc.shuffledSubarray(
      counts.flatMap((count, i) => all(count).map(() => `${i}`)),
      { minLength: counts.reduce((a, b) => a + b) },
    ),
  )

const countOf = (places: readonly number[], labels: readonly string[], label: string) =>
  places.filter((i) => labels[i] === label).length

/** Whether rounding the share could give either neighbour: split-shares.test.ts is about those. */
const isNearHalf = (product: number): boolean => Math.abs(product - Math.floor(product) - 0.5) < 1e-9

describe('splits', () => {
  it('have every row in one part', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 200 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        seeds,
        (rows, share, seed) => {
          const count = Math.floor(share * rows + 0.5)
          fc.pre(count > 0 && count < rows && !isNearHalf(share * rows))
          const { train, test } = trainTestSplit(rows, { testSize: share, seed })
          assert.equal(test.length, count)
          assert.deepEqual(ascending([...train, ...test]), all(rows))
        },
      ),
    )
  })

  it('keep labels in proportion', () => {
    fc.assert(
      fc.property(labelsOf(3), fc.double({ min: 0.2, max: 0.8, noNaN: true }), seeds, (labels, testSize, seed) => {
        fc.pre(!isNearHalf(testSize * labels.length))
        const { train, test } = trainTestSplit(labels.length, { testSize, seed, stratify: labels })
        assert.equal(test.length, Math.floor(testSize * labels.length + 0.5))
        assert.deepEqual(ascending([...train, ...test]), all(labels.length))
        for (const label of new Set(labels)) {
          const exact = (countOf(all(labels.length), labels, label) * test.length) / labels.length
          assert.ok(Math.abs(countOf(test, labels, label) - exact) < 1)
        }
      }),
    )
  })

  it('return the items of an array, by the label of a function', () => {
    const items = ['a1', 'a2', 'b1', 'b2']
    const { train, test } = trainTestSplit(items, { testSize: 2, stratify: (item) => item[0] })
    assert.deepEqual([...train, ...test].sort(), items)
    assert.deepEqual(test.map((item) => item[0]).sort(), ['a', 'b'])
  })

  it('take the last rows where they do not shuffle', () => {
    assert.deepEqual(trainTestSplit(5, { testSize: 2, shuffle: false }), { train: [0, 1, 2], test: [3, 4] })
    assert.deepEqual(trainTestSplit(8, { shuffle: false }).test, [6, 7])
    const stratify = ['a', 'a', 'b', 'b']
    assert.deepEqual(trainTestSplit(4, { testSize: 0.5, shuffle: false, stratify }), { train: [0, 2], test: [1, 3] })
  })

  it('are these, on every machine', () => {
    assert.deepEqual(trainTestSplit(10, { seed: 7 }), { train: [0, 7, 6, 8, 3, 1, 4], test: [5, 2, 9] })
    assert.deepEqual(trainTestSplit(10, { seed: 2 ** 53 - 1, testSize: 3 }).test, [0, 4, 7])
  })
})

describe('folds', () => {
  it('test every row once, in parts whose sizes differ by at most one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 10 }), fc.integer({ min: 0, max: 100 }), seeds, (folds, more, seed) => {
        const rows = folds + more
        const splits = kFold(rows, { folds, seed })
        assert.equal(splits.length, folds)
        assert.deepEqual(ascending(splits.flatMap(({ test }) => test)), all(rows))
        for (const { train, test } of splits) {
          assert.deepEqual(ascending([...train, ...test]), all(rows))
          assert.ok(test.length === Math.floor(rows / folds) || test.length === Math.ceil(rows / folds))
        }
      }),
    )
  })

  it('have every label with counts that differ by at most one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 4 }), labelsOf(4), seeds, (folds, labels, seed) => {
        const splits = stratifiedKFold(labels.length, labels, { folds, seed })
        assert.deepEqual(ascending(splits.flatMap(({ test }) => test)), all(labels.length))
        for (const { train, test } of splits) {
          assert.deepEqual(ascending([...train, ...test]), all(labels.length))
          assert.ok(Math.abs(test.length - labels.length / folds) < 1)
          for (const label of new Set(labels)) {
            assert.ok(Math.abs(countOf(test, labels, label) - countOf(all(labels.length), labels, label) / folds) < 1)
          }
        }
      }),
    )
  })

  it('follow the order of the rows where they do not shuffle', () => {
    assert.deepEqual(
      kFold(['a', 'b', 'c', 'd', 'e'], { folds: 2, shuffle: false }).map(({ test }) => test),
      [
        ['a', 'b', 'c'],
        ['d', 'e'],
      ],
    )
    const split = stratifiedKFold(6, ['a', 'a', 'a', 'a', 'b', 'b'], { folds: 2, shuffle: false })
    assert.deepEqual(split[0], { train: [1, 3, 5], test: [0, 2, 4] })
  })

  it('are these, on every machine', () => {
    assert.deepEqual(
      kFold(10, { folds: 3, seed: 7 }).map(({ test }) => test),
      [
        [8, 5, 7, 0],
        [1, 2, 4],
        [9, 3, 6],
      ],
    )
    assert.deepEqual(kFold(10, { folds: 3, seed: 7 })[0].train, [1, 2, 4, 9, 3, 6])
    const labels = ['a', 'a', 'b', 'b', 'b', 'a']
    assert.deepEqual(
      stratifiedKFold(6, labels, { folds: 3, seed: 42 }).map(({ test }) => test),
      [
        [2, 5],
        [4, 0],
        [3, 1],
      ],
    )
  })
})

describe('cross-validation', () => {
  it('trains on the other folds and scores each fold, one after the other', async () => {
    const seen: string[] = []
    const result = await crossValidate(['a', 'b', 'c', 'd'], {
      folds: 2,
      shuffle: false,
      async fit(train, fold) {
        seen.push(`fit ${fold} ${train}`)
        await Promise.resolve()
        return train.join('')
      },
      score(model, test, fold) {
        seen.push(`score ${fold} ${model} ${test}`)
        return fold * 2
      },
    })
    assert.deepEqual(seen, ['fit 0 c,d', 'score 0 cd a,b', 'fit 1 a,b', 'score 1 ab c,d'])
    assert.deepEqual(result, { scores: [0, 2], mean: 1, standardDeviation: 1 })
  })

  it('stratifies, and works on indices', async () => {
    const labels = ['a', 'a', 'b', 'b']
    const { scores } = await crossValidate(4, {
      folds: 2,
      stratify: labels,
      fit: (train) => train,
      score: (train, test) => new Set([...train, ...test]).size + new Set(test.map((i) => labels[i])).size,
    })
    assert.deepEqual(scores, [6, 6])
  })
})
