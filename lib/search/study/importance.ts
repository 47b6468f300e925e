/**
 * How important each parameter of a study is: conditional PED-ANOVA (Baba, Ozaki, Watanabe: Conditional PED-ANOVA,
 * 2026, theorem 4.2 and algorithm 1; Watanabe, Bansal, Hutter: PED-ANOVA, IJCAI 2023), which Optuna 5 has as well. It needs
 * no model of the trials, takes choices, integers, numbers and logarithmic ones, and parameters that only some trials
 * have, and is as quick for 10,000 trials as it is for ten.
 */
import type { ParameterSpec, Trial } from '../space/trial.js'
import { type Grid, gridOf } from './grid.js'
import { hasValue, trialOrder } from './order.js'
import { densityOn } from './parzen.js'
import type { StudyData } from './study-data.js'

/** The share of the trials that are the best ones. */
const TOP = 0.1
/** Below this many trials with a parameter, nothing is said of it. */
const MIN_TRIALS = 2
/** Keeps densities above 0. */
const MIN_DENSITY = 1e-12

export interface Importance {
  readonly parameter: string
  /** From 0 to 1; the sum over all parameters is 1. */
  readonly importance: number
}

/**
 * The importance of each parameter, the largest first; equal ones in the order of the space. It says how much a
 * parameter alone decides whether a trial is among the best tenth: with a the share of the best trials that have the
 * parameter, b the share of all trials, p and q the densities of its values among these, it is
 * a² / b · Σ q (p / q - 1)², divided by the sum over all parameters.
 *
 * Pruned and failed trials count as well: without them, what the pruner ends early would seem unimportant. Pruned trials
 * are worse than complete ones, and better the more epochs they were trained for; failed ones are the worst.
 *
 * All are 0 where nothing can be said: fewer than two trials, or none better than another.
 */
export function importanceOf(data: Pick<StudyData, 'space' | 'trials' | 'better'>): Importance[] {
  const { space, trials } = data
  const top = topTrials(data)
  const found = space.parameters.map((parameter) => divergenceOf(parameter, top, trials))
  let sum = 0
  for (const one of found) sum += one
  return space.parameters
    .map(({ name }, i) => ({ parameter: name, importance: sum > 0 ? found[i] / sum : 0 }))
    .sort((a, b) => b.importance - a.importance)
}

/** The best tenth of the trials, rounded up, with those that are equal to its last one; only trials with a value. */
function topTrials({ trials, better }: Pick<StudyData, 'trials' | 'better'>): Trial[] {
  const order = trialOrder(better)
  const ranked = trials.filter(hasValue).sort(order)
  if (ranked.length === 0) return []
  const last = ranked[Math.min(Math.ceil(TOP * trials.length), ranked.length) - 1]
  return ranked.filter((trial) => order(trial, last) <= 0)
}

/** The Pearson divergence of the densities of a parameter, among the top trials and among all that have it. */
function divergenceOf({ name, distribution }: ParameterSpec, top: readonly Trial[], all: readonly Trial[]): number {
  const grid = gridOf(distribution)
  if (grid === null) return 0
  const [topCounts, topHave] = countsOn(grid, name, top)
  const [counts, have] = countsOn(grid, name, all)
  if (topHave === 0 || have < MIN_TRIALS || top.length === all.length) return 0
  const p = densityOn(grid, topCounts)
  const q = densityOn(grid, counts)
  let sum = 0
  for (let i = 0; i < grid.points; i++) {
    const density = q[i] + MIN_DENSITY
    const change = (p[i] + MIN_DENSITY) / density - 1
    sum += density * change * change
  }
  const topShare = topHave / top.length
  return ((topShare * topShare) / (have / all.length)) * sum
}

/** How many trials have each point of the grid, and how many have the parameter. */
function countsOn(grid: Grid, name: string, trials: readonly Trial[]): [counts: Float64Array, have: number] {
  const counts = new Float64Array(grid.points)
  let have = 0
  for (const { draw } of trials) {
    if (!Object.hasOwn(draw, name)) continue
    counts[grid.pointOf(draw[name])]++
    have++
  }
  return [counts, have]
}
