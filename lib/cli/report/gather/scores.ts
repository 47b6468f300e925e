/** The scores of `model.evaluate` with names for readers, beside those of the best constant prediction. */
import { medianOf } from '../../../data/scores/numbers.js'
import { log } from '../../../kernels/math.js'
import { ROW_COUNTS } from '../../support/scores.js'
import type { Score } from '../parts/data.js'
import type { LabelOutcomes, NumberOutcomes, Outcomes } from './outcomes.js'

const SHARES = ['accuracy', 'balancedAccuracy', 'calibrationError']

const NAMES: Readonly<Record<string, string>> = { brierScore: 'Brier score', f1: 'F1', r2: 'R²', rocAuc: 'ROC AUC' }

/** `meanAbsoluteError` as `mean absolute error`. */
export const scoreName = (name: string): string =>
  NAMES[name] ?? name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** Every number of an evaluation, in its order. */
export function scoresOf(evaluation: object, outcomes: Outcomes): Score[] {
  const baselines: Readonly<Record<string, number>> =
    outcomes.kind === 'label' ? labelBaselines(outcomes) : numberBaselines(outcomes)
  return Object.entries(evaluation)
    .filter(([name, value]) => typeof value === 'number' && !ROW_COUNTS.includes(name))
    .map(([name, value]: [string, number]) => ({
      name: scoreName(name),
      value,
      ...(SHARES.includes(name) ? { isShare: true } : {}),
      ...(Object.hasOwn(baselines, name) ? { baseline: baselines[name] } : {}),
    }))
}

/**
 * The most frequent label, and the shares f of the labels as probabilities: their log loss is −Σ f ln f, their Brier
 * score Σ f (1 − f), of two labels half of that.
 */
function labelBaselines({ labels, actual }: LabelOutcomes): Record<string, number> {
  const counts = new Float64Array(labels.length)
  for (const label of actual) counts[label]++
  const shares = Array.from(counts, (count) => count / actual.length).filter((share) => share > 0)
  const brier = shares.reduce((sum, share) => sum + share * (1 - share), 0)
  return {
    accuracy: shares.reduce((most, share) => Math.max(most, share), 0),
    balancedAccuracy: 1 / shares.length,
    rocAuc: 0.5,
    logLoss: shares.reduce((sum, share) => sum - share * log(share), 0),
    brierScore: labels.length === 2 ? brier / 2 : brier,
  }
}

/** The mean; for absolute errors the median. */
function numberBaselines({ actual }: NumberOutcomes): Record<string, number> {
  const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
  const mean = meanOf(actual)
  const median = medianOf(actual)
  const errors = actual.map((value) => Math.abs(value - median))
  return {
    r2: 0,
    meanAbsoluteError: meanOf(errors),
    medianAbsoluteError: medianOf(errors),
    rootMeanSquaredError: Math.sqrt(meanOf(actual.map((value) => (value - mean) * (value - mean)))),
  }
}
