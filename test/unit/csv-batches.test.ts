/** Tables in batches: from streams, with flat memory, and closed early. */
import assert from 'node:assert/strict'
import { createReadStream, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { type CsvBatch, csvBatches, jsonLinesBatches, readCsv, readJsonLines, type TableSource } from 'lockstep-nn/data'
import { node, ROOT } from '../support/child.js'
import { drawCount } from '../support/drawn.js'
import { errorOf } from '../support/error-of.js'
import { folderOf } from '../support/folder.js'
import { refusals } from '../support/refusals.js'

async function batchesOf(source: TableSource, options: object = {}): Promise<CsvBatch[]> {
  const batches: CsvBatch[] = []
  for await (const batch of csvBatches(source, options)) batches.push(batch)
  return batches
}

/** Pieces, and whether their reader closed them. */
function closable(pieces: Iterable<string | Uint8Array>) {
  const state = { read: 0, isClosed: false }
  async function* all() {
    try {
      for (const piece of pieces) {
        state.read++
        yield piece
      }
    } finally {
      state.isClosed = true
    }
  }
  return { state, source: all() }
}

describe('csvBatches', () => {
  it('gives the header, the types, records, cells and lines of at most batchRows rows', async () => {
    const text = '# note\na,b\n1,"x\ny"\n\n2,NA\n 3 ,z\n'
    const common = { header: ['a', 'b'], types: { a: 'integer', b: 'string' } }
    assert.deepEqual(await batchesOf({ text }, { batchRows: 2, comment: '#' }), [
      {
        ...common,
        records: [
          { a: 1, b: 'x\ny' },
          { a: 2, b: null },
        ],
        cells: [
          ['1', 'x\ny'],
          ['2', 'NA'],
        ],
        lines: [3, 6],
        line: 3,
      },
      { ...common, records: [{ a: 3, b: 'z' }], cells: [['3', 'z']], lines: [7], line: 7 },
    ])
    assert.deepEqual(
      (await batchesOf({ text }, { batchRows: 1, comment: '#', onMissing: 'drop' })).map(({ lines }) => lines),
      [[3], [7]],
    )
    assert.deepEqual(await batchesOf('a\n', { columns: { a: 'number' } }), [])
  })

  it('infers types from the first inferRows rows, wherever the pieces end', async () => {
    const text = `a,b\n${'1,2026-11-28\n'.repeat(20)}1.5,x\n`
    for (const size of [1, 7, 1000]) {
      const pieces = () => Readable.from(text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [])
      assert.deepEqual((await batchesOf(pieces(), { inferRows: 21 }))[0].types, { a: 'number', b: 'string' })
      const error = await errorOf(() => batchesOf(pieces(), { inferRows: 20 }))
      assert.match(String(error), /^TypeError: Expected a date such as 2026-11-28 for column "b" in line 22 of the CSV/)
      assert.match(String(error), /The type is that of the first 20 rows. Pass types: \{ "b": 'string' \}, or another/)
      const types = { b: 'string' }
      assert.equal((await batchesOf(pieces(), { inferRows: 20, types }))[0].records[20].a, 1.5)
    }
  })

  it('refuses codes after numbers', async () => {
    const error = await errorOf(() => batchesOf('a\n1\n2\n007\n', { inferRows: 2 }))
    assert.match(String(error), /Expected a number without leading zeros for column "a" in line 4/)
  })
})

describe('a stream of a table', () => {
  const folder = folderOf()
  const text = '\ufeffname,n\r\n"Zoë ""Z""",1\r\n\r\n"a\r\nb",2\r\n漢字,3'
  const expected = [
    { name: 'Zoë "Z"', n: 1 },
    { name: 'a\nb', n: 2 },
    { name: '漢字', n: 3 },
  ]

  it('may be of Node.js, of the web, or any other iterable of text or bytes', async () => {
    const path = join(folder(), 'table.csv')
    writeFileSync(path, text)
    const bytes = Buffer.from(text)
    const reader = () => {
      const pieces = [bytes]
      return {
        read: async () => ({ done: pieces.length === 0, value: pieces.pop() }),
        cancel: async () => {},
      }
    }
    const sources: Record<string, () => TableSource> = {
      'a file': () => createReadStream(path, { highWaterMark: 3 }),
      'a file as text': () => createReadStream(path, { encoding: 'utf8', highWaterMark: 3 }),
      'the web': () => new Blob([bytes]).stream(),
      'a stream that cannot be iterated': () => ({ getReader: reader }),
      'an iterable': () => closable([bytes]).source,
      bytes: () => bytes,
      'bytes of another realm': () => runInNewContext('Uint8Array.from(bytes)', { bytes }) as Uint8Array,
    }
    for (const [name, source] of Object.entries(sources)) assert.deepEqual(await readCsv(source()), expected, name)
  })

  it('is the same table wherever it is divided', async () => {
    const line = fc.constantFrom('1,x', '2,"y, ""z"""', '', '3, "w" ', '4,"a\r\n\nb"', '5,é', '  ', '6,漢')
    const cuts = fc.array(fc.nat(), { maxLength: 5 })
    const property = fc.asyncProperty(
      fc.array(line),
      fc.constantFrom('\n', '\r\n', '\r'),
      cuts,
      async (lines, end, at) => {
        const whole = ['a,b', '0,v', ...lines, ''].join(end)
        const bytes = Buffer.from(whole)
        const places = [0, ...at.map((place) => place % bytes.length).sort((a, b) => a - b), bytes.length]
        const pieces = places.slice(1).map((place, i) => bytes.subarray(places[i], place))
        const batches = await batchesOf({ text: whole })
        assert.deepEqual(await batchesOf(closable(pieces).source), batches)
      },
    )
    await fc.assert(property, { numRuns: drawCount(1600) })
  })

  it('is closed where its reader stops, and where a cell is refused', async () => {
    const endless = function* () {
      yield 'a,b\n'
      for (;;) yield '1,x\n'.repeat(1000)
    }
    const stopped = closable(endless())
    for await (const { records } of csvBatches(stopped.source, { batchRows: 10 })) {
      assert.equal(records.length, 10)
      break
    }
    assert.ok(stopped.state.isClosed && stopped.state.read < 20)
    const refused = closable(['a\n', '1\n', 'x\n', '2\n'])
    const options = { columns: { a: 'number' }, delimiter: ',' } as const
    await assert.rejects(readCsv(refused.source, options), /column "a" in line 3 of the CSV stream/)
    assert.deepEqual(refused.state, { read: 3, isClosed: true })
    const json = closable(['{"a":1}\n', '{"a":2}\n', '{"a":3}\n'])
    for await (const _ of jsonLinesBatches(json.source, { batchRows: 1 })) break
    assert.ok(json.state.isClosed)
    let cancelled = false
    const web = new ReadableStream({
      pull: (controller) => controller.enqueue('1\n'),
      cancel: () => {
        cancelled = true
      },
    })
    for await (const _ of csvBatches(web, { header: ['a'], inferRows: 1, delimiter: ',' })) break
    assert.ok(cancelled)
  })

  it('passes the error of its source on', async () => {
    const fault = new Error('the disk is on fire')
    const failing = async function* (text: string) {
      yield text
      throw fault
    }
    assert.equal(await errorOf(() => readCsv(failing('a\n1\n'))), fault)
    assert.equal(await errorOf(() => readJsonLines(failing('{"a":1}\n'))), fault)
    assert.equal(await errorOf(() => batchesOf(new Readable({ read: (): void => void 0 }).destroy(fault))), fault)
  })

  it('is read in many turns of the event loop', async () => {
    const rows = 40_000
    const text = `a,b,c\n${'1.5,x,2026-11-28\n'.repeat(rows)}`
    // Each turn reads at most 2^15 characters.
    const least = Math.floor(text.length / 2 ** 15)
    for (const source of [{ text }, Buffer.from(text), closable([text]).source]) {
      let turns = 0
      let isDone = false
      const count = () => {
        turns++
        if (!isDone) turn(count)
      }
      turn(count)
      assert.equal((await readCsv(source)).length, rows)
      isDone = true
      assert.ok(turns >= least, `${turns} turns`)
    }
  })
})

describe('the memory of batches', () => {
  it('does not grow with the table', () => {
    // 30 MB of each form, in a heap of 64 MB: all records together would need several times as much.
    const source = `import { csvBatches, jsonLinesBatches } from 'lockstep-nn/data'
      async function* pieces(line, header, bytes) {
        yield header
        const piece = line.repeat(Math.ceil(2 ** 16 / line.length))
        for (let sent = 0; sent < bytes; sent += piece.length) yield piece
      }
      let rows = 0
      const csv = pieces('1.25,some text of a cell,2026-11-28,"a ""b"""\\n', 'a,b,c,d\\n', 30e6)
      for await (const { records } of csvBatches(csv)) rows += records.length
      const json = pieces('{"a":1.25,"b":"some text of a cell"}\\n', '', 30e6)
      for await (const { records } of jsonLinesBatches(json)) rows += records.length
      console.log(rows > 1e6)`
    const flags = ['--max-old-space-size=64', '--input-type=module']
    const { stdout, stderr } = node(['--eval', source], { cwd: ROOT, flags })
    assert.equal(stdout, 'true\n', stderr.slice(0, 2000))
  }).timeout(120_000)

  it('of a record is bounded where a quote is never closed', async () => {
    const endless = function* () {
      yield 'a,b\n1,2\n3,"x\n'
      for (;;) yield 'some text\n'.repeat(10_000)
    }
    const table = closable(endless())
    await assert.rejects(readCsv(table.source), {
      name: 'RangeError',
      message:
        'Expected a record of at most 16777216 characters for line 3 of the CSV stream but received a longer one. Is there a quote " that is not closed?',
    })
    assert.ok(table.state.isClosed)
    const line = closable(
      (function* () {
        for (;;) yield 'some text'.repeat(10_000)
      })(),
    )
    await assert.rejects(readCsv(line.source), /at most 16777216 characters for line 1 of the CSV stream/)
  })
})

refusals('csvBatches', [
  [
    'no rows in a batch',
    () => batchesOf('a\n1\n', { batchRows: 0 }),
    'RangeError',
    'Expected an integer from 1 to 2147483647 for batchRows but received 0 of type number.',
  ],
  [
    'a part of a row',
    () => batchesOf('a\n1\n', { inferRows: 1.5 }),
    'RangeError',
    'Expected an integer from 1 to 2147483647 for inferRows but received 1.5 of type number.',
  ],
  [
    'pieces that are neither text nor bytes',
    () => batchesOf(Readable.from([{ a: 1 }])),
    'TypeError',
    'Expected a piece of text or a Uint8Array for a piece of the CSV stream but received an object.',
  ],
  [
    'an option of readCsv only',
    () => batchesOf('a\n1\n', { rows: 1 }),
    'TypeError',
    'Unknown option "rows" in the options of csvBatches. Known: columns, types, delimiter, quote, comment, decimal, header, missing, onMissing, batchRows, inferRows.',
  ],
])
