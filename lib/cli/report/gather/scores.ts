/** The scores of `model.evaluate` with names for readers, beside those of the best constant prediction. */
import type { Score } from '../parts/data.js'
import type { Outcomes } from './outcomes.js'

const SHARES = ['accuracy', 'balancedAccuracy', 'calibrationError', 'expectedCalibrationError', 'coverage']

const NAMES: Readonly<Record<string, string>> = {
  brierScore: 'Brier score',
  expectedCalibrationError: 'calibration error',
  f1: 'F1',
  r2: 'R²',
  rocAuc: 'ROC AUC',
}

/** `meanAbsoluteError` as `mean absolute error`. */
const wordsOf = (name: string): string => NAMES[name] ?? name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** Every number of an evaluation, in its order. */
export function scoresOf(evaluation: object, outcomes: Outcomes): Score[] {
  const baselines: Readonly<Record<string, number>> = baselinesOf(outcomes)
  return Object.entries(evaluation)
    .filter(([, value]) => typeof value === 'number')
    .map(([name, value]: [string, number]) => ({
      name: wordsOf(name),
      value,
      ...(SHARES.includes(name) ? { isShare: true } : {}),
      ...(Object.hasOwn(baselines, name) ? { baseline: baselines[name] } : {}),
    }))
}

/** The scores of the most frequent label, or of the mean; for the mean absolute error, of the median. */
function baselinesOf(outcomes: Outcomes): Record<string, number> {
  const { length } = outcomes.actual
  if (outcomes.kind === 'label') {
    const counts = new Float64Array(outcomes.labels.length)
    for (const label of outcomes.actual) counts[label]++
    return { accuracy: counts.reduce((most, count) => Math.max(most, count), 0) / length }
  }
  const { actual } = outcomes
  const mean = actual.reduce((sum, value) => sum + value, 0) / length
  const median = actual.slice().sort()[Math.floor(length / 2)]
  const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / length
  return {
    r2: 0,
    meanAbsoluteError: meanOf(actual.map((value) => Math.abs(value - median))),
    rootMeanSquaredError: Math.sqrt(meanOf(actual.map((value) => (value - mean) * (value - mean)))),
  }
}
