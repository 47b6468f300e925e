/** The encoder of categories: turns them into rows with a 1, and back. */
import { brand } from '../../checks/brand.js'
import { INSPECT } from '../../checks/inspect.js'
import { matrix, type Rows } from '../../checks/rows.js'
import { oneOf, optionsObject } from '../../checks/validate.js'
import { largestIn } from '../../kernels/metrics/classes.js'
import { list, zeros } from '../records/checks.js'
import { isMissing } from '../records/records.js'
import { Categories, type Category, categoryLimit, type Widened } from './categories.js'
import { CategoryColumns, type MissingCategory, type UnknownCategory } from './category-places.js'
import { savedAs, shownCategories } from './encoders.js'

export type { MissingCategory, UnknownCategory } from './category-places.js'

export interface OneHotOptions<C extends Category = Category> {
  /** The categories in order. Default: those that occur, sorted: by number, by code unit, or false before true. */
  categories?: readonly C[]
  /**
   * What happens to a category that `fit` did not find: an error, a row of zeros, or `other`: a 1 in a last column for
   * all of them. Default `error`.
   */
  unknown?: UnknownCategory
  /**
   * What happens to a missing value (null, undefined, NaN, empty text): an error; `category`: it has a column of its own
   * after the categories; or it is encoded as an unknown category. With `error`, empty text is text. Default `error`.
   */
  missing?: MissingCategory
  /**
   * The most categories that may be found, because each becomes a column. It does not limit a list of `categories`.
   * Default 1000.
   */
  maxCategories?: number
}

export interface SavedOneHot {
  readonly type: 'oneHot'
  readonly categories: readonly Category[]
  readonly unknown: UnknownCategory
  readonly missing?: 'category' | 'unknown'
}

const UNKNOWN_WORDS: readonly UnknownCategory[] = ['error', 'zeros', 'other']
const MISSING_WORDS: readonly MissingCategory[] = ['error', 'category', 'unknown']

/** One-hot encoding: rows with a 1 in the column of the category, and 0 elsewhere. */
export class OneHot<C extends Category = Category> {
  readonly unknown: UnknownCategory
  readonly missing: MissingCategory
  private readonly places: CategoryColumns<C>

  /** @internal */
  constructor(all: unknown, unknown: UnknownCategory, missing: MissingCategory = 'error') {
    this.unknown = unknown
    this.missing = missing
    this.places = new CategoryColumns(all as Categories<C>, unknown, missing)
  }

  /** In the order of their columns. */
  get categories(): readonly C[] {
    return this.places.all.values
  }

  /** One for each category, then one for missing values where these are a category, then one for `other`. */
  get columns(): number {
    return this.places.columns
  }

  /**
   * @returns [values × columns], row-major
   * @throws RangeError for a category that `fit` did not find, if `unknown` is `error`; TypeError for one of another type
   */
  transform(values: readonly C[]): Float64Array {
    const given = list(values, 'values', 'categories')
    const { columns } = this
    const result = zeros(given.length, columns, 'values', 'Encode fewer values at a time.')
    for (const [i, value] of given.entries()) {
      const place = this.find(value) ?? this.placeOfUnknown(value, `values[${i}]`)
      if (place >= 0) result[i * columns + place] = 1
    }
    return result
  }

  /** The column of a category or a missing value, -1 for none; undefined for other values. @internal */
  find(value: unknown): number | undefined {
    return this.places.find(value)
  }

  /** The column of a value that `find` does not find, which errors call `name`; -1 for none. @internal */
  placeOfUnknown(value: unknown, name: string): number {
    return this.places.placeOfUnknown(value, name)
  }

  /**
   * The category of each row: that of the greatest value in the columns of categories, the first of equal ones. So the
   * rows may be probabilities.
   * @param x [rows × columns], row-major, or an array of rows
   * @throws TypeError or RangeError for rows of a wrong size
   */
  inverse(x: Rows): C[] {
    const { columns, places } = this
    const { values, rows } = matrix(x, 'x', columns, 'the categories')
    return Array.from(
      { length: rows },
      (_, row) => this.categories[largestIn(values.subarray(row * columns), 0, places.all.count)],
    )
  }

  toJSON(): SavedOneHot {
    const { categories, unknown, missing } = this
    return { type: 'oneHot', categories, unknown, ...(missing === 'error' ? {} : { missing }) }
  }

  /** What `console.log` shows. @internal */
  [INSPECT](): string {
    return `oneHot: ${this.places.all.count} categories, ${shownCategories(this.categories)}`
  }
}

brand(OneHot, 'OneHot')

const wordOf = <Word extends string>(given: unknown, name: string, words: readonly Word[]): Word =>
  given === undefined ? words[0] : (oneOf(given, name, 'one of the known words', words) as Word)

export const oneHot = {
  /**
   * Finds the categories.
   * @throws TypeError or RangeError for values that cannot be categories, or fewer than two
   */
  fit<C extends Category>(values: readonly C[], options: OneHotOptions<C> = {}): OneHot<Widened<C>> {
    const known = ['categories', 'unknown', 'missing', 'maxCategories']
    const given = optionsObject(options, 'the options of oneHot', known)
    const unknown = wordOf(given.unknown, 'unknown', UNKNOWN_WORDS)
    const missing = wordOf(given.missing, 'missing', MISSING_WORDS)
    const limit = categoryLimit(given.maxCategories, 'maxCategories')
    if (given.categories === undefined) {
      const all = list(values, 'values', 'categories')
      const present = missing === 'error' ? all : all.filter((value) => !isMissing(value))
      return new OneHot(Categories.found(present, 'values', limit), unknown, missing)
    }
    const encoder = new OneHot<Widened<C>>(Categories.given(given.categories, 'categories'), unknown, missing)
    encoder.transform(values as unknown as readonly Widened<C>[])
    return encoder
  },
  /** @throws TypeError or RangeError for anything but a saved encoder */
  fromJSON(saved: SavedOneHot, name = 'the saved oneHot'): OneHot {
    const given = savedAs(saved, 'oneHot', name, ['categories', 'unknown', 'missing'])
    const unknown = wordOf(given.unknown, `unknown of ${name}`, UNKNOWN_WORDS)
    const missing = wordOf(given.missing, `missing of ${name}`, MISSING_WORDS)
    return new OneHot(Categories.given(given.categories, `categories of ${name}`, true), unknown, missing)
  },
}
