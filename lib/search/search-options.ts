/** The options of search. */

import type { Signal } from '../checks/abort.js'
import type { Rows } from '../checks/rows.js'
import type { ModelFitOptions, ModelTrainingOptions } from '../data/model/fit-settings.js'
import type { ValidationOptions } from '../data/splits/validation.js'
import type { Path } from '../files/path-types.js'
import type { NetworkOptions } from '../network/shape.js'
import type { MonitorName } from '../training/early-stopping.js'
import type { FitOptions } from '../training/fit-options.js'
import type { TrainerOptions } from '../training/trainer-options.js'
import type { BatchProgress } from './batches/batch-runner.js'
import type { PrunerOption } from './pruners/pruners.js'
import type { SearchQueue } from './queue/queue.js'
import type { SamplerOption } from './samplers/samplers.js'
import type { Searchable } from './space/searchable.js'
import type { Trial } from './space/trial.js'

/** Samples and targets, as for `fit`. They are copied. */
export interface SearchData {
  x: Rows
  y: Rows
  sampleWeight?: Float64Array | readonly number[]
}

/** Options with parameters in place of some values. */
export interface SearchSpace {
  /** As for `Network`, without `parameters`. `seed`: by default the study's seed plus the number of the trial. */
  network: Searchable<Omit<NetworkOptions, 'parameters'>>
  /** As for `Trainer`, without `threads` and `backend`. */
  trainer: Searchable<Omit<TrainerOptions, 'threads' | 'backend'>>
  /** As for `fit`: epochs, batchSize, lastBatch, shuffle, seed, classWeight, earlyStopping. */
  fit?: Searchable<
    Pick<FitOptions, 'epochs' | 'batchSize' | 'lastBatch' | 'shuffle' | 'classWeight' | 'earlyStopping'> & {
      seed?: number
    }
  >
}

/** Options of `Model.fit` with parameters in place of some values. */
export interface RecordSearchSpace {
  /** As for `Model.fit`, without members and validation. A trial trains one network. */
  model: Searchable<Omit<ModelFitOptions, 'validation' | 'members' | 'date' | 'recipe' | 'fit'>> & {
    readonly fit?: Searchable<
      Pick<ModelTrainingOptions, 'epochs' | 'batchSize' | 'lastBatch' | 'shuffle' | 'classWeight' | 'earlyStopping'> & {
        seed?: number
      }
    >
  }
}

/** Folds of the rows. */
export interface FoldValidation {
  /** The number of trainings of each trial, each compared on another part of the rows; the value is their mean. */
  folds: number
  /** Default true. */
  shuffle?: boolean
  /** Default: for arrays 0, for records that of the study. */
  seed?: number
  /** Whether all parts have about the same share of each label. Default: false for arrays, true for records with a label. */
  stratify?: boolean
}

/** The samples that trials are compared on. */
export type SearchValidation =
  /** The share `split` of the rows: the last ones; with `shuffle` or `stratify` they are drawn in a seeded order. */
  | { split: number; shuffle?: boolean; seed?: number; stratify?: boolean }
  | FoldValidation
  /** Other samples. */
  | SearchData

export interface SearchProgress {
  /** The number of trials that have ended. */
  readonly trials: number
  /** The number of all trials. */
  readonly of: number
  /** The best complete trial of the batches that are done; null: there is none. */
  readonly best: Trial | null
  /** The batch that this process is training; null: one has just ended, or a queue trains. */
  readonly batch: BatchProgress | null
  /** With a queue, how many workers are connected; undefined: not known. */
  readonly workers?: number
}

/** The options of a search over samples and targets in arrays. */
export interface ArraySearchOptions extends CommonOptions {
  data: SearchData
  space: SearchSpace
  /** Default `{ split: 0.2 }`; none with a metric of the training samples. */
  validation?: SearchValidation
}

/** The options of a search over records. */
export interface RecordSearchOptions extends CommonOptions {
  data: { records: readonly object[] }
  space: RecordSearchSpace
  /**
   * As of `Model.fit`, or folds. A share is drawn in an order seeded by the study's seed. Default `{ share: 0.2 }`; none with
   * a metric of the training samples.
   */
  validation?: number | ValidationOptions | readonly object[] | FoldValidation
}

export type SearchOptions = ArraySearchOptions | RecordSearchOptions

interface CommonOptions {
  /** The number of trials, at most 10,000,000. Default with the sampler `grid`: all of them; otherwise it is required. */
  trials?: number
  /** How trials are drawn. Default `random`. */
  sampler?: SamplerOption
  /** Which trials end early. Default `none`. */
  pruner?: PrunerOption
  /**
   * The series that trials are compared by: `loss`, or the name of a metric, with `validation` before it for the
   * validation samples. It counts after the last epoch; where early stopping has `restoreBest`, after its best epoch.
   * Default `validationLoss`.
   */
  metric?: Exclude<MonitorName, 'auto'>
  /** The seed of the draws, and of the trials' own seeds: an integer from 0 to 2^53 - 1. Default 0. */
  seed?: number
  /**
   * The number of trials that are drawn, trained and compared together. It is part of what decides the trials. Default:
   * by sampler and pruner.
   */
  batch?: number
  /** As for Trainer; neither changes a bit. Default `auto`. */
  threads?: number | 'auto'
  /** As for Trainer. Default `auto`. */
  backend?: string
  /** The name of the study. Default `study`. */
  name?: string
  /**
   * The file that each batch is appended to, in the format of Optuna's JournalStorage. A search whose study is in it goes on
   * where that ended. Of several files, the first gets the trials of the others too. Default: none.
   */
  journal?: Path | readonly Path[]
  /**
   * Trains a part of the batches only: `2/8` is the second of eight parts. The journals of all parts make the whole study. Not
   * with a sampler that learns from earlier trials. Default: all.
   */
  shard?: string
  /**
   * A queue, whose workers train the batches; `threads` and `backend` are then those of the training of the best model only.
   * Default: this process trains.
   */
  on?: SearchQueue
  /** Ends the search; the study has the trials of the batches that were done. */
  signal?: Signal
  /**
   * Called after each batch; at most every `progressEvery` milliseconds during a batch that this process trains; and with a
   * queue where the number of workers has changed. `search` awaits the result, which has no effect. An exception ends the
   * search.
   */
  onProgress?: (progress: SearchProgress) => unknown
  /** The milliseconds between two calls of `onProgress` during a batch, at least 0. Default 200. */
  progressEvery?: number
}

/** The names of all options. */
export const SEARCH_OPTIONS: readonly (keyof ArraySearchOptions)[] = [
  'data',
  'space',
  'trials',
  'sampler',
  'pruner',
  'validation',
  'metric',
  'seed',
  'batch',
  'threads',
  'backend',
  'name',
  'journal',
  'shard',
  'on',
  'signal',
  'onProgress',
  'progressEvery',
]
