/** The work of the pack: members with options of their own on one table, and the best ones as an ensemble. */
import type { Movies } from './movies.js'

/** The options of one member. */
export interface MemberOptions {
  readonly rate: number
  readonly decay: number
  /** The rate after each hidden layer. */
  readonly dropout: readonly number[]
}

export interface PackTask {
  readonly data: Movies
  /** The number of the last training rows that are for validation. */
  readonly validation: number
  readonly units: readonly number[]
  readonly epochs: number
  readonly batch: number
  /** How many of the best members the ensemble is chosen from. */
  readonly candidates: number
  /** The members of the ensemble, counted with their weights. */
  readonly size: number
  readonly threads: number
  readonly seed: number
  readonly members: readonly MemberOptions[]
}

export interface PackResult {
  /** Training, selection and predictions. */
  readonly ms: number
  /** Of the rows that are held out, by the best member, and by the ensemble. */
  readonly single: ArrayLike<number>
  readonly ensemble: ArrayLike<number>
}
