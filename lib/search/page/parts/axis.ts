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
  const sign = better === 'lower' ? 1 : -1
  const fromBest = [...values].sort((a, b) => sign * (a - b))
  const last = fromBest.length - 1
  const [best, middle, worst] = [fromBest[0], fromBest[Math.floor(last / 2)], fromBest[last]]
  // Diverged trials have losses that are larger by any factor: nine tenths of the trials decide.
  const typical = fromBest[last - Math.floor(last / 10)]
  if (Math.min(best, worst) > 0 && Math.max(typical / best, best / typical) > LOG_RATIO) {
    // As far from the typical values as these are from the best, in ratios.
    const far = typical * (typical / best)
    const end = better === 'lower' ? Math.min(worst, far) : Math.max(worst, far)
    return withMargin(Math.min(best, end), Math.max(best, end), true)
  }
  const reach = Math.max(FAR * Math.abs(middle - best), Math.abs(typical - best))
  const end = Math.abs(worst - best) > reach ? best + sign * reach : worst
  return withMargin(Math.min(best, end), Math.max(best, end), false)
}

/** A range with free space at both ends; of a single value, around it. */
function withMargin(low: number, high: number, isLog: boolean): NumberAxis {
  if (isLog) {
    // The 16th root of the ratio.
    const margin = Math.sqrt(Math.sqrt(Math.sqrt(Math.sqrt(high / low))))
    return { low: low / margin, high: high * margin, isLog }
  }
  const margin = high > low ? (high - low) * MARGIN : Math.max(Math.abs(low), 1) / 2
  return { low: low - margin, high: high + margin, isLog }
}
