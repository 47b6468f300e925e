/** The samplers that do not learn: random, sobol against SciPy's points, and grid. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { chooseSampler, type SamplerOption, samplers } from '#lib/search/samplers/samplers.js'
import { choice, integer, logUniform, uniform } from '#lib/search/space/makers.js'
import { readSpace } from '#lib/search/space/read-space.js'
import { scaleOf } from '#lib/search/space/scale.js'
import type { Draw } from '#lib/search/space/trial.js'
import { drawsOf, fullSpace, studied } from '../support/spaces.js'

const file = new URL('../../../test/fixtures/sobol/points.json', import.meta.url)
const scipy = JSON.parse(readFileSync(file, 'utf8')) as { indices: number[]; points: number[][] }

/** A space of numbers from 0 to 1. */
const unitSpace = (dimensions: number) =>
  readSpace(
    Array.from({ length: dimensions }, () => uniform(0, 1)),
    'space',
  )

const ALL: readonly SamplerOption[] = ['random', 'sobol', { name: 'sobol', scramble: 'shift' }, 'grid', 'tpe']

describe('every sampler', () => {
  it('draws values of the active parameters only', () => {
    const space = fullSpace()
    for (const sampler of ALL) {
      for (const draw of drawsOf(space, sampler, 60)) {
        // It refuses values that are not of the distributions.
        space.resolve(draw)
        const active = space.parameters.filter(
          ({ condition }) => condition === null || draw[condition.parameter] === condition.index,
        )
        assert.deepEqual(
          Object.keys(draw),
          active.map(({ name }) => name),
        )
      }
    }
  })

  it('draws a trial by its number, in any batch', () => {
    const space = fullSpace()
    for (const option of ALL) {
      const sampler = chooseSampler(option)
      const all = drawsOf(space, option, 20, 7)
      const context = { space, seed: 7, trials: 20, earlier: [] }
      const parts = [
        [13, 7],
        [0, 5],
        [5, 8],
      ].flatMap(([first, count]) => {
        return sampler.draws({ ...context, first, count }).map((draw, i) => [first + i, draw] as const)
      })
      for (const [number, draw] of parts) assert.deepEqual(draw, all[number])
    }
  })

  it('draws other trials with another seed, where chance has a part', () => {
    for (const sampler of ALL.filter((one) => one !== 'grid')) {
      assert.notDeepEqual(drawsOf(fullSpace(), sampler, 3, 1), drawsOf(fullSpace(), sampler, 3, 2 ** 40 + 1))
    }
    const plain: SamplerOption = { name: 'sobol', scramble: 'none' }
    assert.deepEqual(drawsOf(fullSpace(), plain, 3, 1), drawsOf(fullSpace(), plain, 3, 2))
  })

  it('draws one trial for itself from a space without parameters', () => {
    for (const sampler of ALL) assert.deepEqual(drawsOf(readSpace({ units: 3 }, 'space'), sampler, 1), [{}])
  })

  it('draws these trials, on every platform', () => {
    const space = fullSpace()
    const score = (({ n, u }: { n: number; u: number }) => n + u) as never
    const found = (['random', 'sobol', 'tpe'] as const).map((sampler) => {
      const trials = studied({ space, score, sampler, trials: 40, batch: 20, seed: 2 ** 40 + 5 })
      return trials[39].draw
    })
    assert.deepEqual(found, [
      { a: 2, 'a#2.inner': 1, 'a#2.inner#1': 7, 'a#2.rate': 8.014955676417925, n: 8, u: 0.5287808097419265, w: 1 },
      { a: 2, 'a#2.inner': 1, 'a#2.inner#1': 2, 'a#2.rate': 0.02351454967002743, n: 8, u: 0.5308356280438602, w: 132 },
      {
        a: 2,
        'a#2.inner': 0,
        'a#2.inner#0': 0.4527599084894476,
        'a#2.rate': 7.398574839991823,
        n: -1,
        u: 0.8329380995810867,
        w: 120,
      },
    ])
  })

  it('states its options with defaults', () => {
    assert.deepEqual(
      Object.keys(samplers).map((name) => [name, chooseSampler(name).options]),
      [
        ['grid', { points: 5 }],
        ['random', {}],
        ['sobol', { scramble: 'owen' }],
        ['tpe', { startup: 10, candidates: 24, gamma: 0.15, priorWeight: 1 }],
      ],
    )
    assert.equal(chooseSampler('random').usualBatch(30), 30)
    assert.ok(chooseSampler('tpe').usualBatch(1000) < chooseSampler('random').usualBatch(1000))
  })
})

