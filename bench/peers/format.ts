/** Numbers and notes as the terminal, the chart and the page show them. */
import { number } from '../table.js'
import type { Row, WorkloadReport } from './summary.js'
import { many } from './workloads.js'

export const unitText = ({ unit, epochs }: WorkloadReport): string =>
  unit === 'training' ? `ms for a training of ${epochs.toLocaleString('en')} epochs` : 'ms an epoch'

/** The columns of a table of peers on the page. */
export const COLUMNS: readonly { head: string; text: (row: Row) => string; left?: true }[] = [
  { head: 'peer', text: ({ name }) => name, left: true },
  { head: 'language', text: ({ language }) => language, left: true },
  { head: 'median', text: (row) => number(row.median) },
  { head: 'min', text: (row) => number(row.min) },
  { head: 'max', text: (row) => number(row.max) },
  { head: 'times as slow', text: ({ times }) => (times === null ? '-' : number(times)) },
  { head: 'epochs run', text: ({ epochs, scaled }) => `${epochs.toLocaleString('en')}${scaled ? ' (scaled)' : ''}` },
  { head: 'float', text: ({ float }) => String(float) },
  { head: 'by its loss', text: ({ verdict }) => verdict, left: true },
]

/** The columns for a terminal: those that say who is fastest, and whether the work is the same, in a few words. */
export const TERMINAL_COLUMNS: typeof COLUMNS = [
  { head: 'peer', text: ({ name, scaled }) => (scaled ? `${name} *` : name), left: true },
  { head: 'median', text: (row) => number(row.median) },
  { head: 'min', text: (row) => number(row.min) },
  { head: 'max', text: (row) => number(row.max) },
  { head: 'times', text: ({ times }) => (times === null ? '-' : number(times)) },
  {
    head: 'its work',
    text: ({ verdict }) => verdict.replace('the same steps in', 'the same,').split(/, (?:off|no difference)|:/)[0],
    left: true,
  },
]

/** Peers that trained for fewer epochs than the workload has. */
export const scaledLine = ({ rows }: WorkloadReport): string[] => {
  const scaled = rows.filter((row) => row.scaled).map(({ name, epochs }) => `${name} (${many(epochs, 'epoch')})`)
  return scaled.length === 0 ? [] : [`* scaled from fewer epochs: ${scaled.join(', ')}.`]
}

/** What a reader has to know of rows whose work is not quite the workload's: a line for each. */
export const noteLines = ({ rows }: WorkloadReport): string[] =>
  rows.filter(({ note }) => note !== '').map(({ name, note }) => `${name}: ${note}.`)

/** What was left out and why, peers with one reason together. */
export function gapLines({ gaps }: WorkloadReport): string[] {
  const reasons = new Map<string, string[]>()
  for (const { name, reason, install, failed } of gaps) {
    const text = `${reason.replace(/\.$/, '')}${install === undefined ? '' : `; to install it: ${install}`}`
    const key = failed ? `FAILED: ${text}` : text
    reasons.set(key, [...(reasons.get(key) ?? []), name])
  }
  return [...reasons].map(([reason, names]) => `Without ${names.join(', ')}: ${reason}.`)
}
