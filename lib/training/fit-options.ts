/** The options of a fit and their checks. */

import { LAST_BATCHES, type LastBatch } from '../backend/plan.js'
import { abortSignal, type Signal } from '../checks/abort.js'
import { wrongSize, wrongType } from '../checks/errors.js'
import { declareOptions } from '../checks/places.js'
import { checkShare, nonNegative, type Rows } from '../checks/rows.js'
import { boolean, callback, elements, integer, oneOf, optionsObject, seed } from '../checks/validate.js'
import type { ChosenScalarMetric } from '../metrics/choose.js'
import { type CheckpointOptions, type CheckpointSettings, checkCheckpoint } from './checkpoint/options.js'
import type { CompiledModel } from './compiled-model.js'
import { checkEarlyStopping, type EarlyStoppingOptions, earlyStoppingTable, type Stopping } from './early-stopping.js'
import type { EnsembleProgress, Progress, TrainingProgress } from './history.js'

/** Samples, targets and sample weights. */
export interface ValidationData {
  x: Rows
  y: Rows
  /** As in `FitOptions`; it changes the loss only. */
  sampleWeight?: Float64Array | readonly number[]
}

export interface FitOptions<Report = Progress> {
  /**
   * How many times every sample is used; with `initialEpoch`, the number of the epoch before which the fit ends.
   * Default 1.
   */
  epochs?: number
  /** The number of samples in a step. Default 32. */
  batchSize?: number
  /**
   * The use of the samples that remain at the end of an epoch where their number is no multiple of `batchSize`. `keep`:
   * they are a smaller batch. `merge`: they join the batch before them. `drop`: they are not used in that epoch; with a
   * shuffle these are other samples in each epoch, and the loss is the mean over the samples used. Default `keep`,
   * except that a single sample is merged in a network with `batchNormalization`, because the variance of one sample is
   * 0.
   */
  lastBatch?: LastBatch
  /** Whether each epoch visits the samples in a new random order. Default true. */
  shuffle?: boolean
  /**
   * The seed of the shuffles: an integer from 0 to 2^53 - 1. The same seed gives the same orders. For an ensemble also
   * an array with one seed per member. Default 0.
   */
  seed?: number | readonly number[]
  /**
   * [rows]: the factor of each sample's loss and gradient, finite numbers of at least 0. The means remain over the
   * number of samples. Default: 1 for each.
   */
  sampleWeight?: Float64Array | readonly number[]
  /**
   * Another factor for the samples of each class: `{ 0: 1, 1: 5 }`, or an array with one weight per class. Finite
   * numbers of at least 0; a class that is not named has weight 1. The class is the index of a row's largest target;
   * with a single output it is the target itself, 0 (or -1) or 1. It does not apply to validation data.
   */
  classWeight?: Readonly<Record<number, number>> | readonly number[]
  /**
   * The number of the first epoch: orders, schedules and epoch numbers continue from there, up to `epochs` - 1. Default
   * 0; for `partialFit` the trainer's `epoch`.
   */
  initialEpoch?: number
  /**
   * The share of the samples for validation, taken from the end before any shuffle: above 0 and below 1, rounded to the
   * nearest number of rows, halves up.
   */
  validationSplit?: number
  /** Samples and targets for validation, as `[x, y]` or `{ x, y, sampleWeight }`. Excludes `validationSplit`. */
  validationData?: readonly [Rows, Rows] | ValidationData
  /** Stops the training once a series no longer improves. The members of an ensemble stop one by one. */
  earlyStopping?: EarlyStoppingOptions
  /**
   * Called after each epoch. A result of `false` ends the training; `fit` awaits the result. During the call the
   * network has the parameters after that epoch, and the trainer its state and epoch number; they must not be written
   * to. An exception ends the fit and is thrown by it; `restoreBest` of `earlyStopping` still restores.
   */
  onEpoch?: (progress: Report) => unknown
  /**
   * Ends the training when it is aborted: after the step that is being computed; an ensemble after its epoch. The result
   * has `stopped: 'aborted'`, and `partialFit` goes on from there to the same bits. Where it is aborted already, nothing
   * is trained. In `fitSync` it can only be aborted during a callback.
   */
  signal?: Signal
  /**
   * Called during the training, at most every `progressEvery` milliseconds, and at its end where an epoch has ended since
   * the last call. The network is not updated for it: in `fit` it has the parameters from before, in `fitSync` those of
   * the last epoch. `fit` awaits the result, which has no effect. An exception ends the fit, as one of `onEpoch`.
   */
  onProgress?: (progress: TrainingProgress) => unknown
  /** The milliseconds between two calls of `onProgress`, at least 0. Default 200. */
  progressEvery?: number
  /**
   * Writes checkpoints, from which the same fit goes on by itself: `{ path, everyEpochs, everySeconds, keep }`. A fit
   * that was interrupted at any moment and called again has the bits and the history of one that never was. Another
   * network, data set or option is an error that names what differs.
   */
  checkpoint?: CheckpointOptions
}

