/** A number to predict, scaled for the network, of positive numbers also its logarithm. */

import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { lossRegistry } from '../../checks/registry.js'
import { areFinite } from '../../checks/rows.js'
import { entriesOf, oneOf, optionsObject } from '../../checks/validate.js'
import { exp } from '../../kernels/exp.js'
import type { Loss } from '../../kernels/losses.js'
import { log } from '../../kernels/math.js'
import { checkScaler } from '../columns/scaler-choice.js'
import type { FittedRecords } from '../columns/specify.js'
import { type SavedScaler, SCALER_TYPES, Scaler, type ScalerType } from '../encoding/scaler.js'
import { fitScaler } from '../encoding/scalers.js'
import { unscaledValues } from '../encoding/scaling.js'
import { quoted } from '../records/checks.js'
import { cellName, numberCell, type Records } from '../records/records.js'
import type { ChosenLoss, Ends, Given, NameOf, TargetEntry } from './entry.js'
import { checkResiduals } from './residuals.js'

/** A number to predict, from one output of the network. */
export interface NumberTarget {
  readonly name: string
  readonly type: 'number'
  /** A scaler of one column; null: the output is not scaled. */
  readonly scaler: Scaler | null
  /** `log`: the network predicts the logarithm of the number, which the scaler is fitted to. */
  readonly transform?: 'log'
  /** The sorted residuals on the validation records, for intervals. */
  readonly residuals?: readonly number[]
}

const SCALES = ['standard', 'log', 'none']
const SCALERS = [...SCALER_TYPES, 'none']

const numberCells = (records: Records, name: string, nameOf: NameOf): Float64Array =>
  Float64Array.from(records, (record, i) => numberCell(record, name, nameOf(i)))

/** The logarithms of numbers above 0. */
function logarithms(values: Float64Array, name: string, nameOf: NameOf): Float64Array {
  const wrong = values.findIndex((value) => !(value > 0))
  if (wrong >= 0) {
    const remedy = "The scale log is for numbers above 0: use type: 'count' for counts, or another scale."
    throw wrongValue('a number above 0', cellName(name, nameOf(wrong)), values[wrong], remedy)
  }
  return values.map(log)
}

const transformed = (values: Float64Array, { name, transform }: NumberTarget, nameOf: NameOf): Float64Array =>
  transform === 'log' ? logarithms(values, name, nameOf) : values

function scaled(values: Float64Array, target: NumberTarget, nameOf: NameOf): Float64Array {
  const { name, scaler } = target
  const numbers = transformed(values, target, nameOf)
  if (scaler === null) return numbers
  const result = scaler.transform(numbers)
  if (!areFinite(result)) {
    const i = result.findIndex((value) => !Number.isFinite(value))
    const remedy = 'Look for numbers far beyond those that the scaler was fitted to.'
    throw wrongValue('a number that stays finite when it is scaled', cellName(name, nameOf(i)), values[i], remedy)
  }
  return result
}

function fit(
  { records, which, nameOf }: FittedRecords,
  name: string,
  given: Given,
  where: string,
  loss: ChosenLoss | null,
): NumberTarget {
  const scale = given.scale === undefined ? null : oneOf(given.scale, `${where}.scale`, 'a scale', SCALES)
  if (scale !== null && given.scaler !== undefined) {
    throw wrongType('nothing', `${where}.scaler`, given.scaler, 'scale is given: leave one of them out.')
  }
  const values = numberCells(records, name, nameOf)
  const what = `column ${quoted(name)} of the records${which}`
  const standard =
    scale === 'none' || (scale === null && loss?.entry.targets === 'nonNegative') ? 'none' : 'standardScaler'
  if (given.scaler === undefined && standard !== 'none' && values.every((value) => value === values[0])) {
    const received = `${values[0]} in every record`
    throw wrongSize('at least two different numbers', what, received, 'There is nothing to predict.')
  }
  if (scale === 'log') {
    if (loss?.entry.targets === 'nonNegative') {
      const remedy = `The output of the loss ${loss.name} is the exponential already: leave the scale out.`
      throw wrongValue('another scale', `${where}.scale`, scale, remedy)
    }
    const numbers = logarithms(values, name, nameOf)
    const scaler = fitScaler('standardScaler', numbers, { columns: 1 }, () => what)
    return { name, type: 'number', scaler, transform: 'log' }
  }
  const choice: Record<string, unknown> =
    typeof given.scaler === 'object' && given.scaler !== null
      ? Object.fromEntries(entriesOf(given.scaler, `${where}.scaler`))
      : { name: given.scaler ?? standard }
  const { name: scalerName, ...options } = choice
  const type = oneOf(scalerName, `${where}.scaler`, 'the name of a scaler', SCALERS)
  if (type === 'none') {
    optionsObject(options, `${where}.scaler`, [])
    return { name, type: 'number', scaler: null }
  }
  const all = { ...options, columns: options.columns ?? 1 }
  const scaler = fitScaler(type as ScalerType, values, all, () => what)
  return { name, type: 'number', scaler }
}

