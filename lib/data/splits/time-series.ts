/** Splits of a time series: each trains on the past and tests what follows. */
import { wrongSize } from '../../checks/errors.js'
import { integer, optionsObject } from '../../checks/validate.js'
import { allSplits, type Folds, requirePlaces } from './folds.js'
import { itemsOf, MAX_ROWS, type Split } from './items.js'
import { inOrder } from './order.js'
import { byTime, type Times, timesOf } from './times.js'

export interface TimeSeriesOptions<Item = unknown> {
  /** The number of splits. Default 5. */
  folds?: number
  /** The number of rows that each split tests. Default: rows / (folds + 1), rounded down. */
  testSize?: number
  /**
   * The number of rows between training and test rows, in neither. Default 0. For windows with several horizons: their
   * number less one, so that no target of a training row is among the test rows.
   */
  gap?: number
  /** The most training rows: the last ones. Default: all. */
  maxTrainSize?: number
  /** The time of each row, to put them in order. Default: the rows are in order. */
  time?: Times<Item>
}

export const TIME_SERIES_NAMES = ['folds', 'testSize', 'gap', 'maxTrainSize', 'time']

/** The splits of `timeSeriesSplit`, made one at a time. `where` names the options in errors. */
export function timeSeriesFolds<Item>(
  rows: readonly Item[] | number,
  options: TimeSeriesOptions<Item>,
  where = 'the options of timeSeriesSplit',
): Folds<Item> {
  const given = optionsObject(options, where, TIME_SERIES_NAMES)
  const folds = given.folds === undefined ? 5 : integer(given.folds, 'folds', 1, MAX_ROWS)
  const gap = given.gap === undefined ? 0 : integer(given.gap, 'gap', 0, MAX_ROWS)
  const items = itemsOf(rows, folds + 1)
  const { length } = items
  const size =
    given.testSize === undefined ? Math.floor(length / (folds + 1)) : integer(given.testSize, 'testSize', 1, MAX_ROWS)
  const max = given.maxTrainSize === undefined ? length : integer(given.maxTrainSize, 'maxTrainSize', 1, MAX_ROWS)
  if (length - gap - folds * size < 1) {
    const received = `${length}: ${folds} folds test ${folds * size} rows, the gap is ${gap}`
    throw wrongSize(
      'a row to train on in the first fold',
      'rows',
      received,
      'Use fewer folds or a smaller testSize or gap.',
    )
  }
  const order = given.time === undefined ? inOrder(length) : byTime(timesOf(items, given.time))
  const part = (from: number, to: number): Item[] => Array.from(order.subarray(from, to), (i) => items.at(i))
  return {
    count: folds,
    split(fold) {
      const start = length - (folds - fold) * size
      return { train: part(Math.max(0, start - gap - max), start - gap), test: part(start, start + size) }
    },
  }
}

/**
 * Splits of rows in the order of time, each with all rows before its test rows to train on (an expanding window), as
 * scikit-learn's TimeSeriesSplit: the tests are the last `folds` · `testSize` rows, one run after the other. It returns
 * the items of an array; for a number of rows, their indices.
 * @throws TypeError or RangeError for wrong arguments, or too few rows
 */
export function timeSeriesSplit<Item = number>(
  rows: readonly Item[] | number,
  options: TimeSeriesOptions<Item> = {},
): Split<Item>[] {
  const folds = timeSeriesFolds(rows, options)
  requirePlaces(typeof rows === 'number' ? rows : rows.length, folds.count)
  return allSplits(folds)
}
