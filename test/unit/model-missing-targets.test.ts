/** Records without a target: left out of the training and of the evaluation, and counted. */
import assert from 'node:assert/strict'
import { Model } from 'lockstep-nn/data'
import { type House, houses, INPUTS } from '../support/houses.js'
import { rowTests } from '../support/rows.js'

const base = { columns: INPUTS, hidden: [4], seed: 2 } as const
const fit = { epochs: 5 }
const MISSING = [null, undefined, Number.NaN, '']

/** Every third record without the columns, and the others. */
function withGaps(of: readonly House[], ...columns: readonly (keyof House)[]) {
  const isWhole = (i: number) => i % 3 !== 1
  const gaps = (i: number) => Object.fromEntries(columns.map((name) => [name, MISSING[i % MISSING.length]]))
  return {
    all: of.map((house, i) => (isWhole(i) ? house : { ...house, ...gaps(i) })) as House[],
    known: of.filter((_, i) => isWhole(i)),
    isWhole,
  }
}

const targets = {
  number: 'price',
  'number on the scale log': { column: 'price', type: 'number', scale: 'log' },
  count: { column: 'visits', type: 'count' },
  label: 'state',
  'ordered label': { column: 'state', type: 'ordered', labels: ['poor', 'fair', 'good'] },
} as const

describe('records without a target', () => {
  const row = rowTests()
  for (const [what, target] of Object.entries(targets)) {
    const column = typeof target === 'string' ? target : target.column
    row('are left out, to the bits of a training on the others', what, async () => {
      const { all, known } = withGaps(houses(90, 1), column)
      for (const more of [{}, { validation: 0.2 }, { validation: { time: 'weight' } }] as const) {
        const [left, own] = await Promise.all(
          [all, known].map((some) => Model.fit(some, { ...base, target, fit, ...more })),
        )
        assert.equal(left.digest(), own.digest())
        assert.equal(left.training?.rows, 60)
        assert.deepEqual(left.report?.skipped, {
          records: 30,
          note: `30 of 90 records have no value of column "${column}".`,
        })
        assert.ok(own.report !== null && !('skipped' in own.report))
        assert.deepEqual(Model.fromJSON(JSON.stringify(left)).report, left.report)
      }
    })

    row('are left out of an evaluation, which says how many', what, async () => {
      const model = await Model.fit(houses(60, 1), { ...base, target, fit })
      const { all, known } = withGaps(houses(30, 2), column)
      const [left, own] = [all, known].map((some) => model.evaluate(some) as { rows: number; withoutTarget: number })
      assert.deepEqual({ ...left, withoutTarget: 0 }, { ...own })
      assert.deepEqual([left.rows, left.withoutTarget, own.withoutTarget], [20, 10, 0])
      assert.deepEqual(model.importance(all, { repeats: 2 }), model.importance(known, { repeats: 2 }))
    })
  }

  it('keep their places: weights of an array are those of the other records', async () => {
    const { all, known, isWhole } = withGaps(houses(60, 3), 'price')
    const weights = all.map((_, i) => 1 + (i % 5))
    const [left, own] = await Promise.all([
      Model.fit(all, { ...base, target: 'price', fit: { ...fit, sampleWeight: weights } }),
      Model.fit(known, {
        ...base,
        target: 'price',
        fit: { ...fit, sampleWeight: weights.filter((_, i) => isWhole(i)) },
      }),
    ])
    assert.equal(left.digest(), own.digest())
  })

  it('are left out of records for validation, too', async () => {
    const { all, known } = withGaps(houses(30, 4), 'price')
    const train = houses(40, 5)
    const [left, own] = await Promise.all(
      [all, known].map((validation) => Model.fit(train, { ...base, target: 'price', fit, validation })),
    )
    assert.equal(left.digest(), own.digest())
    const note = '10 of 30 validation records have no value of column "price".'
    assert.deepEqual(left.report?.skipped, { records: 10, note })
  })

  it('are those without one of several targets for a training, and each target has its own for an evaluation', async () => {
    const { all, known } = withGaps(houses(90, 6), 'price')
    const target = ['price', 'state'] as const
    const [left, own] = await Promise.all([all, known].map((some) => Model.fit(some, { ...base, target, fit })))
    assert.equal(left.digest(), own.digest())
    assert.equal(left.report?.skipped?.note, '30 of 90 records have no value of column "price" or "state".')
    const { price, state } = left.evaluate(all)
    assert.deepEqual([price.rows, price.withoutTarget, state.rows, state.withoutTarget], [60, 30, 90, 0])
    assert.deepEqual(price, { ...left.evaluate(known).price, withoutTarget: 30 })
    assert.deepEqual(state, left.evaluate(houses(90, 6)).state)
  })

  it('count for the defaults no more than they do for the training', async () => {
    const { all, known } = withGaps(houses(1200, 7), 'price')
    const [left, own] = await Promise.all(
      [all, known].map((some) => Model.fit(some, { columns: INPUTS, target: 'price', members: 1, fit: { epochs: 1 } })),
    )
    assert.equal(left.digest(), own.digest())
  })
})
