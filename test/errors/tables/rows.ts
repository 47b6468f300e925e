/** What can be wrong with an array of rows. */
import { CONVERT, detached, growable, outOfBounds, RESIZABLE, resizable, TRANSFERRED } from '../../support/wrong.js'

type Error = 'TypeError' | 'RangeError'
export type Row = readonly [title: string, value: unknown, error: Error, message: string]

const flat = (...values: number[]): Float64Array => Float64Array.from(values)
const ROW = 'Expected a row (an array of numbers or a Float64Array)'
const FINISH = 'Remove or fill in such rows first.'

/** The mistakes that samples and targets have in common. A row has two values; `source` is the reason. */
export const mistakes = (name: string, source: string): readonly Row[] => [
  [
    'missing',
    undefined,
    'TypeError',
    `Expected a Float64Array or an array of rows for ${name} but received undefined.`,
  ],
  ['null', null, 'TypeError', `Expected a Float64Array or an array of rows for ${name} but received null.`],
  [
    'an object',
    { 0: [1, 2] },
    'TypeError',
    `Expected a Float64Array or an array of rows for ${name} but received an object.`,
  ],
  [
    'an iterator',
    new Set([[1, 2]]),
    'TypeError',
    `Expected a Float64Array or an array of rows for ${name} but received an object of type Set.`,
  ],
  [
    'a Float32Array',
    new Float32Array(4),
    'TypeError',
    `Expected a Float64Array or an array of rows for ${name} but received a Float32Array of length 4. ${CONVERT}`,
  ],
  [
    'a DataView',
    new DataView(new ArrayBuffer(32)),
    'TypeError',
    `Expected a Float64Array or an array of rows for ${name} but received DataView. ${CONVERT}`,
  ],
  [
    'a flat list',
    [1, 2, 3, 4],
    'TypeError',
    `${ROW} for ${name}[0] but received 1 of type number. Give rows of 2 values (${source}), or a Float64Array.`,
  ],
  ['without rows', [], 'RangeError', `Expected at least one row for ${name} but received none.`],
  ['an empty Float64Array', flat(), 'RangeError', `Expected at least one row for ${name} but received none.`],
  [
    'of rows of unequal length',
    [[1, 2], [3]],
    'RangeError',
    `Expected a row of 2 values (${source}) for ${name}[1] but received one of length 1.`,
  ],
  [
    'of rows that are too long',
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    'RangeError',
    `Expected a row of 2 values (${source}) for ${name}[0] but received one of length 3.`,
  ],
  [
    'of a length that is no whole number of rows',
    flat(1, 2, 3),
    'RangeError',
    `Expected rows of 2 values (${source}) for ${name} but received a Float64Array of length 3.`,
  ],
  ['with a row as an object', [[1, 2], { 0: 3, 1: 4 }], 'TypeError', `${ROW} for ${name}[1] but received an object.`],
  [
    'with a row of float32',
    [new Float32Array(2), [1, 2]],
    'TypeError',
    `${ROW} for ${name}[0] but received a Float32Array of length 2.`,
  ],
  ['with a row that is left out', new Array(2), 'TypeError', `${ROW} for ${name}[0] but received undefined.`],
  [
    'with a cell as text',
    [
      [1, 2],
      [3, '4'],
    ],
    'TypeError',
    `Expected a number for ${name}[1][1] but received "4" of type string.`,
  ],
  [
    'with a cell as null',
    [
      [null, 2],
      [3, 4],
    ],
    'TypeError',
    `Expected a number for ${name}[0][0] but received null.`,
  ],
  [
    'with a cell that is left out',
    [[1, 2], new Array(2)],
    'TypeError',
    `Expected a number for ${name}[1][0] but received undefined.`,
  ],
  [
    'with a NaN',
    flat(1, 2, Number.NaN, 4),
    'RangeError',
    `Expected a finite number for ${name}[1][0] but received NaN of type number. ${FINISH}`,
  ],
  [
    'with an infinite cell',
    [
      [1, 2],
      [3, Infinity],
    ],
    'RangeError',
    `Expected a finite number for ${name}[1][1] but received Infinity of type number. ${FINISH}`,
  ],
  [
    'with a negative infinite cell',
    [flat(1, -Infinity), [3, 4]],
    'RangeError',
    `Expected a finite number for ${name}[0][1] but received -Infinity of type number. ${FINISH}`,
  ],
  [
    'over a buffer that is gone',
    detached(4),
    'TypeError',
    `Expected an attached buffer for ${name} but received ${TRANSFERRED}`,
  ],
  [
    'with a row whose buffer is gone',
    [[1, 2], detached(2)],
    'RangeError',
    `Expected a row of 2 values (${source}) for ${name}[1] but received one of length 0.`,
  ],
  [
    'over a resizable buffer',
    resizable(4),
    'RangeError',
    `Expected a buffer of fixed length for ${name} but received ${RESIZABLE}`,
  ],
  [
    'over a growable buffer',
    growable(4),
    'RangeError',
    `Expected a buffer of fixed length for ${name} but received ${RESIZABLE}`,
  ],
  [
    'over a buffer that has shrunk',
    outOfBounds(4),
    'RangeError',
    `Expected a buffer of fixed length for ${name} but received ${RESIZABLE}`,
  ],
]
