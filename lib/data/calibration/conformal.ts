/** Split-conformal intervals. */

/**
 * The margin of an interval with this coverage: the ceil((n + 1) · level)-th smallest of n residuals (Lei, G'Sell,
 * Rinaldo, Tibshirani and Wasserman, 2018); Infinity where that is more than n.
 * @param residuals the absolute errors on records that were not trained on
 * @param level the coverage on new records, above 0 and below 1
 */
export function conformalMargin(residuals: Float64Array, level: number): number {
  const place = Math.ceil((residuals.length + 1) * level)
  return place > residuals.length ? Infinity : residuals.slice().sort()[place - 1]
}
