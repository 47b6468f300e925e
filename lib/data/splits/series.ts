/** The rows of time series: one series, or one for each group, in the order of time. */
import { unknownColumn, wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { elements, isFloat64Array } from '../../checks/validate.js'
import { finite, text } from '../records/checks.js'
import { cell, cellName, checkRecords, isMissing, MISSING, type Records } from '../records/records.js'
import { groupsOf, keyOf } from './groups.js'
import { inOrder } from './order.js'
import { timeOf } from './times.js'

/** The name of the column of rows that are numbers. */
const VALUE = 'value'

/** Rows as records: a row that is a number is a record of the column `value`. */
export function seriesRecords(given: unknown): Records {
  const isNumbers = isFloat64Array(given) || (Array.isArray(given) && typeof given[0] === 'number')
  if (!isNumbers) return checkRecords(given, 'rows')
  const numbers = isFloat64Array(given) ? Array.from(given) : elements(given as readonly unknown[])
  return numbers.map((value) => ({ [VALUE]: value }))
}

/** The names of columns, each once and each in the first record. */
export function namedColumns(records: Records, given: unknown, name: string): string[] {
  const all = typeof given === 'string' ? [given] : given
  if (!Array.isArray(all)) throw wrongType('an array of names of columns', name, all)
  const known = Object.keys(records[0])
  const names = elements(all).map((one, i) => text(one, `${name}[${i}]`, 'the name of a column'))
  for (const [i, one] of names.entries()) {
    if (!known.includes(one)) throw unknownColumn(one, name, known)
    if (names.indexOf(one) < i) throw wrongValue('each column once', `${name}[${i}]`, one)
  }
  return names
}

const REMEDY = `${MISSING.slice(0, -1)}; or pass onMissing: 'drop'.`

/** The columns that are numbers in the first record. */
export const numberColumns = (records: Records): string[] =>
  Object.entries(records[0]).flatMap(([name, value]) => (typeof value === 'number' ? [name] : []))

/** A column as numbers. A missing value is an error, or NaN where `allowMissing`. */
export function seriesValues(records: Records, column: string, allowMissing: boolean): Float64Array {
  return Float64Array.from(records, (record, i) => {
    const value = cell(record, column)
    if (allowMissing && isMissing(value)) return NaN
    // The names of cells are made for errors only.
    if (typeof value === 'number' && Number.isFinite(value)) return value + 0
    return finite(value, cellName(column, `rows[${i}]`), isMissing(value) ? REMEDY : undefined)
  })
}

/** The indices of the rows of each series: of each group in the order in which groups first occur. */
export function seriesRows(records: Records, groups: unknown): readonly (readonly number[])[] {
  const order = inOrder(records.length)
  if (groups === undefined) return [Array.from(order)]
  const [column] = namedColumns(records, text(groups, 'groups', 'the name of a column'), 'groups')
  const names = records.map((record, i) => {
    const value = cell(record, column)
    return keyOf(isMissing(value) ? null : value, () => cellName(column, `rows[${i}]`), 'Each row needs its series.')
  })
  return groupsOf(names, null, order, { min: 1, name: 'groups' }).rows
}

const UNSORTED = 'Sort the rows of each series by time first.'

/**
 * The time of each row; its index where there is no column of times. Times must ascend in each series.
 * @param interval the difference of consecutive times, or undefined: any
 */
export function seriesTimes(
  records: Records,
  series: readonly (readonly number[])[],
  time: unknown,
  interval: number | undefined,
): Float64Array {
  if (time === undefined) {
    if (interval !== undefined) throw wrongType('the name of the column of times, for interval,', 'time', time)
    return Float64Array.from(inOrder(records.length))
  }
  const [column] = namedColumns(records, text(time, 'time', 'the name of a column'), 'time')
  const nameOf = (i: number): string => cellName(column, `rows[${i}]`)
  const times = Float64Array.from(records, (record, i) => timeOf(cell(record, column), () => nameOf(i)))
  for (const rows of series) {
    for (let k = 1; k < rows.length; k++) {
      const [before, after] = [rows[k - 1], rows[k]]
      const far = times[after] - times[before]
      if (!(far > 0)) {
        throw wrongSize(
          `a time after that of rows[${before}]`,
          nameOf(after),
          far < 0 ? 'an earlier one' : 'the same',
          UNSORTED,
        )
      }
      if (interval === undefined || far === interval) continue
      const remedy = 'Add the rows that are missing, with missing values.'
      throw wrongSize(`a time ${interval} after that of rows[${before}]`, nameOf(after), `one ${far} after it`, remedy)
    }
  }
  return times
}
