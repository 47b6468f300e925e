/** Writing CSV, and what csv-parse reads of each line. */
import assert from 'node:assert/strict'
import { runInNewContext } from 'node:vm'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { csvBatches, csvText } from 'lockstep-nn/data'
import { quotedCells } from '#lib/data/csv/line-cells.js'
import { drawCount } from '../support/drawn.js'
import { refusals } from '../support/refusals.js'

const part = fc.constantFrom('a', '"', ',', ';', ' ', '\n', '\r', '\t', 'é', '漢', '\ufeff', '#', "'")
const cell = fc.array(part, { maxLength: 5 }).map((parts) => parts.join(''))

describe('csvText', () => {
  it('quotes cells where that is needed, and writes values', () => {
    const rows = [
      ['a', 'b, c', 'd "e"', ' f', 'g\nh'],
      [1.5, true, null, undefined, new Date('2026-11-28')],
    ]
    assert.equal(csvText(rows), 'a,"b, c","d ""e"""," f","g\nh"\n1.5,true,,,2026-11-28T00:00:00.000Z\n')
    assert.equal(csvText([['a;b', 'c,d']], ';'), '"a;b";c,d\n')
    assert.equal(csvText([]), '')
    assert.equal(csvText([['a'], [''], [null]]), 'a\n""\n""\n')
  })

  it('writes a Date of any realm as ISO 8601, and an invalid one as an empty cell', () => {
    const foreign = runInNewContext("new Date('2026-11-28')") as Date
    assert.ok(!(foreign instanceof Date))
    assert.equal(csvText([[foreign, new Date(Number.NaN), 1]]), '2026-11-28T00:00:00.000Z,,1\n')
  })

  it('writes what is read as the same cells', async () => {
    const delimiter = fc.constantFrom(',', ';', '\t', '|', 'a')
    const table = fc.integer({ min: 1, max: 4 }).chain((width) => {
      const row = fc.array(cell, { minLength: width, maxLength: width })
      return fc.array(row, { minLength: 1, maxLength: 4 })
    })
    const property = fc.asyncProperty(table, delimiter, async (rows, mark) => {
      const header = rows[0].map((_, i) => `c${i}`)
      const types = Object.fromEntries(header.map((name) => [name, 'string' as const]))
      const read: string[][] = []
      for await (const { cells } of csvBatches({ text: csvText(rows, mark) }, { header, types, delimiter: mark })) {
        read.push(...cells)
      }
      // Every line end is read as \n.
      assert.deepEqual(
        read,
        rows.map((row) => row.map((content) => content.replace(/\r\n?/g, '\n'))),
      )
    })
    await fc.assert(property, { numRuns: drawCount(8000) })
  })
})

describe('the cells of a line with quotation marks', () => {
  it('are those that csv-parse reads', () => {
    const content = fc.constantFrom('', 'a', '"', '"b"', '""', '"c, d"', ' ', ' e ', '"f"g', 'h"i"', ',', '"j"" k"')
    const options = { trim: true, relax_column_count: true, record_delimiter: '\n', skip_empty_lines: false }
    let alike = 0
    const property = fc.property(fc.array(content, { minLength: 1, maxLength: 5 }), (contents) => {
      const line = contents.join(',')
      const cells = quotedCells(line, ',', '"')
      if (cells === null) return
      alike++
      assert.deepEqual([cells], parse(`${line}\n`, options))
    })
    fc.assert(property, { numRuns: drawCount(16_000) })
    assert.ok(alike > drawCount(16_000) / 10)
  })
})

refusals('csvText', [
  [
    'a record',
    () => csvText([['a'], { a: 1 } as never]),
    'TypeError',
    'Expected an array of cells for rows[1] but received an object. Of a record: Object.values().',
  ],
  [
    'two characters',
    () => csvText([['a']], '::'),
    'RangeError',
    'Expected one character, no quotation mark and no line end for delimiter but received "::" of type string.',
  ],
  [
    'a quotation mark',
    () => csvText([['a']], '"'),
    'RangeError',
    'Expected one character, no quotation mark and no line end for delimiter but received "\\"" of type string.',
  ],
  [
    'a number',
    () => csvText([['a']], 1 as never),
    'TypeError',
    'Expected one character for delimiter but received 1 of type number.',
  ],
])
