/** The rows that are split: the items of an array, or the indices of a number of rows. */
import { wrongSize, wrongType } from '../../checks/errors.js'
import { elements, integer } from '../../checks/validate.js'

/** Training rows and test rows: no row is in both. */
export interface Split<Item> {
  readonly train: Item[]
  readonly test: Item[]
}

/** The most rows: their indices take 8 bytes each, 128 MiB of the heap. */
export const MAX_ROWS = 2 ** 24

/** Rows by index: the items of an array, or, for a number of rows, the indices themselves. */
export interface Items<Item> {
  readonly length: number
  at(place: number): Item
}

export function itemsOf<Item>(given: readonly Item[] | number, min: number): Items<Item> {
  if (typeof given === 'number') {
    const length = integer(given, 'the number of rows', min, MAX_ROWS)
    return { length, at: (place) => place as unknown as Item }
  }
  if (!Array.isArray(given)) {
    const remedy = ArrayBuffer.isView(given) ? 'Pass the number of rows, and select the rows by index.' : undefined
    throw wrongType('an array of rows, or how many there are,', 'rows', given, remedy)
  }
  if (given.length > MAX_ROWS) throw wrongSize(`at most ${MAX_ROWS} rows`, 'rows', `${given.length}`)
  const items = elements(given) as Item[]
  if (items.length < min) throw wrongSize(`at least ${min} rows`, 'rows', `${items.length}`)
  return { length: items.length, at: (place) => items[place] }
}

/**
 * Reads a value of each row, such as its label, from an array as long as the rows or by a function.
 * @param name the argument, `what` the word for a value
 */
export function rowReader<Item>(
  items: Items<Item>,
  given: unknown,
  name: string,
  what: 'label' | 'group' | 'time',
): (i: number) => unknown {
  if (typeof given === 'function') return (i) => given(items.at(i), i) as unknown
  if (!Array.isArray(given)) throw wrongType(`an array of ${what}s, or a function that gives a ${what},`, name, given)
  const values = elements(given)
  if (values.length !== items.length) {
    throw wrongSize(`${items.length} ${what}s, one for each row,`, name, `${values.length}`)
  }
  return (i) => values[i]
}

export function partsOf<Item>(
  items: Items<Item>,
  order: Int32Array,
  isTested: (place: number) => boolean,
): Split<Item> {
  const parts: Split<Item> = { train: [], test: [] }
  for (const i of order) parts[isTested(i) ? 'test' : 'train'].push(items.at(i))
  return parts
}

/** The values of these rows of a row-major array. */
export function rowsAt(values: Float64Array, columns: number, rows: readonly number[] | Int32Array): Float64Array {
  const result = new Float64Array(rows.length * columns)
  for (const [i, row] of rows.entries()) result.set(values.subarray(row * columns, (row + 1) * columns), i * columns)
  return result
}
