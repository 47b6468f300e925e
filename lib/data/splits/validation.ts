/** The choice of rows for validation, before anything is fitted: seeded, with the same result everywhere. */
import { wrongSize } from '../../checks/errors.js'
import { checkShare, partOfRows, rowsOfShare } from '../../checks/rows.js'
import { boolean, optionsObject, seed } from '../../checks/validate.js'
import { quoted, text } from '../records/checks.js'
import { cellName, isMissing } from '../records/records.js'
import { groupedPart, groupsOf, keyOf } from './groups.js'
import { inOrder, shuffled, VALIDATION_STREAM } from './order.js'
import { shares, strata } from './strata.js'
import { latestPart, requireOnlyTime, timeOf } from './times.js'

export interface ValidationOptions {
  /** The share of rows for validation: above 0, below 1; rounded to the nearest number of rows, halves up. Default 0.2. */
  share?: number
  /**
   * A column whose values both parts should have in the same proportions, as nearly as whole rows allow; a value in one
   * row only stays in training. `true`: the target; `false`: none.
   */
  stratify?: string | boolean
  /** Whether rows are drawn in a seeded order; otherwise they are the last ones. Default true. */
  shuffle?: boolean
  /** The seed of that order: an integer from 0 to 2^53 - 1. */
  seed?: number
  /** A column of groups, such as patients: the rows of a group are all for training or all for validation. */
  groups?: string
  /** A column of times: the latest rows are for validation. Rows of one time are all in one part. */
  time?: string
}

/** Row indices, both ascending; each row is in one of them. */
export interface ValidationRows {
  readonly train: Int32Array
  readonly validation: Int32Array
}

/** What holds where the options don't say. */
export interface ValidationDefaults {
  /** The column to stratify by, also for `stratify: true`. Default: none. Without effect with groups or time. */
  readonly stratify?: string
  /** Default 0. */
  readonly seed?: number
  /** The name of row i in errors. Default: `records[i]`. */
  readonly nameOf?: (i: number) => string
}

const NAMES = ['share', 'stratify', 'shuffle', 'seed', 'groups', 'time']
const EXPECTED_SHARE = 'a share above 0 and below 1'
const MISSING_GROUP = 'Rows without a group could be on both sides: fill it in, or leave such rows out.'

/**
 * Chooses the rows for validation.
 * @param rows their number
 * @param option a share, or options
 * @param columnsOf the values of a column by its name, one for each row; throws for an unknown column
 * @throws TypeError or RangeError for wrong options, a part without rows, or a group or time that is missing
 */
export function chooseValidation(
  rows: number,
  option: number | ValidationOptions,
  columnsOf: (column: string) => readonly unknown[],
  defaults: ValidationDefaults = {},
): ValidationRows {
  const { nameOf = (i: number) => `records[${i}]` } = defaults
  const given: Readonly<Record<string, unknown>> =
    typeof option === 'number' ? { share: option } : optionsObject(option, 'validation', NAMES)
  const count = validationCount(given.share, rows)
  if (given.time !== undefined) {
    requireOnlyTime(given, 'validation.')
    const column = text(given.time, 'validation.time', 'the name of a column')
    const times = Float64Array.from(columnsOf(column), (value, i) => timeOf(value, () => cellName(column, nameOf(i))))
    return partsBy(latestPart(times, count, `column ${quoted(column)}`))
  }
  const shuffle = given.shuffle === undefined ? true : boolean(given.shuffle, 'validation.shuffle')
  const chosenSeed = given.seed === undefined ? (defaults.seed ?? 0) : seed(given.seed, 'validation.seed')
  const order = shuffle ? shuffled(rows, chosenSeed, VALIDATION_STREAM) : inOrder(rows).reverse()
  const column = stratifyColumn(given, shuffle, defaults)
  const labels =
    column === null ? null : columnsOf(column).map((value, i) => labelOf(value, () => cellName(column, nameOf(i))))
  if (given.groups === undefined) return partsBy(rowsOfOrder(order, count, labels, column))
  const groupColumn = text(given.groups, 'validation.groups', 'the name of a column')
  const keys = columnsOf(groupColumn).map((value, i) =>
    keyOf(isMissing(value) ? null : value, () => cellName(groupColumn, nameOf(i)), MISSING_GROUP),
  )
  const groups = groupsOf(keys, labels, order, { min: 2, name: `column ${quoted(groupColumn)}` })
  return partsBy(groupedPart(groups, count / rows, rows))
}

function validationCount(given: unknown, rows: number): number {
  if (rows < 2) throw wrongSize('at least 2 records, as some are for validation,', 'records', `${rows}`)
  const share = checkShare(given === undefined ? 0.2 : given, 'validation.share', EXPECTED_SHARE)
  return partOfRows(rowsOfShare(share, rows), rows, 'validation.share', share, EXPECTED_SHARE)
}

/** The column to stratify by, or null. By default only where rows are drawn at random one by one. */
function stratifyColumn(
  given: Readonly<Record<string, unknown>>,
  shuffle: boolean,
  { stratify }: ValidationDefaults,
): string | null {
  if (given.stratify === false) return null
  if (given.stratify === true && stratify !== undefined) return stratify
  if (given.stratify !== undefined) return text(given.stratify, 'validation.stratify', 'the name of a column')
  return shuffle && given.groups === undefined ? (stratify ?? null) : null
}

/** A label; missing ones are a label of their own. */
function labelOf(value: unknown, nameOf: () => string): unknown {
  return isMissing(value) ? null : keyOf(value, nameOf, 'Name another column.')
}

/** Marks the first rows of an order, or the first ones of each label in proportion. */
function rowsOfOrder(
  order: Int32Array,
  count: number,
  labels: readonly unknown[] | null,
  column: string | null,
): Uint8Array {
  const isChosen = new Uint8Array(order.length)
  if (labels === null) {
    for (const i of order.subarray(0, count)) isChosen[i] = 1
    return isChosen
  }
  const repeated = strata(labels, order, 1).filter(({ length }) => length > 1)
  if (repeated.length === 0) {
    throw wrongSize('labels of which some occur twice', `column ${quoted(column)}`, 'a different one in each row')
  }
  const sizes = repeated.map(({ length }) => length)
  const most = sizes.reduce((sum, size) => sum + size - 1, 0)
  for (const [s, share] of shares(sizes, Math.min(count, most)).entries()) {
    for (const i of repeated[s].slice(0, Math.min(share, sizes[s] - 1))) isChosen[i] = 1
  }
  return isChosen
}

/** The indices of the unmarked and the marked rows. */
function partsBy(isChosen: Uint8Array): ValidationRows {
  const all = inOrder(isChosen.length)
  return { train: all.filter((i) => isChosen[i] === 0), validation: all.filter((i) => isChosen[i] === 1) }
}
