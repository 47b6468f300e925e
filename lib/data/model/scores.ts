/** The quality of predictions, by metrics with their default options. */

import { withJSON } from '../../checks/json.js'
import type { Scored } from '../../kernels/metrics/classes.js'
import { metricRegistry } from '../../metrics/choose.js'
import type { MetricName, metricTable } from '../../metrics/table.js'
import type { Records } from '../records/records.js'
import type { NameOf } from '../targets/entry.js'
import { labelRows } from '../targets/labels.js'
import { entryOf, type Target, type TargetType } from '../targets/targets.js'
import type { Decoded } from './heads.js'
import type { ModelKind } from './predictions.js'

export interface LabelEvaluation {
  /** The share of records whose predicted label is right. */
  readonly accuracy: number
  /** [labels × labels], row-major: how often label i was predicted as label j, in the order of `model.labels`. */
  readonly confusionMatrix: Float64Array
}

export interface NumberEvaluation {
  /**
   * 1 - Σ (prediction - y)² / Σ (y - mean of y)²; where all y are equal, 1 if all predictions are right, else 0; NaN
   * for one record.
   */
  readonly r2: number
  readonly meanAbsoluteError: number
  readonly rootMeanSquaredError: number
}

function measured<Name extends MetricName>(name: Name, scored: Scored) {
  const { entry, options } = metricRegistry.choose(name, name)
  return entry.value(scored, options) as ReturnType<(typeof metricTable)[Name]['value']>
}

export const evaluateLabels = (scored: Scored): LabelEvaluation =>
  withJSON({
    accuracy: measured('accuracy', scored),
    confusionMatrix: measured('confusionMatrix', scored),
  })

export const evaluateNumbers = (scored: Scored): NumberEvaluation => ({
  r2: measured('r2', scored),
  meanAbsoluteError: measured('meanAbsoluteError', scored),
  rootMeanSquaredError: measured('rootMeanSquaredError', scored),
})

/** The result of `evaluate`; for several targets by their names. */
export type ModelEvaluation<Kind extends ModelKind> = Kind extends TargetType
  ? Kind extends 'label' | 'ordered'
    ? LabelEvaluation
    : NumberEvaluation
  : { readonly [Name in keyof Kind]: Kind[Name] extends TargetType ? ModelEvaluation<Kind[Name]> : never }

/** The evaluation of each target; of one alone, that one. `predict` is called once the targets of records are checked. */
export function evaluationOf(
  targets: readonly Target[],
  records: Records,
  nameOf: NameOf,
  predict: () => readonly Decoded[],
): object {
  const actual = targets.map((target) => entryOf(target.type).values(records, target, nameOf))
  const evaluations = predict().map(({ target, values }, i) => {
    if (target.type === 'number' || target.type === 'count') {
      const scored = { rows: records.length, outputs: 1, signs: false }
      return evaluateNumbers({ ...scored, targets: actual[i], predictions: values })
    }
    const { length } = target.encoder.labels
    const scored = { rows: records.length, outputs: length, signs: false }
    return evaluateLabels({ ...scored, targets: labelRows(actual[i], length), predictions: values })
  })
  if (evaluations.length === 1) return evaluations[0]
  return Object.fromEntries(targets.map(({ name }, i) => [name, evaluations[i]]))
}
