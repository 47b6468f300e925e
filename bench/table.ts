/** The tables and lines that a person reads at the end of a run. None is wider than a terminal of 80 columns. */
import Table from 'cli-table3'
import { BASELINE, type Summary } from './statistics.js'

export const WIDTH = 80

/** A column: its title, and to which side its cells go. Where a table would be too wide, texts in left columns go over several lines. */
export type Column = readonly [title: string, align: 'left' | 'right']

/** No lines between rows, for tables of many. */
const DENSE = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' }

/** A space on each side of a cell. */
const PADDING = 2

export function renderColumns(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { dense = false } = {},
): string {
  const texts = columns.map(([title], i) => [title, ...rows.map((row) => row[i])])
  const table = new Table({
    head: columns.map(([title]) => title),
    colAligns: columns.map(([, align]) => align),
    colWidths: widthsOf(texts, columns).map((width) => width + PADDING),
    wordWrap: true,
    style: { head: [], border: [] },
    chars: dense ? DENSE : {},
  })
  table.push(...rows.map((row) => [...row]))
  return table.toString()
}

/** What is too much for the terminal is taken from the widest left columns, down to their longest words. */
function widthsOf(texts: readonly string[][], columns: readonly Column[]): number[] {
  const longest = (strings: readonly string[]) => Math.max(...strings.map(({ length }) => length))
  const widths = texts.map(longest)
  const least = texts.map((column) => longest(column.flatMap((text) => text.split(' '))))
  const borders = columns.length + 1
  let excess = widths.reduce((sum, width) => sum + width + PADDING, borders) - WIDTH
  for (; excess > 0; excess--) {
    const room = widths.map((width, i) => (columns[i][1] === 'left' && width > least[i] ? width : 0))
    const widest = Math.max(...room)
    if (widest === 0) break
    widths[room.indexOf(widest)]--
  }
  return widths
}

/** Breaks lines between words. A word that is too long, such as a path, keeps a line of its own. */
export function wrap(text: string, indent = ''): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, indent))
    .join('\n')
}

function wrapLine(text: string, indent: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = `${indent}${word}`
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].join('\n')
}

/** Three digits that count, or all before the point where they are more. */
export function number(value: number): string {
  return value >= 1000
    ? value.toLocaleString('en', { maximumFractionDigits: 0 })
    : value.toLocaleString('en', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 })
}

/** The experiment's table; how many seeds were solved is a line below it, as it is the same for all where all work. */
export function renderTable(summary: readonly Summary[]): string {
  const times = ['avg ms', 'max ms', 'min ms'].map((title): Column => [title, 'right'])
  const table = renderColumns(
    [['path', 'left'], ...times, [`× ${BASELINE} (95 %)`, 'left']],
    summary.map((row) => [row.name, number(row.avg), number(row.max), number(row.min), ratioText(row)]),
  )
  const solved = new Map<string, string[]>()
  for (const { name, solved: count, seeds } of summary) {
    const text = `${count} of ${seeds}`
    solved.set(text, [...(solved.get(text) ?? []), name])
  }
  const lines = [...solved].map(([count, names]) => {
    return wrap(
      `Seeds that learn XOR: ${count}${solved.size > 1 ? ` (${names.join(', ')})` : ', the same on every path'}.`,
    )
  })
  return [table, ...lines].join('\n')
}

/** How many times as fast as the baseline, with the 95 % interval. */
export function ratioText({ ratio, interval }: Summary): string {
  if (ratio === null) return '-'
  const text = ratio.toFixed(2)
  return interval === null ? text : `${text} (${interval[0].toFixed(2)} to ${interval[1].toFixed(2)})`
}
