/** Splits of rows into parts to train on and parts to test on: seeded, and the same everywhere. */

import { wrongSize, wrongType, wrongValue } from '../checks/errors.js'
import { rowsOfShare } from '../checks/rows.js'
import { boolean, elements, integer, optionsObject, seed } from '../checks/validate.js'
import type { Category } from './categories.js'
import { quoted } from './checks.js'
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
  /**
   * How many to test on: a share between 0 and 1, rounded to the nearest number of rows, halves up; or that number. Default
   * 0.25.
   */
  testSize?: number
  /** Whether rows are taken in a seeded order; else the last ones are tested on. Default true. */
  shuffle?: boolean
  /** For that order: an integer from 0 to 2^53 - 1. Default 0. */
  seed?: number
  /** Labels that both parts should have in the same proportions, as nearly as whole rows allow. */
  stratify?: Labels<Item>
}

/** The most rows: their places take 8 bytes each, 128 MiB of the heap. */
const MAX_ROWS = 2 ** 24
/** The most rows times folds that `kFold` returns at once: 512 MiB of the heap. */
const MAX_PLACES = 2 ** 26

/** Rows by their places: the items of an array, or, for a number of rows, the places themselves. */
interface Items<Item> {
  readonly length: number
  at(place: number): Item
}

function itemsOf<Item>(given: readonly Item[] | number, least: number): Items<Item> {
  if (typeof given === 'number') {
    const length = integer(given, 'the number of rows', least, MAX_ROWS)
    return { length, at: (place) => place as unknown as Item }
  }
  if (!Array.isArray(given)) {
    const remedy = ArrayBuffer.isView(given) ? 'Pass the number of rows, and take the rows by their places.' : undefined
    throw wrongType('an array of rows, or how many there are,', 'rows', given, remedy)
  }
  if (given.length > MAX_ROWS) throw wrongSize(`at most ${MAX_ROWS} rows`, 'rows', `${given.length}`)
  const items = elements(given) as Item[]
  if (items.length < least) throw wrongSize(`at least ${least} rows`, 'rows', `${items.length}`)
  return { length: items.length, at: (place) => items[place] }
}

/** The places of the rows of each label; labels in the order in which they first occur, places in that of `order`. */
function strata<Item>(items: Items<Item>, given: unknown, order: Int32Array, least: number): number[][] {
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
    if (places.length < least) {
      throw wrongSize(`at least ${least} rows`, `the label ${quoted(label)}`, `${places.length}`)
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

/** So many rows of all, shared among groups in proportion: whole parts first, then by the largest remainder, then by place. */
function shares(sizes: readonly number[], count: number): number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0)
  const result = sizes.map((size) => Math.floor((size * count) / all))
  // As integers, so that equal remainders are equal.
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

/** Splits that are made one at a time, so that not all of them need be held. */
export interface Folds<Item> {
  readonly count: number
  split(fold: number): Split<Item>
}

/** The checked rows and folds, and the function that makes the folds of them. */
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
 * `folds` splits, in which each row is tested once: runs of the order, whose lengths differ by one at most. Given an array, it
 * answers with items; given a number of rows, with their places.
 * @throws TypeError or RangeError for arguments that do not fit, fewer rows than folds, or more rows times folds than 2^26
 */
export function kFold<Item = number>(rows: readonly Item[] | number, options: FoldOptions = {}): Split<Item>[] {
  return allSplits(plainFolds(rows, options, MAX_PLACES))
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
  return allSplits(stratifiedFolds(rows, labels, options, MAX_PLACES))
}
