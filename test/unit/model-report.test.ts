/** The report of a model: plain data that is saved, and no part of the digest. */
import assert from 'node:assert/strict'
import { Model, type Report } from 'lockstep-nn/data'
import { quickModel } from '../support/columns.js'
import { handmade } from '../support/pets.js'

const records = Array.from({ length: 40 }, (_, i) => ({
  size: i === 7 ? null : i % 10,
  town: ['x', 'y', 'x', 'z'][i % 4],
  sold: i % 5 === 0,
  day: `2026-01-${String(1 + (i % 20)).padStart(2, '0')}`,
  zip: `zip ${i % 15}`,
  id: `id ${i}`,
  country: 'nl',
  y: i % 4,
}))
const EXPECTED: Report = {
  rows: 40,
  columns: [
    {
      name: 'size',
      type: 'number',
      inputs: ['size', 'size missing'],
      missing: 1,
      fill: 4,
      integers: true,
      minimum: 0,
      median: 4,
      mean: 173 / 39,
      maximum: 9,
      scaler: 'robustScaler',
    },
    {
      name: 'town',
      type: 'category',
      inputs: ['town = x', 'town = y', 'town = z'],
      missing: 0,
      categories: ['x', 'y', 'z'],
      counts: [20, 10, 10],
      otherValues: 0,
      otherRecords: 0,
    },
    { name: 'sold', type: 'boolean', inputs: ['sold'], missing: 0, fill: 0, trues: 8 },
    {
      name: 'day',
      type: 'date',
      inputs: ['day days', 'day weekday sine', 'day weekday cosine'],
      missing: 0,
      fill: '2026-01-10T12:00:00.000Z',
      scaler: 'robustScaler',
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-20T00:00:00.000Z',
      parts: ['days', 'weekday'],
    },
    {
      name: 'zip',
      type: 'category',
      inputs: ['zip'],
      missing: 0,
      categories: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => `zip ${i}`),
      counts: new Array<number>(10).fill(3),
      otherValues: 5,
      otherRecords: 10,
      units: 6,
    },
  ],
  dropped: [
    { name: 'id', reason: 'unique', note: '40 different texts in 40 records: an id, or free text.' },
    { name: 'country', reason: 'constant', note: '"nl" in all 40 records.' },
  ],
}

describe('model.report', () => {
  const fitted = () => quickModel(records, { options: { zip: { minimumCount: 3, maxOneHot: 8 } } })

  it('tells what each column became, and which were left out and why', async () => {
    const { report } = await fitted()
    assert.deepEqual(JSON.parse(JSON.stringify(report)), EXPECTED)
  })

  it('is in the file, and is no part of the digest', async () => {
    const model = await fitted()
    const loaded = Model.fromJSON(JSON.stringify(model))
    assert.deepEqual(loaded.report, model.report)
    const { network, columns, target, training } = model
    const without = new Model({ network, columns, target, training })
    assert.equal(without.report, null)
    assert.equal(without.digest(), model.digest())
    assert.notEqual(without.toJSON().checksum, model.toJSON().checksum)
  })

  it('cannot be changed', async () => {
    const { report } = await fitted()
    assert.throws(() => Object.assign(report?.columns[0] ?? {}, { missing: 5 }), TypeError)
    assert.ok(report !== null && Object.isFrozen(report.dropped) && Object.isFrozen(report.columns[0].inputs))
  })

  it('is null for a model that was put together without one', () => {
    assert.equal(new Model(handmade()).report, null)
    assert.deepEqual(new Model(handmade({ report: EXPECTED })).toJSON().report, EXPECTED)
  })

  it('has the files of a database that orders keys by itself', async () => {
    const model = await fitted()
    const reordered = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null) return value
      if (Array.isArray(value)) return value.map(reordered)
      const entries = Object.entries(value).map(([key, part]) => [key, reordered(part)])
      return Object.fromEntries(entries.sort(([a], [b]) => String(b).localeCompare(String(a))))
    }
    const loaded = Model.fromJSON(reordered(JSON.parse(JSON.stringify(model))) as never)
    assert.equal(JSON.stringify(loaded), JSON.stringify(model))
  })
})
