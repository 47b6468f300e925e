/** The streams of random numbers of searches, which no other part of the library uses. */
import { seedWords } from '../../backend/plan.js'
import { Random } from '../../kernels/random.js'

/** By purpose. The index of a stream is the number of a trial, or what is named here. */
export const SEARCH_STREAMS = {
  random: 2 ** 20,
  /** Index: the dimension. */
  sobol: 2 ** 20 + 1,
  tpe: 2 ** 20 + 2,
} as const

export type SearchStream = keyof typeof SEARCH_STREAMS

/** The random numbers of one trial: those of the study's seed, a purpose and the number of the trial. */
export const searchRandom = (seed: number, stream: SearchStream, index: number): Random =>
  new Random(...seedWords(seed), SEARCH_STREAMS[stream], index)
