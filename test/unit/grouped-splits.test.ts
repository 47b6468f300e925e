/** Splits that keep groups whole or follow time, against scikit-learn's and by their properties. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { crossValidate, kFold, type Split, stratifiedKFold, timeSeriesSplit, trainTestSplit } from 'lockstep-nn/data'
import { refusals } from '../support/refusals.js'

const file = new URL('../../../test/fixtures/scikit-learn/splits.json', import.meta.url)
const expected = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly timeSeries: readonly { rows: number; options: object; splits: Split<number>[] }[]
  readonly groups: readonly { folds: number; groups: number[]; splits: Split<number>[] }[]
}

const ascending = (places: readonly number[]) => places.toSorted((a, b) => a - b)
const all = (rows: number) => Array.from({ length: rows }, (_, i) => i)
const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const groupsOfRows = fc.array(fc.integer({ min: 0, max: 11 }), { minLength: 40, maxLength: 120 })

function requireWhole({ train, test }: Split<number>, groups: readonly unknown[]): void {
  const trained = new Set(train.map((i) => groups[i]))
  assert.ok(
    test.every((i) => !trained.has(groups[i])),
    'a group is on both sides',
  )
  assert.deepEqual(ascending([...train, ...test]), all(groups.length))
}

describe('splits by groups', () => {
  it('are scikit-learn’s GroupKFold without shuffle', () => {
    assert.equal(expected.groups.length, 20)
    for (const { folds, groups, splits } of expected.groups) {
      assert.deepEqual(kFold(groups.length, { folds, groups, shuffle: false }), splits)
    }
  })

  it('test each group as a whole, once, in folds of similar sizes', () => {
    fc.assert(
      fc.property(groupsOfRows, seeds, (groups, seed) => {
        fc.pre(new Set(groups).size >= 4)
        const splits = kFold(groups.length, { folds: 4, groups, seed })
        for (const split of splits) requireWhole(split, groups)
        assert.deepEqual(ascending(splits.flatMap(({ test }) => test)), all(groups.length))
        const sizes = splits.map(({ test }) => test.length)
        const largest = Math.max(...groups.map((one) => groups.filter((other) => other === one).length))
        // The lightest fold is no lighter than the heaviest less its last group.
        assert.ok(Math.max(...sizes) - Math.min(...sizes) <= largest)
      }),
    )
  })

  it('have the labels in proportion as far as groups allow', () => {
    // 60 groups of four rows, of which one in three has the label b, and those rows are half of the group.
    const groups = all(240).map((i) => `g${i % 60}`)
    const labels = all(240).map((i) => (i % 60 < 20 && i >= 120 ? 'b' : 'a'))
    for (const seed of all(5)) {
      for (const split of stratifiedKFold(240, labels, { folds: 5, groups, seed })) {
        requireWhole(split, groups)
        assert.equal(split.test.length, 48)
        assert.equal(split.test.filter((i) => labels[i] === 'b').length, 8)
      }
    }
  })

  it('are other ones for another seed, and a group may be given by a function', () => {
    const items = all(40).map((i) => ({ patient: `p${i % 10}` }))
    const of = (seed: number) => kFold(items, { folds: 5, seed, groups: ({ patient }) => patient })
    assert.deepEqual(of(1), of(1))
    assert.notDeepEqual(of(1), of(2))
  })

  it('divide rows in two parts near the size asked for', () => {
    fc.assert(
      fc.property(groupsOfRows, seeds, (groups, seed) => {
        fc.pre(new Set(groups).size > 1)
        const split = trainTestSplit(groups.length, { testSize: 0.3, groups, seed })
        requireWhole(split, groups)
        const sizes = [...new Set(groups)].map((one) => groups.filter((other) => other === one).length)
        const far = Math.abs(split.test.length - Math.floor(0.3 * groups.length + 0.5))
        assert.ok(far <= Math.max(...sizes) / 2 || split.test.length === Math.min(...sizes))
      }),
    )
    const last = trainTestSplit(6, { testSize: 2, groups: ['a', 'a', 'b', 'b', 'c', 'c'], shuffle: false })
    assert.deepEqual(last, { train: [0, 1, 2, 3], test: [4, 5] })
  })

  it('are taken by crossValidate, with labels and without', async () => {
    const groups = all(40).map((i) => i % 8)
    const labels = all(40).map((i) => (i % 8 < 4 ? 'a' : 'b'))
    for (const stratify of [undefined, labels]) {
      const { scores } = await crossValidate(40, {
        folds: 4,
        groups,
        stratify,
        fit: (train) => new Set(train.map((i) => groups[i])),
        score: (trained, test) => test.filter((i) => trained.has(groups[i])).length,
      })
      assert.deepEqual(scores, [0, 0, 0, 0])
    }
  })
})

describe('splits by time', () => {
  it('are scikit-learn’s TimeSeriesSplit', () => {
    assert.equal(expected.timeSeries.length, 20)
    for (const { rows, options, splits } of expected.timeSeries)
      assert.deepEqual(timeSeriesSplit(rows, options), splits)
  })

  it('put rows in the order of their times', () => {
    const items = [3, 1, 2, 6, 5, 4].map((day) => ({ day: `2026-11-0${day}` }))
    const splits = timeSeriesSplit(items, { folds: 2, time: ({ day }) => day })
    const days = splits.map(({ train, test }) =>
      [train, test].map((part) => part.map(({ day }) => Number(day.slice(-1)))),
    )
    assert.deepEqual(days, [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 2, 3, 4],
        [5, 6],
      ],
    ])
    const { train, test } = trainTestSplit(items, { testSize: 2, time: ({ day }) => new Date(day) })
    assert.deepEqual(
      [train, test].map((part) => part.map(({ day }) => Number(day.slice(-1)))),
      [
        [1, 2, 3, 4],
        [5, 6],
      ],
    )
  })

  it('keep rows of one time together', () => {
    assert.deepEqual(trainTestSplit(6, { testSize: 2, time: [1, 1, 2, 2, 2, 3] }), {
      train: [0, 1, 2, 3, 4],
      test: [5],
    })
    assert.deepEqual(trainTestSplit(6, { testSize: 3, time: [1, 1, 2, 2, 2, 3] }), {
      train: [0, 1],
      test: [2, 3, 4, 5],
    })
  })

  it('are taken by crossValidate', async () => {
    const seen: string[] = []
    await crossValidate(9, {
      folds: 2,
      timeSeries: { gap: 1 },
      fit: (train) => train,
      score(train, test) {
        seen.push(`${train} → ${test}`)
        return 0
      },
    })
    assert.deepEqual(seen, ['0,1 → 3,4,5', '0,1,2,3,4 → 6,7,8'])
  })
})

const validate = (options: object) => crossValidate(8, { folds: 2, fit: () => 0, score: () => 0, ...options } as never)

refusals('splits by groups or time', [
  [
    'fewer groups than folds',
    () => kFold(6, { folds: 3, groups: [1, 1, 1, 2, 2, 2] }),
    'RangeError',
    'Expected at least 3 groups for groups but received 2.',
  ],
  [
    'a missing group',
    () => kFold(4, { folds: 2, groups: ['a', 'b', null as never, 'a'] }),
    'TypeError',
    'Expected text, a number, or true or false for the group of row 2 but received null.',
  ],
  [
    'groups of another number',
    () => trainTestSplit(4, { groups: ['a', 'b'] }),
    'RangeError',
    'Expected 4 groups, one for each row, for groups but received 2.',
  ],
  [
    'time with labels',
    () => trainTestSplit(4, { time: [1, 2, 3, 4], stratify: [0, 0, 1, 1] }),
    'TypeError',
    'Expected nothing for stratify but received an array of length 4. With time, the latest rows are taken.',
  ],
  [
    'a time that is no date',
    () => trainTestSplit(2, { time: ['2026-11-28', 'tomorrow'] }),
    'RangeError',
    'Expected a date or a finite number for the time of row 1 but received "tomorrow" of type string.',
  ],
  [
    'too few rows for the folds',
    () => timeSeriesSplit(10, { folds: 3, testSize: 3, gap: 1 }),
    'RangeError',
    'Expected a row to train on in the first fold for rows but received 10: 3 folds test 9 rows, the gap is 1. Use fewer folds or a smaller testSize or gap.',
  ],
  [
    'an unknown option of timeSeries',
    () => validate({ timeSeries: { gapp: 1 } }),
    'TypeError',
    'Unknown option "gapp" in timeSeries. Did you mean "gap"? Known: testSize, gap, maxTrainSize, time.',
  ],
  [
    'timeSeries with groups',
    () => validate({ timeSeries: true, groups: [] }),
    'TypeError',
    'Expected nothing for groups but received an array of length 0. With time, the latest rows are taken.',
  ],
])
