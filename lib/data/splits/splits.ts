/** Splits rows into training and test parts: seeded, with the same result everywhere. */

import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { rowsOfShare } from '../../checks/rows.js'
import { boolean, elements, integer, optionsObject, seed } from '../../checks/validate.js'
import type { Category } from '../encoding/categories.js'
import { quoted } from '../records/checks.js'
import { FOLDS_STREAM, inOrder, SPLIT_STREAM, shuffled } from './order.js'

/** Training rows and test rows: no row is in both. */
export interface Split<Item> {
  readonly train: Item[]
  readonly test: Item[]
}

/** The label of each item: an array as long as the items, or a function. */
export type Labels<Item> = readonly Category[] | ((item: Item, index: number) => Category)

export interface FoldOptions {
  /** The number of folds. Default 5. */
  folds?: number
  /** Whether rows are assigned to folds in a seeded order. Default true. */
  shuffle?: boolean
  /** The seed of that order: an integer from 0 to 2^53 - 1. Default 0. */
  seed?: number
}

export interface SplitOptions<Item> {
  /**
   * The size of the test part: a share between 0 and 1, rounded to the nearest number of rows, halves up; or a number
   * of rows. Default 0.25.
   */
  testSize?: number
  /** Whether the test rows are drawn in a seeded order; otherwise they are the last ones. Default true. */
  shuffle?: boolean
  /** The seed of that order: an integer from 0 to 2^53 - 1. Default 0. */
  seed?: number
  /** Labels that both parts should have in the same proportions, as nearly as whole rows allow. */
  stratify?: Labels<Item>
}

/** The most rows: their indices take 8 bytes each, 128 MiB of the heap. */
const MAX_ROWS = 2 ** 24
/** The most rows times folds that `kFold` returns at once: 512 MiB of the heap. */
const MAX_PLACES = 2 ** 26

/** Rows by index: the items of an array, or, for a number of rows, the indices themselves. */
interface Items<Item> {
  readonly length: number
  at(place: number): Item
}

function itemsOf<Item>(given: readonly Item[] | number, min: number): Items<Item> {
  if (typeof given === 'number') {
    const length = integer(given, 'the number of rows', min, MAX_ROWS)
    return { length, at: (place) => place as unknown as Item }
  }
  if (!Array.isArray(given)) {
    const remedy = ArrayBuffer.isView(given) ? 'Pass the number of rows, and select the rows by index.' : undefined
    throw wrongType('an array of rows, or how many there are,', 'rows', given, remedy)
  }
  if (given.length > MAX_ROWS) throw wrongSize(`at most ${MAX_ROWS} rows`, 'rows', `${given.length}`)
  const items = elements(given) as Item[]
  if (items.length < min) throw wrongSize(`at least ${min} rows`, 'rows', `${items.length}`)
  return { length: items.length, at: (place) => items[place] }
}

/** The indices of the rows of each label; labels in the order in which they first occur, indices in that of `order`. */
function strata<Item>(items: Items<Item>, given: unknown, order: Int32Array, min: number): number[][] {
  if (typeof given !== 'function' && !Array.isArray(given)) {
    throw wrongType('an array of labels, or a function that gives a label,', 'stratify', given)
  }
  const labels = typeof given === 'function' ? given : elements(given)
  if (typeof labels !== 'function' && labels.length !== items.length) {
    throw wrongSize(`${items.length} labels, one for each row,`, 'stratify', `${labels.length}`)
  }
  const found = new Map<unknown, number[]>()
  const labelOf = Array.from({ length: items.length }, (_, i) => {
    const label: unknown = typeof labels === 'function' ? labels(items.at(i), i) : labels[i]
    const ok =
      typeof label === 'string' || typeof label === 'boolean' || (typeof label === 'number' && !Number.isNaN(label))
    if (!ok) throw wrongType('text, a number, or true or false', `the label of row ${i}`, label)
    if (!found.has(label)) found.set(label, [])
    return label
  })
  for (const i of order) found.get(labelOf[i])?.push(i)
  for (const [label, places] of found) {
    if (places.length < min) {
      throw wrongSize(`at least ${min} rows`, `the label ${quoted(label)}`, `${places.length}`)
    }
  }
  return [...found.values()]
}

/**
 * Splits rows in two parts. It returns the items of an array; for a number of rows, their indices.
 * @throws TypeError or RangeError for wrong arguments, or a part without rows
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
    const at = (part: Int32Array): Item[] => Array.from(part, (place) => items.at(place))
    return { train: at(order.subarray(0, -count)), test: at(order.subarray(-count)) }
  }
  const groups = strata(items, given.stratify, order, 2)
  const sizes = groups.map(({ length }) => length)
  const isTested = new Uint8Array(items.length)
  for (const [i, share] of shares(sizes, count).entries()) {
    const group = groups[i]
    for (let k = group.length - share; k < group.length; k++) isTested[group[k]] = 1
  }
  return partsOf(items, order, (place) => isTested[place] === 1)
}

function testRows(given: unknown, rows: number): number {
  const expected = `a share between 0 and 1, or an integer from 1 to ${rows - 1},`
  if (given === undefined) return testRows(0.25, rows)
  if (typeof given !== 'number') throw wrongType(expected, 'testSize', given)
  if (!(given > 0) || given >= rows || (given >= 1 && !Number.isInteger(given))) {
    throw wrongValue(expected, 'testSize', given)
  }
  const count = given < 1 ? rowsOfShare(given, rows) : given
  if (count === 0 || count === rows) {
    throw wrongValue(expected, 'testSize', given, `Of ${rows} rows that is ${count === 0 ? 'none' : 'all'}.`)
  }
  return count
}

/**
 * Distributes `count` rows over groups in proportion to their sizes: the integer parts first, then by the largest
 * remainder, then by index.
 */
