/** Wrong options of columns. */
import { quickModel } from '../support/columns.js'
import { type Refusal, refusals } from '../support/refusals.js'

const records = Array.from({ length: 60 }, (_, i) => ({
  size: i,
  town: ['x', 'y', 'z'][i % 3],
  sold: i % 2 === 0,
  day: new Date(i * 1e9),
  id: `id ${i}`,
  y: i % 4,
}))
const fitted = (options: object) => () => quickModel(records, { options })

const options: readonly Refusal[] = [
  [
    'another way with missing numbers',
    fitted({ size: { missing: 'zero' } }),
    'RangeError',
    `Expected 'median', 'mean', 'error', or a number for options["size"].missing but received "zero" of type string. Known: median, mean, error.`,
  ],
  [
    'a missing number that is infinite',
    fitted({ size: { missing: Infinity } }),
    'RangeError',
    'Expected a finite number for options["size"].missing but received Infinity of type number.',
  ],
  [
    'a missing number of another type',
    fitted({ size: { missing: true } }),
    'TypeError',
    `Expected a number, or 'median', 'mean' or 'error', for options["size"].missing but received true of type boolean.`,
  ],
  [
    'another indicator',
    fitted({ size: { indicator: 'yes' } }),
    'RangeError',
    `Expected true, false or 'auto' for options["size"].indicator but received "yes" of type string. Known: auto.`,
  ],
  [
    'an indicator that is a number',
    fitted({ sold: { indicator: 1 } }),
    'TypeError',
    'Expected true or false for options["sold"].indicator but received 1 of type number.',
  ],
  [
    'the mean of numbers whose sum overflows',
    () =>
      quickModel(
        records.map((record) => ({ ...record, size: record.size * 3e306 })),
        { options: { size: { missing: 'mean' } } },
      ),
    'RangeError',
    'Expected values whose sum is a finite number for column "size" of the records but received larger ones. Divide them by a power of ten first.',
  ],
  [
    'columns of a scaler',
    fitted({ size: { scaler: { name: 'minMaxScaler', columns: 2 } } }),
    'TypeError',
    'Expected nothing for options["size"].scaler.columns but received 2 of type number.',
  ],
  [
    'a least count of 0',
    fitted({ town: { minimumCount: 0 } }),
    'RangeError',
    'Expected an integer from 1 to 9007199254740991 for options["town"].minimumCount but received 0 of type number.',
  ],
  [
    'a least count that no value has',
    fitted({ town: { minimumCount: 21 } }),
    'RangeError',
    'Expected a value in 21 records or more for column "town" but received 3 different ones, each in fewer. Leave the column out, or lower options["town"].minimumCount.',
  ],
  [
    'a least count where unknown categories are an error',
    fitted({ town: { minimumCount: 3, unknown: 'error' } }),
    'RangeError',
    `Expected 1 for options["town"].minimumCount but received 3 of type number. Rare values become other: with unknown: 'error' there is no such category.`,
  ],
  [
    'a least count of listed categories',
    fitted({ town: { minimumCount: 3, categories: ['x', 'y'] } }),
    'TypeError',
    'Expected nothing for options["town"].minimumCount but received 3 of type number. The list of categories is used as it is.',
  ],
  [
    'another way with unknown categories',
    fitted({ town: { unknown: 'others' } }),
    'RangeError',
    'Expected one of the known words for options["town"].unknown but received "others" of type string. Did you mean "other"? Known: other, zeros, error.',
  ],
  [
    'listed categories that are twice the same',
    fitted({ town: { categories: ['x', 'x'] } }),
    'RangeError',
    'Expected a category that is not in the list yet for categories of options["town"][1] but received "x" of type string.',
  ],
  [
    'vectors of no length',
    fitted({ town: { maxOneHot: 0, units: 0 } }),
    'RangeError',
    'Expected an integer from 1 to 8388608 for options["town"].units but received 0 of type number.',
  ],
  [
    'a named id',
    fitted({ id: 'category' }),
    'RangeError',
    'Expected values that repeat for column "id" of the records but received 60 different texts in 60 records. It is an id or free text: leave it out, or pass minimumCount in options["id"].',
  ],
  [
    'categories of dates',
    fitted({ day: 'category' }),
    'TypeError',
    'Expected text, a number, or true or false for column "day" of records[0] but received an object of type Date. Dates are no categories: where a column has dates, make other values null.',
  ],
  [
    'dates among text',
    () => quickModel(records.map((record, i) => ({ ...record, day: i === 5 ? 'unknown' : record.day }))),
    'TypeError',
    'Expected text, a number, or true or false for column "day" of records[0] but received an object of type Date. Dates are no categories: where a column has dates, make other values null.',
  ],
  [
    'booleans of text',
    fitted({ town: 'boolean' }),
    'TypeError',
    'Expected true or false for column "town" of records[0] but received "x" of type string.',
  ],
  [
    'another format of dates',
    fitted({ day: { format: 'DD-QQ' } }),
    'RangeError',
    'Expected a format of dates for options["day"].format but received "DD-QQ" of type string. Known: YYYY, YY, MMMM, MMM, MM, M, DD, D, HH, H, mm, ss; other characters but letters are as in the cells.',
  ],
  [
    'an unknown part of dates',
    fitted({ day: { parts: ['days', 'week'] } }),
    'RangeError',
    'Expected a part of dates for options["day"].parts[1] but received "week" of type string. Known: days, year, month, weekday, hour.',
  ],
  [
    'a part of dates twice',
    fitted({ day: { parts: ['days', 'days'] } }),
    'RangeError',
    'Expected a part that is not in the list yet for options["day"].parts[1] but received "days" of type string.',
  ],
  [
    'a scaler of cycles',
    fitted({ day: { parts: ['month'], scaler: 'standardScaler' } }),
    'TypeError',
    'Expected nothing for options["day"].scaler but received "standardScaler" of type string. Only days and year are scaled.',
  ],
  [
    'an option of another type',
    fitted({ day: { maxOneHot: 3 } }),
    'TypeError',
    'Unknown option "maxOneHot" in options["day"]. Known: type, format, parts, scaler, missing, indicator.',
  ],
]

refusals('Model.fit with options of columns', [
  ...options,
  [
    'an embedding before that of a column',
    () =>
      quickModel(records, {
        options: { town: { maxOneHot: 0 } },
        hidden: [{ type: 'embedding', columns: [{ column: 0, categories: 4, units: 2 }] }, 4],
      }),
    'TypeError',
    'Expected a layer that is no embedding for hidden[0] but received an object. The model has an embedding of "town" already; maxOneHot in a column\'s options gives it one input per category.',
  ],
])
