/** What a model predicts: numbers, labels with probabilities, intervals; for several targets by their names. */
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { conformalMargin } from '../calibration/conformal.js'
import type { Category } from '../encoding/categories.js'
import { greatest } from '../encoding/encoders.js'
import { quoted } from '../records/checks.js'
import { type Decoded, decoderOf } from '../targets/decoders.js'
import type { Target, TargetType } from '../targets/targets.js'
import type { BackendOption } from './heads.js'

export interface LabelPrediction {
  /** The most probable label, the first of equally probable ones. */
  readonly label: Category
  /** The probability of each label, by its text. */
  readonly probabilities: Readonly<Record<string, number>>
}

/** A predicted number with the interval that has the asked coverage. */
export interface IntervalPrediction {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** What a model predicts: the type of its target or, for several targets, their types by name. */
export type ModelKind = TargetType | { readonly [name: string]: TargetType }

/** The prediction for one record: a label with probabilities, or a number; for several targets by their names. */
export type Prediction<Kind extends ModelKind> = Kind extends TargetType
  ? Kind extends 'label' | 'ordered'
    ? LabelPrediction
    : number
  : { readonly [Name in keyof Kind]: Kind[Name] extends TargetType ? Prediction<Kind[Name]> : never }

/** The same with intervals of numbers. */
export type WithIntervals<Kind extends ModelKind> = Kind extends TargetType
  ? Kind extends 'label' | 'ordered'
    ? LabelPrediction
    : IntervalPrediction
  : { readonly [Name in keyof Kind]: Kind[Name] extends TargetType ? WithIntervals<Kind[Name]> : never }

export interface ModelPredictOptions extends BackendOption {
  /**
   * The share of new records whose number should be within `low` and `high`: above 0 and below 1. It needs a model that
   * was fitted with `validation`. Default: no interval.
   */
  interval?: number
}

type One = number | LabelPrediction | IntervalPrediction

/** The predictions of each record. */
export function predictionsOf(decoded: readonly Decoded[], interval: unknown): (One | Record<string, One>)[] {
  const columns = decoded.map((one) => predictionsOfTarget(one, interval, decoded.length === 1))
  if (columns.length === 1) return columns[0]
  const names = decoded.map(({ target }) => target.name)
  return columns[0].map((_, i) => Object.fromEntries(names.map((name, j) => [name, columns[j][i]])))
}

function predictionsOfTarget({ target, values }: Decoded, interval: unknown, alone: boolean): One[] {
  if (target.type === 'number' || target.type === 'count') {
    if (interval === undefined) return Array.from(values)
    return withIntervals(target, values, interval)
  }
  if (interval !== undefined && alone) {
    const remedy = 'Intervals are for numbers: a label has probabilities.'
    throw wrongType('nothing', 'interval', interval, remedy)
  }
  const { labels } = target.encoder
  return Array.from({ length: values.length / labels.length }, (_, i) => ({
    label: labels[greatest(values, i * labels.length, labels.length)],
    probabilities: Object.fromEntries(labels.map((label, j) => [String(label), values[i * labels.length + j]])),
  }))
}

/** Split-conformal intervals: the margin is a quantile of the residuals on the validation records. */
function withIntervals(
  target: Target & { readonly residuals?: readonly number[] },
  values: Float64Array,
  interval: unknown,
): IntervalPrediction[] {
  const expected = 'a number above 0 and below 1'
  if (typeof interval !== 'number') throw wrongType(expected, 'interval', interval)
  if (!(interval > 0 && interval < 1)) throw wrongValue(expected, 'interval', interval)
  const { residuals } = target
  if (residuals === undefined) {
    const remedy = `The model has no validation records for column ${quoted(target.name)}: pass validation to Model.fit.`
    throw wrongType('nothing', 'interval', interval, remedy)
  }
  const margin = conformalMargin(Float64Array.from(residuals), interval)
  if (!Number.isFinite(margin)) {
    const { length } = residuals
    const expected = `at most ${length / (length + 1)}, as ${length} validation records allow,`
    throw wrongSize(expected, 'interval', `${interval}`, 'Keep more records for validation.')
  }
  const { ends } = decoderOf(target)
  return Array.from(values, (value) => {
    const [low, high] = ends === null ? [value, value] : ends(value, margin, target)
    return { value, low, high }
  })
}
