/** The streams of random numbers of searches, which no other part of the library uses. */
import { seedWords } from '../../backend/plan.js'
import { Random } from '../../kernels/random.js'

/** By purpose. The index of a stream is the number of a trial, or what is named here. */
export const SEARCH_STREAMS = {
  random: 2 ** 20,
  /** Index: the dimension. */
  sobol: 2 ** 20 + 1,
  tpe: 2 ** 20 + 2,
  // Of an evolution; index: the generation.
  selection: 2 ** 20 + 3,
  crossover: 2 ** 20 + 4,
  mutation: 2 ** 20 + 5,
  perturbation: 2 ** 20 + 6,
  fitness: 2 ** 20 + 7,
} as const

export type SearchStream = keyof typeof SEARCH_STREAMS

/** The streams of a study's seed for one purpose, by the index of the stream. */
export function searchStreams(seed: number, purpose: SearchStream): (index: number) => Random {
  const [low, high] = seedWords(seed)
  const stream = SEARCH_STREAMS[purpose]
  return (index) => new Random(low, high, stream, index)
}
