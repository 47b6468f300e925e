/** Wrong columns of models, and files whose columns or reports were edited. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { Network } from 'lockstep-nn'
import { Model, type SavedModel, standardScaler } from 'lockstep-nn/data'
import { quickModel } from '../support/columns.js'
import { drawCount, leastCount } from '../support/drawn.js'
import { type Refusal, refusals } from '../support/refusals.js'

const records = Array.from({ length: 60 }, (_, i) => ({
  size: i,
  town: ['x', 'y', 'z'][i % 3],
  sold: i % 2 === 0,
  day: new Date(i * 1e9),
  id: `id ${i}`,
  y: i % 4,
}))
const target = { name: 'y', type: 'number', scaler: null }
const made =
  (column: object, inputs = 1) =>
  () =>
    new Model({ network: new Network({ inputs, layers: [{ units: 1 }] }), columns: [column], target } as never)
const date = { name: 'day', type: 'date', parts: ['days'], scaler: null, first: 0 }

const columns: readonly Refusal[] = [
  [
    'a fill that is text',
    made({ name: 'size', type: 'number', scaler: null, fill: '1' }),
    'TypeError',
    'Expected a finite number for columns[0].fill but received "1" of type string.',
  ],
  [
    'a fill of a boolean beyond 1',
    made({ name: 'sold', type: 'boolean', fill: 2 }),
    'RangeError',
    'Expected a number from -1 to 1 for columns[0].fill but received 2 of type number.',
  ],
  [
    'an indicator that is a number',
    made({ name: 'sold', type: 'boolean', indicator: 1 }, 2),
    'TypeError',
    'Expected true or false for columns[0].indicator but received 1 of type number.',
  ],
  [
    'a date without parts',
    made({ ...date, parts: [] }),
    'RangeError',
    'Expected an array of parts of dates for columns[0].parts but received an empty one.',
  ],
  [
    'a date with a scaler of fewer columns',
    made({ ...date, parts: ['days', 'year'], scaler: standardScaler.fit([[1], [2]]) }, 2),
    'RangeError',
    'Expected a scaler of 2 columns for columns[0].scaler but received one of 1.',
  ],
  [
    'a first date beyond those of Date',
    made({ ...date, first: 1e16 }),
    'RangeError',
    'Expected a time of at most 8640000000000000 milliseconds for columns[0].first but received 10000000000000000.',
  ],
  [
    'an option of a category in a date',
    made({ ...date, encoder: null }),
    'TypeError',
    'Unknown option "encoder" in columns[0]. Known: name, type, parts, scaler, first, format, fill, indicator.',
  ],
]

refusals('new Model with columns', columns)

/** A file that was edited together with its checksum. */
function forged(saved: object): SavedModel {
  const { checksum: _, ...content } = saved as SavedModel
  return { ...content, checksum: createHash('sha256').update(JSON.stringify(content)).digest('hex') } as SavedModel
}

/** Every place in a value, as a list of keys. */
function placesIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, part]) => placesIn(part, [...path, key]))]
}

describe('a forged model file with all types of columns', () => {
  it('gives the same model or an error of the library, whatever values are in its columns and its report', async () => {
    const all = { town: { maxOneHot: 1, minimumCount: 1 }, size: { scaler: 'quantileScaler', indicator: true } }
    const model = await quickModel(records, { options: all })
    const text = JSON.stringify(model)
    const { columns, report } = JSON.parse(text)
    const places = placesIn({ columns, report }).filter((path) => path.length > 1)
    const anything = fc.oneof(
      fc.constantFrom(null, 0, -1, 1e300, '', 'x', true, [], {}, [null], { type: 'number' }),
      fc.jsonValue({ maxDepth: 2 }),
    )
    let refused = 0
    fc.assert(
      fc.property(fc.constantFrom(...places), anything, (path, value) => {
        const saved = JSON.parse(text)
        let part = saved
        for (const key of path.slice(0, -1)) part = part[key]
        part[path[path.length - 1]] = value
        try {
          const read = Model.fromJSON(forged(saved))
          assert.equal(read.digest(), model.digest())
          assert.ok(path[0] === 'report' || read.transform(records).every(Number.isFinite))
        } catch (error) {
          if (error instanceof assert.AssertionError) throw error
          assert.match((error as Error).message, /^(Expected|Unknown) /)
          refused++
        }
      }),
      { numRuns: drawCount(2000) },
    )
    assert.ok(refused > leastCount(1000))
  })
})

/** A saved model whose report was edited. */
async function withReport(change: (report: Record<string, unknown>) => void): Promise<Model> {
  const saved = JSON.parse(JSON.stringify(await quickModel(records)))
  change(saved.report)
  return Model.fromJSON(forged(saved))
}
const first = (change: object) => (report: Record<string, unknown>) =>
  Object.assign((report.columns as object[])[0], change)

const reports: readonly Refusal[] = [
  [
    'a report without rows',
    () => withReport((report) => Object.assign(report, { rows: 0 })),
    'RangeError',
    'Expected an integer from 1 to 9007199254740991 for report.rows but received 0 of type number.',
  ],
  [
    'a column that is none',
    () => withReport((report) => Object.assign(report, { columns: [7] })),
    'TypeError',
    'Expected an object for report.columns[0] but received 7 of type number.',
  ],
  [
    'a median of text',
    () => withReport(first({ median: '<b>' })),
    'TypeError',
    'Expected a finite number for report.columns[0].median but received "<b>" of type string.',
  ],
  [
    'inputs that are no list',
    () => withReport(first({ inputs: 2 })),
    'TypeError',
    'Expected an array for report.columns[0].inputs but received 2 of type number.',
  ],
  [
    'an unknown key',
    () => withReport((report) => Object.assign(report, { note: 'x' })),
    'TypeError',
    'Unknown option "note" in report. Known: rows, columns, dropped, skipped.',
  ],
  [
    'an unknown reason',
    () => withReport((report) => Object.assign((report.dropped as object[])[0], { reason: 'dull' })),
    'RangeError',
    'Expected a reason for report.dropped[0].reason but received "dull" of type string. Known: constant, missing, unique, rare.',
  ],
]

refusals('Model.fromJSON with a report', reports)
