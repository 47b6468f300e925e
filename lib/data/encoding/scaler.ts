/** A fitted scaler: how it transforms values and back, and its saved form. */
import { brand } from '../../checks/brand.js'
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { INSPECT, shownItems } from '../../checks/inspect.js'
import { closeTo, fixProperties, remedyFor } from '../../checks/read-only.js'
import { matrix, type Rows } from '../../checks/rows.js'
import { oneOf, optionsObject } from '../../checks/validate.js'
import { finite, list, pair } from '../records/checks.js'
import { scaleValues, unscaledValues } from './scaling.js'

export type ScalerType = 'standardScaler' | 'minMaxScaler' | 'robustScaler' | 'quantileScaler'

export const SCALER_TYPES: readonly ScalerType[] = ['standardScaler', 'minMaxScaler', 'robustScaler', 'quantileScaler']

/** The result of `toJSON`. Numbers in JSON are exact. */
export interface SavedScaler {
  readonly type: ScalerType
  readonly center: readonly number[]
  readonly scale: readonly number[]
  readonly range?: readonly [number, number]
  readonly clip?: 'smooth'
  readonly quantiles?: readonly (readonly number[])[]
}

/** What scalers of some types have in addition. */
export interface ScalerExtras {
  readonly range?: readonly [number, number] | null
  readonly clip?: 'smooth' | null
  readonly quantiles?: readonly (readonly number[])[] | null
}

const COLUMNS_NAME = 'the columns of the scaler'
const FIXED = remedyFor(['type', 'center', 'scale', 'range', 'clip', 'quantiles'], 'Fit a new scaler.')

/**
 * A fitted scaler: z = (x - center) / scale in each column; then for `minMaxScaler` z * (high - low) + low, for
 * `robustScaler` with `clip` z / sqrt(1 + (z / 3)²), and for `quantileScaler` the normal score of z's place among the
 * quantiles.
 */
export class Scaler {
  readonly type: ScalerType
  /** The mean, smallest value or median of each column. */
  readonly center: readonly number[]
  /** The standard deviation, range or distance of quantiles of each column; above 0. */
  readonly scale: readonly number[]
  /** The scaled values of the smallest and the greatest value, for `minMaxScaler`. */
  readonly range: readonly [number, number] | null
  /** `smooth` for a `robustScaler` that clips smoothly. */
  readonly clip: 'smooth' | null
  /** For `quantileScaler`: ascending quantiles of each column, from 0 for its least to 1 for its greatest value. */
  readonly quantiles: readonly (readonly number[])[] | null

  /** @internal */
  constructor(type: ScalerType, center: readonly number[], scale: readonly number[], extras: ScalerExtras = {}) {
    const { range = null, clip = null, quantiles = null } = extras
    this.type = type
    this.center = Object.freeze([...center])
    this.scale = Object.freeze([...scale])
    this.range = range === null ? null : Object.freeze([...range] as const)
    this.clip = clip
    this.quantiles = quantiles === null ? null : Object.freeze(quantiles.map((column) => Object.freeze([...column])))
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
    const { columns } = this
    const values = Float64Array.from(matrix(x, 'x', columns, COLUMNS_NAME).values)
    for (let j = 0; j < columns; j++) scaleValues(this, values, j, columns, j)
    return values
  }

  /**
   * The original values of scaled ones, except for rounding. Arguments and errors as in `transform`; values that were
   * clipped smoothly are between -3 and 3.
   */
  inverse(x: Rows): Float64Array {
    return unscaledValues(this, matrix(x, 'x', this.columns, COLUMNS_NAME).values)
  }

  toJSON(): SavedScaler {
    const { type, center, scale, range, clip, quantiles } = this
    return {
      type,
      center,
      scale,
      ...(range === null ? {} : { range }),
      ...(clip === null ? {} : { clip }),
      ...(quantiles === null ? {} : { quantiles }),
    }
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
    const given = optionsObject(saved, name, ['type', 'center', 'scale', 'range', 'clip', 'quantiles'])
    const type = oneOf(given.type, `type of ${name}`, 'the type of a scaler', SCALER_TYPES) as ScalerType
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
    const refuse = (key: 'range' | 'clip' | 'quantiles'): null => {
      if (given[key] !== undefined) throw wrongType('nothing', `${key} of ${name}`, given[key])
      return null
    }
    return new Scaler(type, center, scale, {
      range: type === 'minMaxScaler' ? pair(given.range, `range of ${name}`) : refuse('range'),
      clip: type === 'robustScaler' ? savedClip(given.clip, `clip of ${name}`) : refuse('clip'),
      quantiles:
        type === 'quantileScaler'
          ? savedQuantiles(given.quantiles, `quantiles of ${name}`, center.length)
          : refuse('quantiles'),
    })
  }
}

brand(Scaler, 'Scaler')

function savedClip(given: unknown, name: string): 'smooth' | null {
  return given === undefined ? null : (oneOf(given, name, 'one of the known words', ['smooth']) as 'smooth')
}

function savedQuantiles(given: unknown, name: string, columns: number): number[][] {
  const lists = list(given, name, 'lists of numbers')
  if (lists.length !== columns) throw wrongSize(`${columns} lists, one for each column,`, name, `${lists.length}`)
  return lists.map((column, j) => {
    const where = `${name}[${j}]`
    const numbers = list(column, where, 'numbers').map((value, i) => finite(value, `${where}[${i}]`))
    if (numbers.length < 2) throw wrongSize('at least two numbers', where, `${numbers.length}`)
    for (const [i, value] of numbers.entries()) {
      const least = i === 0 ? 0 : numbers[i - 1]
      if (value < least || value > 1) throw wrongValue(`a number from ${least} to 1`, `${where}[${i}]`, value)
    }
    return numbers
  })
}
