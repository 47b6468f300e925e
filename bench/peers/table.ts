/** What a person reads in the terminal at the end of a run. */
import Table from 'cli-table3'
import { COLUMNS, gapLines, noteLines, unitText } from './format.js'
import type { WorkloadReport } from './summary.js'

export function renderReport(report: WorkloadReport): string {
  const heading = `${report.name}: ${report.summary}`
  const unit = `${unitText(report)}; times as slow as ${report.baseline ?? 'nothing: no path of the library ran alone'}`
  return [heading, unit, renderTable(report), ...noteLines(report), ...gapLines(report)].join('\n')
}

/** No lines between rows: there are many. */
const CHARACTERS = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' }

function renderTable({ rows }: WorkloadReport): string {
  const table = new Table({
    head: COLUMNS.map(({ head }) => head),
    colAligns: COLUMNS.map(({ left }) => (left ? 'left' : 'right')),
    style: { head: [], border: [] },
    chars: CHARACTERS,
  })
  for (const row of rows) table.push(COLUMNS.map(({ text }) => text(row)))
  return table.toString()
}
