/** Columns and notes for the terminal, the chart and the page. */
import { groupBy } from '../harness/group-by.js'
import { type Column, renderTable } from '../harness/table.js'
import { grouped, many, number, wrap } from '../harness/text.js'
import type { Row, WorkloadReport } from './summary.js'

export const unitText = ({ unit, epochs }: WorkloadReport): string =>
  unit === 'training' ? `ms for a training of ${grouped(epochs)} epochs` : unit === 'step' ? 'µs a step' : 'ms an epoch'

const TIMES: readonly Column<Row>[] = [
  ['median', 'right', (row) => number(row.median)],
  ['min', 'right', (row) => number(row.min)],
  ['max', 'right', (row) => number(row.max)],
]

const timesText = ({ times }: Row): string => (times === null ? '-' : number(times))

/** The columns of the page. */
export const PAGE_COLUMNS: readonly Column<Row>[] = [
  ['peer', 'left', ({ name }) => name],
  ['language', 'left', ({ language }) => language],
  ...TIMES,
  ['times as slow', 'right', timesText],
  ['epochs run', 'right', ({ epochs, scaled }) => `${grouped(epochs)}${scaled ? ' (scaled)' : ''}`],
  ['float', 'right', ({ float }) => String(float)],
  ['by its loss', 'left', ({ verdict }) => verdict],
  ['version', 'left', ({ version }) => version],
]

/** The columns in the terminal: the times, and in a few words whether the work is the same. */
const TERMINAL_COLUMNS: readonly Column<Row>[] = [
  ['peer', 'left', ({ name, scaled }) => (scaled ? `${name} *` : name)],
  ...TIMES,
  ['times', 'right', timesText],
  ['its work', 'left', ({ verdict }) => workText(verdict)],
]

const workText = (verdict: string): string =>
  verdict.replace('the same steps in', 'the same,').split(/, (?:off|no difference)|:/)[0]

/** The report of a workload in the terminal. */
export function renderReport(report: WorkloadReport): string {
  const heading = `${report.name}: ${report.summary}`
  const unit = `${unitText(report)}; times as slow as ${report.baseline ?? 'nothing: no backend of the library ran alone'}`
  const table = renderTable(report.rows, TERMINAL_COLUMNS, { dense: true })
  const notes = [...scaledLine(report), ...noteLines(report), ...gapLines(report)]
  return [wrap(heading), wrap(unit), table, ...notes.map((line) => wrap(line, '  '))].join('\n')
}

/** Peers that trained for fewer epochs than the workload has. */
const scaledLine = ({ rows }: WorkloadReport): string[] => {
  const scaled = rows.filter((row) => row.scaled).map(({ name, epochs }) => `${name} (${many(epochs, 'epoch')})`)
  return scaled.length === 0 ? [] : [`* scaled from fewer epochs: ${scaled.join(', ')}.`]
}

/** A line for each peer: how its work differs from the workload. */
export const noteLines = ({ rows }: WorkloadReport): string[] =>
  rows.filter(({ note }) => note !== '').map(({ name, note }) => `${name}: ${note}.`)

/** The peers that are left out, grouped by the reason. */
export function gapLines({ gaps }: WorkloadReport): string[] {
  const byReason = groupBy(gaps, ({ reason, install, failed }) => {
    const text = `${reason.replace(/\.$/, '')}${install === undefined ? '' : `; to install it: ${install}`}`
    return failed ? `FAILED: ${text}` : text
  })
  return [...byReason].map(([reason, group]) => `Without ${group.map(({ name }) => name).join(', ')}: ${reason}.`)
}
