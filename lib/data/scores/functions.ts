/** Scores of finished predictions, as functions that check their arguments. */
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { matrix, type Rows, readRows } from '../../checks/rows.js'
import { elements, float64Array, integer, isFloat64Array, optionsObject } from '../../checks/validate.js'
import { classCount } from '../../kernels/metrics/classes.js'
import {
  BINS,
  balancedAccuracyOf,
  brierScoreOf,
  type CalibrationBin,
  calibrationBinsOf,
  calibrationErrorOf,
  type LabelScored,
  logLossOf,
  matthewsCorrelationOf,
  rocAucOf,
} from './labels.js'
import { coverageOf, meanWidthOf, medianAbsoluteErrorOf, pinballLossOf, poissonDevianceOf } from './numbers.js'

export type Numbers = Float64Array | readonly number[]

export interface BinOptions {
  /** The number of bins of equal width from 0 to 1. Default 15. */
  bins?: number
}

export interface PinballOptions {
  /** The quantile that is predicted: above 0, below 1. Default 0.5, the median. */
  quantile?: number
}

const MAX_BINS = 2 ** 20
/** The counts of each label take memory. */
const MAX_LABELS = 2 ** 20
const SUM_TOLERANCE = 1e-6

/** Numbers, one for each row. */
function numbers(given: unknown, name: string): Float64Array {
  if (!isFloat64Array(given) && !Array.isArray(given)) {
    throw wrongType('a Float64Array or an array of numbers', name, given)
  }
  const values = isFloat64Array(given) ? float64Array(given, name) : elements(given)
  if (values.length === 0) throw wrongSize('at least one number', name, 'none')
  const remedy = name === 'labels' ? 'Pass the number of each label, such as its place in model.labels.' : undefined
  for (let row = 0; row < values.length; row++) {
    const value = values[row]
    if (typeof value !== 'number') throw wrongType('a number', `${name}[${row}]`, value, remedy)
    if (!Number.isFinite(value)) throw wrongValue('a finite number', `${name}[${row}]`, value)
  }
  return isFloat64Array(values) ? values : Float64Array.from(values as number[])
}

/** Arguments of as many rows as the first. */
function columns(given: Readonly<Record<string, unknown>>): Float64Array[] {
  const all = Object.entries(given).map(([name, one]) => ({ name, values: numbers(one, name) }))
  const [first] = all
  for (const { name, values } of all) {
    if (values.length === first.values.length) continue
    throw wrongSize(`${first.values.length} numbers, as many as ${first.name},`, name, `${values.length}`)
  }
  return all.map(({ values }) => values)
}

function requireLabels(labels: Float64Array, count: number, name: string): void {
  for (const [row, label] of labels.entries()) {
    if (Number.isInteger(label) && label >= 0 && label < count) continue
    throw wrongValue(`the number of a label, from 0 to ${count - 1},`, `${name}[${row}]`, label)
  }
}

/** Labels with a row of values for each. */
function labelled(givenLabels: unknown, givenValues: unknown, name: string): LabelScored {
  const labels = numbers(givenLabels, 'labels')
  const rows = readRows(givenValues)
  const first: unknown = Array.isArray(rows) ? rows[0] : undefined
  const isRow = Array.isArray(first) || isFloat64Array(first)
  const width = isRow ? first.length : isFloat64Array(rows) ? rows.length / labels.length : 1
  const outputs = Math.max(1, Math.floor(width))
  const { values, rows: count } = matrix(rows, name, outputs, 'one for each label')
  if (count !== labels.length || !Number.isInteger(width)) {
    throw wrongSize(`${labels.length} rows, as many as labels,`, name, `${values.length} numbers`)
  }
  const scored = { rows: count, outputs, labels, probabilities: values }
  requireLabels(labels, classCount(outputs), 'labels')
  return scored
}

