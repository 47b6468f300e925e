/**
 * Parzen estimators: the densities of values of one parameter as mixtures of kernels, one for each observation and one
 * for the prior. After Bergstra et al. (NIPS 2011) with the bandwidths of Hyperopt and Optuna, as Watanabe describes
 * them ("Tree-structured Parzen estimator", arXiv 2304.11127, 2023).
 */
import { normalProbability, normalQuantile } from '../../data/encoding/normal.js'
import { normalDensity } from '../../kernels/math.js'
import type { Random } from '../../kernels/random.js'

export interface Estimator {
  /** A value with the estimator's distribution. */
  draw(random: Random): number
  /**
   * The density of a value, or its probability; of one estimator compared with another of the same parameter. Above 0.
   */
  density(value: number): number
}

/** The index of the kernel of a uniform number: kernels before the last, which is the prior's, have weight 1 each. */
function kernelOf(u: number, count: number, priorWeight: number): number {
  return Math.min(Math.floor(u * (count + priorWeight)), count)
}

/**
 * Of a choice: each observation's kernel has its own value with weight 1, and all values alike with the prior's weight
 * over the number of kernels, as in Optuna.
 * @param observed indices of values
 */
export function choiceEstimator(observed: readonly number[], values: number, priorWeight: number): Estimator {
  const kernels = observed.length + 1
  const total = new Float64Array(values)
  const spread = priorWeight / kernels
  // Each of the observations' kernels sums to 1 + values · spread.
  for (const value of observed) total[value]++
  const weights = total.map(
    (count) => (count + observed.length * spread) / (1 + values * spread) + priorWeight / values,
  )
  const sum = weights.reduce((all, one) => all + one, 0)
  return {
    density: (value) => weights[value] / sum,
    draw(random) {
      let left = random.uniform() * sum
      for (let value = 0; value < values - 1; value++) {
        left -= weights[value]
        if (left < 0) return value
      }
      return values - 1
    },
  }
}

/** The scale on which a parameter of numbers is estimated: its values on [0, 1]. */
export interface UnitScale {
  /** Of a value, its place. */
  unitOf(value: number): number
  /** Of a place, the value. */
  valueOf(unit: number): number
  /** Of an integer the share of [0, 1] that is nearest to it; null: values are real numbers. */
  readonly cell: ((value: number) => readonly [low: number, high: number]) | null
}

/** The least bandwidth is 1 / (kernels + 1), but at least this ("magic clipping"). */
const LEAST_BANDWIDTH = 0.01

/**
 * The bandwidths of sorted places: the larger distance to a neighbour. Of the first and the last: the distance to the
 * only one.
 */
function bandwidths(sorted: Float64Array): Float64Array {
  const count = sorted.length
  const least = Math.max(LEAST_BANDWIDTH, 1 / (count + 2))
  return sorted.map((place, i) => {
    const left = i > 0 ? place - sorted[i - 1] : count > 1 ? 0 : place
    const right = i < count - 1 ? sorted[i + 1] - place : count > 1 ? 0 : 1 - place
    return Math.min(Math.max(left, right, least), 1)
  })
}

function appended(numbers: Float64Array, last: number): Float64Array {
  const all = new Float64Array(numbers.length + 1)
  all.set(numbers)
  all[numbers.length] = last
  return all
}

/**
 * In standard deviations: at this distance from its mean a kernel's density is below 1e-16 of its largest, and is not
 * added. There `normalProbability` is 0 or 1.
 */
const REACH = 8.6

/** Φ(z), sooner where z is far from 0. */
const below = (z: number): number => (z <= -REACH ? 0 : z >= REACH ? 1 : normalProbability(z))

/**
 * Of numbers: normal kernels, truncated to [0, 1]; the prior's has its mean at 1/2 and the standard deviation 1.
 * @param observed values of the parameter
 */
export function numberEstimator(observed: readonly number[], scale: UnitScale, priorWeight: number): Estimator {
  const count = observed.length
  const places = Float64Array.from(observed, scale.unitOf).sort()
  const means = appended(places, 0.5)
  const deviations = appended(bandwidths(places), 1)
  const lows = means.map((mean, k) => below(-mean / deviations[k]))
  const masses = means.map((mean, k) => below((1 - mean) / deviations[k]) - lows[k])
  const weights = masses.map((mass, k) => (k < count ? 1 : priorWeight) / mass)

  function density(value: number): number {
    const x = scale.unitOf(value)
    let sum = 0
    for (let k = 0; k <= count; k++) {
      const z = (x - means[k]) / deviations[k]
      if (z < REACH && z > -REACH) sum += (weights[k] * normalDensity(z)) / deviations[k]
    }
    return sum / (count + priorWeight)
  }

  function probability([low, high]: readonly [low: number, high: number]): number {
    let sum = 0
    for (let k = 0; k <= count; k++) {
      const from = (low - means[k]) / deviations[k]
      const to = (high - means[k]) / deviations[k]
      if (from < REACH && to > -REACH) sum += weights[k] * (below(to) - below(from))
    }
    return sum / (count + priorWeight)
  }

  const { cell } = scale
  return {
    density: cell === null ? density : (value) => probability(cell(value)),
    draw(random) {
      const k = kernelOf(random.uniform(), count, priorWeight)
      // The inverse of the truncated distribution function. A mean within [0, 1] keeps the argument away from 0 and 1.
      const p = lows[k] + random.uniform() * masses[k]
      const place = means[k] + deviations[k] * normalQuantile(Math.min(Math.max(p, 1e-10), 1 - 1e-10))
      return scale.valueOf(Math.min(Math.max(place, 0), 1))
    },
  }
}
