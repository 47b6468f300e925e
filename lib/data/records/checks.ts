/** Checks of arguments that only tables need. */
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { elements, integer, isFloat64Array } from '../../checks/validate.js'
import { listed, shortened } from '../../checks/words.js'

/** The most columns of a table. */
export const MAX_COLUMNS = 2 ** 24

/** A text in quotes, or a number, true or false; long texts are shortened. */
export const quoted = (value: unknown): string => JSON.stringify(typeof value === 'string' ? shortened(value) : value)

/** The first of some values, and the number of the others. */
export const shownList = (values: readonly unknown[]): string => listed(values, quoted)

/** The most numbers of a table: 16 GiB. */
const MAX_NUMBERS = 2 ** 31 - 1

/**
 * [rows × columns] of zeros. A table that does not fit into memory is an error that names `name`, before anything is
 * allocated.
 */
export function zeros(rows: number, columns: number, name: string, remedy: string): Float64Array {
  const error = (max: string) => wrongSize(max, name, `${rows} rows of ${columns} columns`, remedy)
  if (rows * columns > MAX_NUMBERS) throw error(`a table of at most ${MAX_NUMBERS} numbers`)
  try {
    return new Float64Array(rows * columns)
  } catch {
    throw error('a table that fits into memory')
  }
}

/** A finite number; -0 becomes 0, because a saved file would lose its sign. */
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

/** An array that is not empty. */
export function list(value: unknown, name: string, expected: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrongType(`an array of ${expected}`, name, value)
  const all = elements(value)
  if (all.length === 0) throw wrongSize(`an array of ${expected}`, name, 'an empty one')
  return all
}

/** The number of columns: the length of the first row or, for a Float64Array, the caller's option. */
export function columnsOf(x: unknown, given: unknown): number {
  if (given !== undefined) return integer(given, 'columns', 1, MAX_COLUMNS)
  if (isFloat64Array(x)) {
    const remedy = 'A Float64Array has no rows: pass { columns: … }.'
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

/** Two finite numbers, the first below the second. */
export function pair(value: unknown, name: string): [number, number] {
  if (!Array.isArray(value)) throw wrongType('an array of two numbers', name, value)
  const numbers = elements(value)
  if (numbers.length !== 2) throw wrongSize('two numbers', name, `${numbers.length}`)
  const [low, high] = [finite(numbers[0], `${name}[0]`), finite(numbers[1], `${name}[1]`)]
  if (!(low < high)) throw wrongSize('two numbers of which the first is less', name, `${low} and ${high}`)
  if (!Number.isFinite(high - low)) throw wrongSize('numbers nearer to each other', name, `${low} and ${high}`)
  return [low, high]
}