function probable(labels: unknown, probabilities: unknown): LabelScored {
  const scored = labelled(labels, probabilities, 'probabilities')
  const { rows, outputs, probabilities: values } = scored
  for (let row = 0; row < rows; row++) {
    let sum = 0
    for (let j = 0; j < outputs; j++) {
      const value = values[row * outputs + j]
      if (!(value >= 0 && value <= 1)) {
        const where = outputs === 1 ? `probabilities[${row}]` : `probabilities[${row}][${j}]`
        throw wrongValue('a probability from 0 to 1', where, value)
      }
      sum += value
    }
    if (outputs > 1 && !(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
      throw wrongSize('probabilities that add up to 1', `probabilities[${row}]`, `a sum of ${sum}`)
    }
  }
  return scored
}

/** True and predicted label numbers, and how many labels there are. */
function labelPairs(labels: unknown, predicted: unknown): [Float64Array, Float64Array, number] {
  const [actual, found] = columns({ labels, predicted })
  requireLabels(actual, MAX_LABELS, 'labels')
  requireLabels(found, MAX_LABELS, 'predicted')
  const largest = [actual, found].map((values) => values.reduce((a, b) => Math.max(a, b), 0))
  return [actual, found, Math.max(...largest) + 1]
}

function binsOf(options: unknown, where: string): number {
  const { bins } = optionsObject(options, `the options of ${where}`, ['bins'])
  return bins === undefined ? BINS : integer(bins, 'bins', 1, MAX_BINS)
}

/**
 * The mean of -ln p over rows, where p is the probability of the true label, clipped to 2^-52 … 1 - 2^-52.
 * @param labels [rows]: the numbers of the true labels, from 0
 * @param probabilities [rows × labels], row-major or as rows; for two labels also [rows], those of label 1
 * @throws TypeError or RangeError for anything else
 */
export const logLoss = (labels: Numbers, probabilities: Rows): number => logLossOf(probable(labels, probabilities))

/**
 * The mean squared distance of the probabilities from the true labels: for two labels of label 1 alone, for more the sum
 * over the labels. Arguments as for `logLoss`.
 */
export const brierScore = (labels: Numbers, probabilities: Rows): number =>
  brierScoreOf(probable(labels, probabilities))

/**
 * The mean over rows of |accuracy - mean probability| of the bin of the predicted label's probability. Arguments as for
 * `logLoss`.
 */
export const calibrationError = (labels: Numbers, probabilities: Rows, options: BinOptions = {}): number =>
  calibrationErrorOf(probable(labels, probabilities), binsOf(options, 'calibrationError'))

/** The bins of `calibrationError` that have rows, for a diagram. */
export const calibrationBins = (labels: Numbers, probabilities: Rows, options: BinOptions = {}): CalibrationBin[] =>
  calibrationBinsOf(probable(labels, probabilities), binsOf(options, 'calibrationBins'))

/**
 * The area under the ROC curve, equal values counting a half: of label 1 for two labels; for more, the mean over the
 * labels that occur, each against the others. NaN where only one label occurs.
 * @param values as `probabilities` of `logLoss`, but any finite numbers
 */
export const rocAuc = (labels: Numbers, values: Rows): number => rocAucOf(labelled(labels, values, 'values'))

/**
 * The mean over the labels that occur of the share of their rows that is predicted right.
 * @param labels [rows]: the numbers of the true labels, from 0
 * @param predicted [rows]: those of the predicted ones
 */
export const balancedAccuracy = (labels: Numbers, predicted: Numbers): number =>
  balancedAccuracyOf(...labelPairs(labels, predicted))

/** The correlation of true and predicted labels, from -1 to 1; 0 for guesses. Arguments as for `balancedAccuracy`. */
export const matthewsCorrelation = (labels: Numbers, predicted: Numbers): number =>
  matthewsCorrelationOf(...labelPairs(labels, predicted))

/** The median of |prediction - target|. */
export function medianAbsoluteError(targets: Numbers, predictions: Numbers): number {
  const [actual, found] = columns({ targets, predictions })
  return medianAbsoluteErrorOf(actual, found)
}

/** The loss of a predicted quantile q: the mean of q · (target - prediction), or (1 - q) times its negative. */
export function pinballLoss(targets: Numbers, predictions: Numbers, options: PinballOptions = {}): number {
  const { quantile = 0.5 } = optionsObject(options, 'the options of pinballLoss', ['quantile'])
  const expected = 'a number above 0 and below 1'
  if (typeof quantile !== 'number') throw wrongType(expected, 'quantile', quantile)
  if (!(quantile > 0 && quantile < 1)) throw wrongValue(expected, 'quantile', quantile)
  const [actual, found] = columns({ targets, predictions })
  return pinballLossOf(actual, found, quantile)
}

/** The mean of 2 (y ln(y / m) - y + m) for targets y of at least 0 and predicted means m above 0. */
export function poissonDeviance(targets: Numbers, predictions: Numbers): number {
  const [actual, found] = columns({ targets, predictions })
  const negative = actual.findIndex((value) => value < 0)
  if (negative >= 0) throw wrongValue('a number of at least 0', `targets[${negative}]`, actual[negative])
  const row = found.findIndex((value) => value <= 0)
  if (row >= 0) throw wrongValue('a number above 0', `predictions[${row}]`, found[row])
  return poissonDevianceOf(actual, found)
}

function interval(low: Float64Array, high: Float64Array): void {
  const row = low.findIndex((value, i) => value > high[i])
  if (row >= 0)
    throw wrongSize(`a number of at least ${low[row]}, which is low[${row}],`, `high[${row}]`, `${high[row]}`)
}

/** The share of targets that are from `low` to `high`, both included. */
export function coverage(targets: Numbers, low: Numbers, high: Numbers): number {
  const [actual, lows, highs] = columns({ targets, low, high })
  interval(lows, highs)
  return coverageOf(actual, lows, highs)
}

/** The mean of `high` - `low`. */
export function meanWidth(low: Numbers, high: Numbers): number {
  const [lows, highs] = columns({ low, high })
  interval(lows, highs)
  return meanWidthOf(lows, highs)
}
