/** A model's target: what it predicts, with the scaler or encoder of its values. */
import { versionRemedy } from '../../checks/brand.js'
import { wrongType, wrongValue } from '../../checks/errors.js'
import type { Column } from '../columns/columns.js'
import { checkScaler } from '../columns/scaler-choice.js'
import { LabelEncoder, type SavedLabelEncoder } from '../encoding/encoders.js'
import type { SavedScaler, Scaler } from '../encoding/scalers.js'
import { text, zeros } from '../records/checks.js'
import { cell, cellName, type Records } from '../records/records.js'
import { keysOf, numbersOf } from './cells.js'

/** A number to predict, from the network's one output. */
export interface NumberTarget {
  readonly name: string
  readonly type: 'number'
  /** A scaler of one column; null: the output is not scaled. */
  readonly scaler: Scaler | null
}

/**
 * A label to predict, from the network's softmax; for two labels also from one sigmoid, which is the probability of the
 * second.
 */
export interface LabelTarget {
  readonly name: string
  readonly type: 'label'
  readonly encoder: LabelEncoder
}

export type Target = NumberTarget | LabelTarget
export type TargetType = Target['type']

export type SavedTarget =
  | { readonly name: string; readonly type: 'number'; readonly scaler: SavedScaler | null }
  | { readonly name: string; readonly type: 'label'; readonly encoder: SavedLabelEncoder }

export function checkTarget(given: unknown, columns: readonly Column[]): Target {
  const { name: givenName, type, scaler, encoder } = keysOf(given, 'target', 'number', 'label')
  const name = text(givenName, 'target.name', 'the name of a column')
  if (columns.some((column) => column.name === name)) {
    throw wrongValue('the name of a column that is no input', 'target.name', name)
  }
  if (type === 'number') return Object.freeze({ name, type, scaler: checkScaler(scaler, 'target.scaler') })
  if (!(encoder instanceof LabelEncoder)) {
    throw wrongType('a fitted labelEncoder', 'target.encoder', encoder, versionRemedy(encoder, 'LabelEncoder'))
  }
  return Object.freeze({ name, type: 'label', encoder } as const)
}

/** The network's targets for records: scaled numbers, or the indices of labels. */
export function encodeTargets(records: Records, target: Target, nameOf: (i: number) => string): Float64Array {
  if (target.type === 'number') return numbersOf(records, target, nameOf)
  return Float64Array.from(records, (record, i) =>
    target.encoder.placeOf(cell(record, target.name), cellName(target.name, nameOf(i)), UNKNOWN_LABEL),
  )
}

const UNKNOWN_LABEL = ' A label must occur in the records that are trained on, or in target.labels.'

/** One-hot rows [rows × labels] of the indices of labels. */
export function labelRows(places: Float64Array, labels: number): Float64Array {
  const rows = zeros(places.length, labels, 'the targets', 'Use fewer labels.')
  for (const [row, place] of places.entries()) rows[row * labels + place] = 1
  return rows
}
