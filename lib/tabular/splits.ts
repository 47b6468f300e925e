/** Splits of rows into parts to train on and parts to test on: seeded, and the same everywhere. */
import { wrongSize, wrongType, wrongValue } from '../errors.js'
import { boolean, elements, integer, optionsObject, seed } from '../validate.js'
import type { Category } from './encoders.js'
import { FOLDS_STREAM, inOrder, SPLIT_STREAM, shuffled } from './order.js'

/** Rows to train on and rows to test on: no row is in both. */
export interface Split<Item> {
  readonly train: Item[]
  readonly test: Item[]
}

/** The label of each item: an array as long as the items, or what tells it. */
export type Labels<Item> = readonly Category[] | ((item: Item, index: number) => Category)

export interface FoldOptions {
  /** How many. Default 5. */
  folds?: number
  /** Whether rows go to folds in a seeded order. Default true. */
  shuffle?: boolean
  /** For that order: an integer from 0 to 2^53 - 1. Default 0. */
  seed?: number
}

export interface SplitOptions<Item> {
  /** How many to test on: a share between 0 and 1, rounded to the nearest number of rows, or that number. Default 0.25. */
  testSize?: number
  /** Whether rows are taken in a seeded order; else the last ones are tested on. Default true. */
  shuffle?: boolean
  /** For that order: an integer from 0 to 2^53 - 1. Default 0. */
  seed?: number
  /** Labels that both parts should have in the same proportions, as nearly as whole rows allow. */
  stratify?: Labels<Item>
}

const MOST_ITEMS = 2 ** 31 - 1

/** The items of an array; or, for a number of rows, their places 0, 1, …. */
function itemsOf<Item>(given: readonly Item[] | number, least: number): readonly Item[] {
  if (typeof given === 'number') {
    return inOrder(integer(given, 'the number of rows', least, MOST_ITEMS)) as unknown as readonly Item[]
  }
  if (!Array.isArray(given)) {
    const remedy = ArrayBuffer.isView(given) ? 'Pass the number of rows, and take the rows by their places.' : undefined
    throw wrongType('an array of rows, or how many there are,', 'rows', given, remedy)
  }
  const items = elements(given) as Item[]
  if (items.length < least) throw wrongSize(`at least ${least} rows`, 'rows', `${items.length}`)
  return items
}

/** The places of the rows of each label; labels in the order in which they first occur, places in that of `order`. */
function strata<Item>(items: readonly Item[], given: unknown, order: readonly number[], least: number): number[][] {
  if (typeof given !== 'function' && !Array.isArray(given)) {
    throw wrongType('an array of labels, or a function that gives a label,', 'stratify', given)
  }
  const labels = typeof given === 'function' ? given : elements(given)
  if (typeof labels !== 'function' && labels.length !== items.length) {
    throw wrongSize(`${items.length} labels, one for each row,`, 'stratify', `${labels.length}`)
  }
  const found = new Map<unknown, number[]>()
  const labelOf = items.map((item, i) => {
    const label: unknown = typeof labels === 'function' ? labels(item, i) : labels[i]
    const ok =
      typeof label === 'string' || typeof label === 'boolean' || (typeof label === 'number' && !Number.isNaN(label))
    if (!ok) throw wrongType('text, a number, or true or false', `the label of row ${i}`, label)
    if (!found.has(label)) found.set(label, [])
    return label
  })
  for (const i of order) found.get(labelOf[i])?.push(i)
  for (const [label, places] of found) {
    if (places.length < least) {
      throw wrongSize(`at least ${least} rows`, `the label ${JSON.stringify(label)}`, `${places.length}`)
    }
  }
  return [...found.values()]
}

/**
 * Two parts of the rows. Given an array, it answers with items; given a number of rows, with their places.
 * @throws TypeError or RangeError for arguments that do not fit, or a part without rows
 */
export function trainTestSplit<Item = number>(
  rows: readonly Item[] | number,
  options: SplitOptions<Item> = {},
): Split<Item> {
  const given = optionsObject(options, 'the options of trainTestSplit', ['testSize', 'shuffle', 'seed', 'stratify'])
  const items = itemsOf(rows, 2)
  const count = testRows(given.testSize, items.length)
  const shuffle = given.shuffle === undefined ? true : boolean(given.shuffle, 'shuffle')
  const chosenSeed = given.seed === undefined ? 0 : seed(given.seed, 'seed')
  const order = shuffle ? shuffled(items.length, chosenSeed, SPLIT_STREAM) : inOrder(items.length)
  if (given.stratify === undefined) {
    const at = (i: number) => items[i]
    return { train: order.slice(0, -count).map(at), test: order.slice(-count).map(at) }
  }
  const groups = strata(items, given.stratify, order, 2)
  const tested = new Set(
    shares(
      groups.map(({ length }) => length),
      count,
    ).flatMap((share, i) => (share === 0 ? [] : groups[i].slice(-share))),
  )
  return partsOf(items, order, (i) => tested.has(i))
}

