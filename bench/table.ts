/** The table that a person reads at the end of a run. */
import Table from 'cli-table3'
import { BASELINE, type Summary } from './statistics.js'

export function renderTable(summary: readonly Summary[]): string {
  const table = new Table({
    head: ['path', 'avg ms', 'max ms', 'min ms', 'median ms', `times as fast as ${BASELINE}`, 'solved'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left', 'right'],
    style: { head: [], border: [] },
  })
  for (const row of summary) {
    const times = [row.avg, row.max, row.min, row.median].map((ms) => ms.toFixed(2))
    table.push([row.name, ...times, ratioText(row), `${row.solved} of ${row.seeds}`])
  }
  return table.toString()
}

function ratioText({ ratio, interval }: Summary): string {
  if (ratio === null) return '-'
  const text = ratio.toFixed(2)
  return interval === null ? text : `${text} (95 %: ${interval[0].toFixed(2)} to ${interval[1].toFixed(2)})`
}
