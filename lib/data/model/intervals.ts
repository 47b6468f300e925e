/** Split-conformal intervals and sets: their margin is a quantile of the residuals on the validation records. */
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { conformalRows, marginOfSorted } from '../calibration/conformal.js'
import { quoted } from '../records/checks.js'
import type { Target } from '../targets/targets.js'

/** The option `interval`: above 0 and below 1; null for none. */
export function checkInterval(given: unknown): number | null {
  if (given === undefined) return null
  const expected = 'a number above 0 and below 1'
  if (typeof given !== 'number') throw wrongType(expected, 'interval', given)
  if (!(given > 0 && given < 1)) throw wrongValue(expected, 'interval', given)
  return given
}

/**
 * The largest residual within the intervals, or the sets of labels, of a target.
 * @throws TypeError for a target without residuals; RangeError where there are too few of them
 */
export function marginOf({ name, residuals }: Target, interval: number): number {
  if (residuals === undefined) {
    const remedy = `The model has no validation records for column ${quoted(name)}: pass validation to Model.fit.`
    throw wrongType('nothing', 'interval', interval, remedy)
  }
  const margin = marginOfSorted(residuals, interval)
  if (Number.isFinite(margin)) return margin
  const { length } = residuals
  const expected = `at most ${length / (length + 1)}, as ${length} validation records allow,`
  const remedy = `Keep at least ${conformalRows(interval)} records for validation.`
  throw wrongSize(expected, 'interval', `${interval}`, remedy)
}

/** The margins of all targets; null for none. @throws as `marginOf`, before any work */
export const marginsOf = (targets: readonly Target[], interval: number | null): readonly number[] | null =>
  interval === null ? null : targets.map((target) => marginOf(target, interval))
