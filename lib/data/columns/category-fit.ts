/** Finds the categories of a column: those with an input of their own, and those that are grouped as other. */
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { integer, oneOf } from '../../checks/validate.js'
import { ascending, Categories, type Category, MAX_CATEGORIES } from '../encoding/categories.js'
import { type MissingCategory, OneHot, type UnknownCategory } from '../encoding/one-hot.js'
import { finite, quoted } from '../records/checks.js'
import { cellName, isDate, isMissing } from '../records/records.js'
import {
  type Cells,
  columnName,
  constantColumn,
  type Details,
  type Given,
  type LeftOut,
  leaveOut,
  refuseMissing,
  sameValue,
  withoutValues,
} from './column-type.js'

const MAX_KEPT = 1000
/** Values in fewer records are grouped as other: 1 % of the records, from 1 to 10. */
const usualMinimum = (records: number): number => Math.max(1, Math.min(10, Math.round(records / 100)))

/** Text is an id where at least this many records have it, and at least this share of them differs. */
const MIN_UNIQUE = 20
const UNIQUE_SHARE = 0.9

/** How often each value occurs. */
function countsOf({ name, values, nameOf }: Cells): Map<Category, number> {
  const counts = new Map<Category, number>()
  for (const [i, value] of values.entries()) {
    if (isMissing(value)) continue
    if (typeof value === 'number') finite(value, cellName(name, nameOf(i)))
    else if (typeof value !== 'string' && typeof value !== 'boolean') {
      const remedy = isDate(value)
        ? 'Dates are no categories: where a column has dates, make other values null.'
        : undefined
      throw wrongType('text, a number, or true or false', cellName(name, nameOf(i)), value, remedy)
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
function keptOf(
  counts: ReadonlyMap<Category, number>,
  { listed, minimum, most, unknown }: Choice,
  cells: Cells,
): readonly Category[] {
  if (listed !== null) return listed.values
  const often = [...counts.keys()].filter((value) => (counts.get(value) as number) >= minimum)
  if (often.length <= most) return often.sort(ascending)
  if (unknown === 'error') {
    const remedy = `Leave out a column that differs in most rows, such as an id, or raise ${cells.where}.maxCategories.`
    throw wrongSize(`at most ${most} different categories`, columnName(cells), `${often.length}`, remedy)
  }
  const byCount = (a: Category, b: Category) => (counts.get(b) as number) - (counts.get(a) as number)
  return often
    .sort((a, b) => byCount(a, b) || ascending(a, b))
    .slice(0, most)
    .sort(ascending)
}

/** A fitted encoder, one input for each of its columns, and what the report says of it. */
interface FittedCategories {
  readonly encoder: OneHot
  readonly report: Details
}

/** Finds the categories with an input of their own, and whether there are other and missing ones. */
export function fitCategories(cells: Cells, options: Given): FittedCategories | LeftOut {
  const choice = choiceOf(options, cells)
  const counts = countsOf(cells)
  const { missing } = cells
  if (choice.missing === 'error') refuseMissing(cells)
  if (counts.size === 0) return withoutValues(cells)
  const present = cells.values.length - missing
  const unusable = unusableText(counts, present, options, cells)
  if (unusable !== null) return unusable
  const kept = keptOf(counts, choice, cells)
  if (kept.length === 0) return onlyRare(cells, counts.size, choice.minimum)

  const occurring = kept.filter((value) => counts.has(value))
  const otherValues = counts.size - occurring.length
  const otherRecords = present - occurring.reduce((sum: number, value) => sum + (counts.get(value) as number), 0)
  if (choice.listed === null && kept.length === 1 && otherRecords === 0 && missing === 0) {
    return leaveOut(cells, 'constant', sameValue(kept[0], cells), () => constantColumn(cells, kept[0]))
  }
  const hasOther = otherRecords > 0 || (choice.missing === 'other' && missing > 0)
  const unknown = choice.unknown === 'other' && !hasOther ? 'zeros' : choice.unknown
  return {
    encoder: new OneHot(new Categories(kept), unknown, missingOf(choice.missing, missing > 0)),
    report: { categories: kept, counts: kept.map((value) => counts.get(value) ?? 0), otherValues, otherRecords },
  }
}

function missingOf(missing: Choice['missing'], occurs: boolean): MissingCategory {
  if (missing === 'error') return 'error'
  return missing === 'category' && occurs ? 'category' : 'unknown'
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
