/** Time series as a table: each window has past values as inputs and later ones as targets. */
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { integer, oneOf, optionsObject } from '../../checks/validate.js'
import { zeros } from '../records/checks.js'
import { cell, type RecordObject, type Records } from '../records/records.js'
import { MAX_ROWS } from './items.js'
import { namedColumns, numberColumns, seriesRecords, seriesRows, seriesTimes, seriesValues } from './series.js'
import { testRows } from './splits.js'
import { latestPart } from './times.js'

export interface WindowOptions {
  /** The number of consecutive rows whose values are inputs. */
  inputs: number
  /** The number of consecutive rows to predict: the horizons. Default 1. */
  outputs?: number
  /** The columns of numbers whose values are inputs. Default: all that have a number in the first row. */
  columns?: readonly string[] | string
  /** The columns of numbers to predict. Default: `columns`. */
  targets?: readonly string[] | string
  /** The number of rows from the start of one window to that of the next. Default 1. */
  step?: number
  /** The number of rows between the inputs and the first row to predict. Default 0. */
  gap?: number
  /** Columns whose values in the last input row are in `records`, such as a date or a category. Default: none. */
  keep?: readonly string[] | string
  /** A column that names the series of each row: no window has rows of two. Default: all rows are one series. */
  groups?: string
  /** A column of times, which must ascend in each series. Default: the rows are in order. */
  time?: string
  /** The difference of consecutive times: milliseconds, where they are dates. Another is an error. Default: any. */
  interval?: number
  /** A missing value: an error, or `drop` the windows that have it. Default `error`. */
  onMissing?: 'error' | 'drop'
}

const NAMES = [
  'inputs',
  'outputs',
  'columns',
  'targets',
  'step',
  'gap',
  'keep',
  'groups',
  'time',
  'interval',
  'onMissing',
]

/** The windows of time series. Index t is the last input row of a window. */
export interface Windows {
  /** The number of windows. */
  readonly count: number
  /** The names of the inputs, oldest first: `sales(t-1)`, `price(t-1)`, `sales(t)`, `price(t)`. */
  readonly columns: readonly string[]
  /** The names of the targets, nearest first: `sales(t+1)`, `sales(t+2)`. */
  readonly targets: readonly string[]
  /** [windows × inputs × columns], row-major. */
  readonly x: Float64Array
  /** [windows × outputs × targets], row-major. */
  readonly y: Float64Array
  /** [windows]: the index of the last input row. */
  readonly lastRows: Int32Array
  /** The windows as records of `columns`, `targets` and the columns of `keep`; made when they are read first. */
  readonly records: Record<string, unknown>[]
  /**
   * Splits the windows by time: those with the latest inputs are tested. Windows whose targets reach the first row that
   * a test predicts are in neither part.
   * @param options `testSize` as in `trainTestSplit`
   * @throws TypeError or RangeError for a wrong size, a part without windows, and groups without `time`
   */
  split(options?: { testSize?: number }): { readonly train: Windows; readonly test: Windows }
}

/** What all windows of one call have in common. */
interface Plan {
  readonly given: Records
  readonly columns: readonly string[]
  readonly targets: readonly string[]
  readonly keep: readonly string[]
  /** Whether times of different series can be compared. */
  readonly isComparable: boolean
}

/** Consecutive rows of a series: their indices begin at `start`. */
interface Window {
  readonly series: readonly number[]
  readonly start: number
}

/** The index of row k of a window. */
const rowOf = ({ series, start }: Window, k: number): number => series[start + k]

/** [windows] each: the row of the last input, its time, and those of the first and the last target. */
interface Places {
  readonly lastRows: Int32Array
  readonly times: Float64Array
  readonly firstTargets: Float64Array
  readonly lastTargets: Float64Array
}

/**
 * Cuts time series into windows of `inputs` rows followed, after `gap` rows, by `outputs` rows to predict. Windows are
 * in the order of rows; with groups, series after series.
 * @param rows records in the order of time, or an array of numbers, which is the column `value`
 * @throws TypeError or RangeError for wrong options, times that do not ascend, values that are missing or no numbers,
 *   and too few rows
 */
