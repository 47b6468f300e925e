/** The records that a model is trained on, and those that are kept for validation. */
import { unknownColumn, wrongType } from '../../checks/errors.js'
import { trainedRows } from '../../training/fit-data.js'
import { checkSplit } from '../../training/fit-options.js'
import type { FittedRecords } from '../columns/specify.js'
import { cell, checkRecord, checkRecords, type Records } from '../records/records.js'
import { inOrder } from '../splits/order.js'
import { chooseValidation, type ValidationDefaults, type ValidationOptions } from '../splits/validation.js'
import { type KnownRecords, skippedNote, someWithTargets } from './known.js'

/** Records with their names in errors. */
export interface NamedRecords {
  readonly records: Records
  readonly nameOf: (i: number) => string
  /** Their indices among the records of the call; null for other records. */
  readonly places: Int32Array | null
}

export interface ChosenRows {
  readonly trained: FittedRecords & { readonly places: Int32Array }
  readonly validation: (NamedRecords & Partial<Skipped>) | null
}

/** How many records have no target, and a sentence about them. */
export interface Skipped {
  readonly skipped: number
  readonly note: string
}

const nameOf = (i: number): string => `records[${i}]`
const RAW = 'Model.fit encodes them itself: pass records like those it is trained on.'

/** All records are trained on, with other records for validation, those that have the targets. */
function apart(
  { records, places }: KnownRecords,
  given: unknown,
  name: string,
  targets: readonly string[],
): ChosenRows {
  return {
    trained: { records, which: '', nameOf: (i) => nameOf(places[i]), places },
    validation: given === undefined ? null : otherRecords(given, name, targets),
  }
}

/** Records for validation, which the model encodes like the training records. */
function otherRecords(given: unknown, name: string, targets: readonly string[]): ChosenRows['validation'] {
  if (!Array.isArray(given)) throw wrongType('an array of records', name, given, RAW)
  const nameOfOther = (i: number): string => `${name}[${i}]`
  const all =
    given.length === 0
      ? checkRecords(given, name)
      : Array.from(given, (record: unknown, i) => checkRecord(record, nameOfOther(i), RAW))
  const { records, places } = someWithTargets(all, targets, name)
  const skipped = all.length - records.length
  const note = skippedNote(skipped, all.length, 'validation record', targets)
  return { records, nameOf: (i) => nameOfOther(places[i]), places: null, ...(skipped === 0 ? {} : { skipped, note }) }
}

/** Both parts of the records. train, validation: indices among the known ones */
function parts({ records, places }: KnownRecords, train: Int32Array, validation: Int32Array): ChosenRows {
  const at = (chosen: Int32Array): Records => Array.from(chosen, (i) => records[i])
  return {
    trained: {
      records: at(train),
      which: ' trained on',
      nameOf: (i) => nameOf(places[train[i]]),
      places: train.map((i) => places[i]),
    },
    validation: {
      records: at(validation),
      nameOf: (i) => `${nameOf(places[validation[i]])}, kept for validation,`,
      places: validation.map((i) => places[i]),
    },
  }
}

/**
 * The rows of `fit: { validationSplit }` or `fit: { validationData }`.
 * @param targets the columns without which records for validation are skipped
 */
export function rowsOfFit(known: KnownRecords, split: unknown, data: unknown, targets: readonly string[]): ChosenRows {
  if (split === undefined) return apart(known, data, 'validationData', targets)
  const { length } = known.records
  const trained = trainedRows(checkSplit(split), length)
  const all = inOrder(length)
  return parts(known, all.subarray(0, trained), all.subarray(trained))
}

/**
 * The rows of `validation`: a share, options, or records.
 * @param names the columns of the records
 * @param targets the columns without which records for validation are skipped
 */
export function rowsOfValidation(
  known: KnownRecords,
  names: readonly string[],
  given: unknown,
  defaults: ValidationDefaults,
  targets: readonly string[],
): ChosenRows {
  if (Array.isArray(given)) return apart(known, given, 'validation', targets)
  if (typeof given !== 'number' && (typeof given !== 'object' || given === null)) {
    throw wrongType('a share, an object of options, or an array of records', 'validation', given)
  }
  const columnOf = (column: string): readonly unknown[] => {
    if (!names.includes(column)) throw unknownColumn(column, 'validation', names)
    return known.records.map((record) => cell(record, column))
  }
  const { places, records } = known
  const own = { ...defaults, nameOf: (i: number) => nameOf(places[i]) }
  const { train, validation } = chooseValidation(records.length, given as ValidationOptions, columnOf, own)
  return parts(known, train, validation)
}
