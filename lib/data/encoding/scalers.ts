/** Scalers: shift and scale each column, so that its values have the size from which networks learn well. */

import { wrongSize, wrongValue } from '../../checks/errors.js'
import { matrix, type Rows, readRows } from '../../checks/rows.js'
import { integer, oneOf, optionsObject } from '../../checks/validate.js'
import { columnsOf, pair } from '../records/checks.js'
import { quantile } from './quantiles.js'
import { type SavedScaler, Scaler, type ScalerType } from './scaler.js'

export interface ScalerOptions {
  /** The number of columns: required for a Float64Array; otherwise the length of the first row. */
  columns?: number
  /**
   * What happens to a column that is constant except for rounding: an error, or it is shifted to 0 (for `minMaxScaler`:
   * to the low end) and not scaled. Default `error`.
   */
  constantColumns?: 'error' | 'center'
}

export interface MinMaxScalerOptions extends ScalerOptions {
  /** The scaled values of the smallest and the greatest value. Default [0, 1]. */
  range?: readonly [number, number]
}

export interface RobustScalerOptions extends ScalerOptions {
  /**
   * The quantiles whose distance is the scale. Where they are equal, it is the distance of those of the values other than
   * the median, or else half the distance of the smallest and the greatest value. Default [0.25, 0.75].
   */
  quantiles?: readonly [number, number]
  /** `smooth`: z / sqrt(1 + (z / 3)²), which is always between -3 and 3. Default `none`. */
  clip?: 'none' | 'smooth'
}

export interface QuantileScalerOptions extends ScalerOptions {
  /** The most quantiles of a column, from 2 to 100,000; never more than rows. Default 1000. */
  quantiles?: number
}

interface Measure {
  readonly center: number
  readonly scale: number
  /** Whether the scale is no larger than the rounding error of equal values. */
  readonly constant: boolean
}

