/**
 * Permutation importance: how much worse predictions become where the values of a column are exchanged among records, so
 * that the column has no information about them any more. Breiman, Random forests, 2001; scikit-learn's permutation_importance.
 */
import { unknownColumn, wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { seed as checkSeed, elements, integer, optionsObject } from '../../checks/validate.js'
import { quoted } from '../records/checks.js'
import { cell, type Records } from '../records/records.js'
import { meanAndDeviation } from '../splits/mean-deviation.js'
import { IMPORTANCE_STREAM, shuffled } from '../splits/order.js'

export interface ImportanceOptions {
  /** How many times each column is permuted. Default 5. */
  repeats?: number
  /** The seed of the orders: an integer from 0 to 2^53 - 1. Default 0. */
  seed?: number
  /**
   * The columns to permute; those of an inner array are permuted together, in the same order, such as city and postal
   * code. Default: each input column alone.
   */
  columns?: readonly (string | readonly string[])[]
}

export interface ColumnImportance {
  /** The column, or those that were permuted together. */
  readonly columns: readonly string[]
  /** The mean decrease of the score; of a score that is better where it is less, the mean increase. */
  readonly importance: number
  /** The standard deviation over the repeats (divided by their number). */
  readonly standardDeviation: number
  /** The decrease in each repeat. */
  readonly values: readonly number[]
}

export const IMPORTANCE_NAMES = ['repeats', 'seed', 'columns']
const MAX_REPEATS = 2 ** 20

function chosenColumns(given: unknown, known: readonly string[]): string[][] {
  if (given === undefined) return known.map((name) => [name])
  if (!Array.isArray(given)) throw wrongType('an array of columns, or of arrays of them,', 'columns', given)
  const seen = new Set<string>()
  return elements(given).map((one, i) => {
    const names = Array.isArray(one) ? elements(one) : [one]
    if (names.length === 0) throw wrongSize('at least one column', `columns[${i}]`, 'none')
    return names.map((name) => {
      if (typeof name !== 'string') throw wrongType('the name of a column', `columns[${i}]`, name)
      if (!known.includes(name)) throw unknownColumn(name, 'columns', known)
      if (seen.has(name)) throw wrongValue('each column once', `columns[${i}]`, name)
      seen.add(name)
      return name
    })
  })
}

/**
 * Copies of records, in which the values of some columns are exchanged for the time of a call: copy i gets those of
 * record order[i]. A new copy for each call would cost more than its prediction where there are many columns.
 */
function exchanger(records: Records) {
  const copies = records.map((record): Record<string, unknown> => ({ ...record }))
  const set = (copy: Record<string, unknown>, name: string, value: unknown): void => {
    // `__proto__` is a name, too.
    Object.defineProperty(copy, name, { value, writable: true, enumerable: true, configurable: true })
  }
  return <Result>(columns: readonly string[], order: Int32Array, use: (exchanged: Records) => Result): Result => {
    const fill = (from: (i: number) => Records[number]): void => {
      for (const [i, copy] of copies.entries()) for (const name of columns) set(copy, name, cell(from(i), name))
    }
    fill((i) => records[order[i]])
    try {
      return use(copies)
    } finally {
      fill((i) => records[i])
    }
  }
}

/**
 * The importance of columns, the most important first; of equal ones in the order of `columns`.
 * @param records at least 2
 * @param known the input columns
 * @param score the score of the predictions for records; higher is better
 * @param options checked here
 * @throws TypeError or RangeError for wrong options, or a score that is not finite
 */
export function permutationImportance(
  records: Records,
  known: readonly string[],
  score: (records: Records) => number,
  options: ImportanceOptions,
): ColumnImportance[] {
  const given = optionsObject(options, 'the options of importance', IMPORTANCE_NAMES)
  const repeats = given.repeats === undefined ? 5 : integer(given.repeats, 'repeats', 1, MAX_REPEATS)
  const seed = given.seed === undefined ? 0 : checkSeed(given.seed, 'seed')
  const columns = chosenColumns(given.columns, known)
  if (records.length < 2) throw wrongSize('at least 2 records', 'records', `${records.length}`)
  const finiteScore = (some: Records, what: string): number => {
    const value = score(some)
    if (Number.isFinite(value)) return value
    throw wrongValue('a finite number', what, value, 'Choose another score, or more records.')
  }
  const whole = finiteScore(records, 'the score of the records')
  // One order for each repeat, the same for all columns: the importance of one does not depend on the others chosen.
  const orders = Array.from({ length: repeats }, (_, i) => shuffled(records.length, seed, IMPORTANCE_STREAM, i))
  const exchange = exchanger(records)
  const found = columns.map((names): ColumnImportance => {
    const what = `the score with ${names.map(quoted).join(', ')} permuted`
    const values = orders.map((order) => exchange(names, order, (some) => whole - finiteScore(some, what)))
    const { mean, deviation } = meanAndDeviation(values)
    return { columns: names, importance: mean, standardDeviation: deviation, values }
  })
  return found.sort((a, b) => b.importance - a.importance)
}
