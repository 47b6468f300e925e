/** The records that a model is trained on, and those that are kept for validation. */
import { unknownColumn, wrongType } from '../../checks/errors.js'
import { trainedRows } from '../../training/fit-data.js'
import { checkSplit } from '../../training/fit-options.js'
import type { FittedRecords } from '../columns/specify.js'
import { cell, checkRecord, checkRecords, type Records } from '../records/records.js'
import { inOrder } from '../splits/order.js'
import { chooseValidation, type ValidationDefaults, type ValidationOptions } from '../splits/validation.js'

/** Records with their names in errors. */
export interface NamedRecords {
  readonly records: Records
  readonly nameOf: (i: number) => string
  /** Their indices among the records of the call; null for other records. */
  readonly places: Int32Array | null
}

export interface ChosenRows {
  readonly trained: FittedRecords & { readonly places: Int32Array }
  readonly validation: NamedRecords | null
}

const nameOf = (i: number): string => `records[${i}]`
const RAW = 'Model.fit encodes them itself: pass records like those it is trained on.'

/** All records are trained on, with other records for validation. */
function apart(records: Records, given: unknown, name: string): ChosenRows {
  return {
    trained: { records, which: '', nameOf, places: inOrder(records.length) },
    validation: given === undefined ? null : otherRecords(given, name),
  }
}

/** Records for validation, which the model encodes like the training records. */
function otherRecords(given: unknown, name: string): NamedRecords {
  const nameOfOther = (i: number): string => `${name}[${i}]`
  if (Array.isArray(given) && given.length > 0) {
    const records = Array.from(given, (record: unknown, i) => checkRecord(record, nameOfOther(i), RAW))
    return { records, nameOf: nameOfOther, places: null }
  }
  if (!Array.isArray(given)) throw wrongType('an array of records', name, given, RAW)
  return { records: checkRecords(given, name), nameOf: nameOfOther, places: null }
}

/** Both parts of the records, by their indices. */
function parts(records: Records, train: Int32Array, validation: Int32Array): ChosenRows {
  const at = (places: Int32Array): Records => Array.from(places, (i) => records[i])
  return {
    trained: { records: at(train), which: ' trained on', nameOf: (i) => nameOf(train[i]), places: train },
    validation: {
      records: at(validation),
      nameOf: (i) => `${nameOf(validation[i])}, kept for validation,`,
      places: validation,
    },
  }
}

/** The rows of `fit: { validationSplit }` or `fit: { validationData }`. */
export function rowsOfFit(records: Records, split: unknown, data: unknown): ChosenRows {
  if (split === undefined) return apart(records, data, 'validationData')
  const trained = trainedRows(checkSplit(split), records.length)
  const all = inOrder(records.length)
  return parts(records, all.subarray(0, trained), all.subarray(trained))
}

/** The rows of `validation`: a share, options, or records. `names` are the columns of the records. */
export function rowsOfValidation(
  records: Records,
  names: readonly string[],
  given: unknown,
  defaults: ValidationDefaults,
): ChosenRows {
  if (Array.isArray(given)) return apart(records, given, 'validation')
  if (typeof given !== 'number' && (typeof given !== 'object' || given === null)) {
    throw wrongType('a share, an object of options, or an array of records', 'validation', given)
  }
  const columnOf = (column: string): readonly unknown[] => {
    if (!names.includes(column)) throw unknownColumn(column, 'validation', names)
    return records.map((record) => cell(record, column))
  }
  const { train, validation } = chooseValidation(records.length, given as ValidationOptions, columnOf, defaults)
  return parts(records, train, validation)
}
