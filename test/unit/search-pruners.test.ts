/** Pruners: which trials of a batch go on after each rung. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { bracketSizes, bracketsOf } from '#lib/search/pruners/hyperband.js'
import { choosePruner, type PrunerOption, pruners } from '#lib/search/pruners/pruners.js'
import { drawCount } from '../support/drawn.js'

const indices = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

/** The survivors of all rungs, with the same scores at each. */
function survivorsOf(
  option: PrunerOption,
  epochs: number,
  scores: readonly number[],
): [epoch: number, trials: number[]][] {
  const { rungs, survivors } = choosePruner(option).plan(epochs, scores.length)
  let active = indices(scores.length)
  return rungs.map((epoch, rung) => {
    const seen = Float64Array.from(scores, (score, trial) => (active.includes(trial) ? score : NaN))
    active = survivors(rung, seen, active)
    return [epoch, active]
  })
}

const falling = (count: number): number[] => indices(count).map((i) => count - i)
const countsOf = (option: PrunerOption, epochs: number, count: number) =>
  survivorsOf(option, epochs, falling(count)).map(([epoch, { length }]) => [epoch, length])

describe('every pruner', () => {
  it('states its options, null for those that it derives', () => {
    assert.deepEqual(
      Object.keys(pruners).map((name) => [name, choosePruner(name).options]),
      [
        ['none', {}],
        ['successiveHalving', { factor: 3, first: null }],
        ['hyperband', { factor: 3, first: null }],
        ['median', { warmUp: null, every: null }],
      ],
    )
    assert.equal(choosePruner('none').usualBatch, null)
    assert.equal(choosePruner('successiveHalving').usualBatch, 27)
    assert.equal(choosePruner('hyperband').usualBatch, 27 + 12 + 6 + 4)
  })

  const score = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.double(), fc.constant(NaN))
  const option: fc.Arbitrary<PrunerOption> = fc.oneof(
    fc.constantFrom<PrunerOption>('none', 'successiveHalving', 'hyperband', 'median'),
    fc.record({ name: fc.constantFrom('successiveHalving', 'hyperband'), factor: fc.integer({ min: 2, max: 9 }) }),
    fc.record({ name: fc.constant('median'), warmUp: fc.constant(0), every: fc.integer({ min: 1, max: 30 }) }),
  ) as fc.Arbitrary<PrunerOption>
  const batches = fc.integer({ min: 1, max: 60 }).chain((count) =>
    fc.record({
      option,
      epochs: fc.integer({ min: 1, max: 300 }),
      curves: fc.array(fc.array(score, { minLength: 20, maxLength: 20 }), { minLength: count, maxLength: count }),
      seed: fc.integer(),
    }),
  )

  it('keeps some of the active trials, at least one, whatever their order, and the best of them', () => {
    fc.assert(
      fc.property(batches, ({ option: given, epochs, curves, seed }) => {
        const plans = [choosePruner(given).plan(epochs, curves.length), choosePruner(given).plan(epochs, curves.length)]
        const [{ rungs }] = plans
        assert.deepEqual(plans[1].rungs, rungs)
        assert.deepEqual(
          rungs,
          [...new Set(rungs)].sort((a, b) => a - b),
        )
        assert.ok(rungs.every((rung) => Number.isInteger(rung) && rung >= 1 && rung < epochs))
        let active = indices(curves.length)
        rungs.forEach((_, rung) => {
          const scores = Float64Array.from(curves, (curve, trial) => (active.includes(trial) ? curve[rung % 20] : NaN))
          const survivors = plans[0].survivors(rung, scores, active)
          const shuffled = [...active].sort((a, b) => ((a * 7919 + seed) % 61) - ((b * 7919 + seed) % 61))
          const others = plans[1].survivors(rung, scores.slice(), shuffled)
          assert.deepEqual(
            others.sort((a, b) => a - b),
            survivors,
          )
          assert.ok(survivors.length >= 1)
          assert.ok(survivors.every((trial) => active.includes(trial)))
          assert.deepEqual(
            survivors,
            [...new Set(survivors)].sort((a, b) => a - b),
          )
          active = survivors
        })
      }),
      { numRuns: drawCount(1600) },
    )
  })

  it('ends failed trials at each rung, unless all failed: then the first goes on', () => {
    for (const name of ['successiveHalving', 'median', { name: 'hyperband', first: 80 }] as const) {
      const scores = indices(30).map((i) => (i % 3 === 0 ? 5 : NaN))
      for (const [, trials] of survivorsOf(name, 100, scores))
        assert.ok(trials.every((trial) => trial % 3 === 0 || name !== 'median'))
      const [[, first]] = survivorsOf(
        'successiveHalving',
        100,
        indices(30).map(() => NaN),
      )
      assert.deepEqual(first, [0])
    }
  })

  it('plans no rung for trials of one epoch', () => {
    for (const name of Object.keys(pruners)) assert.deepEqual(choosePruner(name).plan(1, 100).rungs, [])
  })
})

describe('none', () => {
  it('lets all trials train all epochs', () => {
    assert.deepEqual(survivorsOf('none', 100, falling(9)), [])
  })
})