export function windows(
  rows: readonly RecordObject[] | readonly number[] | Float64Array,
  options: WindowOptions,
): Windows {
  const given = optionsObject(options, 'the options of windows', NAMES)
  const number = (name: string, standard: number | undefined, min: number): number =>
    given[name] === undefined && standard !== undefined ? standard : integer(given[name], name, min, MAX_ROWS)
  const [inputs, outputs] = [number('inputs', undefined, 1), number('outputs', 1, 1)]
  const [step, gap] = [number('step', 1, 1), number('gap', 0, 0)]
  const records = seriesRecords(rows)
  if (records.length > MAX_ROWS) throw wrongSize(`at most ${MAX_ROWS} rows`, 'rows', `${records.length}`)
  const columns = namedColumns(records, given.columns ?? numberColumns(records), 'columns')
  const targets = namedColumns(records, given.targets ?? columns, 'targets')
  for (const [name, list] of Object.entries({ columns, targets })) {
    if (list.length === 0) throw wrongSize('at least one column of numbers', name, 'none')
  }
  const onMissing = given.onMissing ?? 'error'
  const drop = oneOf(onMissing, 'onMissing', 'what to do about missing values', ['error', 'drop']) === 'drop'
  const series = seriesRows(records, given.groups)
  const times = seriesTimes(records, series, given.time, intervalOf(given.interval))
  const valuesOf = new Map<string, Float64Array>()
  for (const name of [...columns, ...targets]) {
    if (!valuesOf.has(name)) valuesOf.set(name, seriesValues(records, name, drop))
  }
  const numbersOf = (names: readonly string[]) => names.map((name) => valuesOf.get(name) as Float64Array)
  const [past, future] = [numbersOf(columns), numbersOf(targets)]
  const length = inputs + gap + outputs
  const found: Window[] = []
  for (const all of series) {
    for (let start = 0; start + length <= all.length; start += step) {
      const window = { series: all, start }
      if (!drop || (hasAll(past, window, 0, inputs) && hasAll(future, window, inputs + gap, length))) found.push(window)
    }
  }
  if (found.length === 0) throw tooFew(records.length, series, length)
  const names = {
    columns: lags(inputs, columns, (i) => i - inputs + 1),
    targets: lags(outputs, targets, (i) => i + 1 + gap),
  }
  const plan: Plan = {
    given: records,
    ...names,
    keep: keptColumns(records, given.keep, names),
    isComparable: given.time !== undefined || given.groups === undefined,
  }
  const large = 'Use fewer inputs or columns, or a larger step.'
  const x = zeros(found.length, inputs * columns.length, 'the inputs of all windows', large)
  const y = zeros(found.length, outputs * targets.length, 'the targets of all windows', large)
  for (const [w, window] of found.entries()) {
    fill(x, w, past, window, 0, inputs)
    fill(y, w, future, window, inputs + gap, length)
  }
  const timesAt = (k: number) => Float64Array.from(found, (window) => times[rowOf(window, k)])
  return windowsOf(plan, x, y, {
    lastRows: Int32Array.from(found, (window) => rowOf(window, inputs - 1)),
    times: timesAt(inputs - 1),
    firstTargets: timesAt(inputs + gap),
    lastTargets: timesAt(length - 1),
  })
}

function intervalOf(given: unknown): number | undefined {
  if (given === undefined) return undefined
  if (typeof given !== 'number') throw wrongType('a number above 0', 'interval', given)
  if (!(given > 0 && given < Infinity)) throw wrongValue('a finite number above 0', 'interval', given)
  return given
}

/** Whether rows `from` to `to` of a window have all values. */
function hasAll(columns: readonly Float64Array[], window: Window, from: number, to: number): boolean {
  for (const values of columns) {
    for (let k = from; k < to; k++) if (Number.isNaN(values[rowOf(window, k)])) return false
  }
  return true
}

function tooFew(rows: number, series: readonly (readonly number[])[], length: number): RangeError {
  const longest = series.reduce((max, one) => Math.max(max, one.length), 0)
  const expected = `at least ${length} rows, for one window of inputs, gap and outputs,`
  if (longest >= length) return wrongSize('a window without a missing value', 'rows', 'none', 'Fill in missing values.')
  return wrongSize(expected, 'rows', series.length === 1 ? `${rows}` : `${longest} in the longest series`)
}

