/** The table that a person reads at the end of a run, at most as wide as the terminal, and the same table as Markdown. */
import Table from 'cli-table3'
import { WIDTH } from './text.js'

/** Texts in left columns are broken into several lines where a table would be too wide. */
export type Column<Row> = readonly [title: string, align: 'left' | 'right', text: (row: Row) => string]

/** No lines between rows, for tables with many. */
const DENSE = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' }

/** A space on each side of a cell. */
const PADDING = 2

export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { dense = false } = {},
): string {
  const texts = columns.map(([title, , text]) => [title, ...rows.map(text)])
  const table = new Table({
    head: columns.map(([title]) => title),
    colAligns: columns.map(([, align]) => align),
    colWidths: widthsOf(texts, columns).map((width) => width + PADDING),
    wordWrap: true,
    style: { head: [], border: [] },
    chars: dense ? DENSE : {},
  })
  table.push(...rows.map((_, i) => texts.map((column) => column[i + 1])))
  return table.toString()
}

export function renderMarkdown<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
  const body = rows.map((row) => line(columns.map(([, , text]) => text(row))))
  return `${line(columns.map(([title]) => title))}|${'---|'.repeat(columns.length)}\n${body.join('')}`
}

/** Narrows the widest left columns until the table fits the terminal, but not below their longest words. */
function widthsOf(texts: readonly string[][], columns: readonly Column<never>[]): number[] {
  const longest = (strings: readonly string[]) => Math.max(...strings.map(({ length }) => length))
  const widths = texts.map(longest)
  const least = texts.map((column) => longest(column.flatMap((text) => text.split(' '))))
  const borders = columns.length + 1
  let excess = widths.reduce((sum, width) => sum + width + PADDING, borders) - WIDTH
  for (; excess > 0; excess--) {
    const spare = widths.map((width, i) => (columns[i][1] === 'left' && width > least[i] ? width : 0))
    const widest = Math.max(...spare)
    if (widest === 0) break
    widths[spare.indexOf(widest)]--
  }
  return widths
}
