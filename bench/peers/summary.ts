/**
 * The report's figures: times for the same amount of work, these times as multiples of the library's best backend (ensembles
 * excluded), and by the final losses whether a peer did the same work.
 */

import { max, median, min } from 'simple-statistics'
import type { Measured, Measurement, Missing, Run } from './measure.js'
import { lossOf } from './serve.js'
import { stepsOf, type Workload } from './spec.js'
import { trainOnce } from './training.js'

export interface Row {
  name: string
  language: string
  library: boolean
  version: string
  float: 32 | 64
  threads: number
  /** Milliseconds for a training or an epoch, or microseconds for a step, whichever the workload reports. */
  median: number
  min: number
  max: number
  /** The median as a multiple of that of the library's best backend on one thread (no ensemble); null if none was measured. */
  times: number | null
  epochs: number
  /** Whether it trained fewer epochs than the workload has; then `median`, `min` and `max` are scaled. */
  scaled: boolean
  /**
   * The largest relative difference of its losses from the library's after the same epochs, of a population also of each network's
   * validation losses; null for no comparison.
   */
  difference: number | null
  verdict: string
  note: string
  runs: { start: number; seconds: number; loss: number | null; expected: number | null }[]
}

export interface Gap {
  name: string
  language: string
  reason: string
  install?: string
  failed: boolean
}

export interface WorkloadReport {
  name: string
  summary: string
  unit: Workload['unit']
  epochs: number
  /** The library's best backend, ensembles excluded. */
  baseline: string | null
  /** The fastest first. */
  rows: Row[]
  gaps: Gap[]
}

/** A different order of sums causes relative differences of losses up to this. */
export const SAME_WORK = 1e-6

export function summarize(workload: Workload, { measured, missing }: Measurement): WorkloadReport {
  const expect = expectedLosses(workload)
  const rows = measured.map((one) => toRow(workload, one, expect)).sort((a, b) => a.median - b.median)
  const alone = new Set(measured.filter(({ peer }) => peer.library === 'alone').map(({ peer }) => peer.name))
  const best = rows.find((row) => alone.has(row.name))
  for (const row of rows) row.times = best === undefined ? null : row.median / best.median
  const { name, summary, unit, epochs } = workload
  return { name, summary, unit, epochs, baseline: best?.name ?? null, rows, gaps: missing.map(toGap) }
}

type Losses = Pick<Run, 'loss' | 'validationLosses'>
type ExpectedLosses = (start: number, epochs: number) => Losses

function toRow(workload: Workload, { peer, about, epochs, runs }: Measured, expect: ExpectedLosses): Row {
  const times = runs.map(({ seconds }) => (seconds / epochs) * unitsOf(workload))
  const compared = about.sameStart && runs.every(({ loss }) => loss !== null)
  const difference = compared ? max(runs.map((run) => differenceOf(run, expect(run.start, epochs)))) : null
  const checked = runs.map(({ start, seconds, loss }) => ({
    start,
    seconds,
    loss,
    expected: compared ? expect(start, epochs).loss : null,
  }))
  const library = peer.library !== undefined
  const sameWork = about.sameWork ?? about.sameStart
  return {
    name: peer.name,
    language: peer.language,
    library,
    version: about.version,
    float: about.float,
    threads: peer.threads ?? 1,
    median: median(times),
    min: min(times),
    max: max(times),
    times: null,
    epochs,
    scaled: epochs < workload.epochs,
    difference,
    verdict: judge(difference, library, about.float, sameWork),
    note: about.note ?? '',
    runs: checked,
  }
}

/** The verdict of the losses in a few words. */
export function judge(difference: number | null, library: boolean, float: 32 | 64, sameWork: boolean): string {
  if (difference === null) return sameWork ? 'not compared' : 'other work'
  const off = difference === 0 ? 'no difference' : `off by ${difference.toExponential(0)}`
  if (library) return difference === 0 ? 'the same bits' : `WRONG: ${off}`
  if (!sameWork) return `other work, ${off}`
  // The difference between float32 and float64 grows with the length of the training.
  if (float === 32) return `the same steps in float32, ${off}`
  return difference <= SAME_WORK ? `the same work, ${off}` : `NOT THE SAME WORK, ${off}`
}

/** The factor from the seconds of an epoch to the unit of the report. */
function unitsOf(workload: Workload): number {
  if (workload.unit === 'step') return 1e6 / stepsOf(workload)
  return workload.unit === 'training' ? 1000 * workload.epochs : 1000
}

/** The largest relative difference of a run's losses. */
function differenceOf(run: Losses, expected: Losses): number {
  const listed = ({ loss, validationLosses = [] }: Losses) => [loss as number, ...validationLosses]
  const right = listed(expected)
  // Not the largest of all where one is no number: that would be ignored.
  const differences = listed(run).map((value, i) => Math.abs(value - right[i]) / Math.abs(right[i]))
  return differences.some(Number.isNaN) ? Number.NaN : max(differences)
}

/** The library's losses after n epochs from a start, computed once for all peers with the same n. */
function expectedLosses(workload: Workload): ExpectedLosses {
  const known = new Map<string, Losses>()
  return (start, epochs) => {
    const key = `${start} ${epochs}`
    const before = known.get(key)
    if (before !== undefined) return before
    const trained = trainOnce(workload, start, epochs, {})
    const losses =
      'loss' in trained
        ? { loss: trained.loss, validationLosses: [...trained.validationLosses] }
        : { loss: lossOf(workload, trained.predictions as Float64Array) }
    known.set(key, losses)
    return losses
  }
}

function toGap({ peer, reason, install, failed }: Missing): Gap {
  return { name: peer.name, language: peer.language, reason, failed, ...(install === undefined ? {} : { install }) }
}

/** Whether a peer failed, or did other work than it claims. */
export const isWrong = ({ rows, gaps }: WorkloadReport): boolean =>
  gaps.some(({ failed }) => failed) || rows.some(({ verdict }) => /^(WRONG|NOT)\b/.test(verdict))
