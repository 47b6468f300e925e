/** Dates in text: ISO 8601 and formats, always in UTC. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { dateOf } from '#lib/data/records/dates.js'
import { node, ROOT } from '../support/child.js'
import { drawCount } from '../support/drawn.js'
import { refusals } from '../support/refusals.js'
import { rowTests } from '../support/rows.js'

const date = (text: string, format?: string) => {
  const time = dateOf(text, format)
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}

describe('a date in text', () => {
  const row = rowTests()

  const read: readonly (readonly [text: string, expected: string, format?: string])[] = [
    ['2026-11-28', '2026-11-28T00:00:00.000Z'],
    ['2026/11/28', '2026-11-28T00:00:00.000Z'],
    ['2026-11', '2026-11-01T00:00:00.000Z'],
    ['20261128', '2026-11-28T00:00:00.000Z'],
    ['2026-11-28T21:00:00Z', '2026-11-28T21:00:00.000Z'],
    ['2026-11-28T21:00:00', '2026-11-28T21:00:00.000Z'],
    ['2026-11-28 21:00:00', '2026-11-28T21:00:00.000Z'],
    ['2026-11-28 21:05', '2026-11-28T21:05:00.000Z'],
    ['2026/11/28 21:05:06.25', '2026-11-28T21:05:06.250Z'],
    ['2026-11-28T21:05:06.1234567Z', '2026-11-28T21:05:06.123Z'],
    ['2026-11-28T21:05:06,5', '2026-11-28T21:05:06.500Z'],
    ['2026-11-28T21:00:00+05:30', '2026-11-28T15:30:00.000Z'],
    ['2026-11-28T21:00:00-0800', '2026-11-29T05:00:00.000Z'],
    ['2026-11-28 21:00:00 +01', '2026-11-28T20:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29', '2000-02-29T00:00:00.000Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z'],
    ['28.11.2026', '2026-11-28T00:00:00.000Z', 'DD.MM.YYYY'],
    ['11/28/2026', '2026-11-28T00:00:00.000Z', 'MM/DD/YYYY'],
    ['1/8/90 0:05', '1990-01-08T00:05:00.000Z', 'M/D/YY H:mm'],
    ['12/28/68', '2068-12-28T00:00:00.000Z', 'M/D/YY'],
    ['Jan 3 2000', '2000-01-03T00:00:00.000Z', 'MMM D YYYY'],
    ['3 september 2000', '2000-09-03T00:00:00.000Z', 'D MMM YYYY'],
    ['May2000', '2000-05-01T00:00:00.000Z', 'MMMYYYY'],
    ['May 2000', '2000-05-01T00:00:00.000Z', 'MMMM YYYY'],
    ['20261128T210506Z', '2026-11-28T21:05:06.000Z', 'YYYYMMDDTHHmmssZ'],
  ]
  for (const [text, expected, format] of read) {
    row('is a time in UTC', `${text} ${format}`, () => assert.equal(date(text, format), expected))
  }

  const none: readonly (readonly [text: string, format?: string])[] = [
    [''],
    ['2026'],
    ['2026/11'],
    ['20261328'],
    ['20261131'],
    ['16991231'],
    ['22000101'],
    ['2026112'],
    ['20261128x'],
    ['2026-11-28x'],
    ['2026-11/28'],
    ['2026-1-2'],
    ['2026-11-28T'],
    ['2026-11-28T21'],
    ['2026-11-28T21:00:00+25'],
    ['2026-11-28T21:00:00.'],
    ['2026-11-28T21:00:00Zx'],
    ['2026-11-28T24:00'],
    ['2026-11-28T21:60'],
    ['2026-11-28T21:00:60'],
    ['2026-13-01'],
    ['2026-00-01'],
    ['2026-04-31'],
    ['2026-02-29'],
    ['1900-02-29'],
    ['2026-11-00'],
    ['１２34-11-28'],
    ['28.11.26', 'DD.MM.YYYY'],
    ['1.1.2026', 'DD.MM.YYYY'],
    ['31.11.2026', 'DD.MM.YYYY'],
    ['28.11.2026 ', 'DD.MM.YYYY'],
    ['28-11-2026', 'DD.MM.YYYY'],
    ['Foo 3 2000', 'MMM D YYYY'],
    ['Ja', 'MMMYYYY'],
  ]
  for (const [text, format] of none) {
    row('is NaN where it is no date that exists', `${text} ${format}`, () => assert.equal(date(text, format), null))
  }

  it('is the time that the engine reads, for any date', () => {
    const dates = fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    const property = fc.property(dates, (drawn) => {
      const text = drawn.toISOString()
      assert.equal(dateOf(text), drawn.getTime())
      assert.equal(dateOf(text.slice(0, 10)), Date.parse(text.slice(0, 10)))
    })
    fc.assert(property, { numRuns: drawCount(20_000) })
  })

  it('does not depend on the local time zone', () => {
    const source = `const { dateOf } = await import('#lib/data/records/dates.js')
      console.log(dateOf('2026-03-29 02:30'), dateOf('29.03.2026', 'DD.MM.YYYY'))`
    const outputs = ['UTC', 'Europe/Paris', 'Pacific/Apia'].map((TZ) => {
      const { stdout, stderr } = node(['--input-type=module', '--eval', source], { cwd: ROOT, variables: { TZ } })
      return stdout + stderr
    })
    assert.deepEqual(outputs, Array(3).fill(`${Date.UTC(2026, 2, 29, 2, 30)} ${Date.UTC(2026, 2, 29)}\n`))
  })
})

const known =
  'Known: YYYY, YY, MMMM, MMM, MM, M, DD, D, HH, H, mm, ss; other characters but letters are as in the cells.'

refusals('dateOf', [
  [
    'a format in lower case',
    () => dateOf('2026-11-28', 'yyyy-mm-dd'),
    'RangeError',
    `Expected a format of dates for format but received "yyyy-mm-dd" of type string. ${known}`,
  ],
  [
    'two months',
    () => dateOf('2026-11-28', 'YYYY-MM-DD HH:MM'),
    'RangeError',
    `Expected a format of dates with one month for format but received "YYYY-MM-DD HH:MM" of type string. ${known}`,
  ],
  [
    'no year',
    () => dateOf('11-28', 'MM-DD'),
    'RangeError',
    `Expected a format of dates with a year for format but received "MM-DD" of type string. ${known}`,
  ],
  [
    'a day without a month',
    () => dateOf('28 2026', 'DD YYYY'),
    'RangeError',
    `Expected a format of dates with a month for format but received "DD YYYY" of type string. ${known}`,
  ],
  [
    'an empty format',
    () => dateOf('2026-11-28', ''),
    'RangeError',
    'Expected a format of dates that is not empty for format but received "" of type string.',
  ],
])
