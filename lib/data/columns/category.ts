/**
 * Columns of categories: one input per category, or, where there are many, one input with the index of the category for an
 * embedding layer.
 */
import { versionRemedy } from '../../checks/brand.js'
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { boolean, integer, oneOf } from '../../checks/validate.js'
import { ascending, Categories, type Category, MAX_CATEGORIES } from '../encoding/categories.js'
import { type MissingCategory, OneHot, type UnknownCategory } from '../encoding/one-hot.js'
import { finite, quoted } from '../records/checks.js'
import { cell, cellName, isMissing } from '../records/records.js'
import {
  type Cells,
  type ColumnType,
  columnName,
  constantColumn,
  type Given,
  leaveOut,
  refuseMissing,
  sameValue,
  withoutValues,
} from './column-type.js'
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
const MAX_KEPT = 1000
/** Values in fewer records are grouped as other: 1 % of the records, from 1 to 10. */
const usualMinimum = (records: number): number => Math.max(1, Math.min(10, Math.round(records / 100)))

/** Text is an id where so many records have it and so large a share of them differs. */
const MIN_UNIQUE = 20
const UNIQUE_SHARE = 0.9

/** How often each value occurs. */
function countsOf({ name, values, nameOf }: Cells): Map<Category, number> {
  const counts = new Map<Category, number>()
  for (const [i, value] of values.entries()) {
    if (isMissing(value)) continue
    if (typeof value === 'number') finite(value, cellName(name, nameOf(i)))
    else if (typeof value !== 'string' && typeof value !== 'boolean') {
      throw wrongType('text, a number, or true or false', cellName(name, nameOf(i)), value)
    }
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return counts
}

interface Choice {
  readonly listed: Categories<Category> | null
  readonly minimum: number
  readonly most: number
  readonly unknown: UnknownCategory
  readonly missing: 'category' | 'other' | 'error'
}

function choiceOf(options: Given, cells: Cells): Choice {
  const { where } = cells
  const { categories, minimumCount, maxCategories } = options
  const unknownWords = ['other', 'zeros', 'error']
  const unknown = oneOf(options.unknown ?? 'other', `${where}.unknown`, 'one of the known words', unknownWords)
  const missingWords = ['category', 'other', 'error']
  const missing = oneOf(options.missing ?? 'category', `${where}.missing`, 'one of the known words', missingWords)
  const usual = unknown === 'error' || maxCategories !== undefined ? 1 : usualMinimum(cells.values.length)
  const minimum =
    minimumCount === undefined ? usual : integer(minimumCount, `${where}.minimumCount`, 1, Number.MAX_SAFE_INTEGER)
  const most = integer(maxCategories ?? MAX_KEPT, `${where}.maxCategories`, 2, MAX_CATEGORIES)
  if (unknown === 'error' && minimum > 1) {
    const remedy = "Rare values become other: with unknown: 'error' there is no such category."
    throw wrongValue('1', `${where}.minimumCount`, minimum, remedy)
  }
  const listed =
    categories === undefined ? null : Categories.given<Category>(categories, `categories of ${where}`, true)
  if (listed !== null && minimumCount !== undefined) {
    throw wrongType('nothing', `${where}.minimumCount`, minimumCount, 'The list of categories is used as it is.')
  }
  return { listed, minimum, most, unknown: unknown as UnknownCategory, missing: missing as Choice['missing'] }
}

/** The values with an input of their own, in order. */
function keptOf(counts: ReadonlyMap<Category, number>, { listed, minimum, most, unknown }: Choice, cells: Cells) {
  if (listed !== null) return listed.values
  const often = [...counts.keys()].filter((value) => (counts.get(value) as number) >= minimum)
  if (often.length > most) {
    if (unknown === 'error') {
      const remedy = `Leave out a column that differs in most rows, such as an id, or raise ${cells.where}.maxCategories.`
      throw wrongSize(`at most ${most} different categories`, columnName(cells), `${often.length}`, remedy)
    }
    const byCount = (a: Category, b: Category) => (counts.get(b) as number) - (counts.get(a) as number)
    often.sort((a, b) => byCount(a, b) || ascending(a, b)).length = most
  }
  return often.sort(ascending)
}

export const categoryColumn: ColumnType<CategoryColumn> = {
  infer: () => true,
  options: ['categories', 'minimumCount', 'maxCategories', 'maxOneHot', 'units', 'unknown', 'missing'],
  fit(cells, options) {
    const { name, values, where } = cells
    const choice = choiceOf(options, cells)
    const limit = integer(options.maxOneHot ?? MAX_ONE_HOT, `${where}.maxOneHot`, 0, MAX_CATEGORIES)
    const counts = countsOf(cells)
    if (choice.missing === 'error') refuseMissing(cells)
    if (counts.size === 0) return withoutValues(cells)
    const present = values.length - cells.missing
    const unusable = unusableText(counts, present, options, cells)
    if (unusable !== null) return unusable

    const kept = keptOf(counts, choice, cells)
    const keptRecords = kept.reduce((sum: number, value) => sum + (counts.get(value) ?? 0), 0)
    const [otherValues, otherRecords] = [
      counts.size - kept.filter((value) => counts.has(value)).length,
      present - keptRecords,
    ]
    const ownMissing = choice.missing === 'category' && cells.missing > 0
    if (kept.length === 0) return onlyRare(cells, counts.size, choice.minimum)
    if (choice.listed === null && kept.length === 1 && otherRecords === 0 && cells.missing === 0) {
      return leaveOut(cells, 'constant', sameValue(kept[0], cells), () => constantColumn(cells, kept[0]))
    }
    const inputs = kept.length + (ownMissing ? 1 : 0) + (choice.unknown === 'other' && otherRecords > 0 ? 1 : 0)
    const embedded = inputs > limit
    const encoder = new OneHot(
      new Categories(kept),
      choice.unknown === 'other' && (otherRecords === 0 || embedded) ? 'zeros' : choice.unknown,
      missingOf(choice.missing, ownMissing),
    )
    const units =
      options.units === undefined
        ? vectorUnits(encoder.columns)
        : integer(options.units, `${where}.units`, 1, MAX_CATEGORIES)
    return {
      column: { name, type: 'category', encoder, ...(embedded ? { embedded } : {}) },
      report: {
        categories: kept,
        counts: kept.map((value) => counts.get(value) ?? 0),
        otherValues,
        otherRecords,
        ...(embedded ? { units } : {}),
      },
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
  encode({ name, encoder, embedded }, records, { x, inputs, start, nameOf }) {
    for (let i = 0, at = start; i < records.length; i++, at += inputs) {
      const value = cell(records[i], name)
      const place = encoder.find(value) ?? encoder.placeOfUnknown(value, cellName(name, nameOf(i)))
      if (embedded === true) x[at] = place + 1
      else if (place >= 0) x[at + place] = 1
    }
  },
}

function missingOf(missing: Choice['missing'], own: boolean): MissingCategory {
  if (missing === 'error') return 'error'
  return own ? 'category' : 'unknown'
}

/** Text that differs in nearly every record is an id or free text, unless the options say how to use it. */
function unusableText(counts: ReadonlyMap<Category, number>, present: number, options: Given, cells: Cells) {
  const { categories, minimumCount, maxCategories } = options
  if (categories !== undefined || minimumCount !== undefined || maxCategories !== undefined) return null
  if (present < MIN_UNIQUE || counts.size < UNIQUE_SHARE * present) return null
  for (const value of counts.keys()) if (typeof value !== 'string') return null
  const figures = `${counts.size} different texts in ${present} records`
  return leaveOut(cells, 'unique', `${figures}: an id, or free text.`, () => {
    const remedy = `It is an id or free text: leave it out, or pass minimumCount in ${cells.where}.`
    return wrongSize('values that repeat', columnName(cells), figures, remedy)
  })
}

function onlyRare(cells: Cells, different: number, minimum: number) {
  const note = `None of ${different} different values is in ${minimum} records or more.`
  return leaveOut(cells, 'rare', note, () => {
    const remedy = `Leave the column out, or lower ${cells.where}.minimumCount.`
    const received = `${different} different ones, each in fewer`
    return wrongSize(`a value in ${minimum} records or more`, `column ${quoted(cells.name)}`, received, remedy)
  })
}
