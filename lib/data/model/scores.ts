/** The quality of predictions, by metrics and scores with their default options. */
import { withJSON } from '../../checks/json.js'
import { largestIn, type Scored } from '../../kernels/metrics/classes.js'
import { metricRegistry } from '../../metrics/choose.js'
import type { MetricName, metricTable } from '../../metrics/table.js'
import type { Records } from '../records/records.js'
import {
  BINS,
  balancedAccuracyOf,
  brierScoreOf,
  calibrationErrorOf,
  type LabelScored,
  logLossOf,
  rocAucOf,
} from '../scores/labels.js'
import { coverageOf, meanWidthOf, medianAbsoluteErrorOf, poissonDevianceOf } from '../scores/numbers.js'
import { type Decoded, decoderOf } from '../targets/decoders.js'
import type { NameOf } from '../targets/entry.js'
import { entryOf, type Target, type TargetType } from '../targets/targets.js'
import { allOf, someWithTargets } from './known.js'
import type { ModelKind } from './predictions.js'

/** Which records are evaluated. */
export interface EvaluatedRecords {
  /** The number of records with the target. */
  readonly rows: number
  /** The number of records without the target, which are left out. */
  readonly withoutTarget: number
}

export interface LabelEvaluation extends EvaluatedRecords {
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

export interface NumberEvaluation extends EvaluatedRecords {
  /**
   * 1 - Σ (prediction - y)² / Σ (y - mean of y)²; where all y are equal, 1 if all predictions are right, else 0; NaN
   * for one record.
   */
  readonly r2: number
  readonly meanAbsoluteError: number
  readonly medianAbsoluteError: number
  readonly rootMeanSquaredError: number
}

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

/** What `interval` adds to the evaluation of a label. */
export interface SetEvaluation {
  /** The share of records whose label is in the set. */
  readonly coverage: number
  /** The mean number of labels in a set. */
  readonly meanSize: number
}

/**
 * The result of `evaluate`; for several targets by their names. `Numbers` and `Labels` are what numbers and labels have
 * besides.
 */
export type ModelEvaluation<Kind extends ModelKind, Numbers = unknown, Labels = unknown> = Kind extends TargetType
  ? Kind extends 'label'
    ? LabelEvaluation & Labels
    : Kind extends 'ordered'
      ? OrderedEvaluation & Labels
      : Kind extends 'count'
        ? CountEvaluation & Numbers
        : NumberEvaluation & Numbers
  : {
      readonly [Name in keyof Kind]: Kind[Name] extends TargetType
        ? ModelEvaluation<Kind[Name], Numbers, Labels>
        : never
    }

/** True and predicted labels: with the probabilities, and as numbers of labels alone. */
interface ScoredLabels {
  readonly probable: LabelScored
  readonly numbered: Scored & { readonly numbered: number }
}

type ScoredNumbers = Pick<Scored, 'rows' | 'targets' | 'predictions'>

/** A score; 1: a higher one is better; -1: a lower one. */
interface Score<Of> {
  readonly better: 1 | -1
  of(scored: Of): number
}

function measured<Name extends MetricName>(name: Name, scored: Scored, given: object = {}) {
  const { entry, options } = metricRegistry.choose({ name, ...given }, name)
  return entry.value(scored, options) as ReturnType<(typeof metricTable)[Name]['value']>
}

/** The scores of labels, in the order of an evaluation. */
export const LABEL_SCORES = {
  accuracy: { better: 1, of: ({ numbered }) => measured('accuracy', numbered) },
  balancedAccuracy: {
    better: 1,
    of: ({ numbered: { targets, predictions, numbered } }) => balancedAccuracyOf(targets, predictions, numbered),
  },
  f1: { better: 1, of: ({ numbered }) => measured('f1', numbered, { average: 'macro' }) },
  rocAuc: { better: 1, of: ({ probable }) => rocAucOf(probable) },
  logLoss: { better: -1, of: ({ probable }) => logLossOf(probable) },
  brierScore: { better: -1, of: ({ probable }) => brierScoreOf(probable) },
  calibrationError: { better: -1, of: ({ probable }) => calibrationErrorOf(probable, BINS) },
} as const satisfies Record<
  Exclude<keyof LabelEvaluation, 'confusionMatrix' | keyof EvaluatedRecords>,
  Score<ScoredLabels>
>

const measuredNumbers = (name: 'r2' | 'meanAbsoluteError' | 'rootMeanSquaredError', scored: ScoredNumbers): number =>
  measured(name, { ...scored, outputs: 1, signs: false })

/** The scores of numbers, in the order of an evaluation. */
export const NUMBER_SCORES = {
  r2: { better: 1, of: (scored) => measuredNumbers('r2', scored) },
  meanAbsoluteError: { better: -1, of: (scored) => measuredNumbers('meanAbsoluteError', scored) },
  medianAbsoluteError: {
    better: -1,
    of: ({ targets, predictions }) => medianAbsoluteErrorOf(targets, predictions),
  },
  rootMeanSquaredError: { better: -1, of: (scored) => measuredNumbers('rootMeanSquaredError', scored) },
} as const satisfies Record<Exclude<keyof NumberEvaluation, keyof EvaluatedRecords>, Score<ScoredNumbers>>

/** @param labels [rows]: the numbers of the true labels; probabilities: [rows × outputs] */
function scoredLabels(labels: Float64Array, probabilities: Float64Array, outputs: number): ScoredLabels {
  const rows = labels.length
  const predictions = labels.map((_, row) => largestIn(probabilities, row, outputs))
  return {
    probable: { rows, outputs, labels, probabilities },
    numbered: { rows, outputs: 1, signs: false, targets: labels, predictions, numbered: outputs },
  }
}

/** One score of predictions, higher where they are better. */
export function scoreOf({ target, values }: Decoded, actual: Float64Array, name: string): number {
  if (!('encoder' in target)) {
    const { better, of } = NUMBER_SCORES[name as keyof typeof NUMBER_SCORES]
    return better * of({ rows: actual.length, targets: actual, predictions: values })
  }
  const { better, of } = LABEL_SCORES[name as keyof typeof LABEL_SCORES]
  return better * of(scoredLabels(actual, values, target.encoder.labels.length))
}

/** What is evaluated. */
export interface Evaluated {
  readonly targets: readonly Target[]
  /** The predictions of all targets. */
  decoded(records: Records, nameOf: NameOf): readonly Decoded[]
}

/**
 * The evaluation of each target; of one alone, that one. Each is of the records that have the target, which are checked
 * before any prediction.
 * @param margins those of the intervals and sets of each target; null: none are evaluated
 */
export function evaluationOf(
  { targets, decoded }: Evaluated,
  records: Records,
  nameOf: NameOf,
  margins: readonly number[] | null,
): object {
  const known = targets.map(({ name }) => someWithTargets(records, [name], 'records'))
  const actual = targets.map((target, i) =>
    entryOf(target.type).values(known[i].records, target, (k) => nameOf(known[i].places[k])),
  )
  const predicted = targets.length === 1 ? known[0] : allOf(records)
  const all = decoded(predicted.records, (i) => nameOf(predicted.places[i]))
  const evaluations = all.map(({ target, values }, i) => {
    const { places } = known[i]
    const isOfAll = places.length === predicted.places.length
    const own = isOfAll ? values : rowsOf(values, values.length / predicted.places.length, places)
    const evaluation = evaluationOfTarget({ target, values: own }, actual[i], margins === null ? null : margins[i])
    return withJSON({ rows: places.length, withoutTarget: records.length - places.length, ...evaluation })
  })
  if (evaluations.length === 1) return evaluations[0]
  return Object.fromEntries(targets.map(({ name }, i) => [name, evaluations[i]]))
}

/** Some rows of a matrix. */
function rowsOf(values: Float64Array, width: number, places: Int32Array): Float64Array {
  const result = new Float64Array(places.length * width)
  for (const [i, place] of places.entries()) result.set(values.subarray(place * width, (place + 1) * width), i * width)
  return result
}

const valuesOf = <Of>(scores: Readonly<Record<string, Score<Of>>>, scored: Of): Record<string, number> =>
  Object.fromEntries(Object.entries(scores).map(([name, { of }]) => [name, of(scored)]))

function evaluationOfTarget({ target, values }: Decoded, actual: Float64Array, margin: number | null): object {
  const rows = actual.length
  if (!('encoder' in target)) {
    return {
      ...valuesOf(NUMBER_SCORES, { rows, targets: actual, predictions: values }),
      ...(target.type === 'count' ? { poissonDeviance: poissonDevianceOf(actual, values) } : {}),
      ...(margin === null ? {} : evaluateIntervals(target, actual, values, margin)),
    }
  }
  const labels = target.encoder.labels.length
  const scored = scoredLabels(actual, values, labels)
  return {
    ...valuesOf(LABEL_SCORES, scored),
    confusionMatrix: measured('confusionMatrix', scored.numbered),
    ...(target.type === 'label' ? {} : { meanAbsoluteError: meanDistance(scored.numbered) }),
    ...(margin === null ? {} : evaluateSets(target, actual, values, margin)),
  }
}

/** The mean distance of two labels in their order. */
function meanDistance({ rows, targets, predictions }: Scored): number {
  let sum = 0
  for (let row = 0; row < rows; row++) sum += Math.abs(predictions[row] - targets[row])
  return sum / rows
}

function evaluateIntervals(
  target: Target,
  actual: Float64Array,
  values: Float64Array,
  margin: number,
): IntervalEvaluation | null {
  const { ends } = decoderOf(target)
  if (ends === null) return null
  const both = Array.from(values, (value) => ends(value, margin, target))
  const [low, high] = [0, 1].map((end) => Float64Array.from(both, (one) => one[end]))
  return { coverage: coverageOf(actual, low, high), meanWidth: meanWidthOf(low, high) }
}

function evaluateSets(
  target: Target,
  actual: Float64Array,
  values: Float64Array,
  margin: number,
): SetEvaluation | null {
  const { set } = decoderOf(target)
  if (set === null) return null
  const rows = actual.length
  const labels = values.length / rows
  let [within, size] = [0, 0]
  for (let row = 0; row < rows; row++) {
    const places = set(values, row, labels, margin)
    if (places.includes(actual[row])) within++
    size += places.length
  }
  return { coverage: within / rows, meanSize: size / rows }
}
