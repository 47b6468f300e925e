/** Rows in the order of their times. */
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { dateOf } from '../records/dates.js'
import { isDate } from '../records/records.js'
import { type Items, rowReader } from './items.js'

const EXPECTED = 'a date or a finite number'
const REMEDY = 'Fill it in, or leave such rows out.'

/**
 * A time as a number: milliseconds since 1970 UTC of a Date or of a text that is a date, or the number itself.
 * @param nameOf the value's name in errors
 */
export function timeOf(value: unknown, nameOf: () => string): number {
  if (value === null || value === undefined) throw wrongType(EXPECTED, nameOf(), value, REMEDY)
  const isText = typeof value === 'string'
  if (!isText && typeof value !== 'number' && !isDate(value)) throw wrongType(EXPECTED, nameOf(), value)
  const time = isText ? dateOf(value) : Number(value)
  if (!Number.isFinite(time)) throw wrongValue(EXPECTED, nameOf(), value, isText && value !== '' ? undefined : REMEDY)
  return time
}

/** The time of each item: an array as long as the items, or a function. Numbers, Dates, or texts that are dates. */
export type Times<Item> = readonly (number | Date | string)[] | ((item: Item, index: number) => number | Date | string)

/** The times of rows as numbers. */
export function timesOf<Item>(items: Items<Item>, given: unknown): Float64Array {
  const read = rowReader(items, given, 'time', 'time')
  return Float64Array.from({ length: items.length }, (_, i) => timeOf(read(i), () => `the time of row ${i}`))
}

/** Refuses options that choose rows in another way than by time. `prefix` is before their names in errors. */
export function requireOnlyTime(given: Readonly<Record<string, unknown>>, prefix: string): void {
  for (const name of ['stratify', 'shuffle', 'groups']) {
    const value = given[name]
    if (value === undefined || value === false) continue
    throw wrongType('nothing', `${prefix}${name}`, value, 'With time, the latest rows are taken.')
  }
}

/** The rows by ascending time; rows of equal times keep their order. */
export function byTime(times: Float64Array): Int32Array {
  const order = Int32Array.from(times, (_, i) => i)
  return order.sort((a, b) => times[a] - times[b] || a - b)
}

/**
 * Marks the last rows by time. Rows of one time are all in one part: the part begins at the change of time that is
 * nearest to `count` rows, the earlier of equally near ones.
 * @param order of the rows by time
 * @returns [rows]: 1 in the part, 0 elsewhere
 */
export function latestPart(times: Float64Array, count: number, name: string, order = byTime(times)): Uint8Array {
  const rows = times.length
  const changes = (at: number): boolean => times[order[at - 1]] !== times[order[at]]
  let low = rows - count
  while (low > 0 && !changes(low)) low--
  let high = rows - count
  while (high < rows && !changes(high)) high++
  if (low === 0 && high === rows) throw wrongSize('at least two different times', name, 'one')
  const isEarlier = low > 0 && (high === rows || rows - count - low <= high - (rows - count))
  const isChosen = new Uint8Array(rows)
  for (const i of order.subarray(isEarlier ? low : high)) isChosen[i] = 1
  return isChosen
}
