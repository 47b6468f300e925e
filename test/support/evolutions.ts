/** Evolutions for tests: ensembles, a fitness whose best is known, and random numbers by hand. */
import { Ensemble, type LayerOption } from 'lockstep-nn'
import type { Population } from 'lockstep-nn/search'
import { Random } from '#lib/kernels/random.js'

const STREAMS = { selection: 3, crossover: 4, mutation: 5, perturbation: 6, fitness: 7 } as const

/** The random numbers of one purpose in a generation, for a seed below 2^32. */
export const streamOf = (seed: number, purpose: keyof typeof STREAMS, generation: number): Random =>
  new Random(seed, 0, 2 ** 20 + STREAMS[purpose], generation)

const LAYERS: readonly LayerOption[] = [{ units: 3, activation: 'tanh' }, { units: 2 }]

export const ensembleOf = (members: number, layers: readonly LayerOption[] = LAYERS): Ensemble =>
  new Ensemble({ inputs: 2, layers: [...layers], seeds: Array.from({ length: members }, (_, i) => i + 1) })

/** Minus the squared distance of each member's parameters from 0.5: at most 0. */
export const nearHalf = ({ members }: Population): number[] =>
  members.map(({ parameters }) => -parameters.reduce((sum, value) => sum + (value - 0.5) * (value - 0.5), 0))

/** Minus the squared errors of XOR, from predictions of the whole population. */
export function xorFitness(population: Population): Float64Array {
  const rows = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]
  const x = Float64Array.from(population.members.flatMap(() => rows.flat()))
  const outputs = population.predict(x)
  return Float64Array.from(population.members, (_, member) =>
    rows.reduce((sum, [a, b], row) => {
      const error = outputs[2 * (4 * member + row)] - (a ^ b)
      return sum - error * error
    }, 0),
  )
}
