/** Scores of probabilities and of predicted labels. Sums are in the order of rows; logarithms are the library's. */

import { log } from '../../kernels/math.js'
import { classCount, countsOf, largestIn } from '../../kernels/metrics/classes.js'
import { metricRegistry } from '../../metrics/choose.js'

/** Labels and their predicted probabilities. */
export interface LabelScored {
  readonly rows: number
  /** The number of probabilities in a row: one for each label; or 1, that of label 1 of two. */
  readonly outputs: number
  /** [rows]: the number of the true label. */
  readonly labels: Float64Array
  /** [rows × outputs], row-major. */
  readonly probabilities: Float64Array
}

/** The probability of a label in a row. */
export const probabilityOf = ({ outputs, probabilities }: LabelScored, row: number, label: number): number => {
  if (outputs > 1) return probabilities[row * outputs + label]
  return label === 1 ? probabilities[row] : 1 - probabilities[row]
}

/** The number of the most probable label of a row, the first of equal ones. */
export const predictedLabel = ({ outputs, probabilities }: LabelScored, row: number): number =>
  outputs === 1 ? Number(probabilities[row] > 0.5) : largestIn(probabilities, row, outputs)

/** The least probability whose logarithm is taken: 2^-52, as in scikit-learn's log_loss. */
const LEAST_PROBABILITY = 2 ** -52

/** The mean of -ln p over rows, where p is the probability of the true label, at least 2^-52 and at most 1 - 2^-52. */
export function logLossOf(scored: LabelScored): number {
  let sum = 0
  for (let row = 0; row < scored.rows; row++) {
    const p = probabilityOf(scored, row, scored.labels[row])
    sum -= log(Math.min(Math.max(p, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY))
  }
  return sum / scored.rows
}

/**
 * The mean of Σ (p - 1 for the true label, p for others)² over rows; for two labels the square of label 1 alone, which
 * is half of that (Brier 1950).
 */
export function brierScoreOf(scored: LabelScored): number {
  const { rows, labels } = scored
  const count = classCount(scored.outputs)
  let sum = 0
  for (let row = 0; row < rows; row++) {
    for (let label = count === 2 ? 1 : 0; label < count; label++) {
      const far = probabilityOf(scored, row, label) - Number(labels[row] === label)
      sum += far * far
    }
  }
  return sum / rows
}

/** The rows whose predicted label has a probability above `from` and up to `to`. */
export interface CalibrationBin {
  readonly from: number
  readonly to: number
  readonly rows: number
  /** The mean probability of the predicted labels. */
  readonly confidence: number
  /** The share of rows whose predicted label is right. */
  readonly accuracy: number
}

/** The rows by the probability of their predicted label, in bins of equal width from 0 to 1. Empty bins are left out. */
export function calibrationBinsOf(scored: LabelScored, bins: number): CalibrationBin[] {
  const { rows, labels } = scored
  const [counts, hits, sums] = [0, 1, 2].map(() => new Float64Array(bins))
  for (let row = 0; row < rows; row++) {
    const found = predictedLabel(scored, row)
    const confidence = probabilityOf(scored, row, found)
    const bin = Math.min(Math.max(Math.ceil(confidence * bins) - 1, 0), bins - 1)
    counts[bin]++
    sums[bin] += confidence
    if (found === labels[row]) hits[bin]++
  }
  return Array.from(counts, (count, bin) => ({
    from: bin / bins,
    to: (bin + 1) / bins,
    rows: count,
    confidence: sums[bin] / count,
    accuracy: hits[bin] / count,
  })).filter((bin) => bin.rows > 0)
}

/** The default number of bins, that of Guo et al. 2017. */
export const BINS = 15

/** The mean of |accuracy - confidence| over rows, by bins: Guo et al., On calibration of modern neural networks, 2017. */
export function calibrationErrorOf(scored: LabelScored, bins: number): number {
  let sum = 0
  for (const { rows, accuracy, confidence } of calibrationBinsOf(scored, bins)) {
    sum += rows * Math.abs(accuracy - confidence)
  }
  return sum / scored.rows
}

/**
 * The area under the ROC curve: of label 1 for two labels; otherwise the mean over the labels, each against the others.
 * Labels without rows, or with all, are left out; NaN where no label is left.
 */
export function rocAucOf({ rows, outputs, labels, probabilities }: LabelScored): number {
  const { entry, options } = metricRegistry.choose('rocAuc', 'rocAuc')
  const areaOf = (label: number, column: number): number => {
    const targets = labels.map((one) => Number(one === label))
    const predictions = outputs === 1 ? probabilities : targets.map((_, row) => probabilities[row * outputs + column])
    return entry.value({ rows, outputs: 1, targets, predictions, signs: false }, options) as number
  }
  if (outputs <= 2) return areaOf(1, outputs - 1)
  let sum = 0
  let count = 0
  for (let label = 0; label < outputs; label++) {
    const area = areaOf(label, label)
    if (Number.isNaN(area)) continue
    sum += area
    count++
  }
  return sum / count
}

/** How often each label occurs, is predicted, and is predicted right: [labels] each. */
const labelCountsOf = (labels: Float64Array, predicted: Float64Array, count: number) =>
  countsOf(
    { rows: labels.length, outputs: 1, signs: false, targets: labels, predictions: predicted, numbered: count },
    0,
    new Float64Array(3 * count),
  )

/** The mean over the labels that occur of the share of their rows that is predicted right. */
export function balancedAccuracyOf(labels: Float64Array, predicted: Float64Array, count: number): number {
  const { hits, actual } = labelCountsOf(labels, predicted, count)
  let sum = 0
  let present = 0
  for (let label = 0; label < count; label++) {
    if (actual[label] === 0) continue
    sum += hits[label] / actual[label]
    present++
  }
  return sum / present
}

/**
 * Matthews' correlation of true and predicted labels; for several labels Gorodkin's R_K (2004):
 * (n Σ hits - Σ actual · predicted) / sqrt((n² - Σ predicted²) (n² - Σ actual²)); 0 where that is 0 / 0.
 */
export function matthewsCorrelationOf(labels: Float64Array, predicted: Float64Array, count: number): number {
  const counts = labelCountsOf(labels, predicted, count)
  const rows = labels.length
  let [hits, products, predictedSquares, actualSquares] = [0, 0, 0, 0]
  for (let label = 0; label < count; label++) {
    hits += counts.hits[label]
    products += counts.actual[label] * counts.predicted[label]
    predictedSquares += counts.predicted[label] * counts.predicted[label]
    actualSquares += counts.actual[label] * counts.actual[label]
  }
  const scale = Math.sqrt(rows * rows - predictedSquares) * Math.sqrt(rows * rows - actualSquares)
  return scale === 0 ? 0 : (rows * hits - products) / scale
}
