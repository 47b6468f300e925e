/** Scalers: shift and scale each column, so that its values have the size from which networks learn well. */

import { brand } from '../../checks/brand.js'
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { INSPECT, shownItems } from '../../checks/inspect.js'
import { closeTo, fixProperties, remedyFor } from '../../checks/read-only.js'
import { matrix, type Rows, readRows } from '../../checks/rows.js'
import { oneOf, optionsObject } from '../../checks/validate.js'
import { columnsOf, finite, list, pair } from '../records/checks.js'

export type ScalerType = 'standardScaler' | 'minMaxScaler' | 'robustScaler'

export interface ScalerOptions {
  /** The number of columns: required for a Float64Array; otherwise the length of the first row. */
  columns?: number
  /**
   * What happens to a column that is constant except for rounding (for `robustScaler`: whose quantiles are equal): an
   * error, or it is shifted to 0 (for `minMaxScaler`: to the low end) and not scaled. Default `error`.
   */
  constantColumns?: 'error' | 'center'
}

export interface MinMaxScalerOptions extends ScalerOptions {
  /** The scaled values of the smallest and the greatest value. Default [0, 1]. */
  range?: readonly [number, number]
}

export interface RobustScalerOptions extends ScalerOptions {
  /** The quantiles whose distance is the scale. Default [0.25, 0.75]. */
  quantiles?: readonly [number, number]
}

/** The result of `toJSON`. Numbers in JSON are exact. */
export interface SavedScaler {
  readonly type: ScalerType
  readonly center: readonly number[]
  readonly scale: readonly number[]
  readonly range?: readonly [number, number]
}

interface Measure {
  readonly center: number
  readonly scale: number
  /** Whether the scale is no larger than the rounding error of equal values. */
  readonly constant: boolean
}

/**
 * Whether a distance of two values is no larger than their rounding error: scikit-learn's 10 epsilon, relative to the
 * values.
 */
function isRounding(distance: number, low: number, high: number): boolean {
  return distance <= 10 * Number.EPSILON * Math.max(Math.abs(low), Math.abs(high))
}

interface Kind {
  /** Its own option, and the default. */
  readonly option: { readonly name: string; readonly value: readonly [number, number]; readonly range: boolean } | null
  measure(values: Float64Array, option: readonly [number, number]): Measure
}

const KINDS: Record<ScalerType, Kind> = {
  // The mean, and the standard deviation (divided by n, as in scikit-learn).
  standardScaler: {
    option: null,
    measure(values) {
      let sum = -0
      for (const value of values) sum += value
      const center = sum / values.length
      let squares = -0
      for (const value of values) squares += (value - center) * (value - center)
      const variance = squares / values.length
      // As scikit-learn's _is_constant_feature; the bound is that of Chan, Golub and LeVeque for the rounding errors of
      // the sums.
      const rounding = values.length * Number.EPSILON
      const ofMean = rounding * center
      const constant = variance <= rounding * variance + ofMean * ofMean
      return { center, scale: Math.sqrt(variance), constant }
    },
  },
  minMaxScaler: {
    option: { name: 'range', value: [0, 1], range: true },
    measure(values) {
      const [min, max] = ends(values)
      return { center: min, scale: max - min, constant: isRounding(max - min, min, max) }
    },
  },
  robustScaler: {
    option: { name: 'quantiles', value: [0.25, 0.75], range: false },
    measure(values, [low, high]) {
      const sorted = values.slice().sort()
      const [below, above] = [quantile(sorted, low), quantile(sorted, high)]
      return { center: quantile(sorted, 0.5), scale: above - below, constant: isRounding(above - below, below, above) }
    },
  },
}

function ends(values: Float64Array): [min: number, max: number] {
  let [min, max] = [values[0], values[0]]
  for (const value of values) {
    if (value < min) min = value
    if (value > max) max = value
  }
  return [min, max]
}

/** A quantile of sorted values, interpolated linearly (Hyndman and Fan's type 7). */
function quantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share
  const below = Math.floor(place)
  if (below + 1 >= sorted.length) return sorted[below]
  return sorted[below] + (sorted[below + 1] - sorted[below]) * (place - below)
}

