/** Tables of the package vega-datasets, which is a development dependency. */
import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import type { Cell, Row } from './catalog.js'

export function vega(file: string): Row[] {
  const text = readFileSync(new URL(`../data/${file}`, import.meta.resolve('vega-datasets')), 'utf8')
  return file.endsWith('.json') ? JSON.parse(text) : numbersIn(parse(text, { columns: true }))
}

/** Columns of CSV whose cells are all numbers or empty become numbers; an empty cell is missing. */
function numbersIn(rows: readonly Record<string, string>[]): Row[] {
  const numeric = new Set(
    Object.keys(rows[0]).filter((name) => rows.every((row) => row[name] === '' || Number.isFinite(Number(row[name])))),
  )
  const cell = (name: string, text: string): Cell => (text === '' ? null : numeric.has(name) ? Number(text) : text)
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, text]) => [name, cell(name, text)])))
}

/** The rows whose target is known. */
export const known = (rows: readonly Row[], target: string): Row[] => rows.filter((row) => row[target] !== null)
