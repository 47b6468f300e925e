/** Operators of an evolution, each against plain code: ranking, selection, crossover, mutation, and the gradient of a center. */
import assert from 'node:assert/strict'
import { type EvolveOptions, evolve } from 'lockstep-nn/search'
import { normalQuantile } from '#lib/data/encoding/normal.js'
import type { Random } from '#lib/kernels/random.js'
import { centeredRanks, ranked } from '#lib/search/evolve/ranking.js'
import { sameBits } from '../support/bits.js'
import { ensembleOf, nearHalf, streamOf } from '../support/evolutions.js'

const SEED = 5
const MEMBERS = 7
const GENERATIONS = 4

const normal = (random: Random): number => normalQuantile((random.next() + 0.5) / 2 ** 32)
const below = (count: number, random: Random): number => Math.floor(random.uniform() * count)

/** The members before each generation, and after the last. */
async function populations(members: number, options: Partial<EvolveOptions>): Promise<Float64Array[]> {
  const ensemble = ensembleOf(members)
  const seen: Float64Array[] = []
  const fitness: EvolveOptions['fitness'] = (population) => {
    seen.push(ensemble.parameters.slice())
    return nearHalf(population)
  }
  await evolve(ensemble, { fitness, generations: GENERATIONS, seed: SEED, ...options })
  sameBits(ensemble.parameters, seen[GENERATIONS - 1], 'the members of the last generation')
  return seen
}

/** Each member's parameters. */
const membersOf = (all: Float64Array, members: number): Float64Array[] =>
  Array.from({ length: members }, (_, i) => all.slice((i * all.length) / members, ((i + 1) * all.length) / members))

const scores = (all: Float64Array, members: number): number[] =>
  membersOf(all, members).map((values) => -values.reduce((sum, value) => sum + (value - 0.5) * (value - 0.5), 0))

type Parents = readonly Float64Array[]

interface Plain {
  /** A place in the ranking. */
  readonly pick: (random: Random) => number
  readonly rate: number
  readonly cross: (first: Float64Array, second: Float64Array, random: Random) => Float64Array
  readonly elite: number
  readonly scale: number
  readonly decay: number
  readonly mutationRate: number
}

const PLAIN: Plain = {
  pick: (random) => Math.min(below(MEMBERS, random), below(MEMBERS, random), below(MEMBERS, random)),
  rate: 0.5,
  cross: (first, second, random) => first.map((value, j) => (random.next() >= 2 ** 31 ? second[j] : value)),
  elite: 1,
  scale: 0.1,
  decay: 1,
  mutationRate: 1,
}

/** The generation after this one. */
function following(all: Float64Array, generation: number, plain: Plain): Float64Array {
  const fitness = scores(all, MEMBERS)
  const members = membersOf(all, MEMBERS)
  const parents: Parents = members
    .map((values, i) => ({ values, fitness: fitness[i] }))
    .sort((a, b) => b.fitness - a.fitness)
    .map(({ values }) => values)
  const selecting = streamOf(SEED, 'selection', generation)
  const crossing = streamOf(SEED, 'crossover', generation)
  const mutating = streamOf(SEED, 'mutation', generation)
  let factor = 1
  for (let i = 1; i < generation; i++) factor *= plain.decay
  const children = Array.from({ length: MEMBERS - plain.elite }, () => {
    let child = parents[plain.pick(selecting)]
    if (plain.rate > 0 && crossing.uniform() < plain.rate) {
      child = plain.cross(child, parents[plain.pick(selecting)], crossing)
    }
    return child.map((value) => {
      if (plain.mutationRate < 1 && mutating.uniform() >= plain.mutationRate) return value
      return value + plain.scale * factor * normal(mutating)
    })
  })
  return Float64Array.from([...parents.slice(0, plain.elite), ...children].flatMap((values) => [...values]))
}

