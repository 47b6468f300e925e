/** Cross-validation of any kind of model: trained on all folds but one, scored on that one, in turn. */
import { wrongType, wrongValue } from '../checks/errors.js'
import { optionsObject } from '../checks/validate.js'
import { type FoldOptions, type Labels, plainFolds, stratifiedFolds } from './splits.js'

export interface CrossValidateOptions<Item, Model> extends FoldOptions {
  /** Makes and trains a model on these rows; may be async. `fold` counts from 0. */
  fit: (train: Item[], fold: number) => Model | Promise<Model>
  /** Scores it on the others; may be async. */
  score: (model: Model, test: Item[], fold: number) => number | Promise<number>
  /** Labels that all folds should have in the same proportions: `stratifiedKFold`. Default: none, `kFold`. */
  stratify?: Labels<Item>
}

export interface CrossValidated {
  /** The score of each fold. */
  readonly scores: readonly number[]
  readonly mean: number
  /** The root of the mean square distance of the scores from their mean. */
  readonly standardDeviation: number
}

/**
 * Runs the folds one after the other.
 * @param rows an array of rows of any kind, or their number: `fit` and `score` then get places
 * @throws TypeError or RangeError for arguments that do not fit, or a score that is no finite number (as a rejection)
 */
export async function crossValidate<Model, Item = number>(
  rows: readonly Item[] | number,
  options: CrossValidateOptions<Item, Model>,
): Promise<CrossValidated> {
  const known = ['fit', 'score', 'folds', 'shuffle', 'seed', 'stratify']
  const given = optionsObject(options, 'the options of crossValidate', known)
  for (const name of ['fit', 'score']) {
    if (typeof given[name] !== 'function') throw wrongType('a function', name, given[name])
  }
  const { fit: train, score, stratify, ...folding } = given as unknown as CrossValidateOptions<Item, Model>
  const folds = stratify === undefined ? plainFolds(rows, folding) : stratifiedFolds(rows, stratify, folding)
  const scores: number[] = []
  for (let fold = 0; fold < folds.count; fold++) {
    const split = folds.split(fold)
    const value: unknown = await score(await train(split.train, fold), split.test, fold)
    const name = `the score of fold ${fold}`
    if (typeof value !== 'number') throw wrongType('a number', name, value)
    if (!Number.isFinite(value)) throw wrongValue('a finite number', name, value)
    scores.push(value)
  }
  const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length
  const squares = scores.reduce((sum, value) => sum + (value - mean) * (value - mean), 0)
  return { scores, mean, standardDeviation: Math.sqrt(squares / scores.length) }
}
