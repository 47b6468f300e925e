/** Checks and fits the cells of a target column. */
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { areFinite } from '../../checks/rows.js'
import { entriesOf, oneOf, optionsObject } from '../../checks/validate.js'
import type { FittedRecords } from '../columns/specify.js'
import { Categories, type Category, type Limit } from '../encoding/categories.js'
import { labelEncoder } from '../encoding/encoders.js'
import { oneHot } from '../encoding/one-hot.js'
import { type SavedScaler, Scaler } from '../encoding/scaler.js'
import { fitScaler } from '../encoding/scalers.js'
import { quoted } from '../records/checks.js'
import { cell, cellName, MISSING, numberCell, type Records } from '../records/records.js'

export const SCALERS = ['standardScaler', 'minMaxScaler', 'robustScaler', 'quantileScaler', 'none']

/** The type of a column, by the first record's value. */
export function guess({ records, nameOf }: FittedRecords, name: string): 'number' | 'category' {
  const value = cell(records[0], name)
  if (typeof value === 'number') return 'number'
  if (typeof value === 'string' || typeof value === 'boolean') return 'category'
  throw wrongType('text, a number, or true or false', cellName(name, nameOf(0)), value)
}

/** The sorted values that occur in a column; errors name a value by its record. */
export function categoriesOf(
  { records, which, nameOf }: FittedRecords,
  name: string,
  limit: Limit,
): readonly Category[] {
  const values = records.map((record, i) => {
    const value = cell(record, name)
    if (typeof value === 'number') return numberCell(record, name, nameOf(i))
    if (typeof value !== 'string' && typeof value !== 'boolean') {
      throw wrongType('text, a number, or true or false', cellName(name, nameOf(i)), value, MISSING)
    }
    return value
  })
  const other = values.findIndex((value) => typeof value !== typeof values[0])
  if (other >= 0) {
    const expected = `a value of type ${typeof values[0]}, like those before,`
    throw wrongType(expected, cellName(name, nameOf(other)), values[other])
  }
  if (values.every((value) => value === values[0])) {
    const received = `${quoted(values[0])} in every record${which}`
    throw wrongSize('at least two different values', `column ${quoted(name)}`, received, limit.constant)
  }
  return Categories.found<Category>(values, `column ${quoted(name)}`, limit).values
}

export function fitColumnScaler(
  { records, which, nameOf }: FittedRecords,
  name: string,
  given: unknown,
  where: string,
  standard = SCALERS[0],
): Scaler | null {
  const choice: Record<string, unknown> =
    typeof given === 'object' && given !== null
      ? Object.fromEntries(entriesOf(given, where))
      : { name: given ?? standard }
  const { name: scaler, ...options } = choice
  const type = oneOf(scaler, where, 'the name of a scaler', SCALERS)
  const values = Float64Array.from(records, (record, i) => numberCell(record, name, nameOf(i)))
  if (type === 'none') {
    optionsObject(options, where, [])
    return null
  }
  const all = { ...options, columns: options.columns ?? 1 }
  return fitScaler(type as 'standardScaler', values, all, () => `column ${quoted(name)} of the records${which}`)
}

/** Checks the keys of a column or target of its type. */
export function keysOf(
  given: unknown,
  where: string,
  withScaler: string,
  withEncoder: string,
): Record<string, unknown> {
  const fields = optionsObject(given, where, ['name', 'type', 'scaler', 'encoder'])
  if (fields.type !== withScaler && fields.type !== withEncoder) {
    throw wrongValue(`"${withScaler}" or "${withEncoder}"`, `${where}.type`, fields.type)
  }
  return optionsObject(fields, where, ['name', 'type', fields.type === withScaler ? 'scaler' : 'encoder'])
}

export function numbersOf(
  records: Records,
  { name, scaler }: { readonly name: string; readonly scaler: Scaler | null },
  nameOf: (i: number) => string,
): Float64Array {
  const values = Float64Array.from(records, (record, i) => numberCell(record, name, nameOf(i)))
  if (scaler === null) return values
  const scaled = scaler.transform(values)
  if (!areFinite(scaled)) {
    const i = scaled.findIndex((value) => !Number.isFinite(value))
    const remedy = 'Look for numbers far beyond those that the scaler was fitted to.'
    throw wrongValue('a number that stays finite when it is scaled', cellName(name, nameOf(i)), values[i], remedy)
  }
  return scaled
}

/** A target with a scaler or encoder made from the saved one. */
export function restored(saved: unknown, where: string): unknown {
  if (typeof saved !== 'object' || saved === null) return saved
  const { scaler, encoder, ...rest } = saved as Record<string, unknown>
  const makeEncoder = rest.type === 'label' ? labelEncoder.fromJSON : oneHot.fromJSON
  return {
    ...rest,
    ...('scaler' in saved
      ? { scaler: scaler === null ? null : Scaler.fromJSON(scaler as SavedScaler, `${where}.scaler`) }
      : {}),
    ...('encoder' in saved ? { encoder: makeEncoder(encoder as never, `${where}.encoder`) } : {}),
  }
}
