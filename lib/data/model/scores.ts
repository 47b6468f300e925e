/** The quality of predictions, by metrics and scores with their default options. */

import { withJSON } from '../../checks/json.js'
import { actualClass, type Scored } from '../../kernels/metrics/classes.js'
import { metricRegistry } from '../../metrics/choose.js'
import type { MetricName, metricTable } from '../../metrics/table.js'
import { greatest } from '../encoding/encoders.js'
import type { Records } from '../records/records.js'
import {
  BINS,
  balancedAccuracyOf,
  brierScoreOf,
  calibrationErrorOf,
  type LabelScored,
  labelCount,
  logLossOf,
  predictedLabel,
  rocAucOf,
} from '../scores/labels.js'
import { coverageOf, meanWidthOf, medianAbsoluteErrorOf, poissonDevianceOf } from '../scores/numbers.js'
import type { Decoded } from '../targets/decoders.js'
import type { NameOf } from '../targets/entry.js'
import { labelRows } from '../targets/labels.js'
import { entryOf, type Target, type TargetType } from '../targets/targets.js'
import { intervalsOf } from './intervals.js'
import type { ModelKind } from './predictions.js'

export interface LabelEvaluation {
  /** The share of records whose predicted label is right. */
  readonly accuracy: number
  /** The mean over the labels that occur of the share of their records that is predicted right. */
  readonly balancedAccuracy: number
  /** The mean of the labels' F1 = 2 · hits / (records of the label + records predicted as it). */
  readonly f1: number
  /**
   * The area under the ROC curve: of the second of two labels; for more, the mean over the labels that occur, each
   * against the others. NaN where only one occurs.
   */
  readonly rocAuc: number
  /** The mean of -ln p of the true label's probability p, which is at least 2^-52. */
  readonly logLoss: number
  /** The mean of (p - 1 or 0)² of the second of two labels; for more labels their sum. */
  readonly brierScore: number
  /** The mean of |accuracy - probability of the predicted label| in 15 bins of that probability. */
  readonly calibrationError: number
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
  readonly medianAbsoluteError: number
  readonly rootMeanSquaredError: number
}

function measured<Name extends MetricName>(name: Name, scored: Scored, given: object = {}) {
  const { entry, options } = metricRegistry.choose({ name, ...given }, name)
  return entry.value(scored, options) as ReturnType<(typeof metricTable)[Name]['value']>
}

export function evaluateLabels(scored: Scored): LabelEvaluation {
  const { rows, outputs, predictions: probabilities } = scored
  const labels = Float64Array.from({ length: rows }, (_, row) => actualClass(scored, row))
  const given: LabelScored = { rows, outputs, labels, probabilities }
  const predicted = Float64Array.from({ length: rows }, (_, row) => predictedLabel(given, row))
  return withJSON({
    accuracy: measured('accuracy', scored),
    balancedAccuracy: balancedAccuracyOf(labels, predicted, labelCount(given)),
    f1: measured('f1', scored, { average: 'macro' }),
    rocAuc: rocAucOf(given),
    logLoss: logLossOf(given),
    brierScore: brierScoreOf(given),
    calibrationError: calibrationErrorOf(given, BINS),
    confusionMatrix: measured('confusionMatrix', scored),
  })
}

export const evaluateNumbers = (scored: Scored): NumberEvaluation => ({
  r2: measured('r2', scored),
  meanAbsoluteError: measured('meanAbsoluteError', scored),
  medianAbsoluteError: medianAbsoluteErrorOf(scored.targets, scored.predictions),
  rootMeanSquaredError: measured('rootMeanSquaredError', scored),
})

/** Of a count. */
export interface CountEvaluation extends NumberEvaluation {
  /** The mean of 2 (y ln(y / m) - y + m) for counts y and predicted means m. */
  readonly poissonDeviance: number
}

/** Of an ordered label. */
export interface OrderedEvaluation extends LabelEvaluation {
  /** The mean distance of the predicted label from the true one in the order of labels: 1 for neighbours. */
  readonly meanAbsoluteError: number
}

/** What `interval` adds to the evaluation of a number or a count. */
export interface IntervalEvaluation {
  /** The share of records whose number is from `low` to `high`. */
  readonly coverage: number
  /** The mean of `high` - `low`. */
  readonly meanWidth: number
}

/** The result of `evaluate`; for several targets by their names. `Numbers` is what numbers have besides. */
export type ModelEvaluation<Kind extends ModelKind, Numbers = unknown> = Kind extends TargetType
  ? Kind extends 'label'
    ? LabelEvaluation
    : Kind extends 'ordered'
      ? OrderedEvaluation
      : Kind extends 'count'
        ? CountEvaluation & Numbers
        : NumberEvaluation & Numbers
  : { readonly [Name in keyof Kind]: Kind[Name] extends TargetType ? ModelEvaluation<Kind[Name], Numbers> : never }

/**
 * The evaluation of each target; of one alone, that one.
 * @param predict is called once the targets of records are checked
 * @param interval the coverage of intervals to evaluate; null: none
 */
export function evaluationOf(
  targets: readonly Target[],
  records: Records,
  nameOf: NameOf,
  predict: () => readonly Decoded[],
  interval: number | null = null,
): object {
  const actual = targets.map((target) => entryOf(target.type).values(records, target, nameOf))
  const evaluations = predict().map((one, i) => evaluationOfTarget(one, actual[i], interval))
  if (evaluations.length === 1) return evaluations[0]
  return Object.fromEntries(targets.map(({ name }, i) => [name, evaluations[i]]))
}

function evaluationOfTarget({ target, values }: Decoded, actual: Float64Array, interval: number | null): object {
  const rows = actual.length
  if ('encoder' in target) {
    const { length } = target.encoder.labels
    const evaluation = evaluateLabels({
      rows,
      outputs: length,
      signs: false,
      targets: labelRows(actual, length),
      predictions: values,
    })
    if (target.type === 'label') return evaluation
    const distance = actual.map((place, row) => greatest(values, row * length, length) - place)
    let sum = 0
    for (const one of distance) sum += Math.abs(one)
    return withJSON({ ...evaluation, meanAbsoluteError: sum / rows })
  }
  return {
    ...evaluateNumbers({ rows, outputs: 1, signs: false, targets: actual, predictions: values }),
    ...(target.type === 'count' ? { poissonDeviance: poissonDevianceOf(actual, values) } : {}),
    ...(interval === null ? {} : evaluateIntervals(target, actual, values, interval)),
  }
}

function evaluateIntervals(
  target: Target,
  actual: Float64Array,
  values: Float64Array,
  interval: number,
): IntervalEvaluation | null {
  const intervals = intervalsOf(target, interval)
  if (intervals === null) return null
  const ends = Array.from(values, intervals)
  const [low, high] = [0, 1].map((end) => Float64Array.from(ends, (both) => both[end]))
  return { coverage: coverageOf(actual, low, high), meanWidth: meanWidthOf(low, high) }
}
