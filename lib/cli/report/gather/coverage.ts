/** How many actual numbers are in the intervals that the model predicts. */
import type { IntervalPrediction, Target } from '../../../data/index.js'
import { scores } from '../../../data/index.js'
import type { Coverage } from '../parts/data.js'
import { type AnyModel, inputRows, predictionOf, type Records, type Row } from './outcomes.js'
import { sampleOf } from './scatter.js'

const LEVELS = [0.5, 0.8, 0.9, 0.95]
/** More rows are a seeded sample. */
const MAX_ROWS = 10_000

/** Empty for labels, whose intervals are sets, and for a model without validation rows, which has no intervals. */
export function coverageOf(model: AnyModel, target: Target, records: Records, seed: number): Coverage[] {
  const { residuals } = target
  if (residuals === undefined || 'encoder' in target) return []
  const { length } = residuals
  const sample = sampleOf(records.length, MAX_ROWS, seed).map((i) => records[i] as Row)
  const rows = inputRows(model, sample)
  const actual = sample.map((row) => row[target.name] as number)
  // An interval of a higher level would be infinite.
  return LEVELS.filter((level) => level <= length / (length + 1)).map((level) => {
    const predictions = model.predict(rows, { interval: level }) as unknown[]
    const intervals = predictions.map((one) => predictionOf(model, one, target.name) as IntervalPrediction)
    const low = intervals.map((one) => one.low)
    const high = intervals.map((one) => one.high)
    const meanWidth = high.reduce((sum, value, i) => sum + (value - low[i]), 0) / rows.length
    return { level, covered: scores.coverage(actual, low, high), rows: rows.length, meanWidth }
  })
}