const COLUMNS_NAME = 'the columns of the scaler'

const FIXED = remedyFor(['type', 'center', 'scale', 'range'], 'Fit a new scaler.')

/** A fitted scaler: z = (x - center) / scale in each column; `minMaxScaler` then z * (high - low) + low. */
export class Scaler {
  readonly type: ScalerType
  /** The mean, smallest value or median of each column. */
  readonly center: readonly number[]
  /** The standard deviation, range or distance of quantiles of each column; above 0. */
  readonly scale: readonly number[]
  /** The scaled values of the smallest and the greatest value, for `minMaxScaler`. */
  readonly range: readonly [number, number] | null

  /** @internal */
  constructor(type: ScalerType, center: readonly number[], scale: readonly number[], range: Scaler['range']) {
    this.type = type
    this.center = Object.freeze([...center])
    this.scale = Object.freeze([...scale])
    this.range = range === null ? null : Object.freeze([...range] as const)
    fixProperties(this, 'a scaler', FIXED)
    closeTo(this, new.target, Scaler)
  }

  get columns(): number {
    return this.center.length
  }

  /**
   * The scaled values.
   * @param x [rows × columns], row-major, or an array of rows
   * @returns a new array [rows × columns], row-major
   * @throws TypeError or RangeError for another number of columns, or values that are not finite
   */
  transform(x: Rows): Float64Array {
    const { center, scale, range } = this
    const [low, high] = range ?? [0, 1]
    return this.mapped(x, (value, j) => {
      const z = (value - center[j]) / scale[j]
      return range === null ? z : z * (high - low) + low
    })
  }

  /** The original values of scaled ones, except for rounding. Arguments and errors as in `transform`. */
  inverse(x: Rows): Float64Array {
    const { center, scale, range } = this
    const [low, high] = range ?? [0, 1]
    return this.mapped(x, (value, j) => {
      const z = range === null ? value : (value - low) / (high - low)
      return z * scale[j] + center[j]
    })
  }

  /** one(value, column) of every value, in a new array. */
  private mapped(x: Rows, one: (value: number, column: number) => number): Float64Array {
    const { columns } = this
    const { values } = matrix(x, 'x', columns, COLUMNS_NAME)
    return values.map((value, i) => one(value, i % columns))
  }

  toJSON(): SavedScaler {
    const { type, center, scale, range } = this
    return range === null ? { type, center, scale } : { type, center, scale, range }
  }

  /** What `console.log` shows. @internal */
  [INSPECT](): string {
    const { type, columns, center, scale } = this
    const shown = (numbers: readonly number[]): string => shownItems(numbers, String, 'numbers').join(', ')
    return `${type}: ${columns} columns, center ${shown(center)}, scale ${shown(scale)}`
  }

  /**
   * A scaler of any type from the result of its `toJSON`.
   * @throws TypeError or RangeError for anything else
   */
  static fromJSON(saved: SavedScaler, name = 'the saved scaler'): Scaler {
    const given = optionsObject(saved, name, ['type', 'center', 'scale', 'range'])
    const type = oneOf(given.type, `type of ${name}`, 'the type of a scaler', Object.keys(KINDS)) as ScalerType
    const center = list(given.center, `center of ${name}`, 'numbers').map((value, i) =>
      finite(value, `center[${i}] of ${name}`),
    )
    const scale = list(given.scale, `scale of ${name}`, 'numbers').map((value, i) => {
      const number = finite(value, `scale[${i}] of ${name}`)
      if (number <= 0) throw wrongValue('a number above 0', `scale[${i}] of ${name}`, number)
      return number
    })
    if (scale.length !== center.length) {
      throw wrongSize(`${center.length} numbers, as many as in center,`, `scale of ${name}`, `${scale.length}`)
    }
    const ranged = KINDS[type].option?.range === true
    if (!ranged && given.range !== undefined) throw wrongType('nothing', `range of ${name}`, given.range)
    return new Scaler(type, center, scale, ranged ? pair(given.range, `range of ${name}`) : null)
  }
}

brand(Scaler, 'Scaler')

