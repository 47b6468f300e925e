/** What trains the batches of a search: this process, or others. */
import type { TrialOutcome } from '../engine/batch.js'
import type { Draw } from '../space/trial.js'
import type { TrialSettings } from './trial-settings.js'

/** Consecutive trials to train and to compare together. */
export interface BatchWork {
  /** That of the batch, from 0. */
  readonly number: number
  /** The number of its first trial. */
  readonly first: number
  readonly draws: readonly Draw[]
  /** The complete options of each trial. */
  readonly options: readonly unknown[]
}

export interface TrainedBatch {
  /** Of each trial, in order. */
  readonly outcomes: readonly TrialOutcome[]
  /** The digest of its trials and their parameters. */
  readonly trained: string
  /** The parameters of its best trial, of each fold; null: no trial is complete, or they are not known. */
  readonly parameters: readonly Float64Array[] | null
}

/** How far a batch is. */
export interface BatchProgress {
  /** The number of its trials, which are not among those that have ended. */
  readonly trials: number
  /** The share of the epochs of its trials that are done, from 0 to 1. A trial that ended early has done all. */
  readonly share: number
}

export interface BatchRunner {
  /** How many batches it can have at a time. */
  readonly ahead: number
  /** The batches that two workers have trained to the same bits. Undefined: this process trains. */
  readonly verified?: readonly number[]
  /** Those that a second worker should have trained, where there was none. */
  readonly unverified?: readonly number[]
  /**
   * Trains a batch. Null: it was cancelled.
   * @throws TypeError or RangeError for options that a trial cannot have, with its number
   */
  run(work: BatchWork): Promise<TrainedBatch | null>
  /** Ends the batches that it has early. */
  cancel(): void
  /** Frees what it holds. */
  close(): Promise<void>
}

/** The work of a batch, from the draws of its trials. */
export function batchWork(
  { batch, objective, space }: TrialSettings,
  number: number,
  draws: readonly Draw[],
): BatchWork {
  const first = number * batch
  const options = draws.map((draw, i) => objective.complete(space.resolve(draw), first + i))
  return { number, first, draws, options }
}