describe('successive halving', () => {
  it('keeps one in factor, with factor times the epochs at each rung', () => {
    assert.deepEqual(countsOf('successiveHalving', 81, 27), [
      [3, 9],
      [9, 3],
      [27, 1],
    ])
    assert.deepEqual(countsOf({ name: 'successiveHalving', factor: 2 }, 64, 16), [
      [4, 8],
      [8, 4],
      [16, 2],
      [32, 1],
    ])
    assert.deepEqual(countsOf({ name: 'successiveHalving', factor: 4, first: 5 }, 100, 100), [
      [5, 25],
      [20, 6],
      [80, 1],
    ])
  })

  it('begins at a hundredth of the epochs or later, however many trials there are', () => {
    assert.deepEqual(countsOf('successiveHalving', 100, 1000), [
      [2, 333],
      [4, 111],
      [12, 37],
      [34, 12],
    ])
    assert.deepEqual(countsOf('successiveHalving', 5, 1000), [
      [1, 333],
      [2, 111],
    ])
    assert.deepEqual(countsOf('successiveHalving', 100, 2), [])
  })

  it('keeps the lowest scores, of equal scores the first', () => {
    assert.deepEqual(survivorsOf('successiveHalving', 9, [4, 2, 2, 9, 1, 2]), [[3, [1, 4]]])
    assert.deepEqual(survivorsOf('successiveHalving', 9, [NaN, 7, NaN, Infinity, NaN, NaN]), [[3, [1, 3]]])
    assert.deepEqual(survivorsOf('successiveHalving', 9, [NaN, 7, NaN, NaN, NaN, NaN]), [[3, [1]]])
  })
})

describe('hyperband', () => {
  it('has the brackets of Li et al.', () => {
    assert.deepEqual(bracketSizes(4, 3), [81, 34, 15, 8, 5])
    assert.deepEqual(bracketSizes(0, 3), [1])
  })

  it('divides any number of trials among the brackets by their shares', () => {
    const sizes = bracketSizes(3, 3)
    for (const count of [1, 10, 49, 98, 500]) {
      const brackets = bracketsOf(count, sizes)
      sizes.forEach((size, s) => {
        const own = brackets.filter((bracket) => bracket === s).length
        assert.ok(Math.abs(own - (count * size) / 49) <= 1.5, `${count} ${s} ${own}`)
      })
    }
    assert.deepEqual(bracketsOf(5, [2, 1]), [0, 1, 0, 0, 1])
  })

  it('compares the trials of a bracket from its own first rung on', () => {
    const { rungs, survivors } = choosePruner({ name: 'hyperband', first: 1 }).plan(27, 49)
    assert.deepEqual(rungs, [1, 3, 9])
    const brackets = bracketsOf(49, bracketSizes(3, 3))
    const countOf = (trials: readonly number[]) =>
      [0, 1, 2, 3].map((s) => trials.filter((trial) => brackets[trial] === s).length)
    const scores = Float64Array.from(falling(49))
    const first = survivors(0, scores, indices(49))
    const second = survivors(1, scores, first)
    const third = survivors(2, scores, second)
    assert.deepEqual([first, second, third].map(countOf), [
      [9, 12, 6, 4],
      [3, 4, 6, 4],
      [1, 1, 2, 4],
    ])
  })

  it('begins at the epochs over the largest power of factor up to 81', () => {
    assert.deepEqual(choosePruner('hyperband').plan(100, 49).rungs, [2, 6, 18, 54])
    assert.deepEqual(choosePruner('hyperband').plan(5, 49).rungs, [2])
  })
})

describe('the median rule', () => {
  it('ends trials whose best score is above the median of the running averages', () => {
    const { rungs, survivors } = choosePruner({ name: 'median', warmUp: 2, every: 3 }).plan(10, 5)
    assert.deepEqual(rungs, [2, 5, 8])
    assert.deepEqual(survivors(0, Float64Array.of(1, 2, 3, 4, 5), indices(5)), [0, 1, 2])
    // Averages: 1, 1.5, 3, and 4 and 5 of those that ended; the best scores are 1, 1 and 3.
    assert.deepEqual(survivors(1, Float64Array.of(1, 1, 3, NaN, NaN), [0, 1, 2]), [0, 1, 2])
    // Averages: 1, 4, 2.5, 4, 5: the median is 4.
    assert.deepEqual(survivors(2, Float64Array.of(1, 9, 1.5, NaN, NaN), [0, 1, 2]), [0, 1, 2])
  })

  it('ends a trial that stays where others improve', () => {
    const { survivors } = choosePruner({ name: 'median', warmUp: 1, every: 1 }).plan(10, 4)
    const all = survivors(0, Float64Array.of(5, 5, 5, 5), indices(4))
    assert.deepEqual(all, [0, 1, 2, 3])
    assert.deepEqual(survivors(1, Float64Array.of(1, 1, 1, 5), all), [0, 1, 2])
  })

  it('compares after each tenth of the epochs by default', () => {
    assert.deepEqual(choosePruner('median').plan(50, 8).rungs, [5, 10, 15, 20, 25, 30, 35, 40, 45])
    assert.deepEqual(choosePruner({ name: 'median', warmUp: 0 }).plan(20, 8).rungs, [2, 4, 6, 8, 10, 12, 14, 16, 18])
  })
})
