/** The choice of a scaler for one column. */
import { versionRemedy } from '../../checks/brand.js'
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { entriesOf, oneOf, optionsObject } from '../../checks/validate.js'
import { SCALER_TYPES, Scaler, type ScalerType } from '../encoding/scaler.js'
import {
  fitScaler,
  type MinMaxScalerOptions,
  type QuantileScalerOptions,
  type RobustScalerOptions,
  type ScalerOptions,
} from '../encoding/scalers.js'
import { type Scaling, scaleValues } from '../encoding/scaling.js'
import { cellName } from '../records/records.js'
import type { Target } from './column-type.js'

/** A scaler's name, or its name and options. */
export type ScalerChoice =
  | ScalerType
  | 'none'
  | ({ name: 'standardScaler' } & Omit<ScalerOptions, 'columns'>)
  | ({ name: 'minMaxScaler' } & Omit<MinMaxScalerOptions, 'columns'>)
  | ({ name: 'robustScaler' } & Omit<RobustScalerOptions, 'columns'>)
  | ({ name: 'quantileScaler' } & Omit<QuantileScalerOptions, 'columns'>)

const SCALERS = [...SCALER_TYPES, 'none']

/**
 * Fits the chosen scaler to [rows × columns]; null for `none`.
 * @param where the name of the option in errors
 * @param columnName the name of the column in errors
 * @param center whether a constant column is centered unless the option says otherwise
 */
export function fitChosenScaler(
  given: unknown,
  values: Float64Array,
  columns: number,
  where: string,
  columnName: string,
  center: boolean,
): Scaler | null {
  const choice: Record<string, unknown> =
    typeof given === 'object' && given !== null ? Object.fromEntries(entriesOf(given, where)) : { name: given }
  const { name, ...options } = choice
  const type = oneOf(name, where, 'the name of a scaler', SCALERS)
  if (type === 'none') {
    optionsObject(options, where, [])
    return null
  }
  if (options.columns !== undefined) throw wrongType('nothing', `${where}.columns`, options.columns)
  const all = { ...(center ? { constantColumns: 'center' } : {}), ...options, columns }
  return fitScaler(type as ScalerType, values, all, () => columnName)
}

/** A given scaler of this number of columns, or null. */
export function checkScaler(given: unknown, name: string, columns = 1): Scaler | null {
  if (given === null) return null
  if (!(given instanceof Scaler)) {
    throw wrongType('a fitted scaler, or null,', name, given, versionRemedy(given, 'Scaler'))
  }
  if (given.columns !== columns) {
    const expected = columns === 1 ? 'a scaler of one column' : `a scaler of ${columns} columns`
    throw wrongSize(expected, name, `one of ${given.columns}`)
  }
  return given
}

const NOT_FINITE = 'Look for numbers far beyond those that the scaler was fitted to.'

/** Scales an input of all rows in place, as column j of the scaler. @param values those that were encoded */
export function scaleInput(scaler: Scaling, j: number, name: string, values: readonly unknown[], at: Target): void {
  const { x, inputs, start } = at
  scaleValues(scaler, x, start, inputs, j)
  // Scalers with bounds give finite numbers.
  if (scaler.clip !== null || scaler.quantiles !== null) return
  for (let i = 0, place = start; i < values.length; i++, place += inputs) {
    if (Number.isFinite(x[place])) continue
    const expected = 'a number that stays finite when it is scaled'
    throw wrongValue(expected, cellName(name, at.nameOf(i)), values[i], NOT_FINITE)
  }
}