function shares(sizes: readonly number[], count: number): number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0)
  const result = sizes.map((size) => Math.floor((size * count) / all))
  // Integers, so that equal remainders are equal.
  const rest = sizes.map((size, i) => ({ i, remainder: (size * count) % all }))
  rest.sort((a, b) => b.remainder - a.remainder || a.i - b.i)
  const missing = count - result.reduce((sum, share) => sum + share, 0)
  for (const { i } of rest.slice(0, missing)) result[i]++
  return result
}

function partsOf<Item>(items: Items<Item>, order: Int32Array, isTested: (place: number) => boolean): Split<Item> {
  const parts: Split<Item> = { train: [], test: [] }
  for (const i of order) parts[isTested(i) ? 'test' : 'train'].push(items.at(i))
  return parts
}

interface CheckedFolds {
  readonly folds: number
  readonly order: (rows: number) => Int32Array
}

function foldOptions(options: unknown, name: string): CheckedFolds {
  const given = optionsObject(options, `the options of ${name}`, ['folds', 'shuffle', 'seed'])
  const folds = given.folds === undefined ? 5 : integer(given.folds, 'folds', 2, MAX_ROWS)
  const shuffle = given.shuffle === undefined ? true : boolean(given.shuffle, 'shuffle')
  const chosenSeed = given.seed === undefined ? 0 : seed(given.seed, 'seed')
  return { folds, order: (rows) => (shuffle ? shuffled(rows, chosenSeed, FOLDS_STREAM) : inOrder(rows)) }
}

/** Splits that are made one at a time, so that not all are in memory. */
export interface Folds<Item> {
  readonly count: number
  split(fold: number): Split<Item>
}

/** Checks rows and folds, and makes the folds by a function. */
function foldsOf<Item>(
  rows: readonly Item[] | number,
  { folds, order: orderOf }: CheckedFolds,
  maxPlaces: number,
  assign: (items: Items<Item>, order: Int32Array, foldOf: Int32Array) => void,
): Folds<Item> {
  const items = itemsOf(rows, folds)
  if (items.length * folds > maxPlaces) {
    const remedy = 'Use fewer folds, or crossValidate, which makes one fold at a time.'
    throw wrongSize(`at most ${maxPlaces} rows times folds`, 'folds', `${items.length} rows times ${folds}`, remedy)
  }
  const order = orderOf(items.length)
  const foldOf = new Int32Array(items.length)
  assign(items, order, foldOf)
  return { count: folds, split: (fold) => partsOf(items, order, (i) => foldOf[i] === fold) }
}

/** The folds of `kFold`. */
export function plainFolds<Item>(
  rows: readonly Item[] | number,
  options: FoldOptions,
  maxPlaces = Infinity,
): Folds<Item> {
  const checked = foldOptions(options, 'kFold')
  return foldsOf(rows, checked, maxPlaces, ({ length }, order, foldOf) => {
    for (const [place, i] of order.entries()) foldOf[i] = Math.floor((place * checked.folds) / length)
  })
}

/** The folds of `stratifiedKFold`. */
export function stratifiedFolds<Item>(
  rows: readonly Item[] | number,
  labels: Labels<Item>,
  options: FoldOptions,
  maxPlaces = Infinity,
): Folds<Item> {
  const checked = foldOptions(options, 'stratifiedKFold')
  return foldsOf(rows, checked, maxPlaces, (items, order, foldOf) => {
    let dealt = 0
    for (const group of strata(items, labels, order, checked.folds)) {
      for (const i of group) foldOf[i] = dealt++ % checked.folds
    }
  })
}

const allSplits = <Item>({ count, split }: Folds<Item>): Split<Item>[] =>
  Array.from({ length: count }, (_, fold) => split(fold))

/**
 * `folds` splits, in which each row is tested once. The test parts are consecutive parts of the order, whose lengths
 * differ by at most one. It returns the items of an array; for a number of rows, their indices.
 * @throws TypeError or RangeError for wrong arguments, fewer rows than folds, or more rows times folds than 2^26
 */
export function kFold<Item = number>(rows: readonly Item[] | number, options: FoldOptions = {}): Split<Item>[] {
  return allSplits(plainFolds(rows, options, MAX_PLACES))
}

/**
 * The same, with equal numbers of each label in all folds, except for one row: the rows, label by label, are assigned
 * to the folds cyclically.
 * @throws as `kFold`, and RangeError for a label with fewer rows than folds
 */
export function stratifiedKFold<Item = number>(
  rows: readonly Item[] | number,
  labels: Labels<Item>,
  options: FoldOptions = {},
): Split<Item>[] {
  return allSplits(stratifiedFolds(rows, labels, options, MAX_PLACES))
}
