/** The weights of records: by a column, by an array, and by label. */
import { unknownColumn, unknownName, wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { nonNegative, rowWeights } from '../../checks/rows.js'
import { elements, float64Array, isFloat64Array, optionsObject } from '../../checks/validate.js'
import { quoted } from '../records/checks.js'
import { cell, cellName, isMissing, MISSING, type Records } from '../records/records.js'
import { entryOf, type Target } from '../targets/targets.js'
import type { ChosenRows, NamedRecords } from './rows.js'

/** The weights that the caller chose. */
export interface GivenWeights {
  /** `fit.sampleWeight`: an array with a weight for each record. */
  readonly array: unknown
  /** `sampleWeight`: the name of a column; null: none. */
  readonly column: string | null
  /** `classWeight` or `fit.classWeight`. */
  readonly ofLabels: unknown
}

/** Weights of the rows of both parts; null: all are 1. */
export interface RowWeights {
  readonly trained: Float64Array | null
  readonly validation: Float64Array | null
  /** The weight of each label, in their order; null: they have none. */
  readonly ofLabels: readonly number[] | null
}

/** The name of the column of weights, one of `names`, or null. */
export function weightColumn(given: unknown, names: readonly string[], targets: readonly string[]): string | null {
  if (given === undefined) return null
  if (typeof given !== 'string') {
    const remedy = 'An array with a weight for each record goes into fit: { sampleWeight }.'
    throw wrongType('the name of a column', 'sampleWeight', given, remedy)
  }
  if (!names.includes(given)) throw unknownColumn(given, 'sampleWeight', names)
  if (targets.includes(given)) throw wrongValue('the name of a column other than the target', 'sampleWeight', given)
  return given
}

/** The weights of all rows. Weights of labels do not apply to validation. */
export function weightsOf(
  given: GivenWeights,
  records: Records,
  rows: ChosenRows,
  targets: readonly Target[],
): RowWeights {
  const array = given.array === undefined ? null : rowWeights(given.array, 'sampleWeight', records.length).values
  if (array !== null && given.column !== null) {
    throw wrongType('nothing', 'fit.sampleWeight', given.array, 'sampleWeight names a column: leave one of them out.')
  }
  const { trained, validation } = rows
  const own = sampleWeights(trained, array, given.column)
  if (own?.every((weight) => weight === 0)) {
    throw wrongSize('a weight above 0 for a record that is trained on', 'sampleWeight', 'none')
  }
  const labels = given.ofLabels === undefined ? null : labelWeights(trained, given.ofLabels, targets)
  return {
    trained: labels === null ? own : labels.places.map((k, i) => (own === null ? 1 : own[i]) * labels.ofLabels[k]),
    ofLabels: labels?.ofLabels ?? null,
    validation: validation === null ? null : sampleWeights(validation, array, given.column),
  }
}

function sampleWeights(
  { records, nameOf, places }: NamedRecords,
  array: Float64Array | null,
  column: string | null,
): Float64Array | null {
  if (column !== null) {
    return Float64Array.from(records, (record, i) => {
      const value = cell(record, column)
      // Without the name, which takes longer than the check.
      if (typeof value === 'number' && value >= 0 && value < Infinity) return value
      const name = cellName(column, nameOf(i))
      if (isMissing(value)) throw wrongType('a weight', name, value, MISSING)
      return nonNegative(value, name)
    })
  }
  return array === null || places === null ? null : Float64Array.from(places, (i) => array[i])
}

/** The weights of labels, and the number of each row's label. */
function labelWeights({ records, nameOf }: NamedRecords, given: unknown, targets: readonly Target[]) {
  if (targets.length > 1) {
    const remedy = 'It is for one target: weigh the records of several by sampleWeight.'
    throw wrongType('nothing', 'classWeight', given, remedy)
  }
  const [target] = targets
  if (target.type === 'number' || target.type === 'count') {
    const remedy = `The target is a ${target.type}, which has no classes: use sampleWeight.`
    throw wrongType('nothing', 'classWeight', given, remedy)
  }
  const places = entryOf(target.type).values(records, target, nameOf)
  return { places, ofLabels: weightsOfLabels(given, target.encoder.labels.map(String), places) }
}

/** One weight per label, in the order of the labels. */
function weightsOfLabels(given: unknown, labels: readonly string[], places: Float64Array): readonly number[] {
  if (given === 'balanced') return balanced(places, labels.length)
  if (Array.isArray(given) || isFloat64Array(given)) {
    const values = Array.isArray(given) ? elements(given) : [...float64Array(given, 'classWeight')]
    if (values.length !== labels.length) {
      throw wrongSize(`a weight for each of ${labels.length} classes`, 'classWeight', `${values.length}`)
    }
    return values.map((value, i) => nonNegative(value, `classWeight[${i}]`))
  }
  if (typeof given === 'string')
    throw wrongValue("'balanced', or an object with weights by label,", 'classWeight', given)
  const keys = typeof given === 'object' && given !== null ? Object.keys(given) : []
  for (const key of keys) if (!labels.includes(key)) throw unknownName('a label', 'classWeight', key, labels)
  const weights = optionsObject(given, 'classWeight', labels)
  return labels.map((label) =>
    Object.hasOwn(weights, label) ? nonNegative(weights[label], `classWeight[${quoted(label)}]`) : 1,
  )
}

/**
 * n / (k · n_label), as in scikit-learn: of n rows n_label have the label, and k labels occur. So all labels weigh the
 * same together, and the mean weight is 1.
 */
function balanced(places: Float64Array, labels: number): number[] {
  const counts = new Array<number>(labels).fill(0)
  for (const place of places) counts[place]++
  const occurring = counts.filter((count) => count > 0).length
  return counts.map((count) => (count === 0 ? 1 : places.length / (occurring * count)))
}