describe('random search', () => {
  const SHARES = 20
  const COUNT = 20_000

  it('draws each value as often as its distribution says', () => {
    const distributions = [uniform(-3, 5), logUniform(1e-5, 10), integer(-7, 32), integer(1, 400, { log: true })]
    const parameters = [...distributions, choice([...'abcdefghijklmnopqrst'])]
    const space = readSpace(parameters, 'space')
    const draws = drawsOf(space, 'random', COUNT, 3)
    space.parameters.forEach(({ name, distribution }) => {
      // The values at 1/20, 2/20, …: between two of them is a twentieth of the distribution, or whole values.
      const scale = scaleOf(distribution)
      const values = draws.map((draw) => draw[name])
      for (let share = 1; share < SHARES; share++) {
        const [limit, next] = [scale(share / SHARES), scale(share / SHARES + 1e-12)]
        const below = values.filter((value) => value < limit).length / COUNT
        const upTo = values.filter((value) => value <= next).length / COUNT
        // Five standard deviations of a share of one half.
        const most = 2.5 / Math.sqrt(COUNT)
        assert.ok(below <= share / SHARES + most && upTo >= share / SHARES - most, `${name} ${share} ${below} ${upTo}`)
      }
    })
  })

  it('draws integers on a logarithmic scale by the logarithm of their surroundings', () => {
    const { distribution } = integer(1, 3, { log: true })
    const scale = scaleOf(distribution)
    const total = Math.log(3.5 / 0.5)
    const [one, two] = [Math.log(1.5 / 0.5) / total, Math.log(2.5 / 0.5) / total]
    assert.deepEqual([0, one - 1e-9, one + 1e-9, two - 1e-9, two + 1e-9, 1 - 2 ** -53].map(scale), [1, 1, 2, 2, 3, 3])
  })

  it('never leaves a range, at either end of the unit interval', () => {
    const ends = [0, 2 ** -53, 1 - 2 ** -53]
    const cases = [
      uniform(-0.1, 0.3),
      uniform(1e300, 1.5e300),
      logUniform(5e-324, 1e308),
      logUniform(0.1, 0.3),
      integer(0, 2 ** 53 - 1),
    ]
    for (const { distribution } of cases) {
      assert.ok(distribution.kind !== 'choice')
      const { low, high } = distribution
      for (const value of ends.map(scaleOf(distribution))) assert.ok(value >= low && value <= high, `${value}`)
    }
  })
})

describe('sobol', () => {
  it("has SciPy's points in all dimensions without scrambling", () => {
    const [{ length }] = scipy.points
    const sampler = chooseSampler({ name: 'sobol', scramble: 'none' })
    const space = unitSpace(length)
    assert.equal(length, 128)
    scipy.indices.forEach((index, i) => {
      const [draw] = sampler.draws({ space, seed: 1, first: index, count: 1, trials: 5000, earlier: [] })
      assert.deepEqual(
        space.parameters.map(({ name }) => draw[name] * 2 ** 32),
        scipy.points[i],
      )
    })
  })

  it('fills every part of the space alike, however it is scrambled', () => {
    for (const scramble of ['owen', 'shift', 'none'] as const) {
      for (const seed of [1, 2]) {
        const points = drawsOf(unitSpace(20), { name: 'sobol', scramble }, 64, seed).map((draw) => Object.values(draw))
        for (let d = 0; d < 20; d++) {
          assert.equal(new Set(points.map((point) => Math.floor(point[d] * 64))).size, 64)
        }
        // The first two dimensions: each box of 2^-k × 2^-(6-k) has one point.
        for (let k = 0; k <= 6; k++) {
          const boxes = points.map(([x, y]) => `${Math.floor(x * 2 ** k)} ${Math.floor(y * 2 ** (6 - k))}`)
          assert.equal(new Set(boxes).size, 64)
        }
      }
    }
  })

  it('scrambles each dimension with numbers of its own', () => {
    const [first] = drawsOf(unitSpace(128), 'sobol', 1, 5)
    assert.equal(new Set(Object.values(first)).size, 128)
  })

  it('draws the parameters after its last dimension at random', () => {
    const draws = drawsOf(unitSpace(140), 'sobol', 50, 5)
    const last = draws.map((draw) => draw['[139]'])
    assert.equal(new Set(last).size, 50)
    const mean = last.reduce((sum, value) => sum + value, 0) / 50
    assert.ok(mean > 0.3 && mean < 0.7)
    const one = chooseSampler('sobol').draws({
      space: unitSpace(140),
      seed: 5,
      first: 30,
      count: 1,
      trials: 50,
      earlier: [],
    })
    assert.deepEqual(one, [draws[30]])
  })
})

