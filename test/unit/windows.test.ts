/** Time series as tables: which rows are in which window, their names, and splits by time. */
import assert from 'node:assert/strict'
import { Model, timeSeriesSplit, type WindowOptions, windows } from 'lockstep-nn/data'
import { refusals } from '../support/refusals.js'

const all = (rows: number) => Array.from({ length: rows }, (_, i) => i)
const days = all(8).map((i) => ({ date: `2026-11-0${i + 1}`, sales: 10 * i, price: i / 2, shop: 'a' }))

describe('windows', () => {
  it('have past values as inputs and the next ones as targets', () => {
    const { count, columns, targets, x, y, lastRows } = windows(all(6), { inputs: 3, outputs: 2 })
    assert.equal(count, 2)
    assert.deepEqual(columns, ['value(t-2)', 'value(t-1)', 'value(t)'])
    assert.deepEqual(targets, ['value(t+1)', 'value(t+2)'])
    assert.deepEqual(x, Float64Array.of(0, 1, 2, 1, 2, 3))
    assert.deepEqual(y, Float64Array.of(3, 4, 4, 5))
    assert.deepEqual(lastRows, Int32Array.of(2, 3))
    assert.deepEqual(windows(Float64Array.from(all(6)), { inputs: 3, outputs: 2 }).x, x)
  })

  it('have several columns, ordered by time, then by column', () => {
    const options = {
      inputs: 2,
      outputs: 2,
      columns: ['sales', 'price'],
      targets: 'sales',
      step: 2,
      gap: 1,
      keep: ['date'],
    }
    const { columns, targets, x, y, records } = windows(days, options)
    assert.deepEqual(columns, ['sales(t-1)', 'price(t-1)', 'sales(t)', 'price(t)'])
    assert.deepEqual(targets, ['sales(t+2)', 'sales(t+3)'])
    assert.deepEqual(x, Float64Array.of(0, 0, 10, 0.5, 20, 1, 30, 1.5))
    assert.deepEqual(y, Float64Array.of(30, 40, 50, 60))
    assert.deepEqual(records[1], {
      date: '2026-11-04',
      'sales(t-1)': 20,
      'price(t-1)': 1,
      'sales(t)': 30,
      'price(t)': 1.5,
      'sales(t+2)': 50,
      'sales(t+3)': 60,
    })
  })

  it('take all columns of numbers by default', () => {
    assert.deepEqual(windows(days, { inputs: 1 }).targets, ['sales(t+1)', 'price(t+1)'])
  })

  it('never have rows of two series', () => {
    const rows = all(10).map((i) => ({ shop: i % 2 === 0 ? 'a' : 'b', sales: i, day: Math.floor(i / 2) }))
    const { x, y } = windows(rows, { inputs: 3, columns: 'sales', groups: 'shop', time: 'day' })
    assert.deepEqual(x, Float64Array.of(0, 2, 4, 2, 4, 6, 1, 3, 5, 3, 5, 7))
    assert.deepEqual(y, Float64Array.of(6, 8, 7, 9))
  })

  it('are dropped where a value that they need is missing', () => {
    const rows = [0, 1, 2, null, 4, 5, 6, 7].map((a) => ({ a: a as number }))
    const { lastRows } = windows(rows, { inputs: 2, columns: ['a'], onMissing: 'drop' })
    assert.deepEqual(lastRows, Int32Array.of(1, 5, 6))
  })

  it('may have a missing value in their gap', () => {
    const rows = [0, 1, null, 3, 4].map((a) => ({ a: a as number }))
    const { x, y } = windows(rows, { inputs: 2, gap: 1, columns: ['a'], onMissing: 'drop' })
    assert.deepEqual([[...x], [...y]], [[0, 1], [3]])
  })

  it('split so that no training target is at or after the first tested one', () => {
    const series = windows(all(20), { inputs: 3, outputs: 3 })
    const { train, test } = series.split({ testSize: 4 })
    assert.deepEqual([...test.lastRows], [13, 14, 15, 16])
    // The test begins with row 14, which the windows of rows 11 and 12 predict too.
    assert.deepEqual(
      [...train.lastRows],
      all(9).map((i) => i + 2),
    )
    assert.ok(Math.max(...train.y) < Math.min(...test.y))
    assert.deepEqual(train.records.length, train.count)
    const folds = timeSeriesSplit(series.count, { folds: 3, gap: 2 })
    for (const fold of folds) {
      const targetsOf = (rows: readonly number[]) => rows.flatMap((w) => [...series.y.subarray(3 * w, 3 * w + 3)])
      assert.ok(Math.max(...targetsOf(fold.train)) < Math.min(...targetsOf(fold.test)))
    }
  })

  it('split several series at one time', () => {
    const rows = ['a', 'b'].flatMap((shop) => all(8).map((i) => ({ shop, day: i + (shop === 'a' ? 0 : 2), sales: i })))
    const { train, test } = windows(rows, { inputs: 2, columns: 'sales', groups: 'shop', time: 'day' }).split({
      testSize: 4,
    })
    const dayOf = (row: number) => rows[row].day
    assert.deepEqual(
      [...test.lastRows].map(dayOf),
      [6, 6, 7, 8].toSorted((a, b) => a - b),
    )
    assert.ok([...train.lastRows].every((row) => dayOf(row) + 1 < 7))
  })

  it('are records that a model learns from', async () => {
    const wave = all(60).map((i) => [0, 1, 0, -1][i % 4])
    const { train, test } = windows(wave, { inputs: 4 }).split({ testSize: 10 })
    const model = await Model.fit(train.records, {
      target: { column: train.targets[0], type: 'number' },
      columns: [...train.columns],
      fit: { epochs: 200 },
      seed: 1,
    })
    assert.ok(model.evaluate(test.records).rootMeanSquaredError < 0.1)
  })
})

