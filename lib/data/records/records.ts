/** Records: objects with a value for each column, read cell by cell. */
import { unknownColumn, wrongSize, wrongType } from '../../checks/errors.js'
import { finite, quoted } from './checks.js'

/** A record of any type, also of an interface, but not an array. */
export type RecordObject = Readonly<Record<string, unknown>> | (object & { readonly [Symbol.iterator]?: never })

export type Records = readonly Readonly<Record<string, unknown>>[]

/** The name of a cell in errors. */
export const cellName = (column: string, where: string): string => `column ${quoted(column)} of ${where}`

/** Whether a value is a Date, of any realm. */
export const isDate = (value: unknown): value is Date =>
  value instanceof Date || Object.prototype.toString.call(value) === '[object Date]'

/** Whether a cell has no value: null, undefined, NaN, empty text, or an invalid Date. */
export function isMissing(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || Number.isNaN(value)) return true
  return typeof value === 'object' && isDate(value) && Number.isNaN(value.getTime())
}

/** The names of the columns that any of the records has, in the order in which they occur. */
export function columnNames(records: Records): string[] {
  const names = new Set<string>()
  for (const record of records) for (const name of Object.keys(record)) names.add(name)
  return [...names]
}

/** The remedy for a missing value. */
export const MISSING = 'Fill it in, or leave such records out.'

export function checkRecord(record: unknown, where: string, remedy?: string): Readonly<Record<string, unknown>> {
  if (typeof record !== 'object' || record === null || Array.isArray(record) || ArrayBuffer.isView(record)) {
    throw wrongType('a record: an object with a value for each column,', where, record, remedy)
  }
  return record as Readonly<Record<string, unknown>>
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** Checks that all records are objects. */
export function checkRecords(records: unknown, name = 'records'): Records {
  if (!Array.isArray(records)) throw wrongType('an array of records', name, records)
  if (records.length === 0) throw wrongSize('at least one record', name, 'an empty array')
  return Array.from(records, (record: unknown, i) => (isPlain(record) ? record : checkRecord(record, `${name}[${i}]`)))
}

/** Refuses unknown columns. */
export function onlyKnown(
  records: Records,
  nameOf: (i: number) => string,
  known: ReadonlySet<string>,
  shown: readonly string[],
): void {
  for (let i = 0; i < records.length; i++) {
    for (const key of Object.keys(records[i])) if (!known.has(key)) throw unknownColumn(key, nameOf(i), shown)
  }
}

/** The value of a column: an own property, not one that all objects have. */
export function cell(record: Readonly<Record<string, unknown>>, column: string): unknown {
  return Object.hasOwn(record, column) ? record[column] : undefined
}

export const numberCell = (record: Readonly<Record<string, unknown>>, column: string, where: string): number =>
  numberValue(cell(record, column), column, where)

/** The number in a column; -0 becomes 0. */
export function numberValue(value: unknown, column: string, where: string): number {
  // Without the name, which takes longer than the check.
  if (typeof value === 'number' && Number.isFinite(value)) return value === 0 ? 0 : value
  return finite(value, cellName(column, where), isMissing(value) ? MISSING : undefined)
}
