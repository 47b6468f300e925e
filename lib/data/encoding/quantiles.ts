/** Quantiles of a column, and the places of values between them. */
import { normalProbability, normalQuantile } from './normal.js'

/** A quantile of sorted values, interpolated linearly (Hyndman and Fan's type 7). */
export function quantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share
  const below = Math.floor(place)
  if (below + 1 >= sorted.length) return sorted[below]
  return sorted[below] + (sorted[below + 1] - sorted[below]) * (place - below)
}

/** The index of the first of ascending values that is at least `value`; their number where there is none. */
function firstFrom(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * The place of a value among k ascending quantiles, from 0 to k - 1: linear between two of them, and the middle of those
 * that are equal to it. Values beyond the ends have the place of the end.
 */
function placeAmong(quantiles: readonly number[], value: number): number {
  const last = quantiles.length - 1
  if (!(value >= quantiles[0])) return 0
  if (!(value <= quantiles[last])) return last
  const first = firstFrom(quantiles, value)
  if (quantiles[first] === value) {
    // Half of the quantiles may be equal: those of a column that is mostly 0.
    let [end, high] = [first, last]
    while (end < high) {
      const middle = (end + high + 1) >>> 1
      if (quantiles[middle] === value) end = middle
      else high = middle - 1
    }
    return 0.5 * (first + end)
  }
  const below = quantiles[first - 1]
  return first - 1 + (value - below) / (quantiles[first] - below)
}

/**
 * The value with a normal distribution that has the same place: z with Φ(z) = (place + 1/2) / k (Hazen's plotting
 * positions), so that the ends are finite and depend on k alone.
 */
export const normalScore = (quantiles: readonly number[], value: number): number =>
  normalQuantile((placeAmong(quantiles, value) + 0.5) / quantiles.length)

/** The inverse of `normalScore`, from the first to the last quantile. */
export function valueOfScore(quantiles: readonly number[], score: number): number {
  const last = quantiles.length - 1
  const place = normalProbability(score) * quantiles.length - 0.5
  if (!(place > 0)) return quantiles[0]
  if (place >= last) return quantiles[last]
  const below = Math.floor(place)
  return quantiles[below] + (quantiles[below + 1] - quantiles[below]) * (place - below)
}
