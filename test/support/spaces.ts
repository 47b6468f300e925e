/** Spaces of searches for tests, and studies of functions instead of trainings. */
import { chooseSampler, type SamplerOption } from '#lib/search/samplers/samplers.js'
import { choice, integer, logUniform, uniform } from '#lib/search/space/makers.js'
import { readSpace } from '#lib/search/space/read-space.js'
import type { Draw, Scored, Space } from '#lib/search/space/trial.js'

/** A space of networks, with a parameter that only one of the layers' lists has. */
export const networkSpace = () => ({
  network: {
    inputs: 7,
    layers: choice([
      [{ units: 16, activation: 'relu' }, { units: 1 }],
      [{ units: integer(8, 64), activation: 'tanh' }, { units: 1 }],
    ]),
  },
  trainer: { loss: 'meanSquaredError', optimizer: { name: 'adam', learningRate: logUniform(1e-4, 1e-1) } },
  fit: { epochs: 100, batchSize: choice([16, 32]) },
})

/** Each kind of parameter, and conditions within conditions. */
export const fullSpace = (): Space =>
  readSpace(
    {
      a: choice(['p', 'q', { inner: choice([uniform(-1, 1), integer(1, 9)]), rate: logUniform(1e-3, 10) }]),
      n: integer(-4, 8, { step: 3 }),
      u: uniform(0, 1),
      w: integer(1, 1000, { log: true }),
    },
    'space',
  )

export interface FunctionStudy {
  readonly space: Space
  readonly score: (options: never) => number
  readonly sampler: SamplerOption
  readonly trials: number
  readonly batch: number
  readonly seed: number
}

/** All trials of a study in which a function is the score. */
export function studied({ space, score, sampler, trials, batch, seed }: FunctionStudy): Scored[] {
  const chosen = chooseSampler(sampler)
  const all: Scored[] = []
  for (let first = 0; first < trials; first += batch) {
    const count = Math.min(batch, trials - first)
    const draws = chosen.draws({ space, seed, first, count, trials, earlier: [...all] })
    all.push(...draws.map((draw): Scored => ({ draw, score: score(space.resolve(draw) as never), state: 'complete' })))
  }
  return all
}

/** The draws of the first trials of a study whose sampler does not learn. */
export const drawsOf = (space: Space, sampler: SamplerOption, count: number, seed = 0): Draw[] =>
  chooseSampler(sampler).draws({ space, seed, first: 0, count, trials: count, earlier: [] })