const takesNumbers = ({ fusedWith, targets }: Loss): boolean =>
  fusedWith === null && (targets === 'real' || targets === 'nonNegative')

function encode(records: Records, target: NumberTarget, { name, entry }: ChosenLoss, nameOf: NameOf): Float64Array {
  const values = numberCells(records, target.name, nameOf)
  const numbers = scaled(values, target, nameOf)
  if (entry.targets !== 'nonNegative') return numbers
  const negative = values.findIndex((value) => value < 0)
  if (negative >= 0) {
    const where = cellName(target.name, nameOf(negative))
    throw wrongValue('a number of at least 0', where, values[negative], `The loss ${name} needs it.`)
  }
  if (target.scaler !== null && numbers.some((value) => value < 0)) {
    const remedy = `The loss ${name} needs it. Leave the scaler out, or pass 'none'.`
    throw wrongValue('a scaler that gives numbers of at least 0', 'target.scaler', target.scaler.type, remedy)
  }
  return numbers
}

/** Numbers in their own unit, from outputs of the network. */
export function decodeNumber(outputs: Float64Array, { scaler, transform }: NumberTarget): Float64Array {
  const numbers = scaler === null ? outputs : unscaledValues(scaler, outputs)
  return transform === 'log' ? numbers.map((value) => exp(value)) : numbers
}

/** The interval of a number: on the logarithmic scale that of a factor. */
export const endsOfNumber = (predicted: number, margin: number, { transform }: NumberTarget): Ends =>
  transform === 'log'
    ? [exp(log(predicted) - margin), exp(log(predicted) + margin)]
    : [predicted - margin, predicted + margin]

export const number: TargetEntry<NumberTarget> = {
  predicts: 'number',
  options: ['scale', 'scaler'],
  keys: ['scaler', 'transform', 'residuals'],
  fit,
  check(name, given, where) {
    const scaler = checkScaler(given.scaler, `${where}.scaler`)
    const transform =
      given.transform === undefined ? undefined : oneOf(given.transform, `${where}.transform`, 'a transform', ['log'])
    return {
      name,
      type: 'number',
      scaler,
      ...(transform === undefined ? {} : { transform: transform as 'log' }),
      ...checkResiduals(given, where),
    }
  },
  restore(given, where) {
    if (!('scaler' in given) || given.scaler === null) return given
    return { ...given, scaler: Scaler.fromJSON(given.scaler as SavedScaler, `${where}.scaler`) }
  },
  loss: () => 'meanSquaredError',
  lastLayer(_target, loss) {
    if (!takesNumbers(loss.entry)) {
      const names = lossRegistry.names.filter((name) => takesNumbers(lossRegistry.find(name, 'loss').entry))
      const remedy = `For a number: ${names.join(', ')}. For labels: target: { column, type: 'label' }.`
      throw wrongValue('a loss for a number', 'trainer.loss', loss.name, remedy)
    }
    // The mean of a Poisson distribution is above 0; its usual link is the logarithm.
    return loss.entry.targets === 'nonNegative' ? { units: 1, activation: 'exponential' } : { units: 1 }
  },
  units: () => 1,
  needs: () => 'a network with one output, for a number,',
  encode,
  // On the logarithmic scale a residual is that of the logarithms, so that an interval is a factor.
  residual: (actual, predicted, row, { transform }) =>
    Math.abs(transform === 'log' ? log(actual) - log(predicted[row]) : actual - predicted[row]),
  values: (records, { name }, nameOf) => numberCells(records, name, nameOf),
}
