/** Types of columns, inferred from all records, and columns that are left out. */
import assert from 'node:assert/strict'
import { Model } from 'lockstep-nn/data'
import { quickModel } from '../support/columns.js'
import { rowTests } from '../support/rows.js'

const of = (count: number, value: (i: number) => unknown) => Array.from({ length: count }, (_, i) => value(i))
const pick =
  (...values: unknown[]) =>
  (i: number) =>
    values[i % values.length]

/** The type of a column with these values, or why it is left out. */
async function typeOf(values: readonly unknown[]): Promise<string> {
  const { report } = await quickModel(values.map((x, i) => ({ z: i, x, y: i % 3 })))
  const found = [...(report?.columns ?? []), ...(report?.dropped ?? [])].find(({ name }) => name === 'x')
  assert.ok(found !== undefined)
  return 'reason' in found ? `left out: ${found.reason}` : found.type
}

const cases: readonly (readonly [name: string, values: readonly unknown[], type: string])[] = [
  ['numbers', of(40, (i) => i / 3), 'number'],
  ['integers with few values', of(40, pick(1, 2, 3)), 'number'],
  ['numbers and missing values', of(40, pick(1, null, 2, undefined, Number.NaN, '')), 'number'],
  ['numbers, of which the first is missing', of(40, (i) => (i === 0 ? null : i)), 'number'],
  ['true and false', of(40, pick(true, false)), 'boolean'],
  ['true, false and missing values', of(40, pick(null, true, false)), 'boolean'],
  ['true and missing values', of(40, pick(true, null)), 'boolean'],
  ['text', of(40, pick('a', 'b')), 'category'],
  ['text and missing values', of(40, pick('', 'a', null, 'b')), 'category'],
  ['one text and missing values', of(40, pick('a', null)), 'category'],
  ['text and numbers', of(40, pick('a', 1, 'b')), 'category'],
  ['numbers, true and false', of(40, pick(1, 2, true, false)), 'category'],
  ['Dates', of(40, (i) => new Date(i * 1e9)), 'date'],
  ['ISO dates in text', of(40, (i) => `2026-01-${String(1 + (i % 28)).padStart(2, '0')}`), 'date'],
  ['dates and missing values', of(40, pick(new Date(0), null, '2026-01-02', new Date(Number.NaN))), 'date'],
  ['dates, and text that is none', of(40, pick('2026-01-01', '2026-01-02', 'unknown')), 'category'],
  ['dates that do not exist', of(40, pick('2026-02-30', '2026-01-02')), 'category'],
  ['digits in text', of(40, pick('1', '2', '3')), 'category'],
  ['yes and no', of(40, pick('yes', 'no')), 'boolean'],
  ['yes and no in any case, and missing values', of(40, pick('Yes', 'NO', null, 'yes', '')), 'boolean'],
  ['y and n', of(40, pick('y', 'N')), 'boolean'],
  ['t and f', of(40, pick('T', 'F')), 'boolean'],
  ['true and false in text', of(40, pick('TRUE', 'False')), 'boolean'],
  ['1 and 0 in text', of(40, pick('1', '0')), 'boolean'],
  ['yes, no and another word', of(40, pick('yes', 'no', 'maybe')), 'category'],
  ['words of two spellings', of(40, pick('yes', 'n')), 'category'],
  ['f and m', of(40, pick('f', 'm')), 'category'],
  ['yes alone', of(40, pick('yes', null)), 'category'],
  ['yes and true', of(40, pick('yes', 'no', true)), 'category'],
  ['dates with points', of(40, (i) => `${1 + (i % 28)}.1.2026`), 'date'],
  ['dates with names of months', of(40, (i) => `Jan ${1 + (i % 28)} 2026`), 'date'],
  ['dates with slashes, of which one is after the 12th', of(40, (i) => `${1 + (i % 13)}/2/2026`), 'date'],
  ['dates with slashes, of which none is after the 12th', of(40, (i) => `${1 + (i % 12)}/2/2026`), 'category'],
  ['dates with slashes in both orders', of(40, pick('13/2/2026', '2/13/2026')), 'category'],
  ['dates and times with slashes', of(40, (i) => `2/${1 + (i % 28)}/2026 ${i % 24}:30`), 'date'],
  ['fractions', of(40, pick('1/2', '2/2', '3/4')), 'category'],
  ['the same number', of(40, pick(7)), 'left out: constant'],
  ['numbers that differ by rounding', of(40, pick(0.3, 0.1 + 0.2)), 'left out: constant'],
  ['the same text', of(40, pick('a')), 'left out: constant'],
  ['the same boolean', of(40, pick(false)), 'left out: constant'],
  ['the same date', of(40, pick('2026-01-01')), 'left out: constant'],
  ['no value', of(40, pick(null, undefined, '', Number.NaN)), 'left out: missing'],
  ['text that differs everywhere', of(40, (i) => `id ${i}`), 'left out: unique'],
  ['text that differs nearly everywhere', of(40, (i) => (i < 4 ? 'none' : `id ${i}`)), 'left out: unique'],
  ['text that differs in few records', of(19, (i) => `id ${i}`), 'category'],
  ['text that is rare in many records', of(400, (i) => `id ${i % 200}`), 'left out: rare'],
  ['numbers that differ everywhere', of(40, (i) => 1000 + i), 'number'],
]

