/** Encoders: categories as numbers, and back. */
import { matrix, type Rows } from '../data.js'
import { wrongSize, wrongType, wrongValue } from '../errors.js'
import { INSPECT, shownItems } from '../inspect.js'
import { elements, float64Array, isFloat64Array, oneOf, optionsObject } from '../validate.js'
import { listed, shortened } from '../words.js'
import { list } from './checks.js'

/** A category or label. All of one encoder are of one kind; numbers are finite. */
export type Category = string | number | boolean

/** The kind of categories, where their type is that of single values. */
export type Widened<C extends Category> = C extends string ? string : C extends number ? number : boolean

export interface LabelEncoderOptions<C extends Category = Category> {
  /** The labels in the order wanted. Default: those that occur, sorted: by number, by code unit, or false before true. */
  labels?: readonly C[]
}

export interface OneHotOptions<C extends Category = Category> {
  /** The categories in the order wanted. Default: those that occur, sorted: by number, by code unit, or false before true. */
  categories?: readonly C[]
  /** What a category that was not there at `fit` does: throw, or give a row of zeros. Default `error`. */
  unknown?: 'error' | 'zeros'
}

export interface SavedLabelEncoder {
  readonly type: 'labelEncoder'
  readonly labels: readonly Category[]
}

export interface SavedOneHot {
  readonly type: 'oneHot'
  readonly categories: readonly Category[]
  readonly unknown: 'error' | 'zeros'
}

const KINDS = ['string', 'number', 'boolean']
const EXPECTED = 'text, a number, or true or false'

/** One category, of a certain kind where others came before it. */
function category(value: unknown, name: string, kind?: string): Category {
  const missing = value === null || value === undefined || Number.isNaN(value)
  const remedy = missing ? 'Remove or fill in such rows first.' : undefined
  if (!KINDS.includes(typeof value)) throw wrongType(EXPECTED, name, value, remedy)
  if (typeof value === 'number' && !Number.isFinite(value)) throw wrongValue('a finite number', name, value, remedy)
  if (kind !== undefined && typeof value !== kind) {
    throw wrongType(`a value of type ${kind}, like the others,`, name, value)
  }
  return value === 0 ? 0 : (value as Category)
}

/** Categories in one line: of many the first and the last, long ones cut. */
const shownCategories = (categories: readonly Category[]): string =>
  shownItems(categories, (one) => JSON.stringify(typeof one === 'string' ? shortened(one) : one), 'categories').join(
    ', ',
  )

const ascending = (a: Category, b: Category): number => (a < b ? -1 : a > b ? 1 : 0)

/** The known categories in an error message. */
const shownKnown = (known: readonly Category[]): string =>
  typeof known[0] === 'string'
    ? listed(known as readonly string[], (one) => JSON.stringify(one))
    : listed(known.map(String))

/** Categories in the order wanted, with their places. */
class Categories<C extends Category> {
  readonly values: readonly C[]
  private readonly places: ReadonlyMap<Category, number>

  constructor(values: readonly Category[]) {
    this.values = Object.freeze([...values]) as readonly C[]
    this.places = new Map(values.map((value, i) => [value, i]))
  }

  /** Those that were given: all different. */
  static given<C extends Category>(given: unknown, name: string): Categories<C> {
    const values = new Set<Category>()
    let kind: string | undefined
    for (const [i, value] of list(given, name, 'categories').entries()) {
      const checked = category(value, `${name}[${i}]`, kind)
      if (values.has(checked)) throw wrongValue('a category that is not there yet', `${name}[${i}]`, checked)
      kind ??= typeof checked
      values.add(checked)
    }
    return new Categories([...values])
  }

  /** Those that occur. */
  static found<C extends Category>(given: unknown, name: string): Categories<C> {
    const found = new Set<Category>()
    let kind: string | undefined
    for (const [i, value] of list(given, name, 'categories').entries()) {
      const checked = category(value, `${name}[${i}]`, kind)
      kind ??= typeof checked
      found.add(checked)
    }
    const values = [...found].sort(ascending)
    if (values.length === 1) {
      const received = `${JSON.stringify(values[0])} in every row`
      throw wrongSize('at least two different categories', name, received, 'Leave a constant column out.')
    }
    return new Categories(values)
  }

  get count(): number {
    return this.values.length
  }

  /** Where a category stands; -1 for one that is not there, unless it must be. */
  placeOf(value: unknown, name: string, strict: boolean): number {
    const checked = category(value, name, typeof this.values[0])
    const place = this.places.get(checked) ?? -1
    if (place < 0 && strict) {
      throw wrongValue('a category known from the fit', name, value, `Known are: ${shownKnown(this.values)}.`)
    }
    return place
  }
}

/** Labels as their numbers 0, 1, …, in the order of `labels`. */
export class LabelEncoder<C extends Category = Category> {
  private readonly all: Categories<C>

  /** @internal */
  constructor(all: unknown) {
    this.all = all as Categories<C>
  }

  /** In the order of their numbers. */
  get labels(): readonly C[] {
    return this.all.values
  }

  /**
   * The number of each label.
   * @throws RangeError for a label that was not there at `fit`, TypeError for one of another kind
   */
  transform(labels: readonly C[]): Float64Array {
    return Float64Array.from(list(labels, 'labels', 'labels'), (label, i) =>
      this.all.placeOf(label, `labels[${i}]`, true),
    )
  }

  /** The place of one label, which `name` stands for in errors. @internal */
  placeOf(label: unknown, name: string): number {
    return this.all.placeOf(label, name, true)
  }

