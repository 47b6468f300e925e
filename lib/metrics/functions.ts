/** The metrics as functions of targets and predictions. */
import { lengthOf } from '../checks/arrays.js'
import { wrongSize, wrongType, wrongValue } from '../checks/errors.js'
import type { Values } from '../checks/registry.js'
import { type Matrix, matrix, type Rows, readRows } from '../checks/rows.js'
import { integer, isFloat64Array, optionsObject } from '../checks/validate.js'
import { type ChosenMetric, requireSuited, suitedMetric } from './choose.js'
import { type MetricName, metricTable } from './table.js'
import { checkTargets } from './targets.js'

/** Rows, as for `fit`; for metrics of classes with several outputs also one class number per row. */
export type MetricTargets = Rows | readonly number[]

type OptionsOf<Name extends MetricName> = Values<(typeof metricTable)[Name]['options']> & {
  /** The number of values in a row of predictions. Default: the length of the first row; 1 for a Float64Array. */
  outputs?: number
}

type MetricFunction<Name extends MetricName> = (
  targets: MetricTargets,
  predictions: Rows | readonly number[],
  options?: OptionsOf<Name>,
) => ReturnType<(typeof metricTable)[Name]['value']>

const MAX_OUTPUTS = 2 ** 24

/** Class numbers are below this, because the counts of each class take memory. */
const MAX_CLASS_NUMBERS = 2 ** 20

/** Rows, read once; an array of numbers has one value per row. */
function asRows(given: unknown): unknown {
  const rows = readRows(given)
  return Array.isArray(rows) && typeof rows[0] === 'number' ? rows.map((value: unknown) => [value]) : rows
}

function outputsOf(given: unknown, predictions: unknown): number {
  if (given !== undefined) return integer(given, 'outputs', 1, MAX_OUTPUTS)
  const first: unknown = Array.isArray(predictions) ? predictions[0] : undefined
  return (Array.isArray(first) || isFloat64Array(first)) && first.length > 0 ? first.length : 1
}

/** Whether targets are one number per row. */
function areIndices(targets: unknown, rows: number): boolean {
  if (isFloat64Array(targets)) return lengthOf(targets) === rows
  const first: unknown = Array.isArray(targets) ? targets[0] : undefined
  return (Array.isArray(first) || isFloat64Array(first)) && first.length === 1
}

/** One-hot rows. */
function oneHot({ values, rows }: Matrix, outputs: number): Float64Array {
  const targets = new Float64Array(rows * outputs)
  for (let row = 0; row < rows; row++) {
    const at = values[row]
    if (!Number.isInteger(at) || at < 0 || at >= outputs) {
      throw wrongValue(`a class index from 0 to ${outputs - 1}`, `targets[${row}]`, at)
    }
    targets[row * outputs + at] = 1
  }
  return targets
}

const isClassNumber = (value: number): boolean => Number.isInteger(value) && value >= 0

/**
 * The number of classes where targets and predictions of a single output are class numbers: integers of at least 0,
 * some of them above 1. Otherwise undefined: there are two classes, and predictions are compared with the threshold.
 */
function classNumbers(
  { name, entry }: ChosenMetric,
  targets: Float64Array,
  predictions: Float64Array,
  threshold: unknown,
): number | undefined {
  if (entry.targets !== 'class' || entry.ranks === true) return undefined
  if (!targets.every(isClassNumber) || !predictions.every(isClassNumber)) return undefined
  const max = [targets, predictions].map((values) => values.reduce((a, b) => Math.max(a, b), 0))
  if (Math.max(...max) <= 1) return undefined
  if (threshold !== undefined) {
    // With two classes and a threshold, predictions are any numbers.
    if (max[0] <= 1) return undefined
    const remedy = 'It has no effect on class numbers: leave it out.'
    throw wrongType('nothing', `${name}.threshold`, threshold, remedy)
  }
  for (const [argument, values] of Object.entries({ targets, predictions })) {
    const row = values.findIndex((value) => value >= MAX_CLASS_NUMBERS)
    if (row >= 0) {
      throw wrongValue(`a class number from 0 to ${MAX_CLASS_NUMBERS - 1}`, `${argument}[${row}]`, values[row])
    }
  }
  return Math.max(...max) + 1
}

