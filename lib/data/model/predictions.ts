/** What a model predicts: numbers, labels with probabilities, intervals; for several targets by their names. */
import type { Category } from '../encoding/categories.js'
import { greatest } from '../encoding/encoders.js'
import type { Decoded } from '../targets/decoders.js'
import type { TargetType } from '../targets/targets.js'
import type { BackendOption } from './heads.js'
import { intervalsOf } from './intervals.js'

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

/** The options of `predict` and `evaluate`. */
export interface ModelPredictOptions extends BackendOption {
  /**
   * The share of new records whose number should be from `low` to `high`: above 0 and below 1. It needs a model that was
   * fitted with `validation`. Default: no interval.
   */
  interval?: number
}

type One = number | LabelPrediction | IntervalPrediction

/** The predictions of each record, with intervals of numbers unless `interval` is null. */
export function predictionsOf(
  decoded: readonly Decoded[],
  interval: number | null,
): (One | Readonly<Record<string, One>>)[] {
  const columns = decoded.map((one) => predictionsOfTarget(one, interval))
  if (columns.length === 1) return columns[0]
  const names = decoded.map(({ target }) => target.name)
  return columns[0].map((_, i) => Object.fromEntries(names.map((name, j) => [name, columns[j][i]])))
}

function predictionsOfTarget({ target, values }: Decoded, interval: number | null): One[] {
  if (!('encoder' in target)) {
    const intervals = interval === null ? null : intervalsOf(target, interval)
    if (intervals === null) return Array.from(values)
    return Array.from(values, (value) => {
      const [low, high] = intervals(value)
      return { value, low, high }
    })
  }
  const { labels } = target.encoder
  const { length } = labels
  const names = labels.map(String)
  const predictions: LabelPrediction[] = []
  for (let first = 0; first < values.length; first += length) {
    const label = labels[greatest(values, first, length)]
    predictions.push({ label, probabilities: probabilitiesOf(names, values, first) })
  }
  return predictions
}

/** The probability of each label by its name, which may be that of a method of all objects. */
function probabilitiesOf(names: readonly string[], values: Float64Array, first: number): Record<string, number> {
  const result: Record<string, number> = {}
  for (let j = 0; j < names.length; j++) {
    if (names[j] !== '__proto__') result[names[j]] = values[first + j]
    else Object.defineProperty(result, names[j], { value: values[first + j], enumerable: true })
  }
  return result
}