export interface ScalerMaker<Options extends ScalerOptions = ScalerOptions> {
  /**
   * Fits the scaler to columns.
   * @param x [rows × columns], row-major, or an array of rows; at least one row, every value finite
   * @throws TypeError or RangeError for wrong arguments, and for a column that is constant
   */
  fit(x: Rows, options?: Options): Scaler
  /** A scaler from the result of its `toJSON`. */
  fromJSON(saved: SavedScaler): Scaler
}

/** Fits a scaler to columns, which errors call `nameOf(column)`. @internal */
export function fitScaler(
  type: ScalerType,
  x: Rows,
  options: Readonly<Record<string, unknown>>,
  nameOf: (column: number) => string = (column) => `column ${column} of x`,
): Scaler {
  const { option, measure } = KINDS[type]
  const known = ['columns', 'constantColumns', ...(option === null ? [] : [option.name])]
  const given = optionsObject(options, `the options of ${type}`, known)
  const constant =
    given.constantColumns === undefined
      ? 'error'
      : oneOf(given.constantColumns, 'constantColumns', 'one of the known words', ['error', 'center'])
  let chosen: readonly [number, number] = option?.value ?? [0, 1]
  if (option !== null && given[option.name] !== undefined) chosen = pair(given[option.name], option.name)
  if (option?.name === 'quantiles' && (chosen[0] < 0 || chosen[1] > 1)) {
    throw wrongSize('two numbers from 0 to 1', 'quantiles', chosen.join(' and '))
  }
  const read = readRows(x)
  const columns = columnsOf(read, given.columns)
  const { values, rows } = matrix(read, 'x', columns, 'the columns')
  const center: number[] = []
  const scale: number[] = []
  const column = new Float64Array(rows)
  for (let j = 0; j < columns; j++) {
    for (let row = 0; row < rows; row++) column[row] = values[row * columns + j]
    const measured = steady(column) ? { center: column[0], scale: 0, constant: true } : measure(column, chosen)
    // Quartiles so close to each other that the ends of the column would overflow count as equal.
    const flat =
      measured.constant || !ends(column).every((end) => Number.isFinite((end - measured.center) / measured.scale))
    if (!Number.isFinite(measured.center) || !Number.isFinite(measured.scale)) {
      const remedy = 'Divide them by a power of ten first.'
      throw wrongSize('values whose sums and squares are finite numbers', nameOf(j), 'larger ones', remedy)
    }
    if (flat && constant === 'error') {
      const received = steady(column) ? `the same value, ${column[0]}, in every row` : spread(column, measured.constant)
      throw wrongSize('values that differ', nameOf(j), received, REMEDY)
    }
    center.push(measured.center === 0 ? 0 : measured.center)
    scale.push(flat ? 1 : measured.scale)
  }
  return new Scaler(type, center, scale, option?.range === true ? chosen : null)
}

const REMEDY = "Leave the column out, or pass constantColumns: 'center'."

function spread(values: Float64Array, constant: boolean): string {
  const [min, max] = ends(values)
  if (constant && isRounding(max - min, min, max)) return `${min} in every row, but for rounding`
  return 'ones that spread too little'
}

const steady = (values: Float64Array): boolean => values.every((value) => value === values[0])

function maker<Options extends ScalerOptions>(type: ScalerType): ScalerMaker<Options> {
  return {
    fit: (x, options) => fitScaler(type, x, (options ?? {}) as Record<string, unknown>),
    fromJSON(saved) {
      const scaler = Scaler.fromJSON(saved)
      if (scaler.type !== type) throw wrongValue(`"${type}"`, 'type of the saved scaler', scaler.type)
      return scaler
    },
  }
}

/** Mean 0 and standard deviation 1 in each column. */
export const standardScaler: ScalerMaker = maker('standardScaler')
/** Maps the smallest value of each column to 0 and the greatest to 1, or to the ends of `range`. */
export const minMaxScaler: ScalerMaker<MinMaxScalerOptions> = maker('minMaxScaler')
/** Maps the median of each column to 0, in units of the distance of its quartiles: outliers hardly change it. */
export const robustScaler: ScalerMaker<RobustScalerOptions> = maker('robustScaler')
