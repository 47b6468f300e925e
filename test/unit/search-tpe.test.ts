/** The tree-structured Parzen estimator: what it finds, and that batches and restarts change nothing. */
import assert from 'node:assert/strict'
import type { Random } from '#lib/kernels/random.js'
import { choiceEstimator, numberEstimator } from '#lib/search/samplers/parzen.js'
import { chooseSampler } from '#lib/search/samplers/samplers.js'
import { unitScaleOf } from '#lib/search/samplers/unit-scale.js'
import { choice, integer, logUniform, uniform } from '#lib/search/space/makers.js'
import { searchStreams } from '#lib/search/space/random.js'
import { readSpace } from '#lib/search/space/read-space.js'
import type { Distribution, Scored } from '#lib/search/space/trial.js'
import { rowTests } from '../support/rows.js'
import { fullSpace, studied } from '../support/spaces.js'

const row = rowTests()
const square = (x: number): number => x * x
const decades = (value: number, from: number): number => square(Math.log10(value / from))

type Numbers = Record<string, number>

/** Known functions of which the least value is searched. */
const FUNCTIONS = {
  'a bowl': {
    given: { x: uniform(-5, 5), y: uniform(-5, 5), z: uniform(-5, 5) },
    score: ({ x, y, z }: Numbers) => square(x - 1.3) + square(y + 2) + square(z - 3),
  },
  'a curved valley (Rosenbrock)': {
    given: { a: uniform(-2, 2), b: uniform(-2, 2), c: uniform(-2, 2) },
    score: ({ a, b, c }: Numbers) => 100 * square(b - a * a) + square(1 - a) + 100 * square(c - b * b) + square(1 - b),
  },
  'decades of rates and units': {
    given: { rate: logUniform(1e-6, 1), decay: logUniform(1e-4, 100), units: integer(1, 512, { log: true }) },
    score: ({ rate, decay, units }: Numbers) => decades(rate, 1e-3) + decades(decay, 10) + decades(units, 32),
  },
  'choices and integers': {
    given: { a: choice([0, 1, 2, 3]), n: integer(1, 100), c: choice([1, 2, 3, 4, 5, 6]), x: uniform(0, 1) },
    score: ({ a, n, c, x }: Numbers) => a + Math.abs(n - 37) / 20 + Math.abs(c - 4) + 5 * square(x - 0.8),
  },
  conditions: {
    given: { model: choice([{ x: uniform(0, 1) }, { y: uniform(0, 1), z: uniform(0, 1), w: uniform(0, 1) }]) },
    score: ({ model: { x, y, z, w } }: { model: Numbers }) =>
      x === undefined ? square(y - 0.7) + square(z - 0.1) + square(w - 0.5) : 0.3 + square(x - 0.2),
  },
}

const SEEDS = 20
const TRIALS = 64
const lowest = (trials: readonly Scored[]): number => Math.min(...trials.map(({ score }) => score))
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]

