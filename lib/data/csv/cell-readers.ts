/** Reads cells as values of a type. */
import { wrongType, wrongValue } from '../../checks/errors.js'
import { booleanOf } from '../records/booleans.js'
import { dateReader } from '../records/dates.js'
import type { CsvType } from './csv-options.js'
import { type Decimal, hasLeadingZero, isPercent, numberOf } from './numbers.js'
import { type Unit, withoutUnit } from './units.js'

/** The value of a cell. */
export type CsvValue = string | number | boolean | Date | null

/** A type, and how cells of it are written. */
export interface CellType {
  readonly type: CsvType
  /** Of dates. Default ISO 8601. */
  readonly format?: string
  /** Of numbers. Default a point. */
  readonly decimal?: Decimal
  /** Of numbers. Default: none. */
  readonly unit?: Unit
  /** Whether percent signs follow numbers. By default the first cell decides. */
  readonly percent?: boolean
  /** Whether the type was inferred from other cells. */
  readonly isInferred: boolean
}

/** The value of a cell that is not missing, from `from` to `end` of a text; undefined where it is of another type. */
export type CellReader = (text: string, from: number, end: number) => CsvValue | undefined

export function readerOf(cellType: CellType): CellReader {
  const { type, format } = cellType
  if (type === 'string') return textReader()
  if (type === 'boolean') return (text, from, end) => booleanOf(text.slice(from, end))
  if (type === 'date') {
    const timeOf = dateReader(format)
    return (text, from, end) => {
      const time = timeOf(text.slice(from, end))
      return Number.isNaN(time) ? undefined : new Date(time)
    }
  }
  const { unit } = cellType
  const read = numberReader(cellType)
  if (unit === undefined) return read
  return (text, from, end) => {
    const written = withoutUnit(text.slice(from, end), unit)
    return written === null ? undefined : read(written, 0, written.length)
  }
}

/** The most texts of a column that are kept once for all rows. */
const MAX_SHARED = 256

/**
 * Equal texts of a column of categories become one string: fewer objects stay for the garbage collector to copy, and a
 * map finds a string whose hash it has computed before faster.
 */
function textReader(): CellReader {
  const shared = new Map<string, string>()
  return (text, from, end) => {
    const cell = text.slice(from, end)
    if (shared.size > MAX_SHARED) return cell
    const known = shared.get(cell)
    if (known !== undefined) return known
    shared.set(cell, cell)
    return cell
  }
}

function numberReader({ type, decimal = '.', percent, isInferred }: CellType): CellReader {
  // An inferred integer is a number: later rows may have fractions.
  const fits = type === 'integer' && !isInferred ? Number.isSafeInteger : Number.isFinite
  let hasPercent = percent
  return (text, from, end) => {
    hasPercent ??= isPercent(text, end)
    const value = numberOf(text, from, end, decimal, hasPercent)
    return fits(value) && !(isInferred && hasLeadingZero(text, from, end)) ? value : undefined
  }
}

/** The error of a cell that the reader of its column refused. */
export function refusedCell(cellType: CellType, cell: string, where: string, remedy: string | undefined): Error {
  const { type, format, decimal = '.', isInferred, unit } = cellType
  const other = (expected: string) => wrongType(expected, where, cell, remedy)
  if (type === 'boolean') return other('true or false')
  if (type === 'date')
    return other(format === undefined ? 'a date such as 2026-11-28' : `a date of the format ${format}`)
  if (unit !== undefined) return other(`a number with ${unit.before}${unit.after}, as in the rows before,`)
  const { length } = cell
  const value = numberOf(cell, 0, length, decimal, isPercent(cell, length))
  const isInteger = type === 'integer' && !isInferred
  if (Number.isNaN(value)) return other(isInteger ? 'an integer' : 'a number')
  if (!Number.isFinite(value)) return wrongValue('a finite number', where, cell, remedy)
  if (isInteger && !Number.isSafeInteger(value)) {
    return wrongValue('an integer up to 2^53 - 1', where, cell, remedy)
  }
  if (isInferred && hasLeadingZero(cell, 0, length)) return other('a number without leading zeros')
  return other(`a number ${isPercent(cell, length) ? 'without' : 'with'} a percent sign, as in the rows before,`)
}
