/** The grid on which densities of a parameter are estimated: the values of a choice, or equal steps of a number. */
import { log } from '../../kernels/math.js'
import type { Distribution } from '../space/trial.js'

/** The most points of a grid. */
const MAX_POINTS = 50

export interface Grid {
  readonly points: number
  readonly isChoice: boolean
  /** The point that is nearest to a value of a draw. */
  pointOf(value: number): number
}

/** The least k with 2^k >= n. */
function bitsOf(n: number): number {
  let bits = 0
  for (let power = 1; power < n; power *= 2) bits++
  return bits
}

/**
 * The grid of a distribution; null for one that has a single value. Logarithmic parameters have equal steps of the
 * logarithm; integers of these have as many points as there are doublings, as a finer grid would have points without
 * integers.
 */
export function gridOf(distribution: Distribution): Grid | null {
  if (distribution.kind === 'choice') {
    const points = distribution.values.length
    return points < 2 ? null : { points, isChoice: true, pointOf: (value) => value }
  }
  const { low, high } = distribution
  if (distribution.kind !== 'integer') return numberGrid(low, high, distribution.kind === 'logUniform', MAX_POINTS)
  const { step, log: isLog } = distribution
  const steps = Math.floor((high - low) / step)
  const points = isLog ? bitsOf(high - low + 1) + 1 : steps + 1
  return numberGrid(low, low + steps * step, isLog, Math.min(points, MAX_POINTS))
}

function numberGrid(low: number, high: number, isLog: boolean, points: number): Grid | null {
  if (!(low < high)) return null
  const scaled = (value: number) => (isLog ? log(value) : value)
  const start = scaled(low)
  const width = (scaled(high) - start) / (points - 1)
  return {
    points,
    isChoice: false,
    // A value in the middle between two points belongs to the lower one.
    pointOf: (value) => Math.min(Math.max(Math.ceil((scaled(value) - start) / width - 0.5), 0), points - 1),
  }
}
