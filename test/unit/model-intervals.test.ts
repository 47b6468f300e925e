/** Intervals of predictions: their ends, and the share of new records within them. */
import assert from 'node:assert/strict'
import { Model, scores, type TargetOption } from 'lockstep-nn/data'
import { type House, houses, INPUTS } from '../support/houses.js'
import { rowTests } from '../support/rows.js'

const targets: Readonly<Record<string, TargetOption<'price' | 'visits'>>> = {
  number: { column: 'price', type: 'number' },
  'number on the scale log': { column: 'price', type: 'number', scale: 'log' },
  count: { column: 'visits', type: 'count' },
}
const base = { columns: INPUTS, hidden: [6], seed: 4, validation: 0.4, fit: { epochs: 60 } } as const

describe('intervals', () => {
  const row = rowTests()
  for (const [what, target] of Object.entries(targets)) {
    row('hold the asked share of new records, but for the error of samples', what, async () => {
      // Of 1,200 validation records, so that residuals are thinned as well.
      const model = (await Model.fit(houses(3000, 1), { ...base, target })) as Model<'number'>
      const others = houses(4000, 2)
      for (const interval of [0.5, 0.8, 0.95]) {
        const within = model.predict(others, { interval }).filter(({ low, high }, i) => {
          const actual = others[i][target.column]
          return low <= actual && actual <= high
        })
        const coverage = within.length / 4000
        // The coverage of calibrated intervals has a beta distribution: four standard deviations of it and of the
        // new records. Counts are integers, so that their intervals hold more.
        const spread = Math.sqrt((interval * (1 - interval)) / 1200 + (interval * (1 - interval)) / 4000)
        const above = target.type === 'count' ? 0.1 : 4 * spread
        assert.ok(coverage > interval - 4 * spread && coverage < interval + above, `${coverage} for ${interval}`)
      }
    })

    row('surround the prediction, and contain those of a lower share', what, async () => {
      const records = houses(200, 3)
      const model = (await Model.fit(records, { ...base, target })) as Model<'number'>
      const values = model.predict(records)
      const [narrow, wide] = [0.5, 0.9].map((interval) => model.predict(records, { interval }))
      for (const [i, { value, low, high }] of wide.entries()) {
        assert.equal(value, values[i])
        assert.ok(low <= narrow[i].low && narrow[i].low <= value && value <= narrow[i].high && narrow[i].high <= high)
        if (what !== 'number') assert.ok(low >= 0)
      }
      assert.deepEqual(model.predict(records[0], { interval: 0.9 }), wide[0])
      const copy = Model.fromJSON<'number'>(JSON.stringify(model))
      assert.equal(copy.digest(), model.digest())
      assert.deepEqual(copy.predict(records, { interval: 0.9 }), wide)
    })
  }

  it('have the margin that is the ceil((n + 1) · share)-th smallest error on the validation records', async () => {
    const records = houses(40, 6)
    const kept = houses(19, 7)
    const model = await Model.fit(records, { ...base, target: 'price', validation: kept })
    const errors = model.predict(kept).map((price, i) => Math.abs(kept[i].price - price))
    errors.sort((a, b) => a - b)
    for (const [interval, place] of [
      [0.9, 18],
      [0.95, 19],
      [0.5, 10],
      [0.01, 1],
    ]) {
      const { value, low, high } = model.predict(records[0], { interval })
      assert.equal(low, value - errors[place - 1])
      assert.equal(high, value + errors[place - 1])
    }
  })

  it('are evaluated by their coverage and width', async () => {
    const target = ['price', { column: 'visits', type: 'count' }, 'state'] as const
    const model = await Model.fit(houses(200, 3), { ...base, target })
    const others = houses(100, 4)
    const { price, visits, state } = model.evaluate(others, { interval: 0.8 })
    const predictions = model.predict(others, { interval: 0.8 })
    for (const [name, found] of [
      ['price', price],
      ['visits', visits],
    ] as const) {
      const within = others.filter((house, i) => {
        const { low, high } = predictions[i][name]
        return low <= house[name] && house[name] <= high
      })
      assert.equal(found.coverage, within.length / 100)
      const width = predictions.reduce((sum, one) => sum + (one[name].high - one[name].low), 0) / 100
      assert.ok(Math.abs(found.meanWidth / width - 1) < 1e-12)
    }
    assert.ok(!('meanWidth' in state) && !('coverage' in model.evaluate(others).price))
    assert.ok(
      Math.abs(
        visits.poissonDeviance -
          scores.poissonDeviance(
            others.map((house) => house.visits),
            model.predict(others).map((one) => one.visits),
          ),
      ) < 1e-12,
    )
  })

  it('are made of at most 1,000 residuals, whose margins are not below those of all', async () => {
    const records = houses(100, 6)
    const kept = houses(2500, 7)
    const model = await Model.fit(records, { ...base, target: 'price', validation: kept, fit: { epochs: 2 } })
    assert.ok(model.target.type === 'number')
    assert.equal(model.target.residuals?.length, 1000)
    const errors = model.predict(kept).map((price, i) => Math.abs(kept[i].price - price))
    errors.sort((a, b) => a - b)
    const one: House = records[0]
    for (let percent = 1; percent < 100; percent++) {
      const { value, high } = model.predict(one, { interval: percent / 100 })
      const margin = high - value
      const at = (place: number) => errors[Math.min(2499, place)]
      const slack = 1e-9 * margin
      assert.ok(margin >= at(Math.ceil((2501 * percent) / 100 - 1e-9) - 1) - slack, `${percent}`)
      assert.ok(margin <= at(Math.ceil((2501 * percent) / 100) + 3) + slack, `${percent}`)
    }
  })
})
