/** What a person reads in the terminal at the end of a run. */
import { type Column, renderColumns, wrap } from '../table.js'
import { gapLines, noteLines, scaledLine, TERMINAL_COLUMNS, unitText } from './format.js'
import type { WorkloadReport } from './summary.js'

export function renderReport(report: WorkloadReport): string {
  const heading = `${report.name}: ${report.summary}`
  const unit = `${unitText(report)}; times as slow as ${report.baseline ?? 'nothing: no path of the library ran alone'}`
  const table = renderColumns(
    TERMINAL_COLUMNS.map(({ head, left }): Column => [head, left ? 'left' : 'right']),
    report.rows.map((row) => TERMINAL_COLUMNS.map(({ text }) => text(row))),
    { dense: true },
  )
  const notes = [...scaledLine(report), ...noteLines(report), ...gapLines(report)]
  return [wrap(heading), wrap(unit), table, ...notes.map((line) => wrap(line, '  '))].join('\n')
}
