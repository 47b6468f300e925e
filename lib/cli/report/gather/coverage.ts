/** How many actual numbers are in the intervals that the model predicts. */
import type { Target } from '../../../data/index.js'
import { marginOf } from '../../../data/model/intervals.js'
import { coverageOf as coveredShare, meanWidthOf } from '../../../data/scores/numbers.js'
import { decoderOf } from '../../../data/targets/decoders.js'
import type { Coverage } from '../parts/data.js'
import type { NumberOutcomes } from './outcomes.js'

const LEVELS = [0.5, 0.8, 0.9, 0.95]

/** Empty for a model without validation rows, which has no intervals. */
export function coverageOf(target: Target, { actual, predicted }: NumberOutcomes): Coverage[] {
  const { ends } = decoderOf(target)
  const { residuals } = target
  if (residuals === undefined || ends === null) return []
  const { length } = residuals
  // An interval of a higher level would be infinite.
  return LEVELS.filter((level) => level <= length / (length + 1)).map((level) => {
    const margin = marginOf(target, level)
    const intervals = Array.from(predicted, (value) => ends(value, margin, target))
    const [low, high] = [0, 1].map((end) => Float64Array.from(intervals, (both) => both[end]))
    return {
      level,
      covered: coveredShare(actual, low, high),
      rows: actual.length,
      meanWidth: meanWidthOf(low, high),
    }
  })
}
