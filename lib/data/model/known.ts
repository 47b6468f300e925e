/** The records whose targets are known: only these can be trained on and scored. */
import { wrongSize } from '../../checks/errors.js'
import { quoted } from '../records/checks.js'
import { cell, isMissing, type Records } from '../records/records.js'
import { inOrder } from '../splits/order.js'

/** Some records of a call. */
export interface KnownRecords {
  readonly records: Records
  /** Their indices among the records of the call. */
  readonly places: Int32Array
}

/** All records. */
export const allOf = (records: Records): KnownRecords => ({ records, places: inOrder(records.length) })

/** The records that have a value of each of these columns. */
export function withTargets(records: Records, columns: readonly string[]): KnownRecords {
  const places = inOrder(records.length).filter((i) => columns.every((name) => !isMissing(cell(records[i], name))))
  return places.length === records.length ? allOf(records) : { records: Array.from(places, (i) => records[i]), places }
}

/**
 * The same, at least one record.
 * @param where the name of the records in errors
 */
export function someWithTargets(records: Records, columns: readonly string[], where: string): KnownRecords {
  const known = withTargets(records, columns)
  if (known.records.length > 0) return known
  throw wrongSize(`at least one record with a value of column ${columns.map(quoted).join(' and ')}`, where, 'none')
}

/** A sentence about records that are skipped: `3 of 90 records have no value of column "price".` */
export const skippedNote = (skipped: number, all: number, what: string, columns: readonly string[]): string =>
  `${skipped} of ${all} ${what}${all === 1 ? '' : 's'} ${skipped === 1 ? 'has' : 'have'} no value of column ` +
  `${columns.map(quoted).join(' or ')}.`
