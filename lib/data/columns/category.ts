/**
 * Columns of categories: one input per category, or, where there are many, one input with the index of the category for an
 * embedding layer.
 */
import { versionRemedy } from '../../checks/brand.js'
import { wrongType } from '../../checks/errors.js'
import { boolean, integer } from '../../checks/validate.js'
import { Categories, type Category, MAX_CATEGORIES } from '../encoding/categories.js'
import { OneHot, type UnknownCategory } from '../encoding/one-hot.js'
import { cellName } from '../records/records.js'
import { fitCategories } from './category-fit.js'
import type { ColumnType, Target } from './column-type.js'
import { vectorUnits } from './embedding.js'

export interface CategoryColumn {
  readonly name: string
  readonly type: 'category'
  readonly encoder: OneHot
  /**
   * Whether the column is one input: the index of the encoder's column from 1, and 0 for other values. The network's first
   * layer is then an embedding with `encoder.columns + 1` categories for this input. Default false.
   */
  readonly embedded?: boolean
}

export interface CategoryColumnOptions {
  type?: 'category'
  /** The categories in order. Default: those that occur often enough, ascending. */
  categories?: readonly Category[]
  /**
   * Values in fewer records are grouped as other. Default: 1 % of the records trained on, from 1 to 10; 1 with
   * `maxCategories` or with `unknown: 'error'`.
   */
  minimumCount?: number
  /** The most categories; the rarest beyond are grouped as other. Default 1000. */
  maxCategories?: number
  /** The most inputs of the column; with more it becomes one input with an embedding. Default 32. */
  maxOneHot?: number
  /** The length of the vectors of an embedding. Default: min(50, ceil(1.6 n^0.56)) for n categories. */
  units?: number
  /**
   * What a value becomes that was not there in training, or is not listed: `other`, where the records trained on have
   * such values, otherwise zeros; `zeros`; or an error. Default `other`.
   */
  unknown?: UnknownCategory
  /**
   * A missing value is a category of its own where one occurs in the records trained on, otherwise an unknown value; or
   * always an unknown value; or an error. Default `category`.
   */
  missing?: 'category' | 'other' | 'error'
}

const MAX_ONE_HOT = 32

/** Writes the inputs of values. */
export function encodeCategory(
  { name, encoder, embedded }: CategoryColumn,
  values: readonly unknown[],
  { x, inputs, start, nameOf }: Target,
): void {
  for (let i = 0, at = start; i < values.length; i++, at += inputs) {
    const value = values[i]
    const place = encoder.find(value) ?? encoder.placeOfUnknown(value, cellName(name, nameOf(i)))
    if (embedded === true) x[at] = place + 1
    else if (place >= 0) x[at + place] = 1
  }
}

export const categoryColumn: ColumnType<CategoryColumn> = {
  infer: () => true,
  options: ['categories', 'minimumCount', 'maxCategories', 'maxOneHot', 'units', 'unknown', 'missing'],
  fit(cells, options) {
    const { name, where } = cells
    const limit = integer(options.maxOneHot ?? MAX_ONE_HOT, `${where}.maxOneHot`, 0, MAX_CATEGORIES)
    const units = options.units === undefined ? null : integer(options.units, `${where}.units`, 1, MAX_CATEGORIES)
    const fitted = fitCategories(cells, options)
    if ('reason' in fitted) return fitted
    const { encoder, report } = fitted
    if (encoder.columns <= limit) return { column: { name, type: 'category', encoder }, report }
    // Index 0 is that of all other values.
    const unknown = encoder.unknown === 'other' ? 'zeros' : encoder.unknown
    const indices = new OneHot(new Categories(encoder.categories), unknown, encoder.missing)
    return {
      column: { name, type: 'category', encoder: indices, embedded: true },
      report: { ...report, units: units ?? vectorUnits(indices.columns) },
    }
  },
  keys: ['encoder', 'embedded'],
  check({ encoder, embedded }, name, where) {
    if (!(encoder instanceof OneHot)) {
      throw wrongType('a fitted oneHot', `${where}.encoder`, encoder, versionRemedy(encoder, 'OneHot'))
    }
    const isEmbedded = embedded !== undefined && boolean(embedded, `${where}.embedded`)
    return Object.freeze({ name, type: 'category', encoder, ...(isEmbedded ? { embedded: true } : {}) })
  },
  savedWidth({ encoder, embedded }) {
    const { categories } = (encoder ?? {}) as { categories?: unknown }
    return embedded !== true && Array.isArray(categories) ? categories.length : 1
  },
  inputNames({ name, encoder, embedded }) {
    if (embedded === true) return [name]
    return [
      ...encoder.categories.map((category) => `${name} = ${category}`),
      ...(encoder.missing === 'category' ? [`${name} missing`] : []),
      ...(encoder.unknown === 'other' ? [`${name} other`] : []),
    ]
  },
  width: ({ encoder, embedded }) => (embedded === true ? 1 : encoder.columns),
}
