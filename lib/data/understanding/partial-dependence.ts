/**
 * Partial dependence: the mean prediction where a column has the same value in all records, for each of some values.
 * Friedman, Greedy function approximation, 2001. The curves of single records: Goldstein et al., Peeking inside the black
 * box, 2015.
 */
import { wrongSize, wrongType } from '../../checks/errors.js'
import { withJSON } from '../../checks/json.js'
import { boolean, elements, integer, optionsObject } from '../../checks/validate.js'
import { ascending, type Category } from '../encoding/categories.js'
import { quantile } from '../encoding/quantiles.js'
import { quoted, zeros } from '../records/checks.js'
import { dateReader } from '../records/dates.js'
import { cell, isDate, isMissing, type Records } from '../records/records.js'

export interface PartialDependenceOptions {
  /** The values of the column. Default: of a number or date quantiles, see `points`; else all that occur. */
  values?: readonly unknown[]
  /**
   * The most values of a number or date: the quantiles at (i + ½) / points; where no more different ones occur, these.
   * Default 20.
   */
  points?: number
  /** Whether the result has the predictions for each record. Default false. */
  individual?: boolean
}

export interface PartialDependence {
  readonly column: string
  /** The values of the column, in ascending order unless they were given; null: missing, where it occurs. */
  readonly values: readonly unknown[]
  /** The labels whose probabilities are predicted; null: a number is predicted. */
  readonly labels: readonly Category[] | null
  /** The mean prediction for each value: [values], or for labels [values × labels], row-major. */
  readonly means: Float64Array
  /** The predictions for each record: [values × records], or [values × records × labels]; null unless asked for. */
  readonly individual: Float64Array | null
}

/** The column whose dependence is asked for; `type` and `format` as of a model's columns. */
export interface ExplainedColumn {
  readonly name: string
  readonly type: string
  readonly format?: string
}

export const PARTIAL_NAMES = ['values', 'points', 'individual']
const MAX_POINTS = 2 ** 20

/** Some ascending numbers: all different ones, or quantiles. */
function gridOf(numbers: Float64Array, points: number): number[] {
  const sorted = numbers.slice().sort()
  const different = [...new Set(sorted)]
  if (different.length <= points) return different
  return [...new Set(Array.from({ length: points }, (_, i) => quantile(sorted, (i + 0.5) / points)))]
}

function valuesOf(records: Records, { name, type, format }: ExplainedColumn, points: number): unknown[] {
  const all = records.map((record) => cell(record, name))
  const present = all.filter((value) => !isMissing(value))
  if (present.length === 0) throw wrongSize('a value', `column ${quoted(name)}`, 'none in all records')
  if (type === 'number') return gridOf(Float64Array.from(present as number[]), points)
  if (type === 'date') {
    const read = dateReader(format)
    const times = present.map((value) => (isDate(value) ? value.getTime() : read(value as string)))
    // Quantiles of times may be between two milliseconds.
    return [...new Set(gridOf(Float64Array.from(times), points).map(Math.round))].map((time) => new Date(time))
  }
  const different = [...new Set(present as Category[])].sort(ascending)
  return present.length < all.length ? [...different, null] : different
}

/**
 * @param predict the predictions for records: [records × outputs], row-major
 * @param labels the labels of the outputs; null: one output, a number
 * @throws TypeError or RangeError for wrong options, a column without values, and as `predict`
 */
export function partialDependence(
  records: Records,
  column: ExplainedColumn,
  labels: readonly Category[] | null,
  predict: (records: Records) => Float64Array,
  options: PartialDependenceOptions,
): PartialDependence {
  const given = optionsObject(options, 'the options of partialDependence', PARTIAL_NAMES)
  const points = given.points === undefined ? 20 : integer(given.points, 'points', 1, MAX_POINTS)
  const wantsIndividual = given.individual === undefined ? false : boolean(given.individual, 'individual')
  if (given.values !== undefined && !Array.isArray(given.values)) {
    throw wrongType('an array of values', 'values', given.values)
  }
  const values = given.values === undefined ? valuesOf(records, column, points) : elements(given.values)
  if (values.length === 0) throw wrongSize('at least one value', 'values', 'none')
  const outputs = labels === null ? 1 : labels.length
  const means = new Float64Array(values.length * outputs)
  const width = records.length * outputs
  const individual = wantsIndividual
    ? zeros(values.length, width, 'the predictions for each record', 'Use fewer values or records.')
    : null
  for (const [v, value] of values.entries()) {
    const predictions = predict(records.map((record) => ({ ...record, [column.name]: value })))
    individual?.set(predictions, v * width)
    for (let j = 0; j < outputs; j++) {
      let sum = 0
      for (let row = 0; row < records.length; row++) sum += predictions[row * outputs + j]
      means[v * outputs + j] = sum / records.length
    }
  }
  return withJSON({ column: column.name, values, labels, means, individual })
}
