/** The tables that a person reads at the end of a run. */
import Table from 'cli-table3'
import { BASELINE, type Summary } from './statistics.js'

/** A column: its title, and to which side its cells go. */
export type Column = readonly [title: string, align: 'left' | 'right']

export function renderColumns(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map(([title]) => title),
    colAligns: columns.map(([, align]) => align),
    style: { head: [], border: [] },
  })
  table.push(...rows.map((row) => [...row]))
  return table.toString()
}

export function renderTable(summary: readonly Summary[]): string {
  const times = ['avg ms', 'max ms', 'min ms', 'median ms'].map((title): Column => [title, 'right'])
  const ratio: Column = [`times as fast as ${BASELINE}`, 'left']
  return renderColumns(
    [['path', 'left'], ...times, ratio, ['solved', 'right']],
    summary.map((row) => {
      const numbers = [row.avg, row.max, row.min, row.median].map((ms) => ms.toFixed(2))
      return [row.name, ...numbers, ratioText(row), `${row.solved} of ${row.seeds}`]
    }),
  )
}

function ratioText({ ratio, interval }: Summary): string {
  if (ratio === null) return '-'
  const text = ratio.toFixed(2)
  return interval === null ? text : `${text} (95 %: ${interval[0].toFixed(2)} to ${interval[1].toFixed(2)})`
}
