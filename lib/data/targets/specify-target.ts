/** Fits the target of a model to records. */
import { unknownColumn } from '../../checks/errors.js'
import { oneOf, optionsObject } from '../../checks/validate.js'
import type { FittedRecords, ScalerChoice } from '../columns/specify.js'
import type { Category } from '../encoding/categories.js'
import { categoryLimit, labelEncoder } from '../encoding/encoders.js'
import { text } from '../records/checks.js'
import { categoriesOf, fitColumnScaler, guess, SCALERS } from './cells.js'
import type { Target } from './targets.js'

/** The target. Default scaler: `standardScaler`; for the loss `poisson` `none`. */
export type TargetOption<Name extends string = string> =
  | { column: Name; type: 'number'; scaler?: ScalerChoice }
  | { column: Name; type: 'label'; labels?: readonly Category[]; maxLabels?: number }

/**
 * The target. Where only its column is named, numbers are a number and everything else is a label.
 * @param positive whether the loss excludes numbers below 0, so that they are scaled only if the option says so
 */
export function specifyTarget(fitted: FittedRecords, given: unknown, positive: boolean): Target {
  const option = typeof given === 'string' ? { column: given } : given
  const fields = optionsObject(option, 'target', ['column', 'type', 'scaler', 'labels', 'maxLabels'])
  const name = text(fields.column, typeof given === 'string' ? 'target' : 'target.column', 'the name of a column')
  const first = Object.keys(fitted.records[0])
  if (!first.includes(name)) throw unknownColumn(name, 'target', first)
  const guessed = guess(fitted, name) === 'number' ? 'number' : 'label'
  const type =
    fields.type === undefined ? guessed : oneOf(fields.type, 'target.type', 'the type of a target', ['number', 'label'])
  if (type === 'number') {
    optionsObject(fields, 'target', ['column', 'type', 'scaler'])
    const standard = positive ? 'none' : SCALERS[0]
    return { name, type, scaler: fitColumnScaler(fitted, name, fields.scaler, 'target.scaler', standard) }
  }
  optionsObject(fields, 'target', ['column', 'type', 'labels', 'maxLabels'])
  const limit = {
    ...categoryLimit(fields.maxLabels, 'target.maxLabels'),
    remedy: "If it is a number, pass type: 'number'; if it is labels, raise target.maxLabels.",
    constant: 'There is nothing to predict: a model needs at least two labels.',
  }
  const labels = (fields.labels as readonly Category[] | undefined) ?? categoriesOf(fitted, name, limit)
  return { name, type: 'label', encoder: labelEncoder.fromJSON({ type: 'labelEncoder', labels }, 'target') }
}
