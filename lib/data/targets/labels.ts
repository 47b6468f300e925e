/** Labels of records: those that occur, their indices, and probabilities. Shared by labels and ordered labels. */
import { versionRemedy } from '../../checks/brand.js'
import { wrongSize, wrongType } from '../../checks/errors.js'
import { logitsOf, withTemperature } from '../calibration/temperature.js'
import type { FittedRecords } from '../columns/specify.js'
import { Categories, type Category, categoryLimit, type Limit } from '../encoding/categories.js'
import { LabelEncoder, labelEncoder } from '../encoding/encoders.js'
import { quoted, zeros } from '../records/checks.js'
import { cell, cellName, isDate, MISSING, numberCell, type Records } from '../records/records.js'
import type { Given, NameOf } from './entry.js'
import { checkResiduals, checkTemperature } from './residuals.js'

/** The labels that occur in a column, in ascending order; errors name a value by its record. */
export function labelsOf({ records, which, nameOf }: FittedRecords, name: string, limit: Limit): readonly Category[] {
  const values = records.map((record, i) => {
    const value = cell(record, name)
    if (typeof value === 'number') return numberCell(record, name, nameOf(i))
    if (typeof value !== 'string' && typeof value !== 'boolean') {
      const remedy = isDate(value) ? 'Make a number of it, such as the days since another date.' : MISSING
      throw wrongType('text, a number, or true or false', cellName(name, nameOf(i)), value, remedy)
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

/** What labels and ordered labels have in common: their options, their keys, and the restored and checked keys. */
export const LABELS = {
  predicts: 'label',
  options: ['labels', 'maxLabels'],
  keys: ['encoder', 'temperature', 'residuals'],
  restore: (given: Given, where: string): Given =>
    'encoder' in given
      ? { ...given, encoder: labelEncoder.fromJSON(given.encoder as never, `${where}.encoder`) }
      : given,
} as const

export const checkLabelKeys = ({ encoder, ...given }: Given, where: string) => {
  if (!(encoder instanceof LabelEncoder)) {
    throw wrongType('a fitted labelEncoder', `${where}.encoder`, encoder, versionRemedy(encoder, 'LabelEncoder'))
  }
  return { encoder, ...checkTemperature(given, where), ...checkResiduals(given, where) }
}

/** The limit of labels, with what to do where there are more. */
export const labelLimit = (given: Given, where: string, remedy: string): Limit => ({
  ...categoryLimit(given.maxLabels, `${where}.maxLabels`),
  remedy,
  constant: 'There is nothing to predict: a model needs at least two labels.',
})

const UNKNOWN_LABEL = ' A label must occur in the records that are trained on, or in target.labels.'

/** The index of each record's label. */
export const placesOf = (
  records: Records,
  { name, encoder }: { readonly name: string; readonly encoder: LabelEncoder },
  nameOf: NameOf,
): Float64Array =>
  Float64Array.from(records, (record, i) => {
    const value = cell(record, name)
    return encoder.find(value) ?? encoder.placeOf(value, cellName(name, nameOf(i)), UNKNOWN_LABEL)
  })

/** One-hot rows [rows × labels] of the indices of labels. */
export function labelRows(places: Float64Array, labels: number): Float64Array {
  const rows = zeros(places.length, labels, 'the targets', 'Use fewer labels.')
  for (const [row, place] of places.entries()) rows[row * labels + place] = 1
  return rows
}

/** Probabilities [rows × labels] at the temperature of a target; without one, as they are. */
export const atTemperature = (probabilities: Float64Array, labels: number, temperature?: number): Float64Array =>
  temperature === undefined ? probabilities : withTemperature(logitsOf(probabilities, labels), labels, temperature)
