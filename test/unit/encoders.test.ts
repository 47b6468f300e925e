/** Encoders: orders, inverses and refusals. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type Category, labelEncoder, oneHot } from 'lockstep-nn/data'
import { sameBits } from '../support/bits.js'
import { type Refusal, refusals } from '../support/refusals.js'

const categories = fc.oneof(
  fc.array(fc.string(), { minLength: 2, maxLength: 20 }),
  fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 20 }),
)
const several = (categories as fc.Arbitrary<Category[]>).filter((values) => new Set(values).size > 1)

describe('encoders', () => {
  it('sort categories by number, by code unit, or false before true', () => {
    assert.deepEqual(labelEncoder.fit([10, 9, -1, 10]).labels, [-1, 9, 10])
    assert.deepEqual(labelEncoder.fit(['b', 'a', 'B', 'ä']).labels, ['B', 'a', 'b', 'ä'])
    assert.deepEqual(oneHot.fit([true, false]).categories, [false, true])
    assert.deepEqual(oneHot.fit(['a', 'b'], { categories: ['c', 'b', 'a'] }).categories, ['c', 'b', 'a'])
    assert.deepEqual(labelEncoder.fit(['a'], { labels: ['b', 'a'] }).labels, ['b', 'a'])
  })

  it('number labels, and put a 1 in the column of a category', () => {
    const values = ['red', 'blue', 'red']
    sameBits(labelEncoder.fit(values).transform(values), Float64Array.of(1, 0, 1), 'labels')
    sameBits(oneHot.fit(values).transform(values), Float64Array.of(0, 1, 1, 0, 0, 1), 'one-hot')
  })

  it('read the most probable category, the first of equal ones', () => {
    const encoder = oneHot.fit(['a', 'b', 'c'])
    assert.deepEqual(encoder.inverse(Float64Array.of(0.2, 0.5, 0.3, 0.4, 0.2, 0.4)), ['b', 'a'])
  })

  it('give zeros for unknown categories with the option for it', () => {
    const encoder = oneHot.fit(['a', 'b'], { unknown: 'zeros' })
    sameBits(encoder.transform(['c', 'a']), Float64Array.of(0, 0, 1, 0), 'zeros')
  })

  it('give a last column to all unknown categories with the option for it', () => {
    const encoder = oneHot.fit(['a', 'b'], { unknown: 'other' })
    assert.equal(encoder.columns, 3)
    sameBits(encoder.transform(['c', 'a', 'd']), Float64Array.of(0, 0, 1, 1, 0, 0, 0, 0, 1), 'other')
    assert.deepEqual(encoder.inverse([[0.1, 0.2, 0.7]]), ['b'])
  })

  it('give a column to missing values, or none, with the option for it', () => {
    const values = ['b', null, 'a', '', undefined] as string[]
    const own = oneHot.fit(values, { missing: 'category', unknown: 'other' })
    assert.deepEqual([own.categories, own.columns], [['a', 'b'], 4])
    sameBits(own.transform([null as never, 'x', 'a']), Float64Array.of(0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0), 'own')
    const unknown = oneHot.fit(values, { missing: 'unknown', unknown: 'zeros' })
    sameBits(unknown.transform(['', 'a']), Float64Array.of(0, 0, 1, 0), 'unknown')
    for (const encoder of [own, unknown]) {
      assert.deepEqual(oneHot.fromJSON(JSON.parse(JSON.stringify(encoder))), encoder)
    }
    const strict = oneHot.fit(['a', 'b'], { missing: 'unknown' })
    assert.throws(
      () => strict.transform([null as never]),
      /^TypeError: .* for values\[0\] but received null\. Remove or fill in/,
    )
    // Without the option empty text is text.
    assert.deepEqual(oneHot.fit(['', 'a']).categories, ['', 'a'])
  })

  it('have an inverse, and are restored from JSON', () => {
    fc.assert(
      fc.property(several, (values) => {
        const same = values.map((value) => (value === 0 ? 0 : value))
        const labels = labelEncoder.fit(values)
        assert.deepEqual(labels.inverse(labels.transform(values)), same)
        assert.deepEqual(labelEncoder.fromJSON(JSON.parse(JSON.stringify(labels))), labels)
        const columns = oneHot.fit(values)
        assert.deepEqual(columns.inverse(columns.transform(values)), same)
        assert.deepEqual(oneHot.fromJSON(JSON.parse(JSON.stringify(columns))), columns)
      }),
    )
  })
})

const labels = labelEncoder.fit(['a', 'b'])
const columns = oneHot.fit([1, 2])

const wrong: readonly Refusal[] = [
  [
    'labels that are none',
    () => labelEncoder.fit(7 as never),
    'TypeError',
    'Expected an array of categories for labels but received 7 of type number.',
  ],
  [
    'no labels',
    () => labelEncoder.fit([]),
    'RangeError',
    'Expected an array of categories for labels but received an empty one.',
  ],
  [
    'one label',
    () => labelEncoder.fit(['a', 'a']),
    'RangeError',
    'Expected at least two different categories for labels but received "a" in every row. Labels must differ.',
  ],
  [
    'labels of two kinds',
    () => labelEncoder.fit([1, '1']),
    'TypeError',
    'Expected a value of type number, like the others, for labels[1] but received "1" of type string.',
  ],
  [
    'null among labels',
    () => labelEncoder.fit(['a', null as never]),
    'TypeError',
    'Expected text, a number, or true or false for labels[1] but received null. Remove or fill in such rows first.',
  ],
  [
    'NaN among labels',
    () => labelEncoder.fit([1, Number.NaN]),
    'RangeError',
    'Expected a finite number for labels[1] but received NaN of type number. Remove or fill in such rows first.',
  ],
  [
    'an infinite label',
    () => labelEncoder.fit([1, Infinity]),
    'RangeError',
    'Expected a finite number for labels[1] but received Infinity of type number.',
  ],
  [
    'an object among labels',
    () => labelEncoder.fit(['a', {} as never]),
    'TypeError',
    'Expected text, a number, or true or false for labels[1] but received an object.',
  ],
  [
    'a label that is not in the list',
    () => labelEncoder.fit(['c'], { labels: ['a', 'b'] }),
    'RangeError',
    'Expected a category known from the fit for labels[0] but received "c" of type string. Known: "a", "b".',
  ],
  [
    'a label twice in the list',
    () => labelEncoder.fit(['a'], { labels: ['a', 'a'] }),
    'RangeError',
    'Expected a category that is not in the list yet for options.labels[1] but received "a" of type string.',
  ],
  [
    'an unknown option',
    () => labelEncoder.fit(['a', 'b'], { label: [] } as never),
    'TypeError',
    'Unknown option "label" in the options of labelEncoder. Did you mean "labels"? Known: labels.',
  ],
  [
    'an unseen label',
    () => labels.transform(['a', 'c']),
    'RangeError',
    'Expected a category known from the fit for labels[1] but received "c" of type string. Known: "a", "b".',
  ],
  [
    'a label of another kind',
    () => labels.transform([1 as never]),
    'TypeError',
    'Expected a value of type string, like the others, for labels[0] but received 1 of type number.',
  ],
  [
    'a number for no label',
    () => labels.inverse([0, 2]),
    'RangeError',
    'Expected an integer from 0 to 1 for values[1] but received 2 of type number.',
  ],
  [
    'a broken number',
    () => labels.inverse([0.5]),
    'RangeError',
    'Expected an integer from 0 to 1 for values[0] but received 0.5 of type number. Probabilities are rows with a value for each label, which add up to 1; else pass { columns }.',
  ],
  [
    'text for a number',
    () => labels.inverse(['0' as never]),
    'TypeError',
    'Expected a number for values[0] but received "0" of type string.',
  ],
  [
    'no array of numbers',
    () => labels.inverse(1 as never),
    'TypeError',
    'Expected numbers of labels, or rows of probabilities, for values but received 1 of type number.',
  ],
  [
    'an unseen category',
    () => columns.transform([3]),
    'RangeError',
    "Expected a category known from the fit for values[0] but received 3 of type number. Known: 1, 2. Pass unknown: 'zeros', to oneHot.fit or in the column's options of Model.fit, to encode unknown categories as zeros.",
  ],
  [
    'rows of another width',
    () => columns.inverse([[1, 0, 0]]),
    'RangeError',
    'Expected a row of 2 values (the categories) for x[0] but received one of length 3.',
  ],
  [
    'another way with the unknown',
    () => oneHot.fit([1, 2], { unknown: 'zero' as never }),
    'RangeError',
    'Expected one of the known words for unknown but received "zero" of type string. Did you mean "zeros"? Known: error, zeros, other.',
  ],
  [
    'a saved encoder of another type',
    () => oneHot.fromJSON(labels.toJSON() as never),
    'TypeError',
    'Unknown option "labels" in the saved oneHot. Known: type, categories, unknown, missing.',
  ],
  [
    'a saved encoder without labels',
    () => labelEncoder.fromJSON({ type: 'labelEncoder' } as never),
    'TypeError',
    'Expected an array of categories for labels of the saved labelEncoder but received undefined.',
  ],
  [
    'a saved encoder that is none',
    () => oneHot.fromJSON(null as never),
    'TypeError',
    'Expected an object for the saved oneHot but received null.',
  ],
]

refusals('encoders', wrong)
