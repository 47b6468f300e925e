/** The folds of a table: made once for each seed, and written to a file, so that all peers use the same rows. */
import { writeFileSync } from 'node:fs'
import { kFold, stratifiedKFold } from 'lockstep-nn/data'
import type { Cell, Row, TableSpec } from './catalog.js'

export const FOLDS = 5

export interface Fold {
  /** Indices of rows. */
  readonly train: number[]
  readonly test: number[]
}

/** A table as the file has it, which `library.ts` and `python/frames.py` read. */
export interface FoldedTable {
  readonly task: 'label' | 'number'
  readonly target: string
  /** The labels in ascending order; empty for a number. */
  readonly labels: string[]
  /** The columns other than the target. */
  readonly columns: string[]
  /** What a column is for peers that are told: text in dates is one by its cells. */
  readonly types: Record<string, 'number' | 'date' | 'category'>
  /** The cells of the columns, row by row. */
  readonly rows: Cell[][]
  /** The number of each row's label, or its number. */
  readonly targets: number[]
  readonly folds: Fold[]
}

const DATE = /^\d{4}-\d{2}-\d{2}$/

function typeOf(cells: readonly Cell[]): 'number' | 'date' | 'category' {
  const present = cells.filter((cell) => cell !== null)
  if (present.every((cell) => typeof cell === 'number')) return 'number'
  return present.every((cell) => typeof cell === 'string' && DATE.test(cell)) ? 'date' : 'category'
}

/** The table with its folds: stratified for labels. */
export function foldTable({ target, task }: TableSpec, rows: readonly Row[], seed: number): FoldedTable {
  const values = rows.map((row) => row[target])
  const columns = Object.keys(rows[0]).filter((name) => name !== target)
  const labels = task === 'label' ? [...new Set(values.map(String))].sort() : []
  const options = { folds: FOLDS, seed }
  const folds =
    task === 'label' ? stratifiedKFold(rows.length, values.map(String), options) : kFold(rows.length, options)
  return {
    task,
    target,
    labels,
    columns,
    types: Object.fromEntries(columns.map((name) => [name, typeOf(rows.map((row) => row[name]))])),
    rows: rows.map((row) => columns.map((name) => row[name] ?? null)),
    targets: task === 'label' ? values.map((value) => labels.indexOf(String(value))) : values.map(Number),
    folds,
  }
}

export const writeTable = (file: string, table: FoldedTable): void => writeFileSync(file, JSON.stringify(table))
