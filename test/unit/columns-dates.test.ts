/** Columns of dates: their parts, formats, and sines and cosines with the same bits everywhere. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Model } from 'lockstep-nn/data'
import { cosOfTurn, dayOf, monthsOf, shareOfDay, sinOfTurn, weekdayOf } from '#lib/data/columns/calendar.js'
import { sameBits } from '../support/bits.js'
import { columnOf } from '../support/columns.js'
import { drawCount } from '../support/drawn.js'

const DAY = 86_400_000
const day = (i: number) => new Date(Date.UTC(2024, 0, 1) + i * DAY)
const plain = { scaler: 'none' } as const

describe('the calendar of date columns', () => {
  it('is that of Date in UTC', () => {
    const times = fc.oneof(
      fc.integer({ min: -8.64e15, max: 8.64e15 }),
      fc.integer({ min: -1e13, max: 1e13 }),
      fc.constantFrom(0, -1, 951_782_400_000, -62_135_596_800_000, 8.64e15, -8.64e15),
    )
    fc.assert(
      fc.property(times, (time) => {
        const date = new Date(time)
        assert.equal(monthsOf(dayOf(time)), date.getUTCFullYear() * 12 + date.getUTCMonth())
        assert.equal(weekdayOf(dayOf(time)), (date.getUTCDay() + 6) % 7)
        const seconds = (date.getUTCHours() * 60 + date.getUTCMinutes()) * 60 + date.getUTCSeconds()
        assert.equal(shareOfDay(time), (seconds * 1000 + date.getUTCMilliseconds()) / DAY)
      }),
      { numRuns: drawCount(5000) },
    )
  })

  it('has sines and cosines within 1e-15 of the exact ones, with the same bits everywhere', () => {
    for (let k = 0; k <= 1440; k++) {
      const t = k / 1440
      assert.ok(Math.abs(sinOfTurn(t) - Math.sin(2 * Math.PI * t)) < 1e-15, `sine of ${k}`)
      assert.ok(Math.abs(cosOfTurn(t) - Math.cos(2 * Math.PI * t)) < 1e-15, `cosine of ${k}`)
    }
    const pinned = [0, 1, 2, 3, 4, 5, 6].flatMap((k) => [sinOfTurn(k / 7), cosOfTurn(k / 7)])
    sameBits(Float64Array.from(pinned), Float64Array.from(PINNED), 'sevenths')
  })
})

const PINNED = [
  0, 1, 0.7818314824680298, 0.6234898018587336, 0.9749279121818236, -0.22252093395631445, 0.43388373911755834,
  -0.900968867902419, -0.43388373911755795, -0.9009688679024193, -0.9749279121818236, -0.22252093395631445,
  -0.78183148246803, 0.6234898018587334,
]

describe('columns of dates', () => {
  it('are the days since the first, the year, and the parts that differ as sines and cosines', async () => {
    const values = Array.from({ length: 40 }, (_, i) => new Date(day(17 * i).getTime() + i * 3_600_000))
    const { report, encode } = await columnOf(values, plain)
    assert.deepEqual(report.parts, ['days', 'year', 'month', 'weekday', 'hour'])
    assert.deepEqual(report.inputs, [
      'x days',
      'x year',
      ...['month', 'weekday', 'hour'].flatMap((part) => [`x ${part} sine`, `x ${part} cosine`]),
    ])
    assert.deepEqual([report.from, report.to], ['2024-01-01T00:00:00.000Z', '2025-10-26T15:00:00.000Z'])
    // A Monday in October, at 6 in the morning.
    const [x] = encode('2025-10-20T06:00:00Z')
    const expected = [658.25, 2025, -1, 0, 0, 1, 1, 0]
    for (const [i, value] of x.entries()) assert.ok(Math.abs(value - expected[i]) < 1e-15, `${i}: ${value}`)
    assert.equal(x[0], 658.25)
  })

  it('have the format that all texts have, which is reported, saved and needed in prediction', async () => {
    const texts = Array.from({ length: 30 }, (_, i) => `${1 + (i % 28)}/${1 + (i % 12)}/${2020 + (i % 3)} ${i % 24}:05`)
    const { model, report, encode } = await columnOf(texts, plain)
    assert.deepEqual([report.type, report.format], ['date', 'D/M/YYYY H:mm'])
    assert.deepEqual(encode('5/11/2021 7:05'), encode(new Date(Date.UTC(2021, 10, 5, 7, 5))))
    const loaded = Model.fromJSON<'number'>(JSON.stringify(model))
    assert.equal(loaded.digest(), model.digest())
    assert.equal(loaded.report?.columns.find(({ name }) => name === 'x')?.format, 'D/M/YYYY H:mm')
    assert.throws(
      () => loaded.predict({ x: '2021-11-05', z: 0 }),
      /Expected a Date, or text of format D\/M\/YYYY H:mm for column "x"/,
    )
  })

  it('leave out parts that tell no dates apart', async () => {
    const rows = [
      ['days of one month', Array.from({ length: 20 }, (_, i) => day(i)), ['days', 'weekday']],
      ['days of one year', Array.from({ length: 20 }, (_, i) => day(9 * i)), ['days', 'month', 'weekday']],
      ['months', Array.from({ length: 20 }, (_, i) => new Date(Date.UTC(2020, i, 1))), ['days', 'year', 'month']],
      ['years', Array.from({ length: 20 }, (_, i) => new Date(Date.UTC(1990 + i, 0, 1))), ['days']],
      ['hours of a day', Array.from({ length: 20 }, (_, i) => new Date(i * 3_600_000)), ['days', 'hour']],
    ] as const
    for (const [name, values, parts] of rows) assert.deepEqual((await columnOf(values)).report.parts, parts, name)
  })

  it('are made of the parts that options list, in their order', async () => {
    const { report, encode } = await columnOf([day(0), day(31)], { parts: ['month', 'year'], ...plain })
    assert.deepEqual(report.inputs, ['x month sine', 'x month cosine', 'x year'])
    assert.deepEqual(encode('2024-01-20')[0].slice(1), [1, 2024])
  })

  it('scale days and years, robustly by default, and not the cycles', async () => {
    const values = Array.from({ length: 41 }, (_, i) => day(i))
    const robust = await columnOf(values)
    assert.deepEqual(
      robust.encode(day(20)).map(([days]) => days),
      [0],
    )
    assert.ok(Math.abs(robust.encode(new Date(8e15))[0][0]) <= 3)
    const { encode } = await columnOf(values, { scaler: 'minMaxScaler', parts: ['days', 'weekday', 'year'] })
    assert.deepEqual(
      encode(day(0), day(40)).map(([days]) => days),
      [0, 1],
    )
  })

  it('are read by the format of options, also in prediction and after loading', async () => {
    const { model, encode } = await columnOf(['28.11.2026', '01.12.2026'], { format: 'DD.MM.YYYY', ...plain })
    assert.deepEqual(
      encode('30.11.2026', new Date(Date.UTC(2026, 11, 2))).map(([days]) => days),
      [2, 4],
    )
    const loaded = Model.fromJSON<'number'>(JSON.stringify(model))
    assert.deepEqual(
      loaded.predict({ x: '30.11.2026', z: 1 }),
      (model as Model<'number'>).predict({ x: '30.11.2026', z: 1 }),
    )
    assert.throws(
      () => encode('2026-11-30'),
      /^RangeError: Expected a Date, or text of format DD\.MM\.YYYY for column "x"/,
    )
  })

  it('have the median without cycles for a missing date, and a mark where one is missing in training', async () => {
    const values = [day(0), null, day(3), day(40), new Date(Number.NaN)]
    const { report, encode } = await columnOf(values, plain)
    assert.equal(report.fill, day(3).toISOString())
    assert.deepEqual(report.inputs.at(-1), 'x missing')
    assert.deepEqual(encode(null), [[3, 0, 0, 0, 0, 1]])
    assert.equal(encode(day(1))[0].at(-1), 0)
  })

  it('refuse what is no date, with the way out', async () => {
    const { encode } = await columnOf([day(0), day(1)])
    assert.throws(
      () => encode('1 May 2024'),
      /^RangeError: Expected a Date, or an ISO 8601 date in text for column "x" of records\[0\] but received "1 May 2024" of type string\. Pass format/,
    )
    assert.throws(() => encode(1_700_000_000), /^TypeError: Expected a Date, or an ISO 8601 date in text/)
    await assert.rejects(columnOf(['2024-01-01', 'May'], 'date'), /column "x" of records\[1\] but received "May"/)
  })
})