const CASES: readonly [name: string, options: Partial<EvolveOptions>, plain: Partial<Plain>][] = [
  ['the defaults', {}, {}],
  ['a larger tournament', { selection: { name: 'tournament', size: 1 } }, { pick: (random) => below(MEMBERS, random) }],
  [
    'truncation',
    { selection: { name: 'truncation', share: 0.3 }, elite: 0 },
    { pick: (random) => below(3, random), elite: 0 },
  ],
  ['no crossover', { crossover: 'none', elite: 3 }, { rate: 0, elite: 3 }],
  ['always two parents', { crossover: { name: 'uniform', rate: 1 } }, { rate: 1 }],
  [
    'one point',
    { crossover: { name: 'onePoint', rate: 0.9 } },
    {
      rate: 0.9,
      // The network has two layers, so that there is one point: after the 9 parameters of the first.
      cross: (first, second, random) => {
        random.uniform()
        return first.map((value, j) => (j < 9 ? value : second[j]))
      },
    },
  ],
  [
    'rare, decaying mutations',
    { mutation: { name: 'gaussian', scale: 0.5, rate: 0.25, decay: 0.7 } },
    { scale: 0.5, mutationRate: 0.25, decay: 0.7 },
  ],
]

describe('a generation of the genetic algorithm', () => {
  for (const [name, options, plain] of CASES) {
    it(`has the members that plain code makes of the one before: ${name}`, async () => {
      const seen = await populations(MEMBERS, options)
      sameBits(seen[0], ensembleOf(MEMBERS).parameters, 'the first generation')
      for (let g = 1; g < GENERATIONS; g++) {
        sameBits(seen[g], following(seen[g - 1], g, { ...PLAIN, ...plain }), `generation ${g}`)
      }
    })
  }
})

describe('a generation of openaiES', () => {
  it('is a center, moved along the gradient of centered ranks, and pairs of opposite perturbations', async () => {
    const [members, deviation, rate] = [9, 0.2, 0.3]
    const seen = await populations(members, {
      strategy: { name: 'openaiES', deviation },
      optimizer: { name: 'sgd', learningRate: rate },
    })
    let center = membersOf(ensembleOf(members).parameters, members)[0]
    for (let g = 0; g < GENERATIONS; g++) {
      const stream = streamOf(SEED, 'perturbation', g)
      const noise = Array.from({ length: (members - 1) / 2 }, () => center.map(() => normal(stream)))
      const expected = [center]
      for (const epsilon of noise) {
        expected.push(center.map((value, j) => value + deviation * epsilon[j]))
        expected.push(center.map((value, j) => value - deviation * epsilon[j]))
      }
      sameBits(seen[g], Float64Array.from(expected.flatMap((values) => [...values])), `generation ${g}`)
      const fitness = scores(seen[g], members).slice(1)
      const sorted = [...fitness].sort((a, b) => a - b)
      const ranks = fitness.map((value) => sorted.indexOf(value) / (members - 2) - 0.5)
      center = center.map((value, j) => {
        const sum = noise.reduce((total, epsilon, i) => total + (ranks[2 * i + 1] - ranks[2 * i]) * epsilon[j], 0)
        return value - rate * (sum / ((members - 1) * deviation))
      })
    }
  })
})

describe('the ranking of members', () => {
  it('has NaN last, and of equal ones the first member first', () => {
    const order = ranked(Float64Array.of(1, NaN, 3, -Infinity, 3, NaN, Infinity, -0, 0))
    assert.deepEqual(order, [6, 2, 4, 0, 7, 8, 3, 1, 5])
  })

  it('gives equal members the mean of their centered ranks', () => {
    assert.deepEqual([...centeredRanks(Float64Array.of(5, 1, 5, NaN, 9))], [0.125, -0.25, 0.125, -0.5, 0.5])
    assert.deepEqual([...centeredRanks(Float64Array.of(NaN, NaN))], [0, 0])
    assert.deepEqual([...centeredRanks(Float64Array.of(-0, 0, 1))], [-0.25, -0.25, 0.5])
  })
})
