/** Integers that name records: which columns are left out, which are categories, and which stay numbers. */
import assert from 'node:assert/strict'
import { quickModel } from '../support/columns.js'
import { rowTests } from '../support/rows.js'

const of = (count: number, value: (i: number) => unknown) => Array.from({ length: count }, (_, i) => value(i))

/** What becomes of a column of this name: its type, or why it is left out. */
async function fateOf(name: string, values: readonly unknown[], options: object = {}): Promise<string> {
  const records = values.map((value, i) => ({ other: (i * 7) % 11, [name]: value, y: i % 3 }))
  const { report } = await quickModel(records, options)
  const found = [...(report?.columns ?? []), ...(report?.dropped ?? [])].find((one) => one.name === name)
  assert.ok(found !== undefined)
  return 'reason' in found ? `left out: ${found.reason}` : found.type
}

const counted = of(60, (i) => i + 1)
/** Those of the rows that are trained on, in another order. */
const some = of(60, (i) => 1 + ((i * 37) % 101))
const repeated = of(60, (i) => 100 + (i % 12))
const prices = of(60, (i) => 1000 + ((i * 7919) % 50_021))

const LEFT: readonly (readonly [name: string, values: readonly unknown[]])[] = [
  ...['id', 'ID', 'customer_id', 'customerId', 'PassengerId', 'Customer ID', 'userid', 'uid'].map(
    (name) => [name, prices] as const,
  ),
  ['id', of(60, (i) => (i < 4 ? 7 : i))],
  ['column_1', prices],
  ['Unnamed: 0', some],
  ...['obs', 'row', 'Serial No.', 'No.', '#', 'rownames', 'index', 'patient', 'case'].map(
    (name) => [name, some] as const,
  ),
]
const NUMBERS: readonly (readonly [name: string, values: readonly unknown[]])[] = [
  ...['price', 'paid', 'bid', 'width', 'humidity', 'x', 't', 'day', 'time', 'rank', 'size'].map(
    (name) => [name, counted] as const,
  ),
  ...['year', 'price', 'paid', 'population'].map((name) => [name, prices] as const),
  // Row numbers would be among the first integers, and differ.
  ['number', prices],
  ['no', repeated],
  ['index', of(60, (i) => i - 30)],
  ['sample size', some],
  ['column_1', of(60, (i) => 1950 + i)],
  ['column_1', repeated],
  ['id', of(60, (i) => i + 0.5)],
]
const CATEGORIES: readonly (readonly [name: string, values: readonly unknown[]])[] = [
  ['customer_id', repeated],
  ['StoreID', of(60, (i) => (i % 9 === 0 ? null : i % 4))],
  ['zip', of(60, (i) => 94_103 + (i % 5))],
]

describe('a column of integers', () => {
  const row = rowTests()
  const check = (what: string, rows: typeof LEFT, expected: string) => {
    for (const [name, values] of rows) {
      row(what, `${name}: ${values.slice(0, 4)}`, async () => assert.equal(await fateOf(name, values), expected))
    }
  }
  check('is left out where it names the records', LEFT, 'left out: unique')
  check('stays a number where its name or its values are those of a measure', NUMBERS, 'number')
  check('is a category where it names what several records have in common', CATEGORIES, 'category')

  it('is used where columns or options name it', async () => {
    assert.equal(await fateOf('id', prices, { columns: ['id'] }), 'number')
    assert.equal(await fateOf('id', prices, { options: { id: 'number' } }), 'number')
    assert.equal(await fateOf('customer_id', repeated, { options: { customer_id: { scaler: 'none' } } }), 'number')
  })

  it('is left out with its figures', async () => {
    const records = of(60, (i) => ({ id: 7 * i, obs: i, column_3: 2 * i, x: i % 7, y: i % 3 })) as object[]
    const { report } = await quickModel(records)
    assert.deepEqual(
      report?.dropped.map(({ name, note }) => `${name}: ${note}`),
      [
        'id: 60 different integers in 60 records, and the name of an id.',
        'obs: 60 different integers in 60 records, from 0 to 59: the numbers of rows.',
        'column_3: 60 different integers in 60 records, and no name: the numbers of rows.',
      ],
    )
  })
})
