/** Checks of arguments that only tables need. */
import { wrongSize, wrongType, wrongValue } from '../checks/errors.js'
import { elements, integer, isFloat64Array } from '../checks/validate.js'
import { listed, shortened } from '../checks/words.js'

/** The most columns of a table. */
export const MAX_COLUMNS = 2 ** 24

/** The name of a file, or its URL. */
export type Path = string | FileUrl

/** A URL, of whichever platform's types. */
export interface FileUrl {
  readonly href: string
  readonly protocol: string
}

/** A text in quotes, or a number, true or false; long texts are cut. */
export const quoted = (value: unknown): string => JSON.stringify(typeof value === 'string' ? shortened(value) : value)

/** The first of some values, and how many more there are. */
export const shownList = (values: readonly unknown[]): string => listed(values, quoted)

/** The most numbers of a table: what 16 GiB hold. */
const MAX_NUMBERS = 2 ** 31 - 1

/** [rows × columns] of 0; what does not fit into memory is an error of `name` before anything is allocated. */
export function zeros(rows: number, columns: number, name: string, remedy: string): Float64Array {
  const error = (most: string) => wrongSize(most, name, `${rows} rows of ${columns} columns`, remedy)
  if (rows * columns > MAX_NUMBERS) throw error(`a table of at most ${MAX_NUMBERS} numbers`)
  try {
    return new Float64Array(rows * columns)
  } catch {
    throw error('a table that fits into memory')
  }
}

/** A number that is finite; -0, which a saved file would lose, as 0. */
export function finite(value: unknown, name: string, remedy?: string): number {
  if (typeof value !== 'number') throw wrongType('a finite number', name, value, remedy)
  if (!Number.isFinite(value)) throw wrongValue('a finite number', name, value, remedy)
  return value === 0 ? 0 : value
}

/** Text that is not empty. */
export function text(value: unknown, name: string, expected = 'text'): string {
  if (typeof value !== 'string') throw wrongType(expected, name, value)
  if (value === '') throw wrongValue(`${expected} that is not empty`, name, value)
  return value
}

/** An array with something in it. */
export function list(value: unknown, name: string, expected: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrongType(`an array of ${expected}`, name, value)
  const all = elements(value)
  if (all.length === 0) throw wrongSize(`an array of ${expected}`, name, 'an empty one')
  return all
}

/** How many columns rows have: told by the first of them, or, for a Float64Array, by the caller. */
export function columnsOf(x: unknown, given: unknown): number {
  if (given !== undefined) return integer(given, 'columns', 1, MAX_COLUMNS)
  if (isFloat64Array(x)) {
    const remedy = 'A Float64Array does not tell: pass { columns: … }.'
    throw wrongType('the number of columns', 'columns', given, remedy)
  }
  if (!Array.isArray(x)) throw wrongType('a Float64Array or an array of rows', 'x', x)
  if (x.length === 0) throw wrongSize('at least one row', 'x', 'none')
  const first: unknown = x[0]
  if (!Array.isArray(first) && !isFloat64Array(first)) {
    const remedy = typeof first === 'number' ? 'Pass { columns: 1 } for one column.' : undefined
    throw wrongType('a row (an array of numbers or a Float64Array)', 'x[0]', first, remedy)
  }
  if (first.length === 0) throw wrongSize('at least one column', 'x[0]', 'an empty row')
  return first.length
}
