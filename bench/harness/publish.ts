/** Tables in README.md and docs/benchmarks.md, generated from the numbers so that they cannot differ. */
import { readFileSync, writeFileSync } from 'node:fs'

export const PAGES = ['README.md', 'docs/benchmarks.md']

const BEGIN = '<!-- written by npm run bench -- --publish -->\n'
const END = '<!-- end of what is written -->'

/** The page with this table instead of its current one. */
export function withTable(page: string, table: string): string {
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END, begin)
  if (begin < 0 || end < 0) throw new Error(`Expected the lines "${BEGIN.trim()}" and "${END}" around the table`)
  return page.slice(0, begin + BEGIN.length) + table + page.slice(end)
}

export function publishTable(table: string, pages = PAGES): void {
  for (const page of pages) writeFileSync(page, withTable(readFileSync(page, 'utf8'), table))
}