/** Names by time, then by column: `sales(t-1)`, `sales(t)`, `sales(t+1)`. */
const lags = (count: number, columns: readonly string[], lagOf: (i: number) => number): string[] =>
  Array.from({ length: count }, (_, i) => lagOf(i)).flatMap((lag) =>
    columns.map((name) => `${name}(t${lag === 0 ? '' : lag < 0 ? lag : `+${lag}`})`),
  )

function keptColumns(records: Records, given: unknown, names: Pick<Plan, 'columns' | 'targets'>): string[] {
  const keep = namedColumns(records, given ?? [], 'keep')
  const taken = keep.find((name) => names.columns.includes(name) || names.targets.includes(name))
  if (taken !== undefined) throw wrongValue('a name that no input or target has', 'keep', taken, 'Rename the column.')
  return keep
}

/** Copies the values of `columns` in rows `from` to `to` of a window into row w of a table. */
function fill(
  table: Float64Array,
  w: number,
  columns: readonly Float64Array[],
  window: Window,
  from: number,
  to: number,
): void {
  let at = w * (to - from) * columns.length
  for (let k = from; k < to; k++) for (const values of columns) table[at++] = values[rowOf(window, k)]
}

function windowsOf(plan: Plan, x: Float64Array, y: Float64Array, places: Places): Windows {
  const { columns, targets } = plan
  const { lastRows } = places
  const count = lastRows.length
  let records: Record<string, unknown>[] | null = null
  return {
    count,
    columns,
    targets,
    x,
    y,
    lastRows,
    get records() {
      records ??= recordsOf(plan, x, y, lastRows)
      return records
    },
    split(options = {}) {
      const given = optionsObject(options, 'the options of split', ['testSize'])
      if (!plan.isComparable) {
        throw wrongType('the name of the column of times, to split several series,', 'time', undefined)
      }
      if (count < 2) throw wrongSize('at least 2 windows', 'split', `${count}`)
      const isTested = latestPart(places.times, testRows(given.testSize, count), 'time')
      let first = Infinity
      for (let w = 0; w < count; w++) if (isTested[w] === 1) first = Math.min(first, places.firstTargets[w])
      const select = (takes: (w: number) => boolean) => selected(plan, x, y, places, takes)
      const train = select((w) => isTested[w] === 0 && places.lastTargets[w] < first)
      if (train.count === 0) {
        const remedy = 'Use a smaller testSize, or fewer outputs.'
        throw wrongSize('a window whose targets are all before those of the test', 'split', 'none', remedy)
      }
      return { train, test: select((w) => isTested[w] === 1) }
    },
  }
}

/** The windows for which `takes` is true. */
function selected(
  plan: Plan,
  x: Float64Array,
  y: Float64Array,
  places: Places,
  takes: (w: number) => boolean,
): Windows {
  const chosen = Array.from(places.lastRows, (_, w) => w).filter(takes)
  const rowsOf = (table: Float64Array, width: number): Float64Array => {
    const part = new Float64Array(chosen.length * width)
    for (const [i, w] of chosen.entries()) part.set(table.subarray(w * width, (w + 1) * width), i * width)
    return part
  }
  return windowsOf(plan, rowsOf(x, plan.columns.length), rowsOf(y, plan.targets.length), {
    lastRows: Int32Array.from(chosen, (w) => places.lastRows[w]),
    times: rowsOf(places.times, 1),
    firstTargets: rowsOf(places.firstTargets, 1),
    lastTargets: rowsOf(places.lastTargets, 1),
  })
}

function recordsOf({ given, columns, targets, keep }: Plan, x: Float64Array, y: Float64Array, lastRows: Int32Array) {
  return Array.from(lastRows, (row, w) => {
    const record: Record<string, unknown> = Object.fromEntries(keep.map((name) => [name, cell(given[row], name)]))
    for (const [j, name] of columns.entries()) record[name] = x[w * columns.length + j]
    for (const [j, name] of targets.entries()) record[name] = y[w * targets.length + j]
    return record
  })
}
