/** The script and the style sheet of charts: uPlot, from its package, and the script that draws with it. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const read = (path: string): string => readFileSync(path, 'utf8')

function fromUplot(...names: readonly string[]): string {
  const folder = dirname(createRequire(import.meta.url).resolve('uplot/package.json'))
  return read(join(folder, ...names))
}

/** uPlot with its licence, as that requires, and the drawing of the page's charts. */
export function chartScript(): string {
  const licence = `/*! uPlot:\n${fromUplot('LICENSE').trim()}\n*/\n`
  const own = read(fileURLToPath(new URL('./page/charts.js', import.meta.url)))
  return `${licence}${fromUplot('dist', 'uPlot.iife.min.js').trim()}\n${own.trim()}\n`
}

export const chartStyle = (): string => `${fromUplot('dist', 'uPlot.min.css').trim()}\n`
