/** Reading CSV: types, missing values, formats, and errors that name line and column. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { readCsv } from 'lockstep-nn/data'
import { node, ROOT } from '../support/child.js'
import { type Refusal, refusals } from '../support/refusals.js'

const TEXT = 'name,height,legs,tame\nRex,0.5,4,yes\n"Tweety, the bird", .25 ,2,FALSE\n'
const COLUMNS = { name: 'string', height: 'number', legs: 'integer', tame: 'boolean' } as const

const directory = mkdtempSync(join(tmpdir(), 'lockstep-nn-csv-'))
after(() => rmSync(directory, { recursive: true, force: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

describe('readCsv', () => {
  it('reads text, a file and a URL as the given types', async () => {
    const expected = [
      { name: 'Rex', height: 0.5, legs: 4, tame: true },
      { name: 'Tweety, the bird', height: 0.25, legs: 2, tame: false },
    ]
    assert.deepEqual(await readCsv(TEXT, { columns: COLUMNS }), expected)
    const path = file('pets.csv', TEXT)
    assert.deepEqual(await readCsv(path, { columns: COLUMNS }), expected)
    assert.deepEqual(await readCsv(pathToFileURL(path), { columns: COLUMNS }), expected)
  })

  it('reads the chosen columns in the chosen order', async () => {
    const [record] = await readCsv(TEXT, { columns: { legs: 'number', name: 'string' } })
    assert.deepEqual(Object.entries(record), [
      ['legs', 4],
      ['name', 'Rex'],
    ])
  })

  it('reads every way to end a line, a byte order mark, and empty lines', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const text = ['\ufeffa,b', '1,x', '', '2,"y', 'z"', ''].join(end)
      assert.deepEqual(await readCsv(text, { columns: { a: 'number', b: 'string' } }), [
        { a: 1, b: 'x' },
        { a: 2, b: 'y\nz' },
      ])
    }
  })

  it('reads other delimiters, quotes, decimals, comments and headers', async () => {
    const text = "# a comment\n'a;1';1,5\nb#1;-2e3\n"
    const options = { delimiter: ';', quote: "'", decimal: ',', comment: '#', header: ['name', 'value'] } as const
    assert.deepEqual(await readCsv(text, { ...options, columns: { name: 'string', value: 'number' } }), [
      { name: 'a;1', value: 1.5 },
      { name: 'b#1', value: -2000 },
    ])
  })

  it('drops rows with missing values, or reads them as null', async () => {
    const text = 'a,b\n1,x\nNA,y\n3,\n'
    const options = { columns: { a: 'number', b: 'string' }, missing: ['', 'NA'] } as const
    assert.deepEqual(await readCsv(text, { ...options, onMissing: 'drop' }), [{ a: 1, b: 'x' }])
    assert.deepEqual(await readCsv(text, { ...options, onMissing: 'null' }), [
      { a: 1, b: 'x' },
      { a: null, b: 'y' },
      { a: 3, b: null },
    ])
    assert.deepEqual(await readCsv('a\nx\n', { columns: { a: 'string' }, missing: ['NA'] }), [{ a: 'x' }])
  })

  it('reads every number exactly', async () => {
    const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(numbers, async (values) => {
        const records = await readCsv(`a\n${values.join('\n')}\n`, { columns: { a: 'number' } })
        assert.deepEqual(
          records.map(({ a }) => a),
          values.map((value) => (value === 0 ? 0 : value)),
        )
      }),
    )
  })

  it('reads a header without rows', async () => {
    assert.deepEqual(await readCsv('a,b\n', { columns: { a: 'number' } }), [])
  })

  it('reports that csv-parse is not installed', () => {
    // A loader that finds everything but csv-parse.
    const hook = `export async function resolve(name, context, next) {
      if (name.startsWith('csv-parse')) throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' })
      return next(name, context)
    }`
    const source = `import { register } from 'node:module'
      register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}))
      const { readCsv } = await import('lockstep-nn/data')
      await readCsv('a\\n1\\n', { columns: { a: 'number' } }).catch((error) => console.log(error.message))`
    const { stdout, stderr } = node(['--input-type=module', '--eval', source], { cwd: ROOT })
    const message = 'readCsv needs the package csv-parse, which is not installed. Run: npm install csv-parse\n'
    assert.equal(stdout, message, stderr)
  })
})

const read = (text: unknown, columns: unknown = { a: 'number' }, options: object = {}) =>
  readCsv(text as string, { columns, ...options } as never)

const latin = file('latin.csv', Uint8Array.of(0x61, 0x0a, 0xe4, 0x0a))

const wrong: readonly Refusal[] = [
  [
    'no source',
    () => read(undefined),
    'TypeError',
    'Expected the name of a file, its URL, CSV text, { path } or { text } for source but received undefined.',
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
    'Expected the type of a column for columns["a"] but received "float" of type string. Known: number, integer, string, boolean.',
  ],
  [
    'a misspelled option',
    () => read('a\n1\n', undefined, { delimeter: ';' }),
    'TypeError',
    'Unknown option "delimeter" in the options of readCsv. Did you mean "delimiter"? Known: columns, delimiter, quote, comment, decimal, header, missing, onMissing.',
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
    'another delimiter',
    () => read('a;b\n1;2\n'),
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
    'a number with separators',
    () => read('a,b\n"1,000",2\n'),
    'TypeError',
    'Expected a number for column "a" in line 2 of the CSV text but received "1,000" of type string.',
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
    'Expected cells with quotes around all of them or none for line 3 of the CSV text but received others: Quote Not Closed: the parsing is finished with an opening quote at line 3.',
  ],
  [
    'text after a quote',
    () => read('a\n"1"2\n'),
    'RangeError',
    'Expected cells with quotes around all of them or none for line 2 of the CSV text but received others: Invalid Closing Quote: got "2" at line 2 instead of delimiter, record delimiter, trimable character (if activated) or comment.',
  ],
  [
    'bytes that are no UTF-8',
    () => read(latin),
    'RangeError',
    `Expected text in UTF-8 for ${latin} but received other bytes. Save it as UTF-8.`,
  ],
]

refusals('readCsv', wrong)
