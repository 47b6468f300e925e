/** Wrong options, values and saved objects of scalers. */
import { minMaxScaler, robustScaler, Scaler, type ScalerMaker, standardScaler } from 'lockstep-nn/data'
import { type Refusal, refusals } from '../support/refusals.js'

const X = [
  [1, 100],
  [2, 300],
  [3, 200],
  [6, 900],
]

const measured = (x: unknown, options?: object, maker: ScalerMaker = standardScaler) => maker.fit(x as never, options)
const read = (changes: object, maker: Pick<ScalerMaker, 'fromJSON'> = standardScaler) =>
  maker.fromJSON({ ...standardScaler.fit(X).toJSON(), ...changes } as never)

const wrong: readonly Refusal[] = [
  [
    'no data',
    () => measured(undefined),
    'TypeError',
    'Expected a Float64Array or an array of rows for x but received undefined.',
  ],
  ['no rows', () => measured([]), 'RangeError', 'Expected at least one row for x but received none.'],
  [
    'rows without columns',
    () => measured([[]]),
    'RangeError',
    'Expected at least one column for x[0] but received an empty row.',
  ],
  [
    'a flat list',
    () => measured([1, 2]),
    'TypeError',
    'Expected a row (an array of numbers or a Float64Array) for x[0] but received 1 of type number. Pass { columns: 1 } for one column.',
  ],
  [
    'a Float64Array without a number of columns',
    () => measured(Float64Array.of(1, 2)),
    'TypeError',
    'Expected the number of columns for columns but received undefined. A Float64Array has no rows: pass { columns: … }.',
  ],
  [
    'a Float64Array that is no whole rows',
    () => measured(Float64Array.of(1, 2, 3), { columns: 2 }),
    'RangeError',
    'Expected rows of 2 values (the columns) for x but received a Float64Array of length 3.',
  ],
  [
    'rows of different lengths',
    () => measured([[1, 2], [3]]),
    'RangeError',
    'Expected a row of 2 values (the columns) for x[1] but received one of length 1.',
  ],
  [
    'NaN',
    () => measured([[1], [Number.NaN]]),
    'RangeError',
    'Expected a finite number for x[1][0] but received NaN of type number. Remove or fill in such rows first.',
  ],
  ['text', () => measured([[1], ['2']]), 'TypeError', 'Expected a number for x[1][0] but received "2" of type string.'],
  [
    'a constant column',
    () =>
      measured([
        [1, 5],
        [2, 5],
      ]),
    'RangeError',
    "Expected values that differ for column 1 of x but received the same value, 5, in every row. Leave the column out, or pass constantColumns: 'center'.",
  ],
  [
    'another way of clipping',
    () => measured(X, { clip: 'hard' }, robustScaler),
    'RangeError',
    'Expected one of the known words for clip but received "hard" of type string. Known: none, smooth.',
  ],
  [
    'values whose squares overflow',
    () => measured([[1e200], [-1e200]]),
    'RangeError',
    'Expected values whose sums and squares are finite numbers for column 0 of x but received larger ones. Divide them by a power of ten first.',
  ],
  [
    'an unknown option',
    () => measured(X, { column: 2 }),
    'TypeError',
    'Unknown option "column" in the options of standardScaler. Did you mean "columns"? Known: columns, constantColumns.',
  ],
  [
    'an option of another scaler',
    () => measured(X, { range: [0, 1] }),
    'TypeError',
    'Unknown option "range" in the options of standardScaler. Known: columns, constantColumns.',
  ],
  [
    'a range the wrong way round',
    () => measured(X, { range: [1, 0] }, minMaxScaler),
    'RangeError',
    'Expected two numbers of which the first is less for range but received 1 and 0.',
  ],
  [
    'a range of one number',
    () => measured(X, { range: [1] }, minMaxScaler),
    'RangeError',
    'Expected two numbers for range but received 1.',
  ],
  [
    'quantiles beyond 1',
    () => measured(X, { quantiles: [0, 2] }, robustScaler),
    'RangeError',
    'Expected two numbers from 0 to 1 for quantiles but received 0 and 2.',
  ],
  [
    'another way with constants',
    () => measured(X, { constantColumns: 'drop' }),
    'RangeError',
    'Expected one of the known words for constantColumns but received "drop" of type string. Known: error, center.',
  ],
  [
    'transform of another number of columns',
    () => standardScaler.fit(X).transform([[1, 2, 3]]),
    'RangeError',
    'Expected a row of 2 values (the columns of the scaler) for x[0] but received one of length 3.',
  ],
  [
    'inverse of another number of columns',
    () => standardScaler.fit(X).inverse(Float64Array.of(1, 2, 3)),
    'RangeError',
    'Expected rows of 2 values (the columns of the scaler) for x but received a Float64Array of length 3.',
  ],
  [
    'transform of NaN',
    () => standardScaler.fit(X).transform([[1, Number.NaN]]),
    'RangeError',
    'Expected a finite number for x[0][1] but received NaN of type number. Remove or fill in such rows first.',
  ],
  [
    'a saved scaler that is none',
    () => read([] as never, { fromJSON: () => Scaler.fromJSON(7 as never) }),
    'TypeError',
    'Expected an object for the saved scaler but received 7 of type number.',
  ],
  [
    'a saved scaler of another type',
    () => read({}, minMaxScaler),
    'RangeError',
    'Expected "minMaxScaler" for type of the saved scaler but received "standardScaler" of type string.',
  ],
  [
    'a saved scaler of an unknown type',
    () => read({ type: 'standard' }),
    'RangeError',
    'Expected the type of a scaler for type of the saved scaler but received "standard" of type string. Known: standardScaler, minMaxScaler, robustScaler, quantileScaler.',
  ],
  [
    'a saved scaler without a center',
    () => read({ center: undefined }),
    'TypeError',
    'Expected an array of numbers for center of the saved scaler but received undefined.',
  ],
  [
    'a saved scaler with null for a number',
    () => read({ center: [1, null] }),
    'TypeError',
    'Expected a finite number for center[1] of the saved scaler but received null.',
  ],
  [
    'a saved scaler with a scale of 0',
    () => read({ scale: [1, 0] }),
    'RangeError',
    'Expected a number above 0 for scale[1] of the saved scaler but received 0 of type number.',
  ],
  [
    'a saved scaler with too few scales',
    () => read({ scale: [1] }),
    'RangeError',
    'Expected 2 numbers, as many as in center, for scale of the saved scaler but received 1.',
  ],
  [
    'a saved scaler with a range it cannot have',
    () => read({ range: [0, 1] }),
    'TypeError',
    'Expected nothing for range of the saved scaler but received an array of length 2.',
  ],
  [
    'a saved scaler without its range',
    () => read({ type: 'minMaxScaler' }, minMaxScaler),
    'TypeError',
    'Expected an array of two numbers for range of the saved scaler but received undefined.',
  ],
]

refusals('scalers', wrong)
