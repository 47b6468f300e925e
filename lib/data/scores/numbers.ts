/** Scores of predicted numbers, quantiles and intervals: [rows] each. Sums are in the order of rows. */
import { log } from '../../kernels/math.js'

/** The middle of sorted values; the mean of the two in the middle. */
export function medianOf(values: Float64Array): number {
  const sorted = values.slice().sort()
  const half = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[half] : 0.5 * sorted[half - 1] + 0.5 * sorted[half]
}

export const medianAbsoluteErrorOf = (targets: Float64Array, predictions: Float64Array): number =>
  medianOf(targets.map((target, row) => Math.abs(predictions[row] - target)))

/** The mean of q · (target - prediction) where that is positive, and (1 - q) · (prediction - target) elsewhere. */
export function pinballLossOf(targets: Float64Array, predictions: Float64Array, quantile: number): number {
  let sum = 0
  for (const [row, target] of targets.entries()) {
    const far = target - predictions[row]
    sum += far > 0 ? quantile * far : (quantile - 1) * far
  }
  return sum / targets.length
}

/** The mean of 2 (y ln(y / m) - y + m) for targets y and predicted means m; 2 m where y is 0. */
export function poissonDevianceOf(targets: Float64Array, predictions: Float64Array): number {
  let sum = 0
  for (const [row, target] of targets.entries()) {
    const mean = predictions[row]
    sum += 2 * ((target === 0 ? 0 : target * log(target / mean)) - target + mean)
  }
  return sum / targets.length
}

/** The share of targets from `low` to `high`, both included. */
export function coverageOf(targets: Float64Array, low: Float64Array, high: Float64Array): number {
  let inside = 0
  for (const [row, target] of targets.entries()) if (target >= low[row] && target <= high[row]) inside++
  return inside / targets.length
}

export function meanWidthOf(low: Float64Array, high: Float64Array): number {
  let sum = 0
  for (let row = 0; row < low.length; row++) sum += high[row] - low[row]
  return sum / low.length
}
