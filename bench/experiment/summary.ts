/**
 * The experiment's figures for the table and the chart. The ratio of an entry to TypeScript is paired: each seed gives the
 * quotient of two times of one round. The figures are their geometric mean and its 95 % interval.
 */
import { max, mean, median, min } from 'simple-statistics'
import { groupBy } from '../harness/group-by.js'
import { geometricMean, interval95, pairedRatios } from '../harness/statistics.js'
import type { Run } from './experiment.js'

export interface Summary {
  name: string
  /** Milliseconds of one training. */
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

/** A summary for each entry, in the order of `names`. */
export function summarize(runs: readonly Run[], names: readonly string[]): Summary[] {
  const of = (name: string) => runs.filter((run) => run.name === name)
  const times = (name: string) => of(name).map(({ ms }) => ms)
  const baseline = times(BASELINE)
  return names.map((name) => {
    const ms = times(name)
    const ratios = pairedRatios(baseline, ms)
    return {
      name,
      avg: mean(ms),
      max: max(ms),
      min: min(ms),
      median: median(ms),
      ratio: ratios.length > 0 ? geometricMean(ratios) : null,
      interval: name !== BASELINE && ratios.length > 1 ? interval95(ratios) : null,
      solved: of(name).filter(({ solved }) => solved).length,
      seeds: ms.length,
    }
  })
}

/** The seeds for which these entries did not all end in the same bits. There should be none. */
export function disagreements(runs: readonly Run[], lockstep: readonly string[]): Run['seed'][] {
  const bySeed = groupBy(
    runs.filter(({ name }) => lockstep.includes(name)),
    ({ seed }) => seed,
  )
  const ends = (group: readonly Run[]) => new Set(group.map(({ final }) => final.join()))
  return [...bySeed].filter(([, group]) => ends(group).size > 1).map(([seed]) => seed)
}
