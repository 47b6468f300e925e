/** Splits rows into training and test parts: seeded, with the same result everywhere. */
import { wrongType, wrongValue } from '../../checks/errors.js'
import { partOfRows, rowsOfShare } from '../../checks/rows.js'
import { boolean, optionsObject, seed } from '../../checks/validate.js'
import { groupedPart, groupsOf } from './groups.js'
import { itemsOf, partsOf, type Split } from './items.js'
import { inOrder, SPLIT_STREAM, shuffled } from './order.js'
import { type Labels, labelsOf, shares, strata } from './strata.js'
import { byTime, latestPart, requireOnlyTime, type Times, timesOf } from './times.js'

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
  /**
   * The group of each row, such as its patient: no group is in both parts, and their sizes are as near to `testSize` as
   * groups allow. Default: none.
   */
  groups?: Labels<Item>
  /**
   * The time of each row: the latest rows are tested, and rows of one time are all in one part. Both parts are in the
   * order of time. It excludes the other options but `testSize`. Default: none.
   */
  time?: Times<Item>
}

const NAMES = ['testSize', 'shuffle', 'seed', 'stratify', 'groups', 'time']

/**
 * Splits rows in two parts. It returns the items of an array; for a number of rows, their indices.
 * @throws TypeError or RangeError for wrong arguments, or a part without rows
 */
export function trainTestSplit<Item = number>(
  rows: readonly Item[] | number,
  options: SplitOptions<Item> = {},
): Split<Item> {
  const given = optionsObject(options, 'the options of trainTestSplit', NAMES)
  const items = itemsOf(rows, 2)
  const count = testRows(given.testSize, items.length)
  if (given.time !== undefined) {
    requireOnlyTime(given, '')
    const times = timesOf(items, given.time)
    const order = byTime(times)
    const isTested = latestPart(times, count, 'time', order)
    return partsOf(items, order, (place) => isTested[place] === 1)
  }
  const shuffle = given.shuffle === undefined ? true : boolean(given.shuffle, 'shuffle')
  const chosenSeed = given.seed === undefined ? 0 : seed(given.seed, 'seed')
  const order = shuffle ? shuffled(items.length, chosenSeed, SPLIT_STREAM) : inOrder(items.length)
  const labels = given.stratify === undefined ? null : labelsOf(items, given.stratify, 'stratify', 'label')
  if (given.groups !== undefined) {
    const names = labelsOf(items, given.groups, 'groups', 'group')
    // From the end of the order, as single rows are.
    const groups = groupsOf(names, labels, order.slice().reverse(), { min: 2, name: 'groups' })
    const isTested = groupedPart(groups, count / items.length, items.length)
    return partsOf(items, order, (place) => isTested[place] === 1)
  }
  if (labels === null) {
    const at = (part: Int32Array): Item[] => Array.from(part, (place) => items.at(place))
    return { train: at(order.subarray(0, -count)), test: at(order.subarray(-count)) }
  }
  const all = strata(labels, order, 2)
  const sizes = all.map(({ length }) => length)
  const isTested = new Uint8Array(items.length)
  for (const [i, share] of shares(sizes, count).entries()) {
    const stratum = all[i]
    for (let k = stratum.length - share; k < stratum.length; k++) isTested[stratum[k]] = 1
  }
  return partsOf(items, order, (place) => isTested[place] === 1)
}

/** The number of rows of the option `testSize`. */
export function testRows(given: unknown, rows: number): number {
  const expected = `a share between 0 and 1, or an integer from 1 to ${rows - 1},`
  if (given === undefined) return testRows(0.25, rows)
  if (typeof given !== 'number') throw wrongType(expected, 'testSize', given)
  if (!(given > 0) || given >= rows || (given >= 1 && !Number.isInteger(given))) {
    throw wrongValue(expected, 'testSize', given)
  }
  return partOfRows(given < 1 ? rowsOfShare(given, rows) : given, rows, 'testSize', given, expected)
}