describe('the type of a column', () => {
  const row = rowTests()
  for (const [name, values, type] of cases) {
    row('is inferred from all of its values', name, async () => assert.equal(await typeOf(values), type))
  }

  it('is inferred from the records that are trained on only', async () => {
    const records = of(20, (i) => ({ x: i < 10 ? i : 'text', z: i, y: i % 2 })) as object[]
    const options = { hidden: [2], fit: { epochs: 1, validationSplit: 0.5 }, target: 'y' } as const
    const fitted = () => Model.fit(records as { y: number }[], options)
    await assert.rejects(fitted, /column "x" of records\[10\], kept for validation, but received "text"/)
  })

  it('is that of options, which refine one column and leave the others', async () => {
    const records = of(40, (i) => ({ a: i % 4, b: i, y: i % 3 })) as object[]
    const { columns } = await quickModel(records, { options: { a: 'category' } })
    assert.deepEqual(
      columns.map(({ type }) => type),
      ['category', 'number'],
    )
  })
})

describe('columns', () => {
  it('are those of all records, in the order in which they occur', async () => {
    const records = of(30, (i) => ({
      y: i % 2,
      ...(i > 0 ? { b: i } : {}),
      ...(i > 3 ? { a: i * i } : {}),
    })) as object[]
    const model = await quickModel(records)
    assert.deepEqual(
      model.report?.columns.map(({ name, missing }) => [name, missing]),
      [
        ['b', 1],
        ['a', 4],
      ],
    )
  })

  it('that were left out may be in the records of predict, and unknown ones may not', async () => {
    const records = of(40, (i) => ({ id: `id ${i}`, same: 1, x: i % 7, y: i % 3 })) as object[]
    const saved = JSON.stringify(await quickModel(records))
    const model = Model.fromJSON<'number'>(saved)
    assert.deepEqual(
      model.report?.dropped.map(({ name, note }) => `${name}: ${note}`),
      ['id: 40 different texts in 40 records: an id, or free text.', 'same: 1 in all 40 records.'],
    )
    assert.equal(model.predict({ id: 'new', same: 2, x: 3 }), model.predict({ x: 3 }))
    assert.throws(() => model.predict({ ids: 'new', x: 3 }), /Unknown column "ids"/)
  })

  it('with ids are used where the options say how', async () => {
    const records = of(40, (i) => ({ id: `id ${i}`, y: i % 3 })) as object[]
    const model = await quickModel(records, { options: { id: { minimumCount: 1 } } })
    assert.equal(model.report?.columns[0].categories?.length, 40)
  })
})
