/** Columns of numbers: one input, scaled, and where values were missing one that marks these. */
import { wrongSize, wrongType } from '../../checks/errors.js'
import { oneOf } from '../../checks/validate.js'
import { quantile } from '../encoding/quantiles.js'
import type { Scaler } from '../encoding/scaler.js'
import { isConstant } from '../encoding/scalers.js'
import { finite } from '../records/checks.js'
import { cellName, isMissing, numberValue } from '../records/records.js'
import {
  type Cells,
  type ColumnType,
  checkIndicator,
  columnName,
  INPUT_AND_INDICATOR,
  indicatorOption,
  leaveOut,
  onlyOptions,
  refuseMissing,
  sameValue,
  type Target,
  withoutValues,
} from './column-type.js'
import { areGroupIds, idNote } from './ids.js'
import { checkScaler, fitChosenScaler, type ScalerChoice, scaleInput } from './scaler-choice.js'

export interface NumberColumn {
  readonly name: string
  readonly type: 'number'
  /** A scaler of one column; null: the number is not scaled. */
  readonly scaler: Scaler | null
  /** The number that a missing value becomes, before it is scaled. Without it a missing value is an error. */
  readonly fill?: number
  /** Whether a second input is 1 where the value is missing, else 0. Default false. */
  readonly indicator?: boolean
}

export interface NumberColumnOptions {
  type?: 'number'
  /** Default `{ name: 'robustScaler', clip: 'smooth' }`. */
  scaler?: ScalerChoice
  /** What a missing value becomes: the median or mean of the others, a number, or an error. Default `median`. */
  missing?: 'median' | 'mean' | 'error' | number
  /** Whether an input marks missing values. Default `auto`: where a value is missing in the records trained on. */
  indicator?: boolean | 'auto'
}

/** The numbers of a column, without missing ones. */
function numbersIn({ name, values, missing, nameOf }: Cells): Float64Array {
  const numbers = new Float64Array(values.length - missing)
  let count = 0
  for (const [i, value] of values.entries()) {
    if (typeof value === 'number' && Number.isFinite(value)) numbers[count++] = value + 0
    else if (!isMissing(value)) finite(value, cellName(name, nameOf(i)))
  }
  return numbers
}

function meanOf(numbers: Float64Array): number {
  let sum = 0
  for (const number of numbers) sum += number
  return sum / numbers.length
}

/** What a missing value becomes; null: an error. */
function fillOf(given: unknown, where: string, median: number, mean: number): number | null {
  if (given === undefined || given === 'median') return median
  if (typeof given === 'number') return finite(given, where)
  if (typeof given !== 'string') throw wrongType("a number, or 'median', 'mean' or 'error',", where, given)
  return oneOf(given, where, "'median', 'mean', 'error', or a number", ['median', 'mean', 'error']) === 'mean'
    ? mean
    : null
}

/** Writes the inputs of values. */
export function encodeNumber(
  { name, scaler, fill, indicator }: NumberColumn,
  values: readonly unknown[],
  target: Target,
): void {
  const { x, inputs, start, nameOf } = target
  for (let i = 0, at = start; i < values.length; i++, at += inputs) {
    const value = values[i]
    // Adding 0 makes 0 of -0, whose sign a scaler would keep.
    if (typeof value === 'number' && Number.isFinite(value)) x[at] = value + 0
    else if (fill !== undefined && isMissing(value)) {
      x[at] = fill
      if (indicator === true) x[at + 1] = 1
    } else x[at] = numberValue(value, name, nameOf(i))
  }
  if (scaler !== null) scaleInput(scaler, 0, name, values, target)
}

export const numberColumn: ColumnType<NumberColumn> = {
  infer({ name, values }, { numbers, texts, booleans, dates }, options) {
    if (numbers === 0 || texts + booleans + dates > 0) return false
    const isCategory = onlyOptions(options, []) && areGroupIds(name, values)
    return !isCategory
  },
  options: ['scaler', 'missing', 'indicator'],
  fit(cells, options) {
    const { name, isNamed, where } = cells
    const numbers = numbersIn(cells)
    if (numbers.length === 0) return withoutValues(cells)
    const sorted = numbers.slice().sort()
    const [minimum, median, maximum] = [sorted[0], quantile(sorted, 0.5), sorted[sorted.length - 1]]
    const mean = meanOf(numbers)
    if (options.missing === 'mean' && !Number.isFinite(mean)) {
      const remedy = 'Divide them by a power of ten first.'
      throw wrongSize('values whose sum is a finite number', columnName(cells), 'larger ones', remedy)
    }
    const fill = fillOf(options.missing, `${where}.missing`, median, mean)
    if (fill === null) refuseMissing(cells)
    const indicator = fill !== null && indicatorOption(options, cells)
    // A named column is refused by its scaler, whose option may allow it.
    if (isConstant(numbers) && !indicator && !isNamed) {
      return leaveOut(cells, 'constant', sameValue(numbers[0], cells), () => new RangeError())
    }
    const id = isNamed ? null : idNote(name, sorted)
    if (id !== null) return leaveOut(cells, 'unique', id, () => new RangeError())
    const center = indicator || !isNamed
    const scaler = fitChosenScaler(
      options.scaler ?? cells.scaler,
      numbers,
      1,
      `${where}.scaler`,
      columnName(cells),
      center,
    )
    return {
      column: {
        name,
        type: 'number',
        scaler,
        ...(fill === null ? {} : { fill }),
        ...(indicator ? { indicator } : {}),
      },
      report: {
        ...(fill === null ? {} : { fill }),
        integers: numbers.every(Number.isInteger),
        minimum,
        median,
        ...(Number.isFinite(mean) ? { mean } : {}),
        maximum,
        scaler: scaler?.type ?? 'none',
      },
    }
  },
  keys: ['scaler', 'fill', 'indicator'],
  check(given, name, where) {
    const scaler = checkScaler(given.scaler, `${where}.scaler`)
    const fill = given.fill === undefined ? {} : { fill: finite(given.fill, `${where}.fill`) }
    return Object.freeze({ name, type: 'number', scaler, ...fill, ...checkIndicator(given, where) })
  },
  ...INPUT_AND_INDICATOR,
}
