/** The source of readCsv's text, and which lines and cells are missing values. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { readCsv, type TableSource } from 'lockstep-nn/data'
import { folderOf } from '../support/folder.js'
import { type Refusal, refusals } from '../support/refusals.js'

const columns = { a: 'string' } as const
const read = (text: string, options: object = {}) => readCsv({ text }, { columns, ...options } as never)

describe('the source of readCsv', () => {
  const folder = folderOf()

  it('is text in { text }, even of one line, and a file in { path }', async () => {
    const expected = [{ a: '1' }]
    const path = join(folder(), 'table.csv')
    writeFileSync(path, '\ufeff"a"\r\n1\r\n')
    const url = pathToFileURL(path)
    const foreign = runInNewContext('({ href, protocol, pathname, hostname, search: "", hash: "" })', {
      href: url.href,
      protocol: url.protocol,
      pathname: url.pathname,
      hostname: '',
    }) as URL
    const sources: TableSource[] = [{ text: 'a\n1' }, { path }, { path: url }, { path: foreign }, path, url, foreign]
    for (const source of sources) assert.deepEqual(await readCsv(source, { columns }), expected)
    assert.deepEqual(await readCsv({ text: 'a' }, { columns }), [])
    assert.deepEqual(await readCsv({ text: '1,x' }, { columns, header: ['a', 'b'] }), expected)
  })

  it('suggests { text } where a string names no file', async () => {
    const directory = folder()
    writeFileSync(join(directory, 'table.csv'), 'a\n')
    for (const source of [
      'a,b',
      '',
      join(directory, 'no-such.csv'),
      `${directory}/table.csv/x`,
      'a\0b',
      'x'.repeat(1e6),
    ]) {
      const error: NodeJS.ErrnoException = await readCsv(source, { columns }).then(
        () => assert.fail('nothing was thrown'),
        (reason) => reason,
      )
      assert.match(
        error.message,
        /^Expected the name of a file that exists for source but received ".*"\. If it is one/,
      )
      assert.match(error.message, /pass \{ text: … \}\.$/)
      assert.ok(error.message.length < 500)
      assert.ok(typeof error.code === 'string' && error.cause instanceof Error)
    }
    // What must be a path fails like readFile.
    await assert.rejects(readCsv({ path: join(directory, 'no-such.csv') }, { columns }), /^Error: ENOENT: /)
  })

  it('may have a byte order mark, a header in quotes, and any line ends', async () => {
    for (const mark of ['', '\ufeff']) {
      for (const end of ['\n', '\r\n', '\r']) {
        for (const last of ['', end]) {
          const text = `${mark}"a"${end}"x, y"${end}z${last}`
          assert.deepEqual(await read(text), [{ a: 'x, y' }, { a: 'z' }])
        }
      }
    }
  })
})

describe('missing values of readCsv', () => {
  it('are empty cells, whatever else is named', async () => {
    const options = { columns: { a: 'string', b: 'number' }, missing: ['NA', '-'], onMissing: 'null' } as const
    assert.deepEqual(await readCsv('a,b\n,1\nNA,2\nx,\ny,-\n"",3\nz,4\n', options), [
      { a: null, b: 1 },
      { a: null, b: 2 },
      { a: 'x', b: null },
      { a: 'y', b: null },
      { a: null, b: 3 },
      { a: 'z', b: 4 },
    ])
    assert.deepEqual(await readCsv('a,b\n,1\nz,4\n', { ...options, onMissing: 'drop' }), [{ a: 'z', b: 4 }])
    assert.deepEqual(await readCsv('a,b\n,1\n', { ...options, missing: [] }), [{ a: null, b: 1 }])
    await assert.rejects(readCsv('a,b\n,1\n', { ...options, onMissing: 'error' }), /column "a" in line 2/)
  })

  it('are the empty lines of a table of one column, but not the end of its last line', async () => {
    const line = fc.constantFrom('', '  ', '\t', '# note', 'x', '"y"', '""')
    const cellOf = (cell: string) => (cell.trim() === '' || cell === '""' ? null : cell.replaceAll('"', ''))
    const end = fc.constantFrom('\n', '\r\n')
    await fc.assert(
      fc.asyncProperty(fc.array(line), line, end, async (before, last, eol) => {
        const rows = [...before, last]
        const expected = rows.filter((cell) => cell !== '# note').map((cell) => ({ a: cellOf(cell) }))
        const options = { comment: '#', onMissing: 'null' }
        for (const text of [`${eol}${['a', ...rows].join(eol)}${eol}`, ['a', ...rows].join(eol)]) {
          // A last line without an end is a line only where it has a character.
          const wanted = text.endsWith(eol) && last === '' && !text.startsWith(eol) ? expected.slice(0, -1) : expected
          assert.deepEqual(await read(text, options), wanted)
        }
        const body = `${rows.join(eol)}${eol}`
        assert.deepEqual(await read(body, { ...options, header: ['a'] }), expected)
      }),
    )
  })

  it('follow onMissing where a line of a table of one column is empty', async () => {
    const text = 'a\nx\n\ny\n'
    assert.deepEqual(await read(text, { onMissing: 'drop' }), [{ a: 'x' }, { a: 'y' }])
    assert.deepEqual(await read(text, { onMissing: 'null' }), [{ a: 'x' }, { a: null }, { a: 'y' }])
    await assert.rejects(
      read(text),
      /^RangeError: Expected a value for column "a" in line 3 of the CSV text but received "" of type string\./,
    )
    // In a table of several columns an empty line is no row.
    assert.deepEqual(await readCsv('a,b\n1,2\n\n3,4\n', { columns }), [{ a: '1' }, { a: '3' }])
  })
})

describe('a long cell', () => {
  it('is read or refused in time in proportion to its length', async () => {
    const digits = '1'.repeat(500_000)
    const numbers = ['x', '.x', 'e', 'e5x', '.5.'].map((end) => `${digits}${end}`)
    const others = [
      `.${digits}x`,
      `1e${digits}x`,
      `${' '.repeat(500_000)}x`,
      `x${' '.repeat(500_000)}y`,
      'tru'.repeat(1e5),
    ]
    const start = performance.now()
    for (const type of ['number', 'integer', 'boolean'] as const) {
      for (const cell of [...numbers, ...others]) {
        const error: Error = await readCsv({ text: `a\n${cell}\n` }, { columns: { a: type } }).then(
          () => assert.fail('nothing was thrown'),
          (reason) => reason,
        )
        assert.ok(error.message.length < 300, error.message.slice(0, 400))
      }
    }
    assert.deepEqual(await readCsv({ text: `a\n0.${digits}\n` }, { columns: { a: 'number' } }), [{ a: 1 / 9 }])
    // In quadratic time one of them takes over ten minutes.
    assert.ok(performance.now() - start < 30_000)
  })

  it('is cut in errors of any kind', async () => {
    const long = 'x'.repeat(1e5)
    const calls = [
      readCsv({ text: `a\n${long}"y"\n` }, { columns }),
      readCsv({ text: `${long}\n1\n` }, { columns }),
      readCsv({ text: `${long}\n1\n` }, { columns: { [`${long}y`]: 'number' } }),
      readCsv({ text: `${long}\nx\n` }, { columns: { [long]: 'number' } }),
      readCsv({ text: `${'h,'.repeat(1e5)}h\n1\n` }, { columns }),
    ]
    for (const call of calls) await assert.rejects(call, ({ message }: Error) => message.length < 600)
  })

  it('may be one of many columns', async () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `c${i}`)
    const types = Object.fromEntries(names.map((name) => [name, 'number' as const]))
    const [record] = await readCsv(
      { text: `${names.join(',')}\n${names.map(() => '1').join(',')}\n` },
      { columns: types },
    )
    assert.equal(Object.keys(record).length, names.length)
  })
})

const wrong: readonly Refusal[] = [
  [
    'a source with text and path',
    () => readCsv({ text: 'a', path: 'b' }, { columns }),
    'RangeError',
    'Expected the name of a file, its URL, CSV text, { path }, { text }, bytes or a stream of them for source but received both { text, path }.',
  ],
  [
    'a source with neither',
    () => readCsv({} as never, { columns }),
    'RangeError',
    'Expected the name of a file, its URL, CSV text, { path }, { text }, bytes or a stream of them for source but received neither of them.',
  ],
  [
    'text that is none',
    () => readCsv({ text: 5 } as never, { columns }),
    'TypeError',
    'Expected text for source.text but received 5 of type number.',
  ],
  [
    'a path that is none',
    () => readCsv({ path: 5 } as never, { columns }),
    'TypeError',
    'Expected the name of a file, or its URL, for source.path but received 5 of type number.',
  ],
  [
    'a misspelled source',
    () => readCsv({ txt: 'a' } as never, { columns }),
    'TypeError',
    'Unknown option "txt" in source. Did you mean "text"? Known: text, path.',
  ],
  [
    'lines as a source',
    () => readCsv(['a', '1'] as never, { columns }),
    'TypeError',
    'Expected the name of a file, its URL, CSV text, { path }, { text }, bytes or a stream of them for source but received an array of length 2.',
  ],
  [
    'a name twice in the header',
    () => readCsv({ text: '1,2' }, { columns, header: ['a', 'a'] }),
    'RangeError',
    'Expected one column "a" for the header of the CSV text but received several.',
  ],
  [
    'a name twice in a header in quotes',
    () => readCsv({ text: '"a",b, a\n1,2,3' }, { columns }),
    'RangeError',
    'Expected one column "a" for the header of the CSV text but received several.',
  ],
]

refusals('the source of readCsv', wrong)
