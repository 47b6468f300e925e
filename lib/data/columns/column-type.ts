/** What a type of column must have to be in the table of `column-types.ts`, and what several types share. */
import { wrongSize, wrongType } from '../../checks/errors.js'
import { boolean, oneOf } from '../../checks/validate.js'
import { quoted } from '../records/checks.js'
import { cellName, isMissing, MISSING } from '../records/records.js'
import type { ColumnReport, DropReason } from './report.js'

/** The cells of a column in the records that it is fitted to. */
export interface Cells {
  readonly name: string
  readonly values: readonly unknown[]
  /** How many of them are missing. */
  readonly missing: number
  /** The words after "the records" in errors. */
  readonly which: '' | ' trained on'
  /** The name of a record in errors. */
  nameOf(i: number): string
  /** Whether the caller named the column: then it is an error, not left out, where it cannot be used. */
  readonly isNamed: boolean
  /** The name of its options in errors. */
  readonly where: string
  /** The scaler of numbers where the options name none. */
  readonly scaler: unknown
}

/** The number of cells of each kind in a column. */
export interface Kinds {
  readonly numbers: number
  readonly texts: number
  readonly booleans: number
  readonly dates: number
}

/** A fitted column, and what the report says of it. */
export interface Fitted<C> {
  readonly column: C
  readonly report: Details
}

/** What a type adds to a column's report. */
export type Details = Omit<ColumnReport, 'name' | 'type' | 'inputs' | 'missing'>

/** Why a column is left out. */
export interface LeftOut {
  readonly reason: DropReason
  /** A sentence with the figures. */
  readonly note: string
}

/** Where a column's inputs are written: x is [records × inputs], row-major, and 0 before. */
export interface Target {
  readonly x: Float64Array
  readonly inputs: number
  /** The column's first input. */
  readonly start: number
  nameOf(i: number): string
}

export type Given = Readonly<Record<string, unknown>>

/** A type of column. `C` is the fitted column: plain data, with scalers and encoders, that a model file keeps as JSON. */
export interface ColumnType<C> {
  /** Whether a column is of this type where the caller names none. Types are asked in the order of their table. */
  infer(cells: Cells, kinds: Kinds, options: Given): boolean
  /** The names of its options, without `type`. */
  readonly options: readonly string[]
  /** Fits a column to cells. @throws TypeError or RangeError for options and cells that do not fit */
  fit(cells: Cells, options: Given): Fitted<C> | LeftOut
  /** The keys of a fitted column, without `name` and `type`. */
  readonly keys: readonly string[]
  /** A checked column, of a caller or of a file; keys with their default are left out. */
  check(given: Given, name: string, where: string): C
  /** The number of inputs of a saved column, before it is checked. */
  savedWidth(saved: Given): number
  /** The names of its inputs; their number is the width. */
  inputNames(column: C): string[]
  width(column: C): number
}

/** The name of a column in errors about all its cells. */
export const columnName = ({ name, which }: Cells): string => `column ${quoted(name)} of the records${which}`

/** Whether options are of a type alone: for types that are inferred only where no option of another type is given. */
export const onlyOptions = (options: Given, names: readonly string[]): boolean =>
  Object.keys(options).every((name) => name === 'type' || names.includes(name))

/** Leaves a column out, or throws if the caller named it. */
export function leaveOut(cells: Cells, reason: DropReason, note: string, error: () => Error): LeftOut {
  if (cells.isNamed) throw error()
  return { reason, note }
}

/** For a column without any value. */
export const withoutValues = (cells: Cells): LeftOut =>
  leaveOut(cells, 'missing', `Missing in all ${cells.values.length} records.`, () =>
    wrongSize('at least one value', columnName(cells), 'none', 'Leave the column out.'),
  )

/** The note of a column with one value. */
export const sameValue = (value: unknown, cells: Cells): string =>
  `${quoted(value)} in ${cells.missing > 0 ? 'every record that has a value' : `all ${cells.values.length} records`}.`

/** Refuses the first missing cell where the option says so. */
export function refuseMissing(cells: Cells): void {
  if (cells.missing === 0) return
  const first = cells.values.findIndex(isMissing)
  const name = cellName(cells.name, cells.nameOf(first))
  throw wrongType(`a value, as ${cells.where}.missing is "error",`, name, cells.values[first], MISSING)
}

/** Whether a column has an input that is 1 where its value is missing. Default: where a value was missing. */
export function indicatorOption(options: Given, cells: Cells): boolean {
  const { indicator } = options
  if (indicator === undefined || indicator === 'auto') return cells.missing > 0
  if (typeof indicator === 'string') oneOf(indicator, `${cells.where}.indicator`, "true, false or 'auto'", ['auto'])
  return boolean(indicator, `${cells.where}.indicator`)
}

/** `indicator` of a given column: true, or left out. */
export function checkIndicator(given: Given, where: string): { readonly indicator?: true } {
  if (given.indicator === undefined) return {}
  return boolean(given.indicator, `${where}.indicator`) ? { indicator: true } : {}
}

/** The inputs of a column that has one, and one more where it marks missing values. */
export const INPUT_AND_INDICATOR = {
  savedWidth: ({ indicator }: Given): number => (indicator === true ? 2 : 1),
  inputNames: ({ name, indicator }: { readonly name: string; readonly indicator?: boolean }): string[] =>
    indicator === true ? [name, `${name} missing`] : [name],
  width: ({ indicator }: { readonly indicator?: boolean }): number => (indicator === true ? 2 : 1),
}

/** The error for a column with one value. */
export const constantColumn = (cells: Cells, value: unknown): RangeError =>
  wrongSize(
    'at least two different values',
    `column ${quoted(cells.name)}`,
    `${quoted(value)} in every record${cells.which}`,
    'Leave a constant column out.',
  )