/** The checked options of a fit, except those about its data. */
export interface FitSettings {
  readonly firstEpoch: number
  /** The number of the epoch before which the fit ends. */
  readonly end: number
  readonly batchSize: number
  /** Null where no option was given. */
  readonly lastBatch: LastBatch | null
  readonly shuffle: boolean
  /** One per member. */
  readonly seeds: readonly number[]
  readonly stopping: Stopping | null
  readonly onEpoch: ((progress: Progress | EnsembleProgress) => unknown) | null
  readonly signal: Signal | null
  readonly onProgress: ((progress: TrainingProgress) => unknown) | null
  readonly progressEvery: number
  readonly checkpoint: CheckpointSettings | null
}

/** The most rows, epochs, and samples in a batch. */
export const MAX_ROWS = 2 ** 31 - 1

/** The names of all options. */
export const FIT_OPTIONS: readonly (keyof FitOptions)[] = [
  'epochs',
  'batchSize',
  'lastBatch',
  'shuffle',
  'seed',
  'sampleWeight',
  'classWeight',
  'initialEpoch',
  'validationSplit',
  'validationData',
  'earlyStopping',
  'onEpoch',
  'signal',
  'onProgress',
  'progressEvery',
  'checkpoint',
]

declareOptions('fit', FIT_OPTIONS)
declareOptions('earlyStopping', Object.keys(earlyStoppingTable.options))

/** Checks that there is no unknown option, and that no two exclude each other. */
export function fitOptions(options: unknown): Record<string, unknown> {
  const given = optionsObject(options, 'the options of fit', FIT_OPTIONS)
  if (given.validationSplit !== undefined && given.validationData !== undefined) {
    const remedy = 'validationData is given: leave one of them out.'
    throw wrongType('nothing', 'validationSplit', given.validationSplit, remedy)
  }
  return given
}

/** @param continues the epoch from which a training continues, for `epochs` more epochs; null for a new training */
export function fitSettings(
  given: Record<string, unknown>,
  compiled: CompiledModel,
  metrics: readonly ChosenScalarMetric[],
  continues: number | null,
): FitSettings {
  const epochs = given.epochs === undefined ? 1 : integer(given.epochs, 'epochs', 1, MAX_ROWS)
  const batchSize = given.batchSize === undefined ? 32 : integer(given.batchSize, 'batchSize', 1, MAX_ROWS)
  const lastBatch = given.lastBatch === undefined ? null : checkLastBatch(given.lastBatch)
  const shuffle = given.shuffle === undefined ? true : boolean(given.shuffle, 'shuffle')
  const seeds = checkSeeds(given.seed === undefined ? 0 : given.seed, compiled)
  const max = continues === null ? epochs - 1 : MAX_ROWS - epochs
  const firstEpoch =
    given.initialEpoch === undefined ? (continues ?? 0) : integer(given.initialEpoch, 'initialEpoch', 0, max)
  if (firstEpoch > max) {
    throw wrongSize(`at most ${MAX_ROWS} epochs in all`, 'epochs', `${epochs} after ${firstEpoch}`)
  }
  const validated = given.validationSplit !== undefined || given.validationData !== undefined
  return {
    firstEpoch,
    end: continues === null ? epochs : firstEpoch + epochs,
    batchSize,
    lastBatch,
    shuffle,
    seeds,
    stopping: given.earlyStopping === undefined ? null : checkEarlyStopping(given.earlyStopping, metrics, validated),
    onEpoch: callback(given.onEpoch, 'onEpoch') as FitSettings['onEpoch'],
    signal: abortSignal(given.signal),
    onProgress: callback(given.onProgress, 'onProgress') as FitSettings['onProgress'],
    progressEvery: progressEvery(given),
    checkpoint: given.checkpoint === undefined ? null : checkCheckpoint(given.checkpoint),
  }
}

/** The option `progressEvery`, in milliseconds. */
export function progressEvery({ progressEvery: every, onProgress }: Readonly<Record<string, unknown>>): number {
  if (every === undefined) return 200
  if (onProgress === undefined) {
    throw wrongType('nothing', 'progressEvery', every, 'It has no effect without onProgress.')
  }
  return nonNegative(every, 'progressEvery')
}

function checkSeeds(given: unknown, { name, optimizers }: CompiledModel): number[] {
  const count = optimizers.length
  if (!Array.isArray(given)) return new Array<number>(count).fill(seed(given, 'seed'))
  if (name === 'network') throw wrongType(`an integer from 0 to ${Number.MAX_SAFE_INTEGER}`, 'seed', given)
  const seeds = elements(given)
  if (seeds.length !== count) throw wrongSize(`a seed for each of ${count} members`, 'seed', `${seeds.length}`)
  return seeds.map((value, i) => seed(value, `seed[${i}]`))
}

const checkLastBatch = (given: unknown): LastBatch =>
  oneOf(given, 'lastBatch', 'one of the known words', LAST_BATCHES) as LastBatch

/** `validationSplit`: above 0 and below 1. */
export const checkSplit = (given: unknown): number =>
  checkShare(given, 'validationSplit', 'a number above 0 and below 1')
