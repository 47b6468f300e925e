/** Model.fit with records for validation: nothing is fitted to them, and they are encoded as all others. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Model, type ModelFitOptions } from 'lockstep-nn/data'
import { sameBits } from '../support/bits.js'
import { pets } from '../support/pets.js'
import { type Refusal, refusals } from '../support/refusals.js'

const trainer = { backend: 'typescript', metrics: ['meanAbsoluteError'] } as const
const base = { hidden: [3], seed: 5, trainer } as const

interface House {
  area: number
  town: string
  price: number
}

const house = fc.record({
  area: fc.double({ min: 1, max: 1000, noNaN: true }),
  town: fc.constantFrom('x', 'y', 'z'),
  price: fc.double({ min: -1000, max: 1000, noNaN: true }),
})
// Enough for a column not to be constant among those that are trained on.
const first: House[] = [
  { area: 1, town: 'x', price: 2 },
  { area: 2, town: 'y', price: 1 },
  { area: 3, town: 'z', price: 4 },
]

const lossesOf = ({ history }: Model): Float64Array => history?.validationLoss ?? new Float64Array()

describe('validation records of Model.fit', () => {
  it('are no part of what scalers, categories and labels are fitted to', async () => {
    const targets: ModelFitOptions<keyof House & string>['target'][] = ['price', 'town', 'area']
    const rows = fc.array(house, { minLength: 2, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom(...targets), fc.integer({ min: 10, max: 60 }), async (more, target, k) => {
        const records = [...first, ...first, ...more]
        const kept = Math.floor((records.length * k + 50) / 100)
        fc.pre(kept > 0 && records.length - kept >= first.length)
        const [train, rest] = [records.slice(0, -kept), records.slice(-kept)]
        const fit = { epochs: 2, batchSize: 4 }
        const split = await Model.fit(records, { ...base, target, fit: { ...fit, validationSplit: k / 100 } })
        const given = await Model.fit(train, { ...base, target, fit: { ...fit, validationData: rest } })
        const alone = await Model.fit(train, { ...base, target, fit })
        assert.deepEqual(split.columns, alone.columns)
        assert.deepEqual(split.target, alone.target)
        assert.equal(split.digest(), alone.digest())
        assert.equal(given.digest(), alone.digest())
        sameBits(lossesOf(split), lossesOf(given), 'validation losses')
        assert.equal(lossesOf(split).length, 2)
      }),
      { numRuns: 30 },
    )
  })

  it('do not change the center of a scaler, which is that of the training records', async () => {
    const records = Array.from({ length: 12 }, (_, i) => ({ x: i < 10 ? i : 1000, y: i % 2 === 0 ? 'a' : 'b' }))
    const model = await Model.fit(records, { ...base, trainer: {}, target: 'y', fit: { validationSplit: 1 / 6 } })
    const [column] = model.columns
    // The median of 0 … 9.
    assert.deepEqual(column.type === 'number' ? column.scaler?.center : null, [4.5])
    assert.equal(model.training?.rows, 12)
  })

  it('may have categories that training records lack where unknown is zeros', async () => {
    const records = [...pets, { ...pets[0], coat: 'scales' }]
    const fit = { validationSplit: 1 / 7 }
    const options = { coat: { unknown: 'zeros' } } as const
    const model = await Model.fit(records, { ...base, trainer: {}, target: 'legs', columns: ['coat'], options, fit })
    assert.equal(model.network.inputs, 2)
    const listed = { coat: { categories: ['fur', 'scales', 'feathers'] } }
    const all = await Model.fit(records, {
      ...base,
      trainer: {},
      target: 'legs',
      columns: ['coat'],
      options: listed,
      fit,
    })
    assert.equal(all.network.inputs, 3)
  })

  it('may have labels that training records lack where they are listed', async () => {
    const target = { column: 'kind', type: 'label', labels: ['bird', 'cat', 'dog', 'fish'] } as const
    const records = [...pets, { ...pets[0], kind: 'fish' }]
    const model = await Model.fit(records, { ...base, trainer: {}, target, fit: { validationSplit: 1 / 7 } })
    assert.equal(model.labels.length, 4)
  })
})

const fitted = (records: object[], fit: object, options: object = {}) =>
  Model.fit(records, { ...base, trainer: {}, target: 'kind', fit, ...options } as never)
const UNKNOWN =
  "Pass unknown: 'zeros', to oneHot.fit or in the column's options of Model.fit, to encode unknown categories as zeros."
const RAW = 'Model.fit encodes them itself: pass records like those it is trained on.'
const SEVENTH = { validationSplit: 1 / 7 }

const wrong: readonly Refusal[] = [
  [
    'a category of validation rows alone where that is an error',
    () => fitted([...pets, { ...pets[0], coat: 'scales' }], SEVENTH, { options: { coat: { unknown: 'error' } } }),
    'RangeError',
    `Expected a category known from the fit for column "coat" of records[6], kept for validation, but received "scales" of type string. Known: "feathers", "fur". ${UNKNOWN}`,
  ],
  [
    'a label of validation rows alone',
    () => fitted([...pets, { ...pets[0], kind: 'fish' }], SEVENTH),
    'RangeError',
    'Expected a category known from the fit for column "kind" of records[6], kept for validation, but received "fish" of type string. Known: "bird", "cat", "dog". A label must occur in the records that are trained on, or in target.labels.',
  ],
  [
    'a label of validation data alone',
    () => fitted(pets, { validationData: [{ ...pets[0], kind: 'fish' }] }),
    'RangeError',
    'Expected a category known from the fit for column "kind" of validationData[0] but received "fish" of type string. Known: "bird", "cat", "dog". A label must occur in the records that are trained on, or in target.labels.',
  ],
  [
    'a column that varies in validation rows alone',
    () =>
      fitted([...pets.map((pet) => ({ ...pet, legs: 4 })), { ...pets[0], legs: 2 }], SEVENTH, {
        options: { legs: 'number' },
      }),
    'RangeError',
    `Expected values that differ for column "legs" of the records trained on but received the same value, 4, in every row. Leave the column out, or pass constantColumns: 'center'.`,
  ],
  [
    'a category that varies in validation rows alone',
    () =>
      fitted([...pets.map((pet) => ({ ...pet, coat: 'fur' })), { ...pets[0], coat: 'wool' }], SEVENTH, {
        options: { coat: 'category' },
      }),
    'RangeError',
    'Expected at least two different values for column "coat" but received "fur" in every record trained on. Leave a constant column out.',
  ],
  [
    'one label but in validation rows',
    () => fitted([...pets.map((pet) => ({ ...pet, kind: 'cat' })), pets[0]], SEVENTH),
    'RangeError',
    'Expected at least two different values for column "kind" but received "cat" in every record trained on. There is nothing to predict: a model needs at least two labels.',
  ],
  [
    'a split that leaves nothing',
    () => fitted(pets, { validationSplit: 0.95 }),
    'RangeError',
    'Expected a share that leaves at least one row on each side for validationSplit but received 0.95, which trains on 0 of 6 rows.',
  ],
  [
    'a split of 1',
    () => fitted(pets, { validationSplit: 1 }),
    'RangeError',
    'Expected a number above 0 and below 1 for validationSplit but received 1 of type number.',
  ],
  [
    'both kinds of validation',
    () => fitted(pets, { validationSplit: 0.5, validationData: pets }),
    'TypeError',
    'Expected nothing for validationSplit but received 0.5 of type number. validationData is given: leave one of them out.',
  ],
  [
    'validation data of arrays',
    () => fitted(pets, { validationData: [[[1, 2]], [[1]]] }),
    'TypeError',
    `Expected a record: an object with a value for each column, for validationData[0] but received an array of length 1. ${RAW}`,
  ],
  [
    'validation data of typed arrays',
    () => fitted(pets, { validationData: [new Float64Array(6), new Float64Array(3)] }),
    'TypeError',
    `Expected a record: an object with a value for each column, for validationData[0] but received a Float64Array of length 6. ${RAW}`,
  ],
  [
    'validation data of x and y',
    () => fitted(pets, { validationData: { x: [[1]], y: [[1]] } }),
    'TypeError',
    `Expected an array of records for validationData but received an object. ${RAW}`,
  ],
  [
    'no validation data',
    () => fitted(pets, { validationData: [] }),
    'RangeError',
    'Expected at least one record for validationData but received an empty array.',
  ],
  [
    'a missing value in validation data where that is an error',
    () => fitted(pets, { validationData: [{ ...pets[0], legs: null }] }, { options: { legs: { missing: 'error' } } }),
    'TypeError',
    'Expected a finite number for column "legs" of validationData[0] but received null. Fill it in, or leave such records out.',
  ],
]

refusals('Model.fit with validation', wrong)
