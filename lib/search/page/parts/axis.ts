/** The range of an axis of values. */
import type { NumberAxis } from './page-data.js'

/** Values whose extremes have a larger ratio than this have a logarithmic axis. */
const LOG_RATIO = 30
/** On a linear axis, values are outside that are further from the best than this many times the middle value is. */
const FAR = 10
/** The share of the range that is free at both ends. */
const MARGIN = 0.04

/** The axis of the values of trials: the best values are inside; of values that are far worse, not all. */
export function valueAxisOf(values: readonly number[], better: 'lower' | 'higher'): NumberAxis {
  if (values.length === 0) return { low: 0, high: 1, isLog: false }
  const sorted = [...values].sort((a, b) => a - b)
  const [least, most] = [sorted[0], sorted[sorted.length - 1]]
  // Diverged trials have losses that are larger by any factor: the scale is chosen by nine tenths of the trials.
  const cut = Math.floor((sorted.length - 1) / 10)
  const [typicalLeast, typicalMost] =
    better === 'lower' ? [least, sorted[sorted.length - 1 - cut]] : [sorted[cut], most]
  if (least > 0 && typicalMost / typicalLeast > LOG_RATIO) return withMargin(least, most, true)
  const middle = sorted[Math.floor((sorted.length - 1) / 2)]
  const best = better === 'lower' ? least : most
  const reach = Math.max(
    FAR * Math.abs(middle - best),
    Math.abs((better === 'lower' ? typicalMost : typicalLeast) - best),
  )
  return better === 'lower'
    ? withMargin(least, Math.min(most, least + reach), false)
    : withMargin(Math.max(least, most - reach), most, false)
}

/** A range with free space at both ends; of a single value, around it. */
function withMargin(low: number, high: number, isLog: boolean): NumberAxis {
  if (isLog) {
    // A root without libm functions would not matter here, but Math.sqrt is exact: the 16th root of the ratio, twice.
    const margin = Math.sqrt(Math.sqrt(Math.sqrt(Math.sqrt(high / low))))
    return { low: low / margin, high: high * margin, isLog }
  }
  const margin = high > low ? (high - low) * MARGIN : Math.max(Math.abs(low), 1) / 2
  return { low: low - margin, high: high + margin, isLog }
}
