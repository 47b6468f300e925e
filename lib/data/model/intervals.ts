/** Split-conformal intervals: their margin is a quantile of the residuals on the validation records. */
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { conformalMargin, conformalRows } from '../calibration/conformal.js'
import { quoted } from '../records/checks.js'
import { decoderOf } from '../targets/decoders.js'
import type { Target } from '../targets/targets.js'

/** The option `interval`: above 0 and below 1; null for none. */
export function checkInterval(given: unknown): number | null {
  if (given === undefined) return null
  const expected = 'a number above 0 and below 1'
  if (typeof given !== 'number') throw wrongType(expected, 'interval', given)
  if (!(given > 0 && given < 1)) throw wrongValue(expected, 'interval', given)
  return given
}

/** The ends of the interval of a predicted value. */
export type IntervalOf = (value: number) => readonly [low: number, high: number]

/**
 * The intervals of a target; null where it is no number.
 * @throws TypeError for a target without residuals; RangeError where there are too few of them
 */
export function intervalsOf(target: Target, interval: number): IntervalOf | null {
  const { ends } = decoderOf(target)
  if (ends === null || 'encoder' in target) return null
  const { name, residuals } = target
  if (residuals === undefined) {
    const remedy = `The model has no validation records for column ${quoted(name)}: pass validation to Model.fit.`
    throw wrongType('nothing', 'interval', interval, remedy)
  }
  const margin = conformalMargin(Float64Array.from(residuals), interval)
  if (!Number.isFinite(margin)) {
    const { length } = residuals
    const expected = `at most ${length / (length + 1)}, as ${length} validation records allow,`
    const remedy = `Keep at least ${conformalRows(interval)} records for validation.`
    throw wrongSize(expected, 'interval', `${interval}`, remedy)
  }
  return (value) => ends(value, margin, target)
}

/** Refuses an interval where no target is a number. */
export function requireNumbers(targets: readonly Target[], interval: number | null): void {
  if (interval === null || targets.some((target) => decoderOf(target).ends !== null)) return
  throw wrongType('nothing', 'interval', interval, 'Intervals are for numbers: a label has probabilities.')
}