const measureColumn: Record<ScalerType, (values: Float64Array, quantiles: readonly [number, number]) => Measure> = {
  // The mean, and the standard deviation (divided by n, as in scikit-learn).
  standardScaler(values) {
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
  minMaxScaler: rangeOf,
  robustScaler(values, [low, high]) {
    const sorted = values.slice().sort()
    const [min, max] = [sorted[0], sorted[sorted.length - 1]]
    const center = quantile(sorted, 0.5)
    const constant = isRounding(max - min, min, max)
    // Costs that are mostly 0 have equal quantiles: then those of the values other than the median are used.
    for (const some of [sorted, sorted.filter((value) => value !== center)]) {
      if (some.length === 0) continue
      const [below, above] = [quantile(some, low), quantile(some, high)]
      const scale = above - below
      if (!isRounding(scale, below, above) && fits(min, max, center, scale)) return { center, scale, constant }
    }
    // Half the range, as in RealMLP.
    return { center, scale: 0.5 * (max - min), constant }
  },
  quantileScaler: rangeOf,
}

function rangeOf(values: Float64Array): Measure {
  const [min, max] = ends(values)
  return { center: min, scale: max - min, constant: isRounding(max - min, min, max) }
}

/**
 * Whether a distance of two values is no larger than their rounding error: scikit-learn's 10 epsilon, relative to the
 * values.
 */
function isRounding(distance: number, low: number, high: number): boolean {
  return distance <= 10 * Number.EPSILON * Math.max(Math.abs(low), Math.abs(high))
}

/** Whether the ends of a column stay finite when they are scaled. */
const fits = (min: number, max: number, center: number, scale: number): boolean =>
  Number.isFinite((min - center) / scale) && Number.isFinite((max - center) / scale)

function ends(values: Float64Array): [min: number, max: number] {
  let [min, max] = [values[0], values[0]]
  for (const value of values) {
    if (value < min) min = value
    if (value > max) max = value
  }
  return [min, max]
}

/** Whether values are equal up to rounding. @internal */
export function isConstant(values: Float64Array): boolean {
  const [min, max] = ends(values)
  return min === max || isRounding(max - min, min, max)
}

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

const OWN_OPTIONS: Record<ScalerType, readonly string[]> = {
  standardScaler: [],
  minMaxScaler: ['range'],
  robustScaler: ['quantiles', 'clip'],
  quantileScaler: ['quantiles'],
}
const QUARTILES = [0.25, 0.75] as const
const DEFAULT_QUANTILES = 1000
/** So that the ends' probability 1 / (2 k) is far above the smallest one of `normalQuantile`. */
const MAX_QUANTILES = 100_000

/** Fits a scaler to columns, which errors call `nameOf(column)`. @internal */
export function fitScaler(
  type: ScalerType,
  x: Rows,
  options: Readonly<Record<string, unknown>>,
  nameOf: (column: number) => string = (column) => `column ${column} of x`,
): Scaler {
  const given = optionsObject(options, `the options of ${type}`, ['columns', 'constantColumns', ...OWN_OPTIONS[type]])
  const constant = word(given.constantColumns, 'constantColumns', ['error', 'center'])
  const range = type === 'minMaxScaler' ? (given.range === undefined ? [0, 1] : pair(given.range, 'range')) : null
  const quartiles = type === 'robustScaler' && given.quantiles !== undefined ? shares(given.quantiles) : QUARTILES
  const clip = type === 'robustScaler' && word(given.clip, 'clip', ['none', 'smooth']) === 'smooth' ? 'smooth' : null
  const count = type === 'quantileScaler' ? quantileCount(given.quantiles) : null
  const read = readRows(x)
  const columns = columnsOf(read, given.columns)
  const { values, rows } = matrix(read, 'x', columns, 'the columns')
  const center: number[] = []
  const scale: number[] = []
  const quantiles: number[][] = []
  const column = new Float64Array(rows)
  for (let j = 0; j < columns; j++) {
    for (let row = 0; row < rows; row++) column[row] = values[row * columns + j]
    const measured = steady(column)
      ? { center: column[0], scale: 0, constant: true }
      : measureColumn[type](column, quartiles)
    const [min, max] = ends(column)
    const flat = measured.constant || !fits(min, max, measured.center, measured.scale)
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
    if (count !== null) quantiles.push(quantilesOf(column, center[j], scale[j], Math.min(count, rows)))
  }
  return new Scaler(type, center, scale, {
    range: range as readonly [number, number] | null,
    clip,
    quantiles: count === null ? null : quantiles,
  })
}

const REMEDY = "Leave the column out, or pass constantColumns: 'center'."

/** One of some words, the first by default. */
const word = (given: unknown, name: string, words: readonly string[]): string =>
  given === undefined ? words[0] : oneOf(given, name, 'one of the known words', words)

function shares(given: unknown): readonly [number, number] {
  const chosen = pair(given, 'quantiles')
  if (chosen[0] < 0 || chosen[1] > 1) throw wrongSize('two numbers from 0 to 1', 'quantiles', chosen.join(' and '))
  return chosen
}

const quantileCount = (given: unknown): number =>
  given === undefined ? DEFAULT_QUANTILES : integer(given, 'quantiles', 2, MAX_QUANTILES)

/** The scaled quantiles of shares 0, 1 / (k - 1), … 1; at least two. */
function quantilesOf(values: Float64Array, center: number, scale: number, count: number): number[] {
  const sorted = values.slice().sort()
  const k = Math.max(2, count)
  let last = 0
  return Array.from({ length: k }, (_, i) => {
    // Ascending, although interpolation rounds.
    last = Math.max(last, Math.min(1, (quantile(sorted, i / (k - 1)) - center) / scale))
    return last
  })
}

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
/** Maps each column to a normal distribution, by its quantiles: only the order of the values matters. */
export const quantileScaler: ScalerMaker<QuantileScalerOptions> = maker('quantileScaler')
