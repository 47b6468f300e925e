/**
 * What the table and the chart show of the measured times.
 *
 * A path's ratio to TypeScript is paired: each seed gives one quotient of two times from the same round, so a machine
 * that slows down for a while slows both. Quotients are averaged as logarithms (their geometric mean), and the 95 %
 * interval is Student's t over those logarithms, with one degree of freedom less than there are seeds.
 */
import { max, mean, median, min, sampleStandardDeviation } from 'simple-statistics'
import type { Run } from './experiment.js'

export interface Summary {
  name: string
  /** Milliseconds for one training. */
  avg: number
  max: number
  min: number
  median: number
  /** How many times as fast as TypeScript; null where TypeScript did not run. */
  ratio: number | null
  /** The 95 % interval of `ratio`; null for TypeScript itself and for fewer than two seeds. */
  interval: [number, number] | null
  solved: number
  seeds: number
}

export const BASELINE = 'typescript'

/** One summary for each path, in the order of `names`. */
export function summarize(runs: readonly Run[], names: readonly string[]): Summary[] {
  const times = (name: string): number[] => runs.filter((run) => run.name === name).map((run) => run.ms)
  const baseline = times(BASELINE)
  return names.map((name) => {
    const ms = times(name)
    const ratios = baseline.map((time, i) => time / ms[i])
    return {
      name,
      avg: mean(ms),
      max: max(ms),
      min: min(ms),
      median: median(ms),
      ratio: ratios.length > 0 ? Math.exp(mean(ratios.map(Math.log))) : null,
      interval: name !== BASELINE && ratios.length > 1 ? interval95(ratios) : null,
      solved: runs.filter((run) => run.name === name && run.solved).length,
      seeds: ms.length,
    }
  })
}

/** The 95 % interval of the geometric mean of two or more ratios. */
export function interval95(ratios: readonly number[]): [number, number] {
  const logs = ratios.map(Math.log)
  const half = (studentT95(logs.length - 1) * sampleStandardDeviation(logs)) / Math.sqrt(logs.length)
  return [Math.exp(mean(logs) - half), Math.exp(mean(logs) + half)]
}

/**
 * The 95 % interval of the median, between two of the sorted values: the k-th from below and from above, for the largest k with
 * 1 - 2 P(B < k) ≥ 0.95 where B is binomial with p = 1/2. It supposes no distribution. Null for fewer than six values.
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

/** The t that a variable with these degrees of freedom stays within, either way, 95 times in 100: by bisection. */
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

/** The seeds for which these paths did not all end in the same bits: none, if the library keeps its word. */
export function disagreements(runs: readonly Run[], lockstep: readonly string[]): Run['seed'][] {
  const ends = new Map<Run['seed'], Set<string>>()
  for (const run of runs) {
    if (!lockstep.includes(run.name)) continue
    const bits = ends.get(run.seed) ?? new Set()
    ends.set(run.seed, bits.add(run.final.join()))
  }
  return [...ends].filter(([, bits]) => bits.size > 1).map(([seed]) => seed)
}
