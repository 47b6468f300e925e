/** Reads the targets of a model from the options of the caller, and fits them to records. */
import { unknownColumn, wrongValue } from '../../checks/errors.js'
import { oneOf, optionsObject } from '../../checks/validate.js'
import type { FittedRecords, ScalerChoice } from '../columns/specify.js'
import type { Category } from '../encoding/categories.js'
import { list, text } from '../records/checks.js'
import { cell, isMissing, type Records } from '../records/records.js'
import type { ChosenLoss, Given } from './entry.js'
import { entryOf, TARGET_TYPES, type Target, type TargetType } from './targets.js'

type OptionOfType<Name extends string> =
  | {
      column: Name
      type: 'number'
      /**
       * `standard`: mean 0 and standard deviation 1. `log`: for numbers above 0; the network predicts the logarithm, and
       * the prediction is the exponential. `none`: as it is. Default: `log` for 100 to 999 numbers that are all above 0 and
       * strongly skewed to the right, where the network, its optimizer and the loss are the defaults; otherwise `standard`, for
       * the loss `poisson` `none`.
       */
      scale?: 'standard' | 'log' | 'none'
      /** Another scaler, instead of `scale`. */
      scaler?: ScalerChoice
    }
  | { column: Name; type: 'count' }
  | {
      column: Name
      type: 'label'
      /** All labels. Default: those that occur, in ascending order. */
      labels?: readonly Category[]
      /** The most labels that may occur. Default 1,000. */
      maxLabels?: number
    }
  | {
      column: Name
      type: 'ordered'
      /** All labels from the lowest to the highest. Required for text; numbers are in ascending order by default. */
      labels?: readonly Category[]
      maxLabels?: number
    }

/** A target. */
export type TargetOption<Name extends string = string> = OptionOfType<Name> & {
  /** What becomes of records without a value of the column: they are left out, or the call is an error. Default `skip`. */
  missing?: 'skip' | 'error'
}

/** A target as the caller described it, with its type. */
export interface TargetChoice {
  readonly name: string
  readonly type: TargetType
  /** Whether records without it are left out. */
  readonly skips: boolean
  readonly options: Given
  /** Its name in errors. */
  readonly where: string
}

const MISSING = ['skip', 'error']
const EXPECTED_MISSING = 'what becomes of records without the target'
const OF_ALL = ['column', 'type', 'missing']
const KNOWN = [...OF_ALL, ...new Set(TARGET_TYPES.flatMap((type) => entryOf(type).options))]

/**
 * The targets that the option `target` names: one, or several of an array.
 * @param names the columns of the records
 */
export function readTargets(records: Records, names: readonly string[], given: unknown): TargetChoice[] {
  if (!Array.isArray(given)) return [readTarget(records, names, given, 'target')]
  const choices = list(given, 'target', 'targets').map((one, i) => readTarget(records, names, one, `target[${i}]`))
  for (const [i, { name, where }] of choices.entries()) {
    if (choices.slice(0, i).some((before) => before.name === name)) {
      throw wrongValue('a column that is not a target yet', where, name)
    }
  }
  return choices
}

/** Where only the column is named, numbers are a number and everything else is a label. */
function readTarget(records: Records, names: readonly string[], given: unknown, where: string): TargetChoice {
  const option = typeof given === 'string' ? { column: given } : given
  const fields = optionsObject(option, where, KNOWN)
  const name = text(fields.column, typeof given === 'string' ? where : `${where}.column`, 'the name of a column')
  if (!names.includes(name)) throw unknownColumn(name, where, names)
  const first = records.find((record) => !isMissing(cell(record, name)))
  const guessed = first !== undefined && typeof cell(first, name) === 'number' ? 'number' : 'label'
  const type =
    fields.type === undefined
      ? guessed
      : (oneOf(fields.type, `${where}.type`, 'the type of a target', TARGET_TYPES) as TargetType)
  optionsObject(fields, where, [...OF_ALL, ...entryOf(type).options])
  const missing =
    fields.missing === undefined ? 'skip' : oneOf(fields.missing, `${where}.missing`, EXPECTED_MISSING, MISSING)
  return { name, type, skips: missing === 'skip', options: fields, where }
}

/**
 * Fits a target to the records that are trained on.
 * @param loss the loss that the caller chose; null: the default
 */
export const fitTarget = (fitted: FittedRecords, choice: TargetChoice, loss: ChosenLoss | null): Target =>
  Object.freeze(entryOf(choice.type).fit(fitted, choice.name, choice.options, choice.where, loss))
