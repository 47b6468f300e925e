/** The experiment's table in README.md and docs/benchmarks.md, written from the numbers so that they cannot differ. */
import { readFileSync, writeFileSync } from 'node:fs'
import { BASELINE, type Summary } from './statistics.js'
import { ratioText } from './table.js'

export const PAGES = ['README.md', 'docs/benchmarks.md']

const BEGIN = '<!-- written by npm run bench -- --publish -->\n'
const END = '<!-- end of what is written -->'

export function markdownTable(summary: readonly Summary[]): string {
  const rows = summary.map((row) => {
    const times = [row.avg, row.max, row.min].map((ms) => ms.toFixed(2))
    return [row.name, ...times, row.name === BASELINE ? '1' : ratioText(row)]
  })
  const lines = [
    ['path', 'avg ms', 'max ms', 'min ms', 'times as fast as TypeScript (95 %)'],
    ['---', '---', '---', '---', '---'],
    ...rows,
  ].map((cells) => `| ${cells.join(' | ')} |`)
  return `${lines
    .join('\n')
    .replace(/\| ---/g, '|---')
    .replace(/--- \|/g, '---|')}\n`
}

/** The page with this table in place of the one that it has. */
export function withTable(page: string, table: string): string {
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END, begin)
  if (begin < 0 || end < 0) throw new Error(`Expected the lines "${BEGIN.trim()}" and "${END}" around the table`)
  return page.slice(0, begin + BEGIN.length) + table + page.slice(end)
}

export function publishTable(summary: readonly Summary[], pages = PAGES): void {
  const table = markdownTable(summary)
  for (const page of pages) writeFileSync(page, withTable(readFileSync(page, 'utf8'), table))
}
