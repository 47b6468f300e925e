/** What a journal contains. */
import type { ParameterSpec, Trial } from '../space/trial.js'
import type { RecordedState } from './format.js'

/** A value of a plan: short. Of data, options or a space: their digest. */
export type PlanValue = string | number | boolean | null

/** A study as its journal has it. */
export interface JournalStudy {
  readonly name: string
  /** Which values of the metric are better. */
  readonly better: 'lower' | 'higher'
  /** Everything that decides the results, by name: the seed, the sampler, digests of data and options, … */
  readonly plan: Readonly<Record<string, PlanValue>>
  /** Of the space, in its order. */
  readonly parameters: readonly ParameterSpec[]
}

/** A trial without its options, which follow from the space and the draw. */
export type JournalTrial = Omit<Trial, 'options'>

/** Consecutive trials that were drawn, trained and compared together, in order of number. */
export interface JournalBatch {
  readonly number: number
  /** The number of its first trial. */
  readonly first: number
  readonly trials: readonly JournalTrial[]
  /** SHA-256 of all values of its trials, in hex. */
  readonly digest: string
  /** The digest of all that was trained, the parameters of the networks included. */
  readonly trained: string
}

/** A trial that another program, such as Optuna, added to the study. It is shown, but counts for nothing. */
export interface ForeignTrial {
  /** Its number in Optuna, which counts the trials of the file. */
  readonly number: number
  readonly state: RecordedState
  readonly value: number | null
  readonly parameters: Readonly<Record<string, unknown>>
}

export interface JournalContent extends JournalStudy {
  /** The whole batches, in order of number. */
  readonly batches: readonly JournalBatch[]
  /** The trials of all batches, also of those that are not whole, in order of number. */
  readonly trials: readonly JournalTrial[]
  readonly foreign: readonly ForeignTrial[]
}
