/** Folds: splits of which each tests other rows. Seeded, with the same result everywhere. */
import { wrongSize } from '../../checks/errors.js'
import { boolean, integer, optionsObject, seed } from '../../checks/validate.js'
import { type Items, itemsOf, MAX_ROWS, partsOf, type Split } from './items.js'
import { FOLDS_STREAM, inOrder, shuffled } from './order.js'
import { type Labels, strata } from './strata.js'

export interface FoldOptions {
  /** The number of folds. Default 5. */
  folds?: number
  /** Whether rows are assigned to folds in a seeded order. Default true. */
  shuffle?: boolean
  /** The seed of that order: an integer from 0 to 2^53 - 1. Default 0. */
  seed?: number
}

/** The most rows times folds that `kFold` returns at once: 512 MiB of the heap. */
const MAX_PLACES = 2 ** 26

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
