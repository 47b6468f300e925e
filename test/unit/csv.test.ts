/** Reading CSV: types, missing values, and formats. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { readCsv } from 'lockstep-nn/data'

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
})
