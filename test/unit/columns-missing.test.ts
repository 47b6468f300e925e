/** Missing values of columns, in training and in prediction. */
import assert from 'node:assert/strict'
import { Model } from 'lockstep-nn/data'
import { columnOf } from '../support/columns.js'
import { rowTests } from '../support/rows.js'

const MISSING = [null, undefined, Number.NaN, '']
const none = { scaler: 'none' } as const

describe('missing numbers', () => {
  it('become the median, with an input that marks them where they occur in training', async () => {
    const { report, encode } = await columnOf([1, null, 2, 9, undefined, Number.NaN], none)
    assert.deepEqual(report.inputs, ['x', 'x missing'])
    assert.deepEqual([report.fill, report.missing], [2, 3])
    assert.deepEqual(encode(5, ...MISSING), [
      [5, 0],
      [2, 1],
      [2, 1],
      [2, 1],
      [2, 1],
    ])
  })

  it('become the median without a mark where they occur in prediction only', async () => {
    const { report, encode } = await columnOf([1, 2, 9], none)
    assert.deepEqual(report.inputs, ['x'])
    assert.deepEqual(encode(5, ...MISSING), [[5], [2], [2], [2], [2]])
  })

  it('become the mean or a number where options say so, before they are scaled', async () => {
    const mean = await columnOf([1, 2, 9, null], { ...none, missing: 'mean', indicator: false })
    assert.deepEqual(mean.encode(null), [[4]])
    const constant = await columnOf([1, 2, 9, null], { ...none, missing: -1 })
    assert.deepEqual(constant.encode(null), [[-1, 1]])
    const scaled = await columnOf([0, 10, null], { missing: 5, scaler: 'minMaxScaler' })
    assert.deepEqual(scaled.encode(null, 10), [
      [0.5, 1],
      [1, 0],
    ])
  })

  it('are marked always or never where indicator says so', async () => {
    const always = await columnOf([1, 2, 9], { ...none, indicator: true })
    assert.deepEqual(always.encode(1, null), [
      [1, 0],
      [2, 1],
    ])
    const never = await columnOf([1, 2, 9, null], { ...none, indicator: false })
    assert.deepEqual(never.encode(1, null), [[1], [2]])
  })

  it('are no part of what the scaler is fitted to', async () => {
    const missing = await columnOf([4, null, 6, null, null, 20, null])
    const whole = await columnOf([4, 6, 20])
    assert.deepEqual(
      missing.encode(4, 5, 30).map(([x]) => x),
      whole.encode(4, 5, 30).map(([x]) => x),
    )
  })

  it('leave one value and a mark of a column that is constant otherwise', async () => {
    const { encode } = await columnOf([3, null, 3, null])
    assert.deepEqual(encode(3, null), [
      [0, 0],
      [0, 1],
    ])
  })
})

describe('missing values', () => {
  const row = rowTests()

  it('are 0 between true and false', async () => {
    const marked = await columnOf([true, null, false])
    assert.deepEqual(marked.encode(true, false, null), [
      [1, 0],
      [-1, 0],
      [0, 1],
    ])
    const unmarked = await columnOf([true, true, false])
    assert.deepEqual(unmarked.encode(true, false, ''), [[1], [-1], [0]])
    const chosen = await columnOf([true, true, false], { missing: false })
    assert.deepEqual(chosen.encode(undefined), [[-1]])
  })

  it('are a category of their own where they occur in training', async () => {
    const { report, encode } = await columnOf(['a', null, 'b', ''])
    assert.deepEqual(report.inputs, ['x = a', 'x = b', 'x missing'])
    assert.deepEqual(encode('a', ...MISSING), [
      [1, 0, 0],
      [0, 0, 1],
      [0, 0, 1],
      [0, 0, 1],
      [0, 0, 1],
    ])
  })

  it('are unknown categories where they do not occur in training, or options say so', async () => {
    const plain = await columnOf(['a', 'b'])
    assert.deepEqual(plain.encode(null, 'c'), [
      [0, 0],
      [0, 0],
    ])
    const other = await columnOf(['a', 'b', null], { missing: 'other' })
    assert.deepEqual(other.report.inputs, ['x = a', 'x = b', 'x other'])
    assert.deepEqual(other.encode(null, 'c'), [
      [0, 0, 1],
      [0, 0, 1],
    ])
  })

  const wrong: readonly (readonly [string, readonly unknown[]])[] = [
    ['number', [1, 2]],
    ['boolean', [true, false]],
    ['category', ['a', 'b']],
    ['date', ['2026-01-01', '2026-01-02']],
  ]
  for (const [type, values] of wrong) {
    row('are an error, in training and in prediction, where options say so', type, async () => {
      const option = { type, missing: 'error' } as never
      await assert.rejects(
        columnOf([...values, null], option),
        /^TypeError: Expected a value, as options\["x"\]\.missing is "error", for column "x" of records\[2\] but received null\./,
      )
      const { model, encode } = await columnOf(values, option)
      assert.throws(() => encode(values[0], null), /^TypeError: .* for column "x" of records\[1\] but received null\./)
      const loaded = Model.fromJSON(JSON.stringify(model))
      assert.throws(() => loaded.transform([{ x: null, z: 1 }]), TypeError)
    })
  }
})
