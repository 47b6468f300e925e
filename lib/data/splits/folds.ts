/** Folds: splits of which each tests other rows. Seeded, with the same result everywhere. */
import { wrongSize } from '../../checks/errors.js'
import { boolean, integer, optionsObject, seed } from '../../checks/validate.js'
import { assignGroups, groupsOf } from './groups.js'
import { type Items, itemsOf, MAX_ROWS, partsOf, type Split } from './items.js'
import { FOLDS_STREAM, inOrder, shuffled } from './order.js'
import { type Labels, labelsOf, strata } from './strata.js'

export interface FoldOptions<Item = unknown> {
  /** The number of folds. Default 5. */
  folds?: number
  /** Whether rows are assigned to folds in a seeded order. Default true. */
  shuffle?: boolean
  /** The seed of that order: an integer from 0 to 2^53 - 1. Default 0. */
  seed?: number
  /** The group of each row, such as its patient: the rows of a group are all tested in the same fold. Default: none. */
  groups?: Labels<Item>
}

/** The most rows times folds that `kFold` returns at once: 512 MiB of the heap. */
const MAX_PLACES = 2 ** 26

interface CheckedFolds {
  readonly folds: number
  readonly order: (rows: number) => Int32Array
  /** Not checked yet: undefined, or the groups of rows. */
  readonly groups: unknown
}

function foldOptions(options: unknown, name: string): CheckedFolds {
  const given = optionsObject(options, `the options of ${name}`, ['folds', 'shuffle', 'seed', 'groups'])
  const folds = given.folds === undefined ? 5 : integer(given.folds, 'folds', 2, MAX_ROWS)
  const shuffle = given.shuffle === undefined ? true : boolean(given.shuffle, 'shuffle')
  const chosenSeed = given.seed === undefined ? 0 : seed(given.seed, 'seed')
  const order = (rows: number) => (shuffle ? shuffled(rows, chosenSeed, FOLDS_STREAM) : inOrder(rows))
  return { folds, order, groups: given.groups }
}

/** Splits that are made one at a time, so that not all are in memory. */
export interface Folds<Item> {
  readonly count: number
  split(fold: number): Split<Item>
}

/** Refuses more rows times folds than memory should hold at once. */
export function requirePlaces(rows: number, folds: number, max = MAX_PLACES): void {
  if (rows * folds <= max) return
  const remedy = 'Use fewer folds, or crossValidate, which makes one fold at a time.'
  throw wrongSize(`at most ${max} rows times folds`, 'folds', `${rows} rows times ${folds}`, remedy)
}

/** Checks rows and folds, and makes the folds by a function. */
function foldsOf<Item>(
  rows: readonly Item[] | number,
  { folds, order: orderOf }: CheckedFolds,
  maxPlaces: number,
  assign: (items: Items<Item>, order: Int32Array, foldOf: Int32Array) => void,
): Folds<Item> {
  const items = itemsOf(rows, folds)
  requirePlaces(items.length, folds, maxPlaces)
  const order = orderOf(items.length)
  const foldOf = new Int32Array(items.length)
  assign(items, order, foldOf)
  return { count: folds, split: (fold) => partsOf(items, order, (i) => foldOf[i] === fold) }
}

/** Keeps the rows of each group in one fold. */
function assignByGroups<Item>(
  items: Items<Item>,
  { groups, folds }: CheckedFolds,
  labels: readonly unknown[] | null,
  order: Int32Array,
  foldOf: Int32Array,
): void {
  const names = labelsOf(items, groups, 'groups', 'group')
  assignGroups(groupsOf(names, labels, order, { min: folds, name: 'groups' }), folds, foldOf)
}

/** The folds of `kFold`. */
export function plainFolds<Item>(
  rows: readonly Item[] | number,
  options: FoldOptions<Item>,
  maxPlaces = Infinity,
): Folds<Item> {
  const checked = foldOptions(options, 'kFold')
  return foldsOf(rows, checked, maxPlaces, (items, order, foldOf) => {
    if (checked.groups !== undefined) return assignByGroups(items, checked, null, order, foldOf)
    for (const [place, i] of order.entries()) foldOf[i] = Math.floor((place * checked.folds) / items.length)
  })
}

/** The folds of `stratifiedKFold`. */
export function stratifiedFolds<Item>(
  rows: readonly Item[] | number,
  labels: Labels<Item>,
  options: FoldOptions<Item>,
  maxPlaces = Infinity,
): Folds<Item> {
  const checked = foldOptions(options, 'stratifiedKFold')
  return foldsOf(rows, checked, maxPlaces, (items, order, foldOf) => {
    const named = labelsOf(items, labels, 'stratify', 'label')
    const strataOf = strata(named, order, checked.folds)
    if (checked.groups !== undefined) return assignByGroups(items, checked, named, order, foldOf)
    let dealt = 0
    for (const stratum of strataOf) for (const i of stratum) foldOf[i] = dealt++ % checked.folds
  })
}

/** All splits at once. */
export const allSplits = <Item>({ count, split }: Folds<Item>): Split<Item>[] =>
  Array.from({ length: count }, (_, fold) => split(fold))

/**
 * `folds` splits, in which each row is tested once. The test parts are consecutive parts of the order, whose lengths
 * differ by at most one. With `groups` a group is tested as a whole, and the lengths are as near as groups allow: the
 * largest group first, each joins the fold with the fewest rows. It returns the items of an array; for a number of rows, their indices.
 * @throws TypeError or RangeError for wrong arguments, fewer rows than folds, or more rows times folds than 2^26
 */
export function kFold<Item = number>(rows: readonly Item[] | number, options: FoldOptions<Item> = {}): Split<Item>[] {
  return allSplits(plainFolds(rows, options, MAX_PLACES))
}

/**
 * The same, with equal numbers of each label in all folds, except for one row: the rows, label by label, are assigned
 * to the folds cyclically. With `groups` each group, the largest first, joins the fold that has the fewest of its
 * labels.
 * @throws as `kFold`, and RangeError for a label with fewer rows than folds
 */
export function stratifiedKFold<Item = number>(
  rows: readonly Item[] | number,
  labels: Labels<Item>,
  options: FoldOptions<Item> = {},
): Split<Item>[] {
  return allSplits(stratifiedFolds(rows, labels, options, MAX_PLACES))
}
