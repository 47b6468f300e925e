/** The rows for validation: chosen by share, label, group or time before anything is fitted. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { chooseValidation, type ValidationOptions } from '#lib/data/splits/validation.js'
import { refusals } from '../support/refusals.js'

const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const ascending = (places: Iterable<number>) => [...places].sort((a, b) => a - b)
const all = (rows: number) => Array.from({ length: rows }, (_, i) => i)

type Table = Readonly<Record<string, readonly unknown[]>>

function choose(option: number | ValidationOptions, table: Table, defaults = {}) {
  const rows = Object.values(table)[0].length
  const { train, validation } = chooseValidation(rows, option, (name) => table[name], defaults)
  assert.deepEqual(ascending([...train, ...validation]), all(rows), 'each row is in one part')
  assert.deepEqual([ascending(train), ascending(validation)], [[...train], [...validation]], 'both parts ascend')
  assert.ok(train.length > 0 && validation.length > 0, 'no part is empty')
  return { train: [...train], validation: [...validation] }
}

const table = (values: readonly unknown[]) => ({ a: values })

describe('rows for validation', () => {
  it('are the nearest number to the share, drawn by the seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 200 }), fc.integer({ min: 1, max: 9 }), seeds, (rows, tenth, seed) => {
        const share = tenth / 10
        const expected = Math.floor((rows * tenth + 5) / 10)
        fc.pre(expected > 0 && expected < rows)
        const { validation } = choose({ share, seed }, table(all(rows)))
        assert.equal(validation.length, expected)
        assert.deepEqual(choose({ share, seed }, table(all(rows))).validation, validation)
      }),
    )
  })

  it('are these, on every machine', () => {
    assert.deepEqual(choose(0.2, table(all(20))).validation, [1, 6, 10, 18])
    assert.deepEqual(choose({ seed: 7 }, table(all(20))).validation, [4, 5, 10, 19])
    assert.deepEqual(choose({}, table(all(20)), { seed: 7 }).validation, [4, 5, 10, 19])
  })

  it('are the last ones without shuffle', () => {
    assert.deepEqual(choose({ shuffle: false }, table(all(10))).validation, [8, 9])
    const labels = ['a', 'a', 'a', 'b', 'b', 'b']
    const options = { share: 0.5, shuffle: false, stratify: 'a' }
    assert.deepEqual(choose(options, table(labels)).validation, [1, 2, 5])
    assert.deepEqual(choose({ shuffle: false, groups: 'a' }, table(labels)).validation, [3, 4, 5])
  })

  it('have each label in proportion, and leave a label of one row to training', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(counts, seeds, (sizes, seed) => {
        fc.pre(sizes.some((size) => size > 1))
        const labels = sizes.flatMap((size, i) => Array.from({ length: size }, () => `${i}`))
        fc.pre(Math.floor(labels.length * 0.25 + 0.5) > 0)
        const { train, validation } = choose({ share: 0.25, seed }, table(labels), { stratify: 'a' })
        const repeated = sizes.filter((size) => size > 1).reduce((sum, size) => sum + size, 0)
        const wanted = Math.floor(labels.length * 0.25 + 0.5)
        for (const [i, size] of sizes.entries()) {
          const validated = validation.filter((row) => labels[row] === `${i}`).length
          if (size === 1) assert.equal(validated, 0)
          else assert.ok(Math.abs(validated - (size * wanted) / repeated) <= 1, `${validated} of ${size}`)
          assert.ok(
            train.some((row) => labels[row] === `${i}`),
            'every label is trained on',
          )
        }
      }),
    )
  })

  it('follow a default label only where rows are drawn one by one', () => {
    const two = { label: ['a', 'a', 'a', 'b', 'b', 'b', 'b', 'b'], group: [1, 1, 1, 2, 2, 3, 3, 3] }
    const labelsOf = (rows: readonly number[]) => rows.map((i) => two.label[i]).sort()
    for (const seed of all(20)) {
      assert.deepEqual(labelsOf(choose({ share: 0.25, seed }, two, { stratify: 'label' }).validation), ['a', 'b'])
      assert.deepEqual(labelsOf(choose({ share: 0.25, seed, stratify: true }, two, { stratify: 'label' }).validation), [
        'a',
        'b',
      ])
    }
    const plain = all(20).map((seed) => choose({ share: 0.25, seed }, two).validation)
    const off = all(20).map(
      (seed) => choose({ share: 0.25, seed, stratify: false }, two, { stratify: 'label' }).validation,
    )
    assert.deepEqual(off, plain)
    assert.deepEqual(choose({ share: 0.25, shuffle: false }, two, { stratify: 'label' }).validation, [6, 7])
    assert.deepEqual(
      choose({ share: 0.25, groups: 'group', shuffle: false }, two, { stratify: 'label' }).validation,
      [5, 6, 7],
    )
  })

  it('never divide a group, and come near to the share', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 20, maxLength: 200 }), seeds, (group, seed) => {
        fc.pre(new Set(group).size > 1)
        const { train, validation } = choose({ share: 0.3, seed, groups: 'a' }, table(group))
        const trained = new Set(train.map((i) => group[i]))
        assert.ok(validation.every((i) => !trained.has(group[i])))
        const sizes = [...new Set(group)].map((one) => group.filter((other) => other === one).length)
        const far = Math.abs(validation.length - 0.3 * group.length)
        assert.ok(far <= Math.max(...sizes) / 2 || validation.length === Math.min(...sizes), `${validation.length}`)
      }),
    )
  })

  it('have groups and labels together: whole groups, labels near their share', () => {
    // 40 groups of five rows; a group has one label, one in four is b.
    const group = all(200).map((i) => Math.floor(i / 5))
    const label = group.map((g) => (g % 4 === 0 ? 'b' : 'a'))
    for (const seed of all(10)) {
      const options = { share: 0.2, seed, groups: 'group', stratify: 'label' }
      const { validation } = choose(options, { group, label })
      assert.equal(validation.length, 40)
      assert.equal(validation.filter((i) => label[i] === 'b').length, 10)
    }
  })

  it('take the smallest of groups that are all too large', () => {
    const group = [...all(12).map(() => 'large'), ...all(11).map(() => 'less large')]
    for (const seed of all(10)) {
      assert.equal(choose({ share: 0.1, seed, groups: 'a' }, table(group)).validation.length, 11)
    }
  })

  it('are the latest by time, and rows of one time are in one part', () => {
    const day = (n: number) => new Date(Date.UTC(2026, 0, n))
    const days = [5, 1, 4, 2, 3].map(day)
    assert.deepEqual(choose({ share: 0.4, time: 'a' }, table(days)).validation, [0, 2])
    const years = [2007, 2008, 2009, 2007, 2008, 2009, 2009, 2007]
    assert.deepEqual(choose({ share: 0.25, time: 'a' }, table(years)).validation, [2, 5, 6])
    assert.deepEqual(choose({ share: 0.9, time: 'a' }, table(years)).validation, [1, 2, 4, 5, 6])
    assert.deepEqual(choose({ share: 0.2, time: 'a', seed: 3 }, table(years), { stratify: 'a' }).validation, [2, 5, 6])
  })

  it('keep missing labels as a label of their own', () => {
    const labels = ['a', 'a', 'a', 'a', null, undefined, '', NaN]
    const { validation } = choose({ share: 0.5, stratify: 'a' }, table(labels))
    assert.equal(validation.filter((i) => i >= 4).length, 2)
  })
})

const rows = (option: unknown, values: readonly unknown[] = all(10)) =>
  chooseValidation(values.length, option as number, () => values)

refusals('the choice of rows for validation', [
  [
    'one row',
    () => rows(0.2, [1]),
    'RangeError',
    'Expected at least 2 records, as some are for validation, for records but received 1.',
  ],
  [
    'a share of 1',
    () => rows({ share: 1 }),
    'RangeError',
    'Expected a share above 0 and below 1 for validation.share but received 1 of type number.',
  ],
  [
    'a share of no row',
    () => rows(0.01),
    'RangeError',
    'Expected a share above 0 and below 1 for validation.share but received 0.01 of type number. Of 10 rows that is none.',
  ],
  [
    'a share of text',
    () => rows({ share: '20 %' }),
    'TypeError',
    'Expected a share above 0 and below 1 for validation.share but received "20 %" of type string.',
  ],
  [
    'a misspelled option',
    () => rows({ stratfy: 'a' }),
    'TypeError',
    'Unknown option "stratfy" in validation. Did you mean "stratify"? Known: share, stratify, shuffle, seed, groups, time.',
  ],
  [
    'time with groups',
    () => rows({ time: 'a', groups: 'b' }),
    'TypeError',
    'Expected nothing for validation.groups but received "b" of type string. With time, the latest rows are taken.',
  ],
  [
    'stratify: true without a target of labels',
    () => rows({ stratify: true }),
    'TypeError',
    'Expected the name of a column for validation.stratify but received true of type boolean.',
  ],
  [
    'labels that never repeat',
    () => rows({ stratify: 'a' }),
    'RangeError',
    'Expected labels of which some occur twice for column "a" but received a different one in each row.',
  ],
  [
    'one group',
    () => rows({ groups: 'a' }, [1, 1, 1, 1]),
    'RangeError',
    'Expected at least 2 groups for column "a" but received 1.',
  ],
  [
    'a missing group',
    () => rows({ groups: 'a' }, ['x', 'y', '', 'y']),
    'TypeError',
    'Expected text, a number, or true or false for column "a" of records[2] but received null. Rows without a group could be on both sides: fill it in, or leave such rows out.',
  ],
  [
    'a missing time',
    () => rows({ time: 'a' }, [1, 2, null, 4, 5]),
    'TypeError',
    'Expected a date or a finite number for column "a" of records[2] but received null. Fill it in, or leave such rows out.',
  ],
  [
    'one time',
    () => rows({ time: 'a' }, [1, 1, 1, 1, 1]),
    'RangeError',
    'Expected at least two different times for column "a" but received one.',
  ],
])
