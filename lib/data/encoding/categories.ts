/** Categories: the distinct values of a column, checked, with their indices. */
import { wrongSize, wrongValue } from '../../checks/errors.js'
import { integer } from '../../checks/validate.js'
import { list, quoted } from '../records/checks.js'
import { type Category, CategoryPlaces, category } from './category-places.js'

export type { Category } from './category-places.js'

/** The type of categories whose literal types are those of single values. */
export type Widened<C extends Category> = C extends string ? string : C extends number ? number : boolean

/** Numbers ascend, text ascends by code unit, and false is before true; of several types numbers are first, then text. */
export function ascending(a: Category, b: Category): number {
  if (typeof a !== typeof b) return TYPE_ORDER.indexOf(typeof a) - TYPE_ORDER.indexOf(typeof b)
  return a < b ? -1 : a > b ? 1 : 0
}

const TYPE_ORDER = ['number', 'string', 'boolean']

/** The most categories of an encoder: the limit of a Set and a Map. */
export const MAX_CATEGORIES = 2 ** 23
/** Up to this number, an error message states how many categories there are. */
const COUNTED = 2 ** 20

/** The most categories that may be found, and the texts of errors. */
export interface Limit {
  readonly max: number
  readonly remedy: string
  /** The remedy where there is only one category. */
  readonly constant: string
}

const DEFAULT_CATEGORIES = 1000
const CONSTANT = 'Leave a constant column out.'

/** The limit of categories, with the remedy where there are more. @internal */
export const categoryLimit = (given: unknown, name: string): Limit => ({
  max: given === undefined ? DEFAULT_CATEGORIES : integer(given, name, 2, MAX_CATEGORIES),
  remedy: `Leave out a column that differs in most rows, such as an id, or raise ${name}.`,
  constant: CONSTANT,
})

/** Categories in order, with their indices, as they are given or found. */
export class Categories<C extends Category> extends CategoryPlaces<C> {
  /** Given categories: all must differ, and have the same type unless `mixed`. */
  static given<C extends Category>(given: unknown, name: string, mixed = false): Categories<C> {
    const values = new Set<Category>()
    let kind: string | undefined
    for (const [i, value] of list(given, name, 'categories').entries()) {
      const checked = category(value, `${name}[${i}]`, kind)
      if (values.has(checked)) throw wrongValue('a category that is not in the list yet', `${name}[${i}]`, checked)
      if (!mixed) kind ??= typeof checked
      values.add(checked)
    }
    return new Categories([...values])
  }

  /** The categories that occur in the given values. */
  static found<C extends Category>(given: unknown, name: string, limit: Limit): Categories<C> {
    const found = new Set<Category>()
    let kind: string | undefined
    for (const [i, value] of list(given, name, 'categories').entries()) {
      const checked = category(value, `${name}[${i}]`, kind)
      kind ??= typeof checked
      found.add(checked)
      if (found.size > Math.max(limit.max, COUNTED)) break
    }
    if (found.size > limit.max) {
      const received = found.size > COUNTED ? `more than ${found.size - 1}` : `${found.size}`
      throw wrongSize(`at most ${limit.max} different categories`, name, received, limit.remedy)
    }
    const values = [...found].sort(ascending)
    if (values.length === 1) {
      throw wrongSize('at least two different categories', name, `${quoted(values[0])} in every row`, limit.constant)
    }
    return new Categories(values)
  }
}
