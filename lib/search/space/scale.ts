/** The values of a distribution in equal shares of [0, 1). */
import { exp } from '../../kernels/exp.js'
import { log } from '../../kernels/math.js'
import type { Distribution } from './trial.js'

/** The number of values; Infinity for a range of real numbers. */
export function valueCount(distribution: Distribution): number {
  if (distribution.kind === 'choice') return distribution.values.length
  if (distribution.kind !== 'integer') return Infinity
  return (distribution.high - distribution.low) / distribution.step + 1
}

const between = (value: number, low: number, high: number): number => (value < low ? low : value > high ? high : value)

/**
 * The function from u, 0 <= u < 1, to the value of a draw. Of uniform u it makes values of the distribution; it rises
 * with u. An integer k on a logarithmic scale has the share of ln(k - 1/2) … ln(k + 1/2).
 */
export function scaleOf(distribution: Distribution): (u: number) => number {
  if (distribution.kind === 'choice') {
    const last = distribution.values.length - 1
    return (u) => Math.min(Math.floor(u * (last + 1)), last)
  }
  const { kind, low, high } = distribution
  if (kind === 'uniform') {
    const range = high - low
    return (u) => between(low + u * range, low, high)
  }
  if (kind === 'logUniform') {
    const first = log(low)
    const range = log(high) - first
    return (u) => between(exp(first + u * range), low, high)
  }
  if (distribution.log) {
    const first = log(low - 0.5)
    const range = log(high + 0.5) - first
    return (u) => between(Math.round(exp(first + u * range)), low, high)
  }
  const count = valueCount(distribution)
  const { step } = distribution
  return (u) => low + step * Math.min(Math.floor(u * count), count - 1)
}
