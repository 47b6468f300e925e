/** Splits rows into training and test parts: seeded, with the same result everywhere. */
import { wrongType, wrongValue } from '../../checks/errors.js'
import { rowsOfShare } from '../../checks/rows.js'
import { boolean, optionsObject, seed } from '../../checks/validate.js'
import { itemsOf, partsOf, type Split } from './items.js'
import { inOrder, SPLIT_STREAM, shuffled } from './order.js'
import { type Labels, shares, strata } from './strata.js'

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
