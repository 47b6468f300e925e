/** Figures of measured times. */
import { mean, median, sampleStandardDeviation } from 'simple-statistics'

/** Quotients of two series of the same rounds: a temporary slowdown of the machine affects both. */
export const pairedRatios = (values: readonly number[], others: readonly number[]): number[] =>
  values.map((value, round) => value / others[round])

/** The median of quotients of the same rounds. */
export const medianRatio = (values: readonly number[], others: readonly number[]): number =>
  median(pairedRatios(values, others))

/** The geometric mean. */
export const geometricMean = (ratios: readonly number[]): number => Math.exp(mean(ratios.map(Math.log)))

/** The 95 % interval of the geometric mean of two or more ratios: Student's t over their logarithms. */
export function interval95(ratios: readonly number[]): [number, number] {
  const logs = ratios.map(Math.log)
  const half = (studentT95(logs.length - 1) * sampleStandardDeviation(logs)) / Math.sqrt(logs.length)
  return [Math.exp(mean(logs) - half), Math.exp(mean(logs) + half)]
}

/**
 * The 95 % interval of the median, between two of the sorted values: the k-th from below and from above, for the largest k with
 * 1 - 2 P(B < k) ≥ 0.95 where B is binomial with p = 1/2. It assumes no distribution. Null for fewer than six values.
 */
export function medianInterval95(values: readonly number[]): [number, number] | null {
  const n = values.length
  let below = 2 ** -n
  let term = below
  let k = 0
  while (1 - 2 * below >= 0.95) {
    k++
    term *= (n - k + 1) / k
    below += term
  }
  if (k === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  return [sorted[k - 1], sorted[n - k]]
}

/** The t with P(|T| ≤ t) = 0.95 for these degrees of freedom, by bisection. */
export function studentT95(degrees: number): number {
  let low = 0
  let high = 13
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (probabilityWithin(middle, degrees) < 0.95) low = middle
    else high = middle
  }
  return high
}

/** P(|T| ≤ t) for whole degrees of freedom: the finite series of Abramowitz and Stegun, 26.7.3 and 26.7.4. */
function probabilityWithin(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees))
  const sine = Math.sin(angle)
  const cosine = Math.cos(angle)
  const odd = degrees % 2 === 1
  let term = odd ? cosine : 1
  let sum = degrees === 1 ? 0 : term
  for (let k = odd ? 3 : 2; k < degrees; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k
    sum += term
  }
  return odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum
}
