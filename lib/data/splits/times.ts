/** Rows in the order of their times. */
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'

const EXPECTED = 'a Date or a finite number'
const REMEDY = 'Fill it in, or leave such rows out.'

/** A time as a number: milliseconds of a Date, or the number itself. */
export function timeOf(value: unknown, name: string): number {
  if (typeof value !== 'number' && !(value instanceof Date)) {
    throw wrongType(EXPECTED, name, value, value === null || value === undefined ? REMEDY : undefined)
  }
  const time = Number(value)
  if (!Number.isFinite(time)) throw wrongValue(EXPECTED, name, value, REMEDY)
  return time
}

/** The rows by ascending time; rows of equal times keep their order. */
export function byTime(times: Float64Array): Int32Array {
  const order = Int32Array.from(times, (_, i) => i)
  return order.sort((a, b) => times[a] - times[b] || a - b)
}

/**
 * Marks the last rows by time. Rows of one time are all in one part: the part begins at the change of time that is
 * nearest to `count` rows, the earlier of equally near ones.
 * @returns [rows]: 1 in the part, 0 elsewhere
 */
export function latestPart(times: Float64Array, count: number, name: string): Uint8Array {
  const rows = times.length
  const order = byTime(times)
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
