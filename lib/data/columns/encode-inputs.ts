/** A network's inputs from records. ES modules of models have the text of these functions. */
import { wrongSize } from '../../checks/errors.js'
import { quoted, zeros } from '../records/checks.js'
import type { Records } from '../records/records.js'
import { encodeBoolean } from './boolean.js'
import { encodeCategory } from './category.js'
import type { Target } from './column-type.js'
import type { Column, ColumnTypeName } from './column-types.js'
import { encodeDate } from './date.js'
import { encodeNumber } from './number.js'

/** Writes the inputs of records. @throws TypeError or RangeError for a cell that the column does not accept */
type Encode<C> = (column: C, records: Records, target: Target) => void

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

/** Records are encoded in blocks of this size, column by column, so that a block's inputs stay in the cache. */
const ENCODED_BLOCK = 512

/** The inputs of records, [records × inputs], row-major. Errors call a record `nameOf(i)`. */
export function encodePlaced(
  records: Records,
  columns: readonly PlacedColumn[],
  nameOf: (i: number) => string,
): Float64Array {
  const inputs = columns.reduce((sum, { width }) => sum + width, 0)
  const x = zeros(records.length, inputs, 'the inputs of the network', widest(columns))
  for (let from = 0; from < records.length; from += ENCODED_BLOCK) {
    const some = records.slice(from, from + ENCODED_BLOCK)
    const target = { x: x.subarray(from * inputs, (from + some.length) * inputs), inputs }
    for (const { column, start } of columns) {
      const encode = COLUMN_ENCODERS[column.type] as Encode<Column>
      encode(column, some, { ...target, start, nameOf: (i) => nameOf(from + i) })
    }
  }
  return x
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
