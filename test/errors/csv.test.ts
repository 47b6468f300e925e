/** Wrong calls of readCsv: their errors name the line, the column, and what to do. */
import { readCsv } from 'lockstep-nn/data'
import { type Refusal, refusals } from '../support/refusals.js'

const read = (text: unknown, columns: unknown = { a: 'number' }, options: object = {}) =>
  readCsv(text as string, { columns, ...options } as never)

const bytes = (...values: (number | string)[]) =>
  Uint8Array.from(values.flatMap((value) => (typeof value === 'number' ? [value] : [...Buffer.from(value)])))

const wrong: readonly Refusal[] = [
  [
    'no source',
    () => read(undefined),
    'TypeError',
    'Expected the name of a file, its URL, CSV text, { path }, { text }, bytes or a stream of them for source but received undefined.',
  ],
  [
    'no columns',
    () => read('a\n1\n', null),
    'TypeError',
    "Expected an object such as { height: 'number' } for columns but received null.",
  ],
  [
    'an empty list of columns',
    () => read('a\n1\n', {}),
    'RangeError',
    'Expected at least one column for columns but received none.',
  ],
  [
    'an unknown type',
    () => read('a\n1\n', { a: 'float' }),
    'RangeError',
    'Expected the type of a column for columns["a"] but received "float" of type string. Known: number, integer, string, boolean, date.',
  ],
  [
    'a misspelled option',
    () => read('a\n1\n', undefined, { delimeter: ';' }),
    'TypeError',
    'Unknown option "delimeter" in the options of readCsv. Did you mean "delimiter"? Known: columns, types, delimiter, quote, comment, decimal, header, missing, onMissing.',
  ],
  [
    'a delimiter of two characters',
    () => read('a\n1\n', undefined, { delimiter: '::' }),
    'RangeError',
    'Expected one character for delimiter but received "::" of type string.',
  ],
  [
    'a quote that is the delimiter',
    () => read('a\n1\n', undefined, { delimiter: '"' }),
    'RangeError',
    'Expected another character than the delimiter for quote but received "\\"" of type string.',
  ],
  [
    'an unknown decimal',
    () => read('a\n1\n', undefined, { decimal: ';' }),
    'RangeError',
    'Expected a decimal separator for decimal but received ";" of type string. Did you mean "."? Known: ., ,.',
  ],
  [
    'a missing value that is no text',
    () => read('a\n1\n', undefined, { missing: [0] }),
    'TypeError',
    'Expected text for missing[0] but received 0 of type number.',
  ],
  [
    'another way with missing values',
    () => read('a\n1\n', undefined, { onMissing: 'skip' }),
    'RangeError',
    'Expected one of the known words for onMissing but received "skip" of type string. Known: error, drop, null.',
  ],
  [
    'a header of numbers',
    () => read('a\n1\n', undefined, { header: [1] }),
    'TypeError',
    'Expected the name of a column for header[0] but received 1 of type number.',
  ],
  [
    'an empty file',
    () => read('\n'),
    'RangeError',
    'Expected a line with the names of the columns for the CSV text but received an empty file.',
  ],
  [
    'a column that is not there',
    () => read('a,b\n1,2\n', { c: 'number' }),
    'RangeError',
    'Expected a column "c" for the header of the CSV text but received only "a", "b".',
  ],
  [
    'another delimiter than the given one',
    () => read('a;b\n1;2\n', undefined, { delimiter: ',' }),
    'RangeError',
    'Expected a column "a" for the header of the CSV text but received only "a;b". Does the file use another delimiter?',
  ],
  [
    'a column that is there twice',
    () => read('a,a\n1,2\n'),
    'RangeError',
    'Expected one column "a" for the header of the CSV text but received several.',
  ],
  [
    'text for a number',
    () => read('a\n1\ntall\n'),
    'TypeError',
    'Expected a number for column "a" in line 3 of the CSV text but received "tall" of type string.',
  ],
  [
    'a hexadecimal number',
    () => read('a\n0x10\n'),
    'TypeError',
    'Expected a number for column "a" in line 2 of the CSV text but received "0x10" of type string.',
  ],
  [
    'a number with separators in wrong places',
    () => read('a,b\n"1,00",2\n'),
    'TypeError',
    'Expected a number for column "a" in line 2 of the CSV text but received "1,00" of type string.',
  ],
  [
    'a decimal point where a comma is the decimal',
    () => read('a\n1.5\n', undefined, { decimal: ',' }),
    'TypeError',
    'Expected a number for column "a" in line 2 of the CSV text but received "1.5" of type string.',
  ],
  [
    'a number too large',
    () => read('a\n1e999\n'),
    'RangeError',
    'Expected a finite number for column "a" in line 2 of the CSV text but received "1e999" of type string.',
  ],
  [
    'Infinity',
    () => read('a\nInfinity\n'),
    'TypeError',
    'Expected a number for column "a" in line 2 of the CSV text but received "Infinity" of type string.',
  ],
  [
    'a fraction for an integer',
    () => read('a\n1.5\n', { a: 'integer' }),
    'RangeError',
    'Expected an integer up to 2^53 - 1 for column "a" in line 2 of the CSV text but received "1.5" of type string.',
  ],
  [
    'text for a boolean',
    () => read('a\nmaybe\n', { a: 'boolean' }),
    'TypeError',
    'Expected true or false for column "a" in line 2 of the CSV text but received "maybe" of type string.',
  ],
  [
    'a missing value',
    () => read('a,b\n1,2\n,3\n'),
    'RangeError',
    `Expected a value for column "a" in line 3 of the CSV text but received "" of type string. Fill it in, or pass onMissing: 'drop' or 'null'.`,
  ],
  [
    'a row that is too short',
    () => read('a,b\n1,2\n\n# 1\n3\n', undefined, { comment: '#' }),
    'RangeError',
    'Expected 2 cells, as in the header, for line 5 of the CSV text but received 1.',
  ],
  [
    'a wrong cell after one of several lines',
    () => read('a,b\r\n1,"x\r\ny"\r\nz,2\r\n'),
    'TypeError',
    'Expected a number for column "a" in line 4 of the CSV text but received "z" of type string.',
  ],
  [
    'a wrong cell in a row of several lines',
    () => read('a,b\n1,2\nz,"x\ny"\n'),
    'TypeError',
    'Expected a number for column "a" in line 3 of the CSV text but received "z" of type string.',
  ],
  [
    'a quote that is not closed',
    () => read('a\n1\n"2\n'),
    'RangeError',
    'Expected cells with quotes around all of them or none for line 3 of the CSV text but received a quote that is not closed. Write a quote within a cell twice, and quote the cell: "a "" b".',
  ],
  [
    'text after a quote',
    () => read('a\n"1"2\n'),
    'RangeError',
    'Expected cells with quotes around all of them or none for line 2 of the CSV text but received text after a closing quote. Write a quote within a cell twice, and quote the cell: "a "" b".',
  ],
  [
    'a quote within a cell, after rows with quotes of several lines',
    () => read('a,b\n1,"x\ny ""z"""\n2,"""v"""\n\n3,5" pipe\n4,"z"\n'),
    'RangeError',
    'Expected cells with quotes around all of them or none for line 6 of the CSV text but received a quote within a cell. Write a quote within a cell twice, and quote the cell: "a "" b".',
  ],
  [
    'a quote that is not closed, after rows with quotes',
    () => read('a,b\n1,"""x"\n2,"y\nz\n3,w\n'),
    'RangeError',
    'Expected cells with quotes around all of them or none for line 3 of the CSV text but received a quote that is not closed. Write a quote within a cell twice, and quote the cell: "a "" b".',
  ],
  [
    'columns and types',
    () => read('a\n1\n', { a: 'number' }, { types: {} }),
    'RangeError',
    'Expected either columns or types for the options but received both. columns has the type of each column to read.',
  ],
  [
    'a format of numbers',
    () => read('a\n1\n', { a: { type: 'number', format: 'YYYY' } }),
    'RangeError',
    'Expected a format only of dates for columns["a"].format but received one of the type number.',
  ],
  [
    'a decimal separator of text',
    () => read('a\n1\n', { a: { type: 'string', decimal: ',' } }),
    'RangeError',
    'Expected a decimal separator only of numbers for columns["a"].decimal but received one of the type string.',
  ],
  [
    'a wrong format of dates',
    () => read('a\n1\n', { a: { type: 'date', format: 'yyyy' } }),
    'RangeError',
    'Expected a format of dates for columns["a"].format but received "yyyy" of type string. Known: YYYY, YY, MMMM, MMM, MM, M, DD, D, HH, H, mm, ss; other characters but letters are as in the cells.',
  ],
  [
    'a type without a word',
    () => read('a\n1\n', { a: { format: 'YYYY' } }),
    'TypeError',
    'Expected the type of a column for columns["a"].type but received undefined. Known: number, integer, string, boolean, date.',
  ],
  [
    'text for a date',
    () => read('a\n2026-02-30\n', { a: 'date' }),
    'TypeError',
    'Expected a date such as 2026-11-28 for column "a" in line 2 of the CSV text but received "2026-02-30" of type string.',
  ],
  [
    'a date of another format',
    () => read('a\n2026-02-28\n', { a: { type: 'date', format: 'DD.MM.YYYY' } }),
    'TypeError',
    'Expected a date of the format DD.MM.YYYY for column "a" in line 2 of the CSV text but received "2026-02-28" of type string.',
  ],
  [
    'a percent sign after others without',
    () => read('a\n1\n2 %\n'),
    'TypeError',
    'Expected a number without a percent sign, as in the rows before, for column "a" in line 3 of the CSV text but received "2 %" of type string.',
  ],
  [
    'UTF-16',
    () => read(bytes(0xff, 0xfe, 0x61, 0, 0x0a, 0)),
    'RangeError',
    'Expected text in UTF-8 for line 1 of the CSV bytes but received UTF-16. Save the table as text in UTF-8.',
  ],
  [
    'UTF-16 of the other order',
    () => read(bytes(0xfe, 0xff, 0, 0x61, 0, 0x0a)),
    'RangeError',
    'Expected text in UTF-8 for line 1 of the CSV bytes but received UTF-16. Save the table as text in UTF-8.',
  ],
  [
    'binary data',
    () => read(bytes('a\n1\n', 0, 1, 2)),
    'RangeError',
    'Expected text in UTF-8 for line 3 of the CSV bytes but received binary data (a NUL character). Save the table as text in UTF-8.',
  ],
  [
    'bytes that end within a letter',
    () => read(bytes('a\n1\n', 0xc3)),
    'RangeError',
    'Expected text in UTF-8 for line 3 of the CSV bytes but received other bytes. Save the table as text in UTF-8.',
  ],
  [
    'no bytes',
    () => read(bytes()),
    'RangeError',
    'Expected a line with the names of the columns for the CSV bytes but received an empty file.',
  ],
  [
    'bytes that are no UTF-8',
    () => read(bytes('a\nb\n', 0xe4, '\n')),
    'RangeError',
    'Expected text in UTF-8 for line 3 of the CSV bytes but received other bytes. Save the table as text in UTF-8.',
  ],
]

refusals('readCsv', wrong)
