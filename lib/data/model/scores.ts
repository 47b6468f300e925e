/** The quality of predictions, by metrics with their default options. */

import { withJSON } from '../../checks/json.js'
import type { Scored } from '../../kernels/metrics/classes.js'
import { metricRegistry } from '../../metrics/choose.js'
import type { MetricName, metricTable } from '../../metrics/table.js'

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
