/** The tables of the experiment: for the terminal, and for README.md and docs/benchmarks.md. */
import { groupBy } from '../harness/group-by.js'
import { type Column, renderMarkdown, renderTable } from '../harness/table.js'
import { number, wrap } from '../harness/text.js'
import { BASELINE, type Summary } from './summary.js'

const columns = (show: (ms: number) => string): Column<Summary>[] => [
  ['path', 'left', ({ name }) => name],
  ['avg ms', 'right', ({ avg }) => show(avg)],
  ['max ms', 'right', ({ max }) => show(max)],
  ['min ms', 'right', ({ min }) => show(min)],
]

export const markdownTable = (summary: readonly Summary[]): string =>
  renderMarkdown(summary, [
    ...columns((ms) => ms.toFixed(2)),
    ['times as fast as TypeScript (95 %)', 'left', (row) => (row.name === BASELINE ? '1' : ratioText(row))],
  ])

/** The table, and how many seeds were solved: one line if the number is the same for every entry. */
export function renderSummary(summary: readonly Summary[]): string {
  const table = renderTable(summary, [...columns(number), [`× ${BASELINE} (95 %)`, 'left', ratioText]])
  const solved = groupBy(summary, ({ solved, seeds }) => `${solved} of ${seeds}`)
  const lines = [...solved].map(([count, rows]) => {
    const where = solved.size > 1 ? ` (${rows.map(({ name }) => name).join(', ')})` : ', the same on every path'
    return wrap(`Seeds that learn XOR: ${count}${where}.`)
  })
  return [table, ...lines].join('\n')
}

/** How many times as fast as the baseline, with the 95 % interval. */
function ratioText({ ratio, interval }: Summary): string {
  if (ratio === null) return '-'
  const text = ratio.toFixed(2)
  return interval === null ? text : `${text} (${interval[0].toFixed(2)} to ${interval[1].toFixed(2)})`
}
