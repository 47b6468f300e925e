/** The predictions for many rows, beside the truth: arrays of numbers instead of an object for each row. */
import type { Model, ModelKind } from '../../../data/index.js'
import { predictedLabel } from '../../../data/scores/labels.js'
import type { Decoded } from '../../../data/targets/decoders.js'
import { entryOf } from '../../../data/targets/targets.js'

export interface LabelOutcomes {
  readonly kind: 'label'
  /** The labels as text, in the order of the target's encoder. */
  readonly labels: readonly string[]
  /** Places of labels. */
  readonly actual: Float64Array
  readonly predicted: Float64Array
  /** [rows × labels] */
  readonly probabilities: Float64Array
}

export interface NumberOutcomes {
  readonly kind: 'number'
  readonly actual: Float64Array
  readonly predicted: Float64Array
}

export type Outcomes = LabelOutcomes | NumberOutcomes

export type AnyModel = Model<ModelKind>
export type Records = readonly object[]
export type Row = Readonly<Record<string, unknown>>

/** The outcomes of each target for records that have all targets. */
export const outcomesOf = (model: AnyModel, records: Records): Outcomes[] =>
  model.predictArrays(records).map((decoded) => outcomesOfTarget(decoded, records as readonly Row[]))

function outcomesOfTarget({ target, values }: Decoded, records: readonly Row[]): Outcomes {
  const actual = entryOf(target.type).values(records, target, (i) => `records[${i}]`)
  if (!('encoder' in target)) return { kind: 'number', actual, predicted: values }
  const labels = target.encoder.labels.map(String)
  const scored = { rows: actual.length, outputs: labels.length, labels: actual, probabilities: values }
  const predicted = actual.map((_, row) => predictedLabel(scored, row))
  return { kind: 'label', labels, actual, predicted, probabilities: values }
}
