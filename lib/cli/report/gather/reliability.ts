/** Calibration: how often predicted labels are right, by their probability. */
import type { Reliability } from '../parts/data.js'
import type { LabelOutcomes } from './outcomes.js'

/** As for the calibration error of `model.evaluate`. */
const BINS = 15

/**
 * Bins of equal width; empty ones are left out. Only the probability of the predicted label is needed of each row. The expected calibration error is Σ rows of the bin / rows ·
 * |share right − mean confidence| (Guo et al. 2017, "On calibration of modern neural networks").
 */
export function reliabilityOf({ actual, predicted, confidence }: LabelOutcomes): Reliability {
  const rows = new Float64Array(BINS)
  const right = new Float64Array(BINS)
  const sums = new Float64Array(BINS)
  confidence.forEach((probability, i) => {
    const bin = Math.min(Math.max(Math.ceil(probability * BINS) - 1, 0), BINS - 1)
    rows[bin]++
    sums[bin] += probability
    if (actual[i] === predicted[i]) right[bin]++
  })
  const bins = Array.from({ length: BINS }, (_, i) => ({
    from: i / BINS,
    to: (i + 1) / BINS,
    rows: rows[i],
    confidence: sums[i] / rows[i],
    right: right[i] / rows[i],
  })).filter((bin) => bin.rows > 0)
  const error = bins.reduce((sum, bin) => sum + bin.rows * Math.abs(bin.right - bin.confidence), 0) / confidence.length
  return { bins, error }
}
