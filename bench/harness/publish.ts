/** Tables in README.md and docs, generated from the numbers so that they cannot differ. */
import { readFileSync, writeFileSync } from 'node:fs'

export const PAGES = ['README.md', 'docs/benchmarks.md']

const END = '<!-- end of what is written -->'

/** The line before the table of a bench; `run`: its npm script and options. */
const beginOf = (run: string): string => `<!-- written by npm run ${run} --publish -->\n`

/** The page with this table instead of its current one. */
export function withTable(page: string, table: string, run = 'bench --'): string {
  const marker = beginOf(run)
  const begin = page.indexOf(marker)
  const end = page.indexOf(END, begin)
  if (begin < 0 || end < 0) throw new Error(`Expected the lines "${marker.trim()}" and "${END}" around the table`)
  return page.slice(0, begin + marker.length) + table + page.slice(end)
}

export function publishTable(table: string, pages = PAGES, run?: string): void {
  for (const page of pages) writeFileSync(page, withTable(readFileSync(page, 'utf8'), table, run))
}
