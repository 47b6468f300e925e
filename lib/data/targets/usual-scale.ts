/** The scale of a number to predict where the caller chooses none. */
import { log } from '../../kernels/math.js'
import { cell, numberCell, type Records } from '../records/records.js'
import type { NameOf } from './entry.js'
import type { TargetChoice } from './specify-target.js'

/** With fewer numbers their skewness is uncertain. */
const MIN_RECORDS = 100
/** That of an exponential distribution is 2. Prices of houses, of 1.1 to 1.2, have equal scores on both scales. */
const MIN_SKEWNESS = 1.5

/**
 * The choice with the scale `log` where all numbers are above 0 and most are far below the greatest, such as salaries and sales:
 * squared errors of the numbers themselves would be those of the few greatest. The logarithm has to be less than half as skewed.
 * @param trained the records that the scale is fitted to
 * @param kept the records for validation, whose numbers must have a logarithm, too; null: none
 */
export function withUsualScale(
  choice: TargetChoice,
  trained: { readonly records: Records; readonly nameOf: NameOf },
  kept: { readonly records: Records } | null,
): TargetChoice {
  const { name, type, options } = choice
  if (type !== 'number' || options.scale !== undefined || options.scaler !== undefined) return choice
  const { records, nameOf } = trained
  if (records.length < MIN_RECORDS) return choice
  const values = Float64Array.from(records, (record, i) => numberCell(record, name, nameOf(i)))
  if (!values.every((value) => value > 0)) return choice
  if (kept !== null && !kept.records.every((record) => isPositive(cell(record, name)))) return choice
  const skewed = skewness(values)
  const isLog = skewed > MIN_SKEWNESS && Math.abs(skewness(values.map(log))) < 0.5 * skewed
  return isLog ? { ...choice, options: { ...options, scale: 'log' } } : choice
}

const isPositive = (value: unknown): boolean => typeof value === 'number' && value > 0

/** The mean of ((v - mean) / standard deviation)³; NaN where the values are equal, or too large for their squares. */
function skewness(values: Float64Array): number {
  const mean = meanOf(values, (value) => value)
  const deviation = Math.sqrt(meanOf(values, (value) => (value - mean) * (value - mean)))
  return meanOf(values, (value) => {
    const z = (value - mean) / deviation
    return z * z * z
  })
}

function meanOf(values: Float64Array, of: (value: number) => number): number {
  let sum = 0
  for (const value of values) sum += of(value)
  return sum / values.length
}