/** The remedy where a metric of two classes gets more classes. */
function waysForSeveral({ entry }: ChosenMetric): string {
  if (entry.targets === 'classes') return 'use accuracy'
  const rows = 'pass a row of probabilities for each prediction, one for each class'
  return entry.ranks === true ? rows : `${rows}, or class numbers for targets and predictions`
}

function metricFunction<Name extends MetricName>(name: Name): MetricFunction<Name> {
  const known = ['outputs', ...Object.keys(metricTable[name].options)]
  return (targets, predictions, options = {}) => {
    const given = optionsObject(options, `the options of ${name}`, known)
    const { outputs: asked, ...own } = given
    const rowsGiven = asRows(predictions)
    const outputs = outputsOf(asked, rowsGiven)
    const metric = suitedMetric({ name, ...own }, name, outputs)
    const { entry } = metric
    const predicted = matrix(rowsGiven, 'predictions', outputs, 'outputs')
    const wanted = asRows(targets)
    const indices = outputs > 1 && entry.targets === 'class' && areIndices(wanted, predicted.rows)
    const actual = matrix(wanted, 'targets', indices ? 1 : outputs, indices ? 'class indices' : 'outputs')
    if (actual.rows !== predicted.rows) {
      throw wrongSize(`${predicted.rows} rows, as many as predictions have,`, 'targets', `${actual.rows}`)
    }
    const values = indices ? oneHot(actual, outputs) : actual.values
    const numbered = outputs === 1 ? classNumbers(metric, values, predicted.values, own.threshold) : undefined
    if (numbered !== undefined) requireSuited(metric, name, numbered)
    const nameOf = (row: number, output?: number) =>
      outputs === 1 || output === undefined ? `targets[${row}]` : `targets[${row}][${output}]`
    const signs =
      numbered === undefined && checkTargets([metric], [{ values, outputs, nameOf }], false, waysForSeveral(metric))
    const scored = { rows: predicted.rows, outputs, targets: values, predictions: predicted.values, signs, numbered }
    return entry.value(scored, metric.options) as ReturnType<(typeof metricTable)[Name]['value']>
  }
}

/**
 * The share of rows whose predicted class is the target's. With several outputs the class is the index of the largest
 * value, the first of equal ones. With one output the targets are 0 and 1, or -1 and 1, and a prediction above
 * `threshold` is class 1: by default above 0.5, or above 0 for targets of -1 and 1. Integers, some of them above 1, are
 * class numbers if targets and predictions are both.
 */
export const accuracy = metricFunction('accuracy')
/**
 * The share of all outputs that are above `threshold` where, and only where, the target is 1. Targets and the default threshold are
 * as in `accuracy` with one output.
 */
export const binaryAccuracy = metricFunction('binaryAccuracy')
/**
 * The share of rows whose class is among the `k` (5) largest predictions; of equal predictions the last counts as
 * larger.
 */
export const topK = metricFunction('topK')
/** The share of right rows among those predicted as a class; 0 where there are none. See `average`. */
export const precision = metricFunction('precision')
/** The share of right rows among those of a class; 0 where there are none. See `average`. */
export const recall = metricFunction('recall')
/**
 * 2 · hits / (rows of the class + rows predicted as it), the harmonic mean of precision and recall; 0 where there are
 * none.
 */
export const f1 = metricFunction('f1')
/**
 * The probability that a row of class 1 has a larger prediction than a row of class 0; equal predictions count a half.
 * With several outputs, the mean over the classes, each against the others. NaN where a class has no rows, or all.
 */
export const rocAuc = metricFunction('rocAuc')
/** The mean of |prediction - target| over rows and outputs. */
export const meanAbsoluteError = metricFunction('meanAbsoluteError')
/** The root of the mean of (prediction - target)² over rows; with several outputs the mean of the outputs' roots. */
export const rootMeanSquaredError = metricFunction('rootMeanSquaredError')
/**
 * 1 - Σ (prediction - target)² / Σ (target - mean)²; with several outputs their mean. Where all targets of an output
 * are equal, it is 1 if all predictions are right, else 0; NaN for a single row.
 */
export const r2 = metricFunction('r2')
/** [classes × classes], row-major: how many rows of class i were predicted as class j. Classes as in `accuracy`. */
export const confusionMatrix = metricFunction('confusionMatrix')
