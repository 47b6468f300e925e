/**
 * The indices of categories, and what missing and unknown values are encoded as. ES modules of models have the text of
 * these classes.
 */
import { wrongType, wrongValue } from '../../checks/errors.js'
import { shownList } from '../records/checks.js'
import { isMissing } from '../records/records.js'

/** A category or label; numbers are finite. All labels of an encoder have the same type. */
export type Category = string | number | boolean

/** What a category that `fit` did not find is encoded as: an error, zeros, or a 1 in a last column for all of them. */
export type UnknownCategory = 'error' | 'zeros' | 'other'
/** What a missing value is: an error, a category of its own, or an unknown category. */
export type MissingCategory = 'error' | 'category' | 'unknown'

const KINDS = ['string', 'number', 'boolean']
const SCALAR = 'text, a number, or true or false'

/** Checks a category, which must have the type of those before it, or one of their types. */
export function category(value: unknown, name: string, kind?: string | ReadonlySet<string>): Category {
  const missing = value === null || value === undefined || Number.isNaN(value)
  const remedy = missing ? 'Remove or fill in such rows first.' : undefined
  if (!KINDS.includes(typeof value)) throw wrongType(SCALAR, name, value, remedy)
  if (typeof value === 'number' && !Number.isFinite(value)) throw wrongValue('a finite number', name, value, remedy)
  const kinds = typeof kind === 'string' ? [kind] : [...(kind ?? [])]
  if (kinds.length > 0 && !kinds.includes(typeof value)) {
    throw wrongType(`a value of type ${kinds.join(' or ')}, like the others,`, name, value)
  }
  return value === 0 ? 0 : (value as Category)
}

/** Categories in order, with their indices. */
export class CategoryPlaces<C extends Category> {
  readonly values: readonly C[]
  private readonly places: ReadonlyMap<unknown, number>
  private readonly kinds: ReadonlySet<string>

  constructor(values: readonly Category[]) {
    this.values = Object.freeze([...values]) as readonly C[]
    this.places = new Map(values.map((value, i) => [value, i]))
    this.kinds = new Set(values.map((value) => typeof value))
  }

  get count(): number {
    return this.values.length
  }

  /** The index of a category; undefined for any other value. */
  find(value: unknown): number | undefined {
    return this.places.get(value)
  }

  /** The index of a category; -1 for an unknown one. With `remedy`, an unknown one is an error. */
  placeOf(value: unknown, name: string, remedy?: string): number {
    const checked = category(value, name, this.kinds)
    const place = this.places.get(checked) ?? -1
    if (place < 0 && remedy !== undefined) {
      throw wrongValue('a category known from the fit', name, value, `Known: ${shownList(this.values)}.${remedy}`)
    }
    return place
  }
}

const UNKNOWN_REMEDY =
  " Pass unknown: 'zeros', to oneHot.fit or in the column's options of Model.fit, to encode unknown categories as zeros."

/** The columns of categories, of missing values and of unknown ones. */
export class CategoryColumns<C extends Category> {
  /** Those of missing and of unknown values; -1 for none. */
  readonly missingPlace: number
  readonly otherPlace: number

  constructor(
    readonly all: CategoryPlaces<C>,
    readonly unknown: UnknownCategory,
    readonly missing: MissingCategory,
  ) {
    const { count } = all
    this.otherPlace = unknown === 'other' ? count + (missing === 'category' ? 1 : 0) : -1
    this.missingPlace = missing === 'category' ? count : this.otherPlace
  }

  /** One for each category, then one for missing values where these are a category, then one for `other`. */
  get columns(): number {
    return this.all.count + (this.missing === 'category' ? 1 : 0) + (this.unknown === 'other' ? 1 : 0)
  }

  /** The column of a category or a missing value, -1 for none; undefined for other values. */
  find(value: unknown): number | undefined {
    const place = this.all.find(value)
    if (place !== undefined || this.missing === 'error' || !isMissing(value)) return place
    return this.missing === 'unknown' && this.unknown === 'error' ? undefined : this.missingPlace
  }

  /** The column of a value that `find` does not find, which errors call `name`; -1 for none. */
  placeOfUnknown(value: unknown, name: string): number {
    this.all.placeOf(value, name, this.unknown === 'error' ? UNKNOWN_REMEDY : undefined)
    return this.otherPlace
  }
}
