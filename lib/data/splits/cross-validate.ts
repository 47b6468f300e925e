/** Cross-validation of any model: trains on all folds but one, scores on that one, once for each fold. */
import { wrongType, wrongValue } from '../../checks/errors.js'
import { optionsObject } from '../../checks/validate.js'
import { type FoldOptions, type Folds, plainFolds, stratifiedFolds } from './folds.js'
import { meanAndDeviation } from './mean-deviation.js'
import type { Labels } from './strata.js'
import { TIME_SERIES_NAMES, type TimeSeriesOptions, timeSeriesFolds } from './time-series.js'
import { requireOnlyTime } from './times.js'

export interface CrossValidateOptions<Item, Model> extends FoldOptions<Item> {
  /** Makes and trains a model on these rows; may be async. `fold` counts from 0. */
  fit: (train: Item[], fold: number) => Model | Promise<Model>
  /** Scores the model on the other rows; may be async. */
  score: (model: Model, test: Item[], fold: number) => number | Promise<number>
  /**
   * Labels that all folds should have in the same proportions, as in `stratifiedKFold`. Default: none, as in `kFold`.
   */
  stratify?: Labels<Item>
  /**
   * Folds in the order of time, each trained on the rows before those that it tests, as in `timeSeriesSplit`: true, or
   * its options but `folds`. It excludes `shuffle`, `stratify` and `groups`. Default: false.
   */
  timeSeries?: boolean | Omit<TimeSeriesOptions<Item>, 'folds'>
}

export interface CrossValidated {
  /** The score of each fold. */
  readonly scores: readonly number[]
  readonly mean: number
  /** The standard deviation of the scores (divided by their number). */
  readonly standardDeviation: number
}

/**
 * Runs the folds one after the other.
 * @param rows an array of rows of any type, or their number: `fit` and `score` then get indices
 * @throws TypeError or RangeError for wrong arguments, or a score that is not finite (as a rejection)
 */
export async function crossValidate<Model, Item = number>(
  rows: readonly Item[] | number,
  options: CrossValidateOptions<Item, Model>,
): Promise<CrossValidated> {
  const known = ['fit', 'score', 'folds', 'shuffle', 'seed', 'stratify', 'groups', 'timeSeries']
  const given = optionsObject(options, 'the options of crossValidate', known)
  for (const name of ['fit', 'score']) {
    if (typeof given[name] !== 'function') throw wrongType('a function', name, given[name])
  }
  const { fit: train, score } = given as unknown as CrossValidateOptions<Item, Model>
  const folds = foldsFor(rows, given as unknown as CrossValidateOptions<Item, Model>)
  const scores: number[] = []
  for (let fold = 0; fold < folds.count; fold++) {
    const split = folds.split(fold)
    const value: unknown = await score(await train(split.train, fold), split.test, fold)
    const name = `the score of fold ${fold}`
    if (typeof value !== 'number') throw wrongType('a number', name, value)
    if (!Number.isFinite(value)) throw wrongValue('a finite number', name, value)
    scores.push(value)
  }
  const { mean, deviation } = meanAndDeviation(scores)
  return { scores, mean, standardDeviation: deviation }
}

function foldsFor<Item, Model>(
  rows: readonly Item[] | number,
  options: CrossValidateOptions<Item, Model>,
): Folds<Item> {
  const { fit: _fit, score: _score, stratify, timeSeries, ...folding } = options
  if (timeSeries !== undefined && timeSeries !== false) {
    requireOnlyTime({ stratify, ...folding }, '')
    const own = timeSeries === true ? {} : optionsObject(timeSeries, 'timeSeries', TIME_SERIES_NAMES.slice(1))
    return timeSeriesFolds(rows, { ...own, folds: folding.folds })
  }
  return stratify === undefined ? plainFolds(rows, folding) : stratifiedFolds(rows, stratify, folding)
}
