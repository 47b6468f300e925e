/** Encoders of many categories, and labels out of probabilities. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { labelEncoder, Model, oneHot } from 'lockstep-nn/data'
import { type Refusal, refusals } from '../support/refusals.js'

const ids = (count: number) => Array.from({ length: count }, (_, i) => `id${i}`)
const people = (count: number) => ids(count).map((id, i) => ({ id, age: i % 50, kind: i % 2 === 0 ? 'a' : 'b' }))
const QUICK = { hidden: [2], fit: { epochs: 1 }, trainer: { backend: 'typescript' } } as const

describe('categories', () => {
  it('may be 1000, or as many as maxCategories says', () => {
    assert.equal(oneHot.fit(ids(1000)).columns, 1000)
    assert.throws(() => oneHot.fit(ids(1001)), RangeError)
    assert.equal(oneHot.fit(ids(1001), { maxCategories: 1001 }).columns, 1001)
    assert.throws(() => oneHot.fit(['a', 'b', 'c'], { maxCategories: 2 }), RangeError)
    // A list is chosen by the caller, and numbers of labels need no columns.
    assert.equal(oneHot.fit(['id1'], { categories: ids(2000) }).columns, 2000)
    assert.equal(labelEncoder.fit(ids(20_000)).labels.length, 20_000)
  })

  it('of a model may be as many as its options say', async () => {
    const model = await Model.fit(people(1200), {
      ...QUICK,
      target: { column: 'age', type: 'number' },
      options: { id: { maxCategories: 1200 } },
    })
    // Its index, for the embedding, and the column of kinds.
    assert.equal(model.network.inputs, 3)
    const target = { column: 'id', type: 'label', maxLabels: 1200 } as const
    assert.equal((await Model.fit(people(1200), { ...QUICK, target })).labels.length, 1200)
  })
})

describe('labels out of probabilities', () => {
  const labels = ['a', 'b', 'c', 'd']
  const encoder = labelEncoder.fit(labels)
  const hot = oneHot.fit(labels)

  it('are those of the greatest values, as of oneHot', () => {
    const row = fc
      .array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 })
      .map((values) => values.map((value) => value / values.reduce((sum, one) => sum + one)))
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
        const expected = hot.inverse(rows)
        const flat = Float64Array.from(rows.flat())
        assert.deepEqual(encoder.inverse(rows), expected)
        assert.deepEqual(encoder.inverse(rows.map((one) => Float64Array.from(one))), expected)
        assert.deepEqual(encoder.inverse(flat), expected)
        assert.deepEqual(encoder.inverse([...flat]), expected)
        assert.deepEqual(encoder.inverse(flat, { columns: 4 }), expected)
      }),
    )
  })

  it('are the first of equally probable ones, and may be read of any values in rows', () => {
    assert.deepEqual(encoder.inverse([[0.1, 0.4, 0.4, 0.1]]), ['b'])
    assert.deepEqual(encoder.inverse([[-5, 1, 3, 2]]), ['c'])
    assert.deepEqual(encoder.inverse(Float64Array.of(-5, 1, 3, 2), { columns: 4 }), ['c'])
  })

  it('are read of numbers where a flat array has nothing else, unless columns says so', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(numbers, (places) => {
        const expected = places.map((place) => labels[place])
        assert.deepEqual(encoder.inverse(places), expected)
        assert.deepEqual(encoder.inverse(Float64Array.from(places)), expected)
        assert.deepEqual(encoder.inverse(Float64Array.from(places), { columns: 1 }), expected)
        assert.deepEqual(encoder.inverse(places.map((place) => [place])), expected)
      }),
    )
    assert.deepEqual(encoder.inverse([0, 0, 1, 0]), ['a', 'a', 'b', 'a'])
    assert.deepEqual(encoder.inverse([0, 0, 1, 0], { columns: 4 }), ['c'])
    assert.deepEqual(encoder.inverse([[0, 0, 1, 0]]), ['c'])
  })
})

const fitted = (options: object, count = 1001) => Model.fit(people(count), { ...QUICK, ...options } as never)
const two = labelEncoder.fit(['a', 'b'])
const NO_PLACE = 'Probabilities are rows with a value for each label, which add up to 1; else pass { columns }.'

const wrong: readonly Refusal[] = [
  [
    'a column that differs in each row',
    () => oneHot.fit(ids(20_000)),
    'RangeError',
    'Expected at most 1000 different categories for values but received 20000. Leave out a column that differs in most rows, such as an id, or raise maxCategories.',
  ],
  [
    'a column that differs in over a million rows',
    () => oneHot.fit(Array.from({ length: 2 ** 20 + 5 }, (_, i) => i)),
    'RangeError',
    'Expected at most 1000 different categories for values but received more than 1048576. Leave out a column that differs in most rows, such as an id, or raise maxCategories.',
  ],
  [
    'a table that is too large',
    () => oneHot.fit(['id1'], { categories: ids(3000) }).transform(new Array<string>(2 ** 20).fill('id1')),
    'RangeError',
    'Expected a table of at most 2147483647 numbers for values but received 1048576 rows of 3000 columns. Encode fewer values at a time.',
  ],
  [
    'a named column of a model that differs in each row',
    () => fitted({ target: 'kind', columns: ['age', 'id'] }),
    'RangeError',
    'Expected values that repeat for column "id" of the records but received 1001 different texts in 1001 records. It is an id or free text: leave it out, or pass minimumCount in options["id"].',
  ],
  [
    'more categories than maxCategories where unknown ones are an error',
    () => fitted({ target: 'kind', options: { age: { type: 'category', maxCategories: 20, unknown: 'error' } } }),
    'RangeError',
    'Expected at most 20 different categories for column "age" of the records but received 50. Leave out a column that differs in most rows, such as an id, or raise options["age"].maxCategories.',
  ],
  [
    'a label that differs in each row',
    () => fitted({ target: 'id' }),
    'RangeError',
    `Expected at most 1000 different categories for column "id" but received 1001. If it is a number, pass type: 'number'; if it is labels, raise target.maxLabels.`,
  ],
  [
    'more labels than maxLabels',
    () => fitted({ target: { column: 'age', type: 'label', maxLabels: 49 }, columns: ['kind'] }),
    'RangeError',
    `Expected at most 49 different categories for column "age" but received 50. If it is a number, pass type: 'number'; if it is labels, raise target.maxLabels.`,
  ],
  [
    'inputs of a model that are too large',
    () =>
      fitted(
        {
          target: 'kind',
          columns: ['id', 'age'],
          options: { id: { categories: ids(120_000), maxOneHot: 120_000 } },
        },
        20_000,
      ),
    'RangeError',
    'Expected a table of at most 2147483647 numbers for the inputs of the network but received 20000 rows of 120001 columns. Column "id" alone makes 120000 of them.',
  ],
  [
    'a limit of one category',
    () => oneHot.fit(['a', 'b'], { maxCategories: 1 }),
    'RangeError',
    'Expected an integer from 2 to 8388608 for maxCategories but received 1 of type number.',
  ],
  [
    'NaN among probabilities',
    () => two.inverse([[0.5, Number.NaN]]),
    'RangeError',
    'Expected a finite number for values[0][1] but received NaN of type number. Remove or fill in such rows first.',
  ],
  [
    'NaN among flat numbers',
    () => two.inverse([0, Number.NaN]),
    'RangeError',
    `Expected an integer from 0 to 1 for values[1] but received NaN of type number. ${NO_PLACE}`,
  ],
  [
    'NaN in a Float64Array',
    () => two.inverse(Float64Array.of(0.5, Number.NaN), { columns: 2 }),
    'RangeError',
    'Expected a finite number for values[0][1] but received NaN of type number. Remove or fill in such rows first.',
  ],
  [
    'the probabilities of one sigmoid',
    () => two.inverse(Float64Array.of(0.2, 0.7, 0.9, 0.4)),
    'RangeError',
    `Expected an integer from 0 to 1 for values[0] but received 0.2 of type number. ${NO_PLACE}`,
  ],
  [
    'probabilities of other labels',
    () => two.inverse([[0.2, 0.5, 0.3]]),
    'RangeError',
    'Expected a row of 2 values (the labels) for values[0] but received one of length 3.',
  ],
  [
    'columns that are neither',
    () => labelEncoder.fit(['a', 'b', 'c']).inverse([0, 1], { columns: 2 }),
    'RangeError',
    'Expected 1 or 3, the number of labels, for columns but received 2 of type number.',
  ],
]

refusals('categories', wrong)
