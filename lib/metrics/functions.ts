/** The metrics as functions of targets and predictions. */
import { lengthOf } from '../checks/arrays.js'
import { wrongSize, wrongType, wrongValue } from '../checks/errors.js'
import type { Values } from '../checks/registry.js'
import { type Matrix, matrix, type Rows, readRows } from '../checks/rows.js'
import { integer, isFloat64Array, optionsObject } from '../checks/validate.js'
import { type ChosenMetric, requireSuited, suitedMetric } from './choose.js'
import { type MetricName, metricTable } from './table.js'
import { checkTargets } from './targets.js'

/** Rows, as for `fit`; for metrics of classes with several outputs also one class number a row. */
export type MetricTargets = Rows | readonly number[]

type OptionsOf<Name extends MetricName> = Values<(typeof metricTable)[Name]['options']> & {
  /** How many values a row of predictions has. Default: the length of the first row, and 1 for a Float64Array. */
  outputs?: number
}

type MetricFunction<Name extends MetricName> = (
  targets: MetricTargets,
  predictions: Rows | readonly number[],
  options?: OptionsOf<Name>,
) => ReturnType<(typeof metricTable)[Name]['value']>

const MAX_OUTPUTS = 2 ** 24

/** Class numbers are below this, as the counts of each class are kept. */
const MAX_CLASS_NUMBERS = 2 ** 20

/** Rows, read once; an array of numbers is one value a row. */
function asRows(given: unknown): unknown {
  const rows = readRows(given)
  return Array.isArray(rows) && typeof rows[0] === 'number' ? rows.map((value: unknown) => [value]) : rows
}

function outputsOf(given: unknown, predictions: unknown): number {
  if (given !== undefined) return integer(given, 'outputs', 1, MAX_OUTPUTS)
  const first: unknown = Array.isArray(predictions) ? predictions[0] : undefined
  return (Array.isArray(first) || isFloat64Array(first)) && first.length > 0 ? first.length : 1
}

/** Whether targets are one number a row. */
function areIndices(targets: unknown, rows: number): boolean {
  if (isFloat64Array(targets)) return lengthOf(targets) === rows
  const first: unknown = Array.isArray(targets) ? targets[0] : undefined
  return (Array.isArray(first) || isFloat64Array(first)) && first.length === 1
}

/** One 1 a row, at the class. */
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
 * How many classes there are where targets and predictions of a single output are class numbers: integers of at least 0, of which some
 * are above 1. Else undefined: two classes, and predictions are compared with the threshold.
 */
function classNumbers(
  { name, entry }: ChosenMetric,
  targets: Float64Array,
  predictions: Float64Array,
  threshold: unknown,
): number | undefined {
  if (entry.targets !== 'class' || entry.ranks === true) return undefined
  if (!targets.every(isClassNumber) || !predictions.every(isClassNumber)) return undefined
  const most = [targets, predictions].map((values) => values.reduce((a, b) => Math.max(a, b), 0))
  if (Math.max(...most) <= 1) return undefined
  if (threshold !== undefined) {
    // With a threshold, predictions of two classes are any numbers.
    if (most[0] <= 1) return undefined
    const remedy = 'It has no effect on class numbers: leave it out.'
    throw wrongType('nothing', `${name}.threshold`, threshold, remedy)
  }
  for (const [argument, values] of Object.entries({ targets, predictions })) {
    const row = values.findIndex((value) => value >= MAX_CLASS_NUMBERS)
    if (row >= 0) {
      throw wrongValue(`a class number from 0 to ${MAX_CLASS_NUMBERS - 1}`, `${argument}[${row}]`, values[row])
    }
  }
  return Math.max(...most) + 1
}

/** What to do where a metric of two classes gets more. */
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
 * The share of rows whose predicted class is the target's. With several outputs the class is the place of the largest value (the
 * first of equal ones). With one output the targets are 0 and 1, or -1 and 1, and a prediction above `threshold` is class 1: by
 * default above 0.5, or above 0 for targets of -1 and 1. Integers of which some are above 1 are class numbers, if targets and
 * predictions are both.
 */
export const accuracy = metricFunction('accuracy')
/**
 * The share of all outputs that are above `threshold` where, and only where, the target is 1. Targets and the default threshold are
 * as in `accuracy` with one output.
 */
export const binaryAccuracy = metricFunction('binaryAccuracy')
/** The share of rows whose class is among the `k` (5) with the largest predictions; of equal ones the last goes first. */
export const topK = metricFunction('topK')
/** Of the rows that were taken for a class, the share that is of it; 0 where there is none. See `average`. */
export const precision = metricFunction('precision')
/** Of the rows of a class, the share that was taken for it; 0 where there is none. See `average`. */
export const recall = metricFunction('recall')
/** 2 · hits / (rows of the class + rows taken for it), the harmonic mean of precision and recall; 0 where there are none. */
export const f1 = metricFunction('f1')
/**
 * The chance that a row of class 1 has a larger prediction than one of class 0, equal ones counting a half; with several outputs the
 * mean of those of each class against the others. NaN where a class has no rows, or all.
 */
export const rocAuc = metricFunction('rocAuc')
/** The mean of |prediction - target| over rows and outputs. */
export const meanAbsoluteError = metricFunction('meanAbsoluteError')
/** The root of the mean of (prediction - target)² over rows; with several outputs the mean of the outputs' roots. */
export const rootMeanSquaredError = metricFunction('rootMeanSquaredError')
/**
 * 1 - Σ (prediction - target)² / Σ (target - mean)²; with several outputs the mean over them. Where all targets of an output are equal,
 * it is 1 if all predictions are right and else 0; NaN for a single row.
 */
export const r2 = metricFunction('r2')
/** [classes × classes], row-major: how many rows of class i were taken for class j. Classes as in `accuracy`. */
export const confusionMatrix = metricFunction('confusionMatrix')