describe('grid', () => {
  it('has all combinations in lexicographic order, of a choice those of each value', () => {
    const space = readSpace({ a: choice(['p', { b: integer(1, 2) }, 'q']), x: integer(0, 6, { step: 3 }) }, 'space')
    const sampler = chooseSampler('grid')
    assert.equal(sampler.size(space), 12)
    const values: [number, number | undefined][] = [
      [0, undefined],
      [1, 1],
      [1, 2],
      [2, undefined],
    ]
    const expected = values.flatMap(([a, b]) =>
      [0, 3, 6].map((x): Draw => (b === undefined ? { a, x } : { a, 'a#1.b': b, x })),
    )
    assert.deepEqual(drawsOf(space, 'grid', 12), expected)
  })

  it('has every combination once', () => {
    const space = fullSpace()
    const size = chooseSampler('grid').size(space)
    // a: p, q, and (5 of uniform + 9 integers) × 5 rates; n: 5; u: 5; w: 5
    assert.equal(size, (2 + (5 + 9) * 5) * 5 * 5 * 5)
    const texts = drawsOf(space, 'grid', size).map((draw) => JSON.stringify(draw))
    assert.equal(new Set(texts).size, size)
  })

  it('takes values at equal distances or ratios, both ends included', () => {
    const valuesOf = (parameter: unknown, points?: number) => {
      const sampler = { name: 'grid', points } as const
      const space = readSpace(parameter, 'space')
      return drawsOf(space, sampler, chooseSampler(sampler).size(space)).map((draw) => draw.space)
    }
    assert.deepEqual(valuesOf(uniform(-1, 1)), [-1, -0.5, 0, 0.5, 1])
    assert.deepEqual(valuesOf(uniform(-1, 1), 2), [-1, 1])
    assert.deepEqual(valuesOf(uniform(-1, 2), 1), [0.5])
    const rates = valuesOf(logUniform(0.001, 0.1), 3)
    assert.deepEqual([rates[0], rates[2], Math.abs(rates[1] - 0.01) < 1e-16], [0.001, 0.1, true])
    assert.deepEqual(valuesOf(integer(8, 128, { log: true })), [8, 16, 32, 64, 128])
    assert.deepEqual(valuesOf(integer(1, 3, { log: true })), [1, 2, 3])
    assert.deepEqual(valuesOf(integer(1, 6, { log: true })), [1, 2, 4, 6])
    assert.equal(valuesOf(integer(1, 100)).length, 100)
  })

  it('refuses more trials than it has points, and a grid without a last point', () => {
    const space = readSpace({ x: choice([1, 2]) }, 'space')
    assert.throws(() => drawsOf(space, 'grid', 3), {
      name: 'RangeError',
      message: 'Expected at most 2 trials, the points of the grid, for trials but received 3.',
    })
    const large = unitSpace(30)
    assert.throws(() => chooseSampler('grid').size(large), {
      name: 'RangeError',
      message:
        'Expected at most 2^53 - 1 points for the grid of the space but received more. Search with random or sobol, or choose fewer points.',
    })
  })
})
