/**
 * Split-conformal prediction: how far intervals must reach so that new rows are inside as often as asked, whatever the
 * model and the distribution, where new rows are like the calibration rows (exchangeable). Vovk, Gammerman and Shafer,
 * Algorithmic learning in a random world, 2005; Lei et al., Distribution-free predictive inference for regression, 2018.
 */

/**
 * The rank of the margin among n scores, from 1: ⌈(n + 1) · level⌉. Levels are decimals: 0.07 · 100 is 7, although the
 * binary product is more, as in `rowsOfShare`.
 */
const rankOf = (rows: number, level: number): number => Math.ceil((rows + 1) * level - (rows + 1) * 2 ** -50)

/**
 * The ⌈(n + 1) · level⌉-th smallest of n scores of calibration rows. A new row's score is at most this margin with a
 * probability of at least `level`, and of at most level + 1 / (n + 1) where no scores are equal.
 * @param scores how far each row is outside: |y - m| for a prediction m, and the interval is then m ± margin; or, for
 *   predicted quantiles, max(low - y, y - high), and the interval is then low - margin … high + margin
 * @param level above 0, below 1
 * @returns Infinity where there are fewer than `conformalRows(level)` scores
 */
export const conformalMargin = (scores: Float64Array, level: number): number =>
  marginOfSorted(scores.slice().sort(), level)

/** The same of ascending scores. */
export function marginOfSorted(scores: ArrayLike<number>, level: number): number {
  const rank = rankOf(scores.length, level)
  return rank > scores.length ? Infinity : scores[Math.max(rank, 1) - 1]
}

/** The fewest calibration rows with which a margin of this level is finite: 9 for 0.9, 19 for 0.95. */
export function conformalRows(level: number): number {
  let rows = Math.max(1, Math.floor(level / (1 - level)) - 1)
  while (rankOf(rows, level) > rows) rows++
  return rows
}