const wrong = (options: object, rows: unknown = days) =>
  windows(rows as never, { inputs: 2, ...options } as WindowOptions)

refusals('windows', [
  [
    'no number of inputs',
    () => wrong({ inputs: undefined }),
    'TypeError',
    'Expected an integer from 1 to 16777216 for inputs but received undefined.',
  ],
  [
    'a column that is not there',
    () => wrong({ columns: ['sale'] }),
    'TypeError',
    'Unknown column "sale" in columns. Did you mean "sales"? Known: date, sales, price, shop.',
  ],
  [
    'a column of text',
    () => wrong({ columns: 'shop' }),
    'TypeError',
    'Expected a finite number for column "shop" of rows[0] but received "a" of type string.',
  ],
  [
    'a missing value',
    () => wrong({}, [1, 2, Number.NaN, 4]),
    'RangeError',
    'Expected a finite number for column "value" of rows[2] but received NaN of type number. Fill it in, or leave such records out; or pass onMissing: \'drop\'.',
  ],
  [
    'rows that are not sorted',
    () => wrong({ time: 'date', columns: 'sales' }, days.toReversed()),
    'RangeError',
    'Expected a time after that of rows[0] for column "date" of rows[1] but received an earlier one. Sort the rows of each series by time first.',
  ],
  [
    'two rows of one time',
    () => wrong({ time: 'date', columns: 'sales' }, [days[0], days[0], days[1]]),
    'RangeError',
    'Expected a time after that of rows[0] for column "date" of rows[1] but received the same. Sort the rows of each series by time first.',
  ],
  [
    'a missing day',
    () => wrong({ time: 'date', interval: 86_400_000, columns: 'sales' }, [days[0], days[1], days[3]]),
    'RangeError',
    'Expected a time 86400000 after that of rows[1] for column "date" of rows[2] but received one 172800000 after it. Add the rows that are missing, with missing values.',
  ],
  [
    'too few rows',
    () => wrong({ outputs: 3 }, [1, 2, 3, 4]),
    'RangeError',
    'Expected at least 5 rows, for one window of inputs, gap and outputs, for rows but received 4.',
  ],
  [
    'a missing value in every window',
    () => wrong({ onMissing: 'drop' }, [{ value: 1 }, { value: null }, { value: 2 }, { value: 3 }]),
    'RangeError',
    'Expected a window without a missing value for rows but received none. Fill in missing values.',
  ],
  [
    'a split that leaves no window to train on',
    () => windows([1, 2, 3, 4, 5, 6], { inputs: 2, outputs: 3 }).split({ testSize: 1 }),
    'RangeError',
    'Expected a window whose targets are all before those of the test for split but received none. Use a smaller testSize, or fewer outputs.',
  ],
  [
    'a split of several series without times',
    () => wrong({ groups: 'shop', columns: 'sales' }).split(),
    'TypeError',
    'Expected the name of the column of times, to split several series, for time but received undefined.',
  ],
])
