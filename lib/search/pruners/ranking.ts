/** Ranks of trials, and the rungs that pruners share. */

/** Active trials from the best to the worst: lower scores first, NaN last, equal scores by number. */
export function ranked(scores: Float64Array, active: readonly number[]): number[] {
  return [...active].sort((a, b) => {
    const [first, second] = [scores[a], scores[b]]
    if (Number.isNaN(first) || Number.isNaN(second)) return +Number.isNaN(first) - +Number.isNaN(second) || a - b
    return first < second ? -1 : first > second ? 1 : a - b
  })
}

export const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b)

/**
 * The best `count` of the active trials, ascending. Trials whose score is NaN are not among them, unless all are NaN:
 * then the first goes on.
 */
export function best(scores: Float64Array, active: readonly number[], count: number): number[] {
  const order = ranked(scores, active)
  const finite = order.filter((trial) => !Number.isNaN(scores[trial]))
  const kept = finite.length === 0 ? order.slice(0, 1) : finite.slice(0, Math.max(1, count))
  return ascending(kept)
}

/** `factor` to the power of `k`, as repeated products. */
export function power(factor: number, k: number): number {
  let product = 1
  for (let i = 0; i < k; i++) product *= factor
  return product
}

/** The largest k with factor^k <= limit, at least 0. */
export function wholeLog(factor: number, limit: number): number {
  let k = 0
  for (let product = factor; product <= limit; product *= factor) k++
  return k
}

/** The epochs of rungs: ascending, each once, below `epochs`. */
export const distinctRungs = (rungs: readonly number[], epochs: number): number[] =>
  ascending([...new Set(rungs)]).filter((rung) => rung < epochs)
