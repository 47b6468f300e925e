/** Calibration: how often predicted labels are right, by their probability. */
import { BINS, calibrationBinsOf, calibrationErrorOf } from '../../../data/scores/labels.js'
import type { Reliability } from '../parts/data.js'
import type { LabelOutcomes } from './outcomes.js'

/** The bins and the error of `model.evaluate`. */
export function reliabilityOf({ labels, actual, probabilities }: LabelOutcomes): Reliability {
  const scored = { rows: actual.length, outputs: labels.length, labels: actual, probabilities }
  const bins = calibrationBinsOf(scored, BINS).map(({ accuracy, ...bin }) => ({ ...bin, right: accuracy }))
  return { bins, error: calibrationErrorOf(scored, BINS) }
}
