/** The metrics as functions of targets and predictions. */
import { lengthOf } from '../arrays.js'
import { type Matrix, matrix, type Rows, readRows } from '../data.js'
import { wrongSize, wrongValue } from '../errors.js'
import type { Values } from '../registry.js'
import { integer, isFloat64Array, optionsObject } from '../validate.js'
import { suitedMetric } from './choose.js'
import { type MetricName, metricTable } from './table.js'

/** Rows, as for `fit`; for metrics of classes with several outputs also one class index a row. */
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

const MOST_OUTPUTS = 2 ** 24

// Those that compare the values themselves, so that a class index would be no target.
const OF_VALUES: readonly MetricName[] = ['binaryAccuracy', 'meanAbsoluteError', 'rootMeanSquaredError', 'r2']

/** Rows, read once; an array of numbers is one value a row. */
function asRows(given: unknown): unknown {
  const rows = readRows(given)
  return Array.isArray(rows) && typeof rows[0] === 'number' ? rows.map((value: unknown) => [value]) : rows
}

function outputsOf(given: unknown, predictions: unknown): number {
  if (given !== undefined) return integer(given, 'outputs', 1, MOST_OUTPUTS)
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

function metricFunction<Name extends MetricName>(name: Name): MetricFunction<Name> {
  const known = ['outputs', ...Object.keys(metricTable[name].options)]
  return (targets, predictions, options = {}) => {
    const given = optionsObject(options, `the options of ${name}`, known)
    const { outputs: asked, ...own } = given
    const rowsGiven = asRows(predictions)
    const outputs = outputsOf(asked, rowsGiven)
    const { entry, options: values } = suitedMetric({ name, ...own }, name, outputs)
    const predicted = matrix(rowsGiven, 'predictions', outputs, 'outputs')
    const wanted = asRows(targets)
    const indices = outputs > 1 && !OF_VALUES.includes(name) && areIndices(wanted, predicted.rows)
    const actual = matrix(wanted, 'targets', indices ? 1 : outputs, indices ? 'class indices' : 'outputs')
    if (actual.rows !== predicted.rows) {
      throw wrongSize(`${predicted.rows} rows, as many as predictions have,`, 'targets', `${actual.rows}`)
    }
    const scored = {
      rows: predicted.rows,
      outputs,
      targets: indices ? oneHot(actual, outputs) : actual.values,
      predictions: predicted.values,
    }
    return entry.value(scored, values) as ReturnType<(typeof metricTable)[Name]['value']>
  }
}

/**
 * The share of rows whose predicted class is the target's. With several outputs the class is the place of the largest value (the
 * first of equal ones), with one output it is 1 for a prediction above `threshold` (0.5) and for a target above 0.5.
 */
export const accuracy = metricFunction('accuracy')
/** The share of all outputs that are above `threshold` (0.5) where, and only where, the target is above 0.5. */
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