describe('tpe', () => {
  for (const [name, { given, score }] of Object.entries(FUNCTIONS)) {
    row('finds less than half the value that random search finds, in batches of 8', name, () => {
      const space = readSpace(given, 'space')
      const [learned, drawn] = (['tpe', 'random'] as const).map((sampler) =>
        median(
          Array.from({ length: SEEDS }, (_, seed) =>
            lowest(studied({ space, score: score as never, sampler, trials: TRIALS, batch: 8, seed })),
          ),
        ),
      )
      assert.ok(learned < drawn / 2, `${learned} against ${drawn}`)
    })
  }

  it('loses little of it where batches are larger, as the trials of a batch avoid each other', () => {
    const { given, score } = FUNCTIONS['a bowl']
    const space = readSpace(given, 'space')
    const [small, large, drawn] = (
      [
        ['tpe', 1],
        ['tpe', 16],
        ['random', 16],
      ] as const
    ).map(([sampler, batch]) =>
      median(
        Array.from({ length: SEEDS }, (_, seed) =>
          lowest(studied({ space, score: score as never, sampler, trials: TRIALS, batch, seed })),
        ),
      ),
    )
    assert.ok(large < 3 * small && large < drawn / 3, `${small} ${large} ${drawn}`)
  })

  it('draws each batch from the trials before it alone: the same after any restart', () => {
    const space = fullSpace()
    const score = ({ n, u }: Numbers) => n + u
    const all = studied({ space, score: score as never, sampler: 'tpe', trials: 60, batch: 12, seed: 4 })
    for (const first of [48, 12, 36, 24]) {
      const earlier = JSON.parse(JSON.stringify(all.slice(0, first))) as Scored[]
      const draws = chooseSampler('tpe').draws({ space, seed: 4, first, count: 12, trials: 60, earlier })
      assert.deepEqual(
        draws,
        all.slice(first, first + 12).map(({ draw }) => draw),
      )
      assert.equal(new Set(draws.map((draw) => JSON.stringify(draw))).size, 12)
    }
  })

  it('avoids values whose trials failed or were pruned', () => {
    const space = readSpace({ x: uniform(0, 1) }, 'space')
    const drawn = studied({ space, score: (() => 0) as never, sampler: 'random', trials: 60, batch: 60, seed: 2 })
    for (const state of ['failed', 'pruned'] as const) {
      const earlier = drawn.map(({ draw }): Scored => {
        if (draw.x < 0.7) return { draw, score: state === 'failed' ? NaN : -1, state }
        return { draw, score: draw.x, state: 'complete' }
      })
      const draws = chooseSampler('tpe').draws({ space, seed: 2, first: 60, count: 40, trials: 100, earlier })
      assert.ok(draws.filter(({ x }) => x > 0.7).length > 30)
    }
  })

  it('takes no failed trial for a good one, however few others there are', () => {
    const space = readSpace({ x: uniform(0, 1) }, 'space')
    const earlier = Array.from({ length: 40 }, (_, i): Scored => {
      return i === 30
        ? { draw: { x: 0.9 }, score: 1, state: 'complete' }
        : { draw: { x: i / 100 }, score: NaN, state: 'failed' }
    })
    const draws = chooseSampler('tpe').draws({ space, seed: 2, first: 40, count: 20, trials: 60, earlier })
    assert.ok(draws.filter(({ x }) => x > 0.45).length >= 18)
  })

  it('takes trials that all failed, equal scores, and infinite ones', () => {
    const space = fullSpace()
    const scores = [() => NaN, () => 1, () => Infinity, () => -Infinity, ({ u }: Numbers) => (u > 0.5 ? NaN : u)]
    for (const score of scores) {
      const trials = studied({ space, score: score as never, sampler: 'tpe', trials: 40, batch: 10, seed: 1 })
      for (const { draw } of trials) space.resolve(draw)
    }
  })

  it('draws at random until it has as many trials as startup', () => {
    const space = fullSpace()
    const study = { space, score: (({ u }: Numbers) => u) as never, trials: 20, batch: 5, seed: 1 }
    const [learned, drawn] = [{ name: 'tpe', startup: 15 } as const, 'random' as const].map((sampler) =>
      studied({ ...study, sampler }).map(({ draw }) => draw),
    )
    assert.deepEqual(learned.slice(0, 15), drawn.slice(0, 15))
    assert.notDeepEqual(learned.slice(15), drawn.slice(15))
  })
})

describe('a Parzen estimator', () => {
  const numbers: readonly { distribution: Distribution; observed: readonly number[] }[] = [
    { distribution: uniform(-2, 6).distribution, observed: [1, 1.5, 1.5, 5.9] },
    { distribution: logUniform(1e-4, 1).distribution, observed: [1e-4, 0.5, 1e-2] },
    { distribution: integer(2, 40, { step: 2 }).distribution, observed: [2, 8, 8, 40] },
    { distribution: integer(1, 60, { log: true }).distribution, observed: [1, 60, 7] },
    { distribution: uniform(0, 1).distribution, observed: [] },
  ]
  const POINTS = 4000

  it('has a density of sum 1 above 0, by which it draws', () => {
    for (const { distribution, observed } of numbers) {
      assert.ok(distribution.kind !== 'choice')
      const scale = unitScaleOf(distribution)
      const estimator = numberEstimator(observed, scale, 1)
      const units = Array.from({ length: POINTS }, (_, i) => (i + 0.5) / POINTS)
      const values = distribution.kind === 'integer' ? [...new Set(units.map(scale.valueOf))] : units.map(scale.valueOf)
      const weight = distribution.kind === 'integer' ? 1 : 1 / POINTS
      const densities = values.map((value) => estimator.density(value) * weight)
      const sum = densities.reduce((all, one) => all + one, 0)
      assert.ok(Math.abs(sum - 1) < 1e-5, `${sum}`)
      assert.ok(Math.min(...densities) > 0)
      const random: Random = searchStreams(5, 'tpe')(0)
      const drawn = Array.from({ length: 4000 }, () => estimator.draw(random))
      // Below each value as many draws as the density says, within five standard deviations.
      let below = 0
      values.forEach((value, i) => {
        const share = drawn.filter((one) => one < value).length / drawn.length
        if (i % 97 === 0 || distribution.kind === 'integer')
          assert.ok(Math.abs(share - below) < 0.04, `${value} ${share} ${below}`)
        below += densities[i]
      })
    }
  })

  it('gives values of a choice the weights of their observations and the prior', () => {
    const estimator = choiceEstimator([0, 2, 2], 3, 1)
    const densities = [0, 1, 2].map(estimator.density)
    // Of the observations' kernels, each 1 + 3/4 in all, and the prior's kernel of 1/3 each; four kernels.
    const expected = [1, 0, 2].map((count) => ((count + 3 / 4) / (7 / 4) + 1 / 3) / 4)
    densities.forEach((density, i) => {
      assert.ok(Math.abs(density - expected[i]) < 1e-15)
    })
    const random = searchStreams(5, 'tpe')(0)
    const drawn = Array.from({ length: 6000 }, () => estimator.draw(random))
    expected.forEach((share, value) => {
      const found = drawn.filter((one) => one === value).length / drawn.length
      assert.ok(Math.abs(found - share) < 0.03)
    })
  })
})
