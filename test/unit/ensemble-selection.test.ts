/** Greedy selection of the members of an ensemble, against a direct computation. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { selectGreedily } from '#lib/search/ensemble/select.js'

type Predictions = readonly (readonly Float64Array[])[]

/** The squared distance from targets that are 0, 1, 0, 1, …, over all folds. */
const scoreOf = (means: readonly Float64Array[]): number =>
  means.reduce((sum, mean) => sum + mean.reduce((total, one, i) => total + (one - (i % 2)) ** 2, 0), 0)

/** The selection, with the mean of each trial computed from the list of all members. */
function selected(predictions: Predictions, steps: number): number[] {
  const order: number[] = []
  for (let step = 0; step < steps; step++) {
    const scores = predictions.map((_, candidate) => {
      const all = [...order, candidate].map((index) => predictions[index])
      return scoreOf(
        predictions[0].map((fold, k) => fold.map((_, i) => all.reduce((sum, one) => sum + one[k][i], 0) / all.length)),
      )
    })
    order.push(scores.indexOf(Math.min(...scores)))
  }
  return order
}

const fold = (...values: number[]) => Float64Array.from(values)

describe('greedy selection', () => {
  it('adds at each step the candidate with which the mean is best, over all folds', async () => {
    const values = fc.integer({ min: -8, max: 8 }).map((value) => value / 4)
    const candidate = fc.tuple(
      fc.array(values, { minLength: 4, maxLength: 4 }),
      fc.array(values, { minLength: 2, maxLength: 2 }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(candidate, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 4 }),
        async (all, steps) => {
          const predictions = all.map((folds) => folds.map((one) => Float64Array.from(one)))
          const { order, scores } = await selectGreedily(predictions, steps, scoreOf)
          assert.deepEqual(order, selected(predictions, steps))
          assert.equal(scores.length, steps)
        },
      ),
    )
  })

  it('begins with the best candidate, and takes the first of equal ones', async () => {
    const [worse, good] = [fold(1, 0), fold(0, 1)]
    assert.deepEqual((await selectGreedily([[worse], [good], [good]], 2, scoreOf)).order, [1, 1])
  })

  it('adds a candidate several times where that is better than any other', async () => {
    // Two parts of the first and one of the second are exact.
    const predictions = [[fold(0.5, 1)], [fold(-1, 1)]]
    const { order, scores } = await selectGreedily(predictions, 3, scoreOf)
    assert.deepEqual([order, scores.at(-1)], [[0, 1, 0], 0])
  })

  it('skips candidates whose score is not a number, and ends where there is no other', async () => {
    const predictions = [[fold(NaN, 1)], [fold(0.5, 1)]]
    assert.deepEqual((await selectGreedily(predictions, 2, scoreOf)).order, [1, 1])
    assert.deepEqual(await selectGreedily([[fold(NaN, 1)]], 2, scoreOf), { order: [], scores: [] })
  })
})
