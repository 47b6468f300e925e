/** A network's inputs from records. ES modules of models have the text of these functions. */
import { wrongSize } from '../../checks/errors.js'
import { quoted, zeros } from '../records/checks.js'
import { cell, type Records } from '../records/records.js'
import { encodeBoolean } from './boolean.js'
import { encodeCategory } from './category.js'
import type { Target } from './column-type.js'
import type { Column, ColumnTypeName } from './column-types.js'
import { encodeDate } from './date.js'
import { encodeNumber } from './number.js'

/** Writes the inputs of values. @throws TypeError or RangeError for a cell that the column does not accept */
type Encode<C> = (column: C, values: readonly unknown[], target: Target) => void

/** By type of column. */
const COLUMN_ENCODERS: { readonly [Type in ColumnTypeName]: Encode<Extract<Column, { type: Type }>> } = {
  number: encodeNumber,
  boolean: encodeBoolean,
  date: encodeDate,
  category: encodeCategory,
}

/** A column, its first input and the number of its inputs. */
export interface PlacedColumn {
  readonly column: Column
  readonly start: number
  readonly width: number
}

/** Rows are encoded in blocks of this size, column by column, so that a block's inputs stay in the cache. */
const ENCODED_BLOCK = 512

/** The values of a column in the rows from `from` to `to`. */
type ValuesOf = (column: string, from: number, to: number) => readonly unknown[]

/** The inputs of rows, [rows × inputs], row-major. Errors call a row `nameOf(i)`. */
export function encodeRows(
  rows: number,
  valuesOf: ValuesOf,
  columns: readonly PlacedColumn[],
  nameOf: (i: number) => string,
): Float64Array {
  const inputs = columns.reduce((sum, { width }) => sum + width, 0)
  const x = zeros(rows, inputs, 'the inputs of the network', widest(columns))
  for (let from = 0; from < rows; from += ENCODED_BLOCK) {
    const to = Math.min(from + ENCODED_BLOCK, rows)
    const target = { x: x.subarray(from * inputs, to * inputs), inputs }
    for (const { column, start } of columns) {
      const encode = COLUMN_ENCODERS[column.type] as Encode<Column>
      encode(column, valuesOf(column.name, from, to), { ...target, start, nameOf: (i) => nameOf(from + i) })
    }
  }
  return x
}

/** The inputs of records, as `encodeRows`. */
export function encodePlaced(
  records: Records,
  columns: readonly PlacedColumn[],
  nameOf: (i: number) => string,
): Float64Array {
  const valuesOf = (column: string, from: number, to: number): unknown[] => {
    const values: unknown[] = []
    for (let i = from; i < to; i++) values.push(cell(records[i], column))
    return values
  }
  return encodeRows(records.length, valuesOf, columns, nameOf)
}

/**
 * Refuses the records of a call of which none has a column: that is a mistake more often than a missing value. Parts of
 * a table are not checked, as a few records may lack a column that others have.
 */
export function requireColumns(
  records: Records,
  columns: readonly PlacedColumn[],
  nameOf: (i: number) => string,
): void {
  for (const {
    column: { name },
  } of columns) {
    if (records.some((record) => Object.hasOwn(record, name))) continue
    const where = records.length === 1 ? nameOf(0) : 'the records'
    throw wrongSize(`a column ${quoted(name)}`, where, 'none', 'If its value is missing, pass null.')
  }
}

/** The remedy where the inputs of all records do not fit in memory. */
function widest(columns: readonly PlacedColumn[]): string {
  const { column, width } = columns.reduce((max, next) => (next.width > max.width ? next : max))
  return `Column ${quoted(column.name)} alone makes ${width} of them.`
}