function testRows(given: unknown, rows: number): number {
  const expected = `a share between 0 and 1, or an integer from 1 to ${rows - 1},`
  if (given === undefined) return testRows(0.25, rows)
  if (typeof given !== 'number') throw wrongType(expected, 'testSize', given)
  if (!(given > 0) || given >= rows || (given >= 1 && !Number.isInteger(given))) {
    throw wrongValue(expected, 'testSize', given)
  }
  const count = given < 1 ? Math.floor(given * rows + 0.5) : given
  if (count === 0 || count === rows) {
    throw wrongValue(expected, 'testSize', given, `Of ${rows} rows that is ${count === 0 ? 'none' : 'all'}.`)
  }
  return count
}

/** So many rows of all, shared among groups in proportion: whole parts first, then by the largest remainder, then by place. */
function shares(sizes: readonly number[], count: number): number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0)
  const result = sizes.map((size) => Math.floor((size * count) / all))
  const rest = sizes.map((size, i) => ({ i, remainder: (size * count) / all - result[i] }))
  rest.sort((a, b) => b.remainder - a.remainder || a.i - b.i)
  const missing = count - result.reduce((sum, share) => sum + share, 0)
  for (const { i } of rest.slice(0, missing)) result[i]++
  return result
}

function partsOf<Item>(
  items: readonly Item[],
  order: readonly number[],
  isTested: (place: number) => boolean,
): Split<Item> {
  const parts: Split<Item> = { train: [], test: [] }
  for (const i of order) parts[isTested(i) ? 'test' : 'train'].push(items[i])
  return parts
}

interface CheckedFolds {
  readonly folds: number
  readonly order: (rows: number) => number[]
}

function foldOptions(options: unknown, name: string): CheckedFolds {
  const given = optionsObject(options, `the options of ${name}`, ['folds', 'shuffle', 'seed'])
  const folds = given.folds === undefined ? 5 : integer(given.folds, 'folds', 2, MOST_ITEMS)
  const shuffle = given.shuffle === undefined ? true : boolean(given.shuffle, 'shuffle')
  const chosenSeed = given.seed === undefined ? 0 : seed(given.seed, 'seed')
  return { folds, order: (rows) => (shuffle ? shuffled(rows, chosenSeed, FOLDS_STREAM) : inOrder(rows)) }
}

/** The fold in which each row is tested, as splits. */
function splitsOf<Item>(
  items: readonly Item[],
  order: readonly number[],
  foldOf: Int32Array,
  folds: number,
): Split<Item>[] {
  return Array.from({ length: folds }, (_, fold) => partsOf(items, order, (i) => foldOf[i] === fold))
}

/**
 * `folds` splits, in which each row is tested once: runs of the order, whose lengths differ by one at most. Given an array, it
 * answers with items; given a number of rows, with their places.
 * @throws TypeError or RangeError for arguments that do not fit, or fewer rows than folds
 */
export function kFold<Item = number>(rows: readonly Item[] | number, options: FoldOptions = {}): Split<Item>[] {
  const { folds, order: orderOf } = foldOptions(options, 'kFold')
  const items = itemsOf(rows, folds)
  const order = orderOf(items.length)
  const foldOf = new Int32Array(items.length)
  for (const [place, i] of order.entries()) foldOf[i] = Math.floor((place * folds) / items.length)
  return splitsOf(items, order, foldOf, folds)
}

/**
 * The same, with each label in each fold as often as in every other, but for one row: the rows, label by label, are
 * dealt out to the folds in turn.
 * @throws as `kFold`, and RangeError for a label with fewer rows than folds
 */
export function stratifiedKFold<Item = number>(
  rows: readonly Item[] | number,
  labels: Labels<Item>,
  options: FoldOptions = {},
): Split<Item>[] {
  const { folds, order: orderOf } = foldOptions(options, 'stratifiedKFold')
  const items = itemsOf(rows, folds)
  const order = orderOf(items.length)
  const foldOf = new Int32Array(items.length)
  for (const [turn, i] of strata(items, labels, order, folds).flat().entries()) foldOf[i] = turn % folds
  return splitsOf(items, order, foldOf, folds)
}