  /**
   * The label of each number.
   * @throws TypeError or RangeError for a number that stands for none
   */
  inverse(numbers: Float64Array | readonly number[]): C[] {
    if (!isFloat64Array(numbers) && !Array.isArray(numbers)) throw wrongType('an array of numbers', 'numbers', numbers)
    const all: readonly unknown[] = isFloat64Array(numbers) ? [...float64Array(numbers, 'numbers')] : elements(numbers)
    return all.map((number, i) => {
      const expected = `an integer from 0 to ${this.all.count - 1}`
      if (typeof number !== 'number') throw wrongType(expected, `numbers[${i}]`, number)
      if (!Number.isInteger(number) || number < 0 || number >= this.all.count) {
        throw wrongValue(expected, `numbers[${i}]`, number)
      }
      return this.labels[number]
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

/** Categories as rows with a 1 in the column of the category, and 0 elsewhere. */
export class OneHot<C extends Category = Category> {
  readonly unknown: 'error' | 'zeros'
  private readonly all: Categories<C>

  /** @internal */
  constructor(all: unknown, unknown: 'error' | 'zeros') {
    this.all = all as Categories<C>
    this.unknown = unknown
  }

  /** In the order of their columns. */
  get categories(): readonly C[] {
    return this.all.values
  }

  get columns(): number {
    return this.all.count
  }

  /**
   * @returns [values × columns], row-major
   * @throws RangeError for a category that was not there at `fit`, unless `unknown` is `zeros`; TypeError for one of another kind
   */
  transform(values: readonly C[]): Float64Array {
    const given = list(values, 'values', 'categories')
    const result = new Float64Array(given.length * this.columns)
    for (const [i, value] of given.entries()) {
      const place = this.placeOf(value, `values[${i}]`)
      if (place >= 0) result[i * this.columns + place] = 1
    }
    return result
  }

  /** The column of one category, which `name` stands for in errors; -1 for none. @internal */
  placeOf(value: unknown, name: string): number {
    return this.all.placeOf(value, name, this.unknown === 'error')
  }

  /**
   * The category of each row: that of its greatest value, the first of equal ones. So it reads probabilities too.
   * @param x [rows × columns], row-major, or an array of rows
   * @throws TypeError or RangeError for rows that do not fit
   */
  inverse(x: Rows): C[] {
    const { values, rows } = matrix(x, 'x', this.columns, 'the categories')
    return Array.from({ length: rows }, (_, row) => this.categories[greatest(values, row * this.columns, this.columns)])
  }

  toJSON(): SavedOneHot {
    return { type: 'oneHot', categories: this.categories, unknown: this.unknown }
  }

  /** What `console.log` shows. @internal */
  [INSPECT](): string {
    return `oneHot: ${this.columns} categories, ${shownCategories(this.categories)}`
  }
}

/** The place of the greatest of `count` values from `start`, counted from there; the first of equal ones. @internal */
export function greatest(values: Float64Array, start: number, count: number): number {
  let best = 0
  for (let j = 1; j < count; j++) if (values[start + j] > values[start + best]) best = j
  return best
}

function checkUnknown(given: unknown, name: string): 'error' | 'zeros' {
  return given === undefined ? 'error' : (oneOf(given, name, 'what to do', ['error', 'zeros']) as 'error' | 'zeros')
}

function savedAs(saved: unknown, type: string, name: string, keys: readonly string[]): Record<string, unknown> {
  const given = optionsObject(saved, name, ['type', ...keys])
  if (given.type !== type) throw wrongValue(`"${type}"`, `type of ${name}`, given.type)
  return given
}

export const labelEncoder = {
  /**
   * Finds the labels.
   * @throws TypeError or RangeError for values that are no labels, or fewer than two
   */
  fit<C extends Category>(labels: readonly C[], options: LabelEncoderOptions<C> = {}): LabelEncoder<Widened<C>> {
    const given = optionsObject(options, 'the options of labelEncoder', ['labels'])
    if (given.labels === undefined) return new LabelEncoder(Categories.found(labels, 'labels'))
    const encoder = new LabelEncoder<Widened<C>>(Categories.given(given.labels, 'options.labels'))
    encoder.transform(labels as unknown as readonly Widened<C>[])
    return encoder
  },
  /** @throws TypeError or RangeError where it is no saved encoder */
  fromJSON(saved: SavedLabelEncoder, name = 'the saved labelEncoder'): LabelEncoder {
    const given = savedAs(saved, 'labelEncoder', name, ['labels'])
    return new LabelEncoder(Categories.given(given.labels, `labels of ${name}`))
  },
}

export const oneHot = {
  /**
   * Finds the categories.
   * @throws TypeError or RangeError for values that are no categories, or fewer than two
   */
  fit<C extends Category>(values: readonly C[], options: OneHotOptions<C> = {}): OneHot<Widened<C>> {
    const given = optionsObject(options, 'the options of oneHot', ['categories', 'unknown'])
    const unknown = checkUnknown(given.unknown, 'unknown')
    if (given.categories === undefined) return new OneHot(Categories.found(values, 'values'), unknown)
    const encoder = new OneHot<Widened<C>>(Categories.given(given.categories, 'categories'), unknown)
    encoder.transform(values as unknown as readonly Widened<C>[])
    return encoder
  },
  /** @throws TypeError or RangeError where it is no saved encoder */
  fromJSON(saved: SavedOneHot, name = 'the saved oneHot'): OneHot {
    const given = savedAs(saved, 'oneHot', name, ['categories', 'unknown'])
    const unknown = checkUnknown(given.unknown, `unknown of ${name}`)
    return new OneHot(Categories.given(given.categories, `categories of ${name}`), unknown)
  },
}
