/** Records: objects with a value for each column, read cell by cell. */
import { unknownColumn, wrongSize, wrongType } from '../../checks/errors.js'
import { finite, quoted } from './checks.js'

/** A record of any type, also of an interface, but not an array. */
export type RecordObject = Readonly<Record<string, unknown>> | (object & { readonly [Symbol.iterator]?: never })

export type Records = readonly Readonly<Record<string, unknown>>[]

/** The name of a cell in errors. */
export const cellName = (column: string, where: string): string => `column ${quoted(column)} of ${where}`

/** The remedy for a missing value. */
export const MISSING = 'Fill it in, or leave such records out.'

export function checkRecord(record: unknown, where: string, remedy?: string): Readonly<Record<string, unknown>> {
  if (typeof record !== 'object' || record === null || Array.isArray(record) || ArrayBuffer.isView(record)) {
    throw wrongType('a record: an object with a value for each column,', where, record, remedy)
  }
  return record as Readonly<Record<string, unknown>>
}

/** Checks that all records are objects. */
export function checkRecords(records: unknown, name = 'records'): Records {
  if (!Array.isArray(records)) throw wrongType('an array of records', name, records)
  if (records.length === 0) throw wrongSize('at least one record', name, 'an empty array')
  return Array.from(records, (record: unknown, i) => checkRecord(record, `${name}[${i}]`))
}

/** Refuses unknown columns. */
export function onlyKnown(
  record: Readonly<Record<string, unknown>>,
  where: string,
  known: ReadonlySet<string>,
  shown: readonly string[],
): void {
  for (const key of Object.keys(record)) if (!known.has(key)) throw unknownColumn(key, where, shown)
}

/** The value of a column: an own property, not one that all objects have. */
export function cell(record: Readonly<Record<string, unknown>>, column: string): unknown {
  return Object.hasOwn(record, column) ? record[column] : undefined
}

export function numberCell(record: Readonly<Record<string, unknown>>, column: string, where: string): number {
  const value = cell(record, column)
  const missing = value === undefined || value === null || Number.isNaN(value)
  return finite(value, cellName(column, where), missing ? MISSING : undefined)
}
