/** Numbers and notes as the terminal, the chart and the page show them. */
import type { Row, WorkloadReport } from './summary.js'

/** Three digits that count, or all before the point where they are more. */
export function number(value: number): string {
  return value >= 1000
    ? value.toLocaleString('en', { maximumFractionDigits: 0 })
    : value.toLocaleString('en', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 })
}

export const unitText = ({ unit, epochs }: WorkloadReport): string =>
  unit === 'training' ? `ms for a training of ${epochs.toLocaleString('en')} epochs` : 'ms an epoch'

/** The columns of a table of peers, for the terminal and for the page. */
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
