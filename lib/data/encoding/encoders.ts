/** The encoder of labels: turns them into indices, and back. */

import { brand } from '../../checks/brand.js'
import { wrongType, wrongValue } from '../../checks/errors.js'
import { INSPECT, shownItems } from '../../checks/inspect.js'
import { type Matrix, matrix, type Rows, readRows } from '../../checks/rows.js'
import { float64Array, integer, isFloat64Array, optionsObject } from '../../checks/validate.js'
import { largestIn } from '../../kernels/metrics/classes.js'
import { list, quoted } from '../records/checks.js'
import { Categories, type Category, type Limit, MAX_CATEGORIES, type Widened } from './categories.js'

export interface LabelEncoderOptions<C extends Category = Category> {
  /** The labels in order. Default: those that occur, sorted: by number, by code unit, or false before true. */
  labels?: readonly C[]
}

export interface InverseOptions {
  /** For a flat array: 1 for indices of labels, or the number of labels for probabilities. */
  columns?: number
}

export interface SavedLabelEncoder {
  readonly type: 'labelEncoder'
  readonly labels: readonly Category[]
}

/** Categories in one line: of many the first and the last; long ones are shortened. @internal */
export const shownCategories = (categories: readonly Category[]): string =>
  shownItems(categories, quoted, 'categories').join(', ')

/** Encodes labels as indices 0, 1, …, in the order of `labels`. */
export class LabelEncoder<C extends Category = Category> {
  private readonly all: Categories<C>

  /** @internal */
  constructor(all: unknown) {
    this.all = all as Categories<C>
  }

  /** In the order of their indices. */
  get labels(): readonly C[] {
    return this.all.values
  }

  /**
   * The index of each label.
   * @throws RangeError for a label that `fit` did not find, TypeError for one of another type
   */
  transform(labels: readonly C[]): Float64Array {
    return Float64Array.from(list(labels, 'labels', 'labels'), (label, i) =>
      this.all.placeOf(label, `labels[${i}]`, ''),
    )
  }

  /** The index of one label; undefined for an unknown one. @internal */
  find(label: unknown): number | undefined {
    return this.all.find(label)
  }

  /** The index of one label, which errors call `name`. @internal */
  placeOf(label: unknown, name: string, remedy = ''): number {
    return this.all.placeOf(label, name, remedy)
  }

  /**
   * The label of each index, or of each row of probabilities: that of its greatest value, the first of equal ones.
   * @param values indices of labels, flat or in rows of one; or probabilities, in rows with one value per label, or
   *   flat [rows × labels], row-major. A flat array is taken for indices if all its values are indices, otherwise for
   *   probabilities if each row of them has a sum of 1; `columns` is explicit.
   * @throws TypeError or RangeError for a number that is no index of a label, and for rows of a wrong size
   */
  inverse(values: Rows | readonly number[], options: InverseOptions = {}): C[] {
    const { columns: given } = optionsObject(options, 'the options of inverse', ['columns'])
    const read = isFloat64Array(values) ? float64Array(values, 'values') : (readRows(values) as typeof values)
    const columns = readColumns(read, given, this.all.count)
    const { values: flat, rows } = valuesIn(read, columns)
    return Array.from({ length: rows }, (_, row) => {
      if (columns > 1) return this.labels[largestIn(flat, row, columns)]
      if (!isPlace(flat[row], this.all.count)) {
        const remedy = Number.isInteger(flat[row]) ? undefined : PLACES
        throw wrongValue(`an integer from 0 to ${this.all.count - 1}`, `values[${row}]`, flat[row], remedy)
      }
      return this.labels[flat[row]]
    })
  }

  toJSON(): SavedLabelEncoder {
    return { type: 'labelEncoder', labels: this.labels }
  }

  /** What `console.log` shows. @internal */
  [INSPECT](): string {
    return `labelEncoder: ${this.labels.length} labels, ${shownCategories(this.labels)}`
  }
}

const PLACES = 'Probabilities are rows with a value for each label, which add up to 1; else pass { columns }.'
const EXPECTED = 'numbers of labels, or rows of probabilities,'

const isPlace = (value: unknown, count: number): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < count

const isList = (value: unknown): value is Float64Array | readonly unknown[] =>
  isFloat64Array(value) || Array.isArray(value)

/** The number of columns in the argument of `inverse`: 1 for indices of labels, otherwise one per label. */
function readColumns(given: unknown, columns: unknown, labels: number): number {
  if (!isList(given)) throw wrongType(EXPECTED, 'values', given)
  if (columns !== undefined) {
    const chosen = integer(columns, 'columns', 1, labels)
    if (chosen !== 1 && chosen !== labels) throw wrongValue(`1 or ${labels}, the number of labels,`, 'columns', chosen)
    return chosen
  }
  const [first] = given
  if (isList(first)) return first.length === 1 ? 1 : labels
  const arePlaces = (given as Float64Array).every((value) => isPlace(value, labels))
  return !arePlaces && isDistributions(given, labels) ? labels : 1
}

/** Whether these are rows of `columns` probabilities, each with a sum of 1. */
function isDistributions(values: Float64Array | readonly unknown[], columns: number): boolean {
  if (values.length === 0 || values.length % columns !== 0) return false
  let sum = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (typeof value !== 'number' || !(value >= 0 && value <= 1)) return false
    sum += value
    if ((i + 1) % columns !== 0) continue
    if (!(Math.abs(sum - 1) <= 1e-6)) return false
    sum = 0
  }
  return true
}

/** The argument of `inverse` as a matrix of `columns` columns. */
function valuesIn(given: Rows | readonly number[], columns: number): Matrix {
  const name = columns === 1 ? 'the number of a label' : 'the labels'
  if (isFloat64Array(given) || isList(given[0])) return matrix(given, 'values', columns, name)
  const values = Float64Array.from(given as readonly number[], (value: unknown, i) => {
    if (typeof value !== 'number') throw wrongType('a number', `values[${i}]`, value)
    return value
  })
  return columns === 1 ? { values, rows: values.length, isPrivateCopy: true } : matrix(values, 'values', columns, name)
}

brand(LabelEncoder, 'LabelEncoder')

/** The keys of a saved encoder. @internal */
export function savedAs(saved: unknown, type: string, name: string, keys: readonly string[]): Record<string, unknown> {
  const given = optionsObject(saved, name, ['type', ...keys])
  if (given.type !== type) throw wrongValue(`"${type}"`, `type of ${name}`, given.type)
  return given
}

const LABEL_LIMIT: Limit = {
  max: MAX_CATEGORIES,
  remedy: 'Use fewer labels.',
  constant: 'Labels must differ.',
}

export const labelEncoder = {
  /**
   * Finds the labels.
   * @throws TypeError or RangeError for values that cannot be labels, or fewer than two
   */
  fit<C extends Category>(labels: readonly C[], options: LabelEncoderOptions<C> = {}): LabelEncoder<Widened<C>> {
    const given = optionsObject(options, 'the options of labelEncoder', ['labels'])
    if (given.labels === undefined) return new LabelEncoder(Categories.found(labels, 'labels', LABEL_LIMIT))
    const encoder = new LabelEncoder<Widened<C>>(Categories.given(given.labels, 'options.labels'))
    encoder.transform(labels as unknown as readonly Widened<C>[])
    return encoder
  },
  /** @throws TypeError or RangeError for anything but a saved encoder */
  fromJSON(saved: SavedLabelEncoder, name = 'the saved labelEncoder'): LabelEncoder {
    const given = savedAs(saved, 'labelEncoder', name, ['labels'])
    return new LabelEncoder(Categories.given(given.labels, `labels of ${name}`))
  },
}
