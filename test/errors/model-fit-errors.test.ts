/** What Model.fit refuses. */
import assert from 'node:assert/strict'
import { Model } from 'lockstep-nn/data'
import { pets, QUICK } from '../support/pets.js'
import { type Refusal, refusals } from '../support/refusals.js'

const fitted = (options: object, records: unknown = pets) =>
  Model.fit(records as object[], { target: 'kind', ...QUICK, ...options } as never)

const wrong: readonly Refusal[] = [
  [
    'fit of no records',
    () => fitted({}, []),
    'RangeError',
    'Expected at least one record for records but received an empty array.',
  ],
  [
    'fit of rows that are no records',
    () => fitted({}, [[1, 2]]),
    'TypeError',
    'Expected a record: an object with a value for each column, for records[0] but received an array of length 2.',
  ],
  [
    'fit with a misspelled option',
    () => fitted({ colums: [] }),
    'TypeError',
    'Unknown option "colums" in the options of Model.fit. Did you mean "columns"? Known: target, columns, options, hidden, trainer, fit, validation, temperature, classWeight, sampleWeight, members, seed, date, recipe.',
  ],
  [
    'fit without a target',
    () => fitted({ target: undefined }),
    'TypeError',
    'Expected an object for target but received undefined.',
  ],
  [
    'fit of a target that is not there',
    () => fitted({ target: 'kinds' }),
    'TypeError',
    'Unknown column "kinds" in target. Did you mean "kind"? Known: height, coat, legs, tame, kind.',
  ],
  [
    'fit of a target of no type',
    () => fitted({ target: { column: 'kind', type: 'text' } }),
    'RangeError',
    'Expected the type of a target for target.type but received "text" of type string. Known: number, label, count, ordered.',
  ],
  [
    'fit of text as a number',
    () => fitted({ target: { column: 'kind', type: 'number' } }),
    'TypeError',
    'Expected a finite number for column "kind" of records[0] but received "bird" of type string.',
  ],
  [
    'fit of a label with a scaler',
    () => fitted({ target: { column: 'kind', type: 'label', scaler: 'none' } }),
    'TypeError',
    'Unknown option "scaler" in target. Known: column, type, missing, labels, maxLabels.',
  ],
  [
    'fit of a label that is not in the list',
    () => fitted({ target: { column: 'kind', type: 'label', labels: ['cat', 'dog'] } }),
    'RangeError',
    'Expected a category known from the fit for column "kind" of records[0] but received "bird" of type string. Known: "cat", "dog". A label must occur in the records that are trained on, or in target.labels.',
  ],
  [
    'fit of columns that are not there',
    () => fitted({ columns: ['heights'] }),
    'TypeError',
    'Unknown column "heights" in columns[0]. Did you mean "height"? Known: height, coat, legs, tame, kind.',
  ],
  [
    'fit of the target as a column',
    () => fitted({ columns: ['height', 'kind'] }),
    'RangeError',
    'Expected the name of a column other than the target for columns[1] but received "kind" of type string.',
  ],
  [
    'fit of a column twice',
    () => fitted({ columns: ['height', 'height'] }),
    'RangeError',
    'Expected a name that is not in the list yet for columns[1] but received "height" of type string.',
  ],
  [
    'fit of no columns',
    () => fitted({ columns: [] }),
    'RangeError',
    'Expected an array of names for columns but received an empty one.',
  ],
  [
    'fit of nothing but a target',
    () =>
      fitted(
        {},
        pets.map(({ kind }) => ({ kind })),
      ),
    'RangeError',
    'Expected at least one column other than the target for records[0] but received none.',
  ],
  [
    'fit of a column of no type',
    () => fitted({ options: { height: 'float' } }),
    'RangeError',
    'Expected the type of a column for options["height"] but received "float" of type string. Known: number, boolean, date, category.',
  ],
  [
    'fit with an unknown scaler',
    () => fitted({ options: { height: { type: 'number', scaler: 'standard' } } }),
    'RangeError',
    'Expected the name of a scaler for options["height"].scaler but received "standard" of type string. Known: standardScaler, minMaxScaler, robustScaler, quantileScaler, none.',
  ],
  [
    'fit with a misspelled option of a scaler',
    () => fitted({ options: { height: { type: 'number', scaler: { name: 'minMaxScaler', ranges: [0, 1] } } } }),
    'TypeError',
    'Unknown option "ranges" in the options of minMaxScaler. Did you mean "range"? Known: columns, constantColumns, range.',
  ],
  [
    'fit of a named constant number',
    () =>
      fitted(
        { columns: ['legs', 'height'] },
        pets.map((pet) => ({ ...pet, legs: 4 })),
      ),
    'RangeError',
    `Expected values that differ for column "legs" of the records but received the same value, 4, in every row. Leave the column out, or pass constantColumns: 'center'.`,
  ],
  [
    'fit of a named constant category',
    () =>
      fitted(
        { options: { coat: {} } },
        pets.map((pet) => ({ ...pet, coat: 'fur' })),
      ),
    'RangeError',
    'Expected at least two different values for column "coat" but received "fur" in every record. Leave a constant column out.',
  ],
  [
    'fit of a missing value where that is an error',
    () => fitted({ options: { coat: { missing: 'error' } } }, [...pets, { ...pets[0], coat: null }]),
    'TypeError',
    'Expected a value, as options["coat"].missing is "error", for column "coat" of records[6] but received null. Fill it in, or leave such records out.',
  ],
  [
    'fit of NaN where that is an error',
    () => fitted({ options: { legs: { missing: 'error' } } }, [...pets, { ...pets[0], legs: Number.NaN }]),
    'TypeError',
    'Expected a value, as options["legs"].missing is "error", for column "legs" of records[6] but received NaN of type number. Fill it in, or leave such records out.',
  ],
  [
    'fit of an infinite number',
    () => fitted({}, [...pets, { ...pets[0], legs: Infinity }]),
    'RangeError',
    'Expected a finite number for column "legs" of records[6] but received Infinity of type number.',
  ],
  [
    'fit of a named column without values',
    () =>
      fitted(
        { options: { legs: 'number' } },
        pets.map((pet) => ({ ...pet, legs: null })),
      ),
    'RangeError',
    'Expected at least one value for column "legs" of the records but received none. Leave the column out.',
  ],
  [
    'fit of nothing but columns that cannot be used',
    () =>
      fitted(
        {},
        pets.map(({ kind }) => ({ kind, legs: 4, coat: '' })),
      ),
    'RangeError',
    'Expected at least one column that can be used for the records but received none. "legs": 4 in all 6 records. "coat": Missing in all 6 records.',
  ],
  [
    'fit of a text among numbers',
    () => fitted({ options: { legs: 'number' } }, [...pets, { ...pets[0], legs: '?' }]),
    'TypeError',
    'Expected a finite number for column "legs" of records[6] but received "?" of type string.',
  ],
  [
    'fit of an object for a value',
    () => fitted({}, [{ ...pets[0], coat: {} }, ...pets]),
    'TypeError',
    'Expected text, a number, true or false, or a Date for column "coat" of records[0] but received an object.',
  ],
  [
    'fit with layers that are no list',
    () => fitted({ hidden: 16 }),
    'TypeError',
    'Expected an array of numbers of units, or of layers, for hidden but received 16 of type number.',
  ],
  [
    'fit with a layer of no units',
    () => fitted({ hidden: [0] }),
    'RangeError',
    'Expected an integer from 1 to 16777216 for hidden[0] but received 0 of type number.',
  ],
  [
    'fit with options of fit that are none',
    () => fitted({ fit: 100 }),
    'TypeError',
    'Expected an object for fit but received 100 of type number.',
  ],
  [
    'fit with a negative seed',
    () => fitted({ seed: -1 }),
    'RangeError',
    'Expected an integer from 0 to 9007199254740991 for seed but received -1 of type number.',
  ],
  [
    'fit with a date that is no text',
    () => fitted({ date: new Date(0) }),
    'TypeError',
    'Expected text for date but received an object of type Date.',
  ],
]

refusals('Model.fit', wrong)

describe('Model.fit', () => {
  it('leaves the checks of trainer and fit options to them', async () => {
    await assert.rejects(
      async () => fitted({ fit: { epoch: 1 } }),
      /^TypeError: Unknown option "epoch" in the options of fit\./,
    )
    const trainer = { optimiser: 'adam' }
    await assert.rejects(
      async () => fitted({ trainer }),
      /^TypeError: Unknown option "optimiser" in the trainer options\./,
    )
  })
})
