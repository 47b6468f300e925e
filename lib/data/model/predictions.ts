/** What a model predicts: numbers, labels with probabilities, intervals; for several targets by their names. */
import { largestIn } from '../../kernels/metrics/classes.js'
import type { Category } from '../encoding/categories.js'
import { type Decoded, decoderOf } from '../targets/decoders.js'
import type { TargetType } from '../targets/targets.js'
import type { BackendOption } from './heads.js'

export interface LabelPrediction {
  /** The most probable label, the first of equally probable ones. */
  readonly label: Category
  /** The probability of each label, by its text. */
  readonly probabilities: Readonly<Record<string, number>>
}

/** A predicted label with the set of labels that has the asked coverage. */
export interface LabelSetPrediction extends LabelPrediction {
  /** The labels of the set, in the order of `model.labels`; of an ordered label neighbours. `label` is one of them. */
  readonly labels: readonly Category[]
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

/** The same with intervals of numbers and sets of labels. */
export type WithIntervals<Kind extends ModelKind> = Kind extends TargetType
  ? Kind extends 'label' | 'ordered'
    ? LabelSetPrediction
    : IntervalPrediction
  : { readonly [Name in keyof Kind]: Kind[Name] extends TargetType ? WithIntervals<Kind[Name]> : never }

/** The options of `predict` and `evaluate`. */
export interface ModelPredictOptions extends BackendOption {
  /**
   * The share of new records whose number should be from `low` to `high`, or whose label among `labels`: above 0 and
   * below 1. It needs a model that was fitted with `validation`. Default: no interval and no set.
   */
  interval?: number
}

type One = number | LabelPrediction | LabelSetPrediction | IntervalPrediction

/**
 * The predictions of each record.
 * @param margins those of the intervals and sets of each target; null: none are asked for
 */
export function predictionsOf(
  decoded: readonly Decoded[],
  margins: readonly number[] | null,
): (One | Readonly<Record<string, One>>)[] {
  const columns = decoded.map((one, i) => predictionsOfTarget(one, margins === null ? null : margins[i]))
  if (columns.length === 1) return columns[0]
  const names = decoded.map(({ target }) => target.name)
  return columns[0].map((_, i) => Object.fromEntries(names.map((name, j) => [name, columns[j][i]])))
}

function predictionsOfTarget({ target, values }: Decoded, margin: number | null): One[] {
  const { ends, set } = decoderOf(target)
  if (!('encoder' in target)) {
    if (margin === null || ends === null) return Array.from(values)
    return Array.from(values, (value) => {
      const [low, high] = ends(value, margin, target)
      return { value, low, high }
    })
  }
  const { labels } = target.encoder
  const { length } = labels
  const names = labels.map(String)
  return Array.from({ length: values.length / length }, (_, row) => {
    const label = labels[largestIn(values, row, length)]
    const probabilities = probabilitiesOf(names, values, row * length)
    if (margin === null || set === null) return { label, probabilities }
    return { label, probabilities, labels: set(values, row, length, margin).map((place) => labels[place]) }
  })
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
