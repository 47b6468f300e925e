/** Records of JSON: lines and arrays. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { type JsonLinesBatch, jsonLinesBatches, readJsonLines, type TableSource } from 'lockstep-nn/data'
import { drawCount } from '../support/drawn.js'
import { folderOf } from '../support/folder.js'
import { refusals } from '../support/refusals.js'
import { rowTests } from '../support/rows.js'

async function batchesOf(source: TableSource, options: object = {}): Promise<JsonLinesBatch[]> {
  const batches: JsonLinesBatch[] = []
  for await (const batch of jsonLinesBatches(source, options)) batches.push(batch)
  return batches
}

describe('readJsonLines', () => {
  const row = rowTests()
  const folder = folderOf()
  const records = [
    { a: 1, b: 'x, "y" [\\]' },
    { a: null, b: true },
  ]
  const [first, second] = records.map((record) => JSON.stringify(record))
  const forms: Readonly<Record<string, string>> = {
    lines: `${first}\n${second}\n`,
    'lines without the last end': `${first}\r\n${second}`,
    'empty lines': `\ufeff\n  \n${first}\n\n ${second} \n\n`,
    'an array': `[${first},${second}]`,
    'an array of several lines': `\n${JSON.stringify(records, null, 2)}\n\n`,
  }
  for (const [name, text] of Object.entries(forms)) {
    row('reads records of JSON', name, async () => assert.deepEqual(await readJsonLines({ text }), records))
  }

  it('reads a file, and text with a line break', async () => {
    const path = join(folder(), 'records.jsonl')
    writeFileSync(path, forms.lines)
    assert.deepEqual(await readJsonLines(path), records)
    assert.deepEqual(await readJsonLines(forms.lines), records)
    await assert.rejects(readJsonLines('{"a":1}'), /If it is one line of JSON, not a path, pass \{ text: … \}\.$/)
  })

  it('reads records wherever the text is divided', async () => {
    const value = fc.oneof(
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    )
    const record = fc.dictionary(fc.string({ maxLength: 4 }), value, { maxKeys: 4 })
    const drawn = fc.array(record, { minLength: 1, maxLength: 5 })
    const property = fc.asyncProperty(drawn, fc.integer({ min: 1, max: 9 }), async (all, size) => {
      const lines = all.map((one) => JSON.stringify(one)).join('\n')
      for (const text of [lines, JSON.stringify(all), JSON.stringify(all, null, 1)]) {
        async function* pieces() {
          for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
        }
        assert.deepEqual(await readJsonLines(pieces()), JSON.parse(JSON.stringify(all)))
      }
    })
    await fc.assert(property, { numRuns: drawCount(1600) })
  })
})

describe('jsonLinesBatches', () => {
  it('gives at most batchRows records, the columns so far and the lines', async () => {
    const text = '{"b":1}\n\n{"a":2}\n{"b":3,"c":4}\n'
    assert.deepEqual(await batchesOf({ text }, { batchRows: 2 }), [
      { header: ['b', 'a'], records: [{ b: 1 }, { a: 2 }], lines: [1, 3], line: 1 },
      { header: ['b', 'a', 'c'], records: [{ b: 3, c: 4 }], lines: [4], line: 4 },
    ])
    const array = '[\n{"a":1}, {"a":2},\n\n{"a":\n3}]'
    assert.deepEqual(
      (await batchesOf({ text: array }, { batchRows: 1 })).map(({ line }) => line),
      [2, 2, 4],
    )
  })
})

const read = (text: string) => readJsonLines({ text })

refusals('readJsonLines', [
  [
    'a line that is no JSON',
    () => read('{"a":1}\n{"a":}\n'),
    'RangeError',
    `Expected a JSON object for line 2 of the JSON text but received other text: Unexpected token '}', "{"a":}" is not valid JSON.`,
  ],
  [
    'a line that is no object',
    () => read('{"a":1}\n[1]\n'),
    'TypeError',
    'Expected a JSON object for line 2 of the JSON text but received an array of length 1.',
  ],
  [
    'an array of numbers',
    () => read('[1, 2]'),
    'TypeError',
    'Expected a JSON object for line 1 of the JSON text but received 1 of type number.',
  ],
  [
    'an object within a record',
    () => read('{"a":1}\n{"a":{"b":1}}\n'),
    'TypeError',
    'Expected a number, text, true, false or null for column "a" in line 2 of the JSON text but received an object. Give each value a column of its own.',
  ],
  [
    'a number too large',
    () => read('{"a":1e999}'),
    'RangeError',
    'Expected a finite number for column "a" in line 1 of the JSON text but received Infinity of type number.',
  ],
  [
    'an array that is not closed',
    () => read('[{"a":1},\n{"a":2}\n'),
    'RangeError',
    'Expected the end of the array ] for line 3 of the JSON text but received the end of the text.',
  ],
  [
    'a comma after the last element',
    () => read('[{"a":1},\n]'),
    'RangeError',
    'Expected a JSON object for line 2 of the JSON text but received other text: Unexpected end of JSON input.',
  ],
  [
    'text after the array',
    () => read('[{"a":1}]\n\nx'),
    'RangeError',
    'Expected the end of the text for line 3 of the JSON text but received more after the array.',
  ],
  [
    'no text',
    () => read(' \n'),
    'RangeError',
    'Expected JSON lines, or an array of objects, for the JSON text but received no record.',
  ],
  [
    'an empty array',
    () => read(' [ ] '),
    'RangeError',
    'Expected JSON lines, or an array of objects, for the JSON text but received no record.',
  ],
  [
    'a misspelled option',
    () => batchesOf({ text: '{}' }, { batchrows: 1 }),
    'TypeError',
    'Unknown option "batchrows" in the options of jsonLinesBatches. Did you mean "batchRows"? Known: batchRows.',
  ],
])
