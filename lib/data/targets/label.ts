/** A label to predict, with the probability of each. */
import { wrongSize, wrongValue } from '../../checks/errors.js'
import { largestIn } from '../../kernels/metrics/classes.js'
import type { Category } from '../encoding/categories.js'
import { type LabelEncoder, labelEncoder } from '../encoding/encoders.js'
import type { TargetEntry } from './entry.js'
import { atTemperature, checkLabelKeys, LABELS, labelLimit, labelRows, labelsOf, placesOf } from './labels.js'

/**
 * A label to predict, from the network's softmax; for two labels also from one sigmoid, which is the probability of the
 * second.
 */
export interface LabelTarget {
  readonly name: string
  readonly type: 'label'
  readonly encoder: LabelEncoder
  /** The temperature of the probabilities, fitted to the validation records. */
  readonly temperature?: number
  /** The sorted residuals on the validation records, for sets of labels. */
  readonly residuals?: readonly number[]
}

/** [rows × 2] from the probability of the second of two labels. */
function bothOf(second: Float64Array): Float64Array {
  const both = new Float64Array(2 * second.length)
  for (const [i, p] of second.entries()) {
    both[2 * i] = 1 - p
    both[2 * i + 1] = p
  }
  return both
}

/** The probabilities of labels, from a softmax, or of two labels from one sigmoid. */
export function decodeLabel(outputs: Float64Array, { encoder, temperature }: LabelTarget, units: number): Float64Array {
  const probabilities = units > 1 ? outputs : bothOf(outputs)
  return atTemperature(probabilities, encoder.labels.length, temperature)
}

/** How far a label of a row is from certain: 1 less its probability. */
const residualOfLabel = (place: number, probabilities: Float64Array, row: number, labels: number): number =>
  1 - probabilities[row * labels + place]

/**
 * The labels whose residual is at most `margin`, and the most probable one: places in ascending order. Sadinle, Lei and
 * Wasserman, Least ambiguous set-valued classifiers with bounded error levels, 2019.
 */
export function setOfLabels(probabilities: Float64Array, row: number, labels: number, margin: number): number[] {
  const most = largestIn(probabilities, row, labels)
  const set: number[] = []
  for (let k = 0; k < labels; k++) {
    if (k === most || residualOfLabel(k, probabilities, row, labels) <= margin) set.push(k)
  }
  return set
}

export const label: TargetEntry<LabelTarget> = {
  ...LABELS,
  fit(fitted, name, given, where) {
    const remedy = `If it is a number, pass type: 'number'; if it is labels, raise ${where}.maxLabels.`
    const limit = labelLimit(given, where, remedy)
    const labels = (given.labels as readonly Category[] | undefined) ?? labelsOf(fitted, name, limit)
    return { name, type: 'label', encoder: labelEncoder.fromJSON({ type: 'labelEncoder', labels }, where) }
  },
  check: (name, given, where) => ({ name, type: 'label', ...checkLabelKeys(given, where) }),
  loss: ({ encoder }, shared) =>
    shared && encoder.labels.length === 2 ? 'binaryCrossentropy' : 'categoricalCrossentropy',
  lastLayer({ encoder }, { name, entry }) {
    const { length } = encoder.labels
    if (length < 2) throw wrongSize('at least two labels', 'target.labels', 'one')
    if (entry.fusedWith !== 'sigmoid') return { units: length, activation: 'softmax' }
    if (length > 2) {
      const remedy = 'It is for two labels: use categoricalCrossentropy.'
      throw wrongValue(`a loss for ${length} labels`, 'trainer.loss', name, remedy)
    }
    return { units: 1, activation: 'sigmoid' }
  },
  units({ encoder }, activation) {
    const { length } = encoder.labels
    if (activation === 'softmax') return length
    return activation === 'sigmoid' && length === 2 ? 1 : null
  },
  needs({ encoder }) {
    const { length } = encoder.labels
    const sigmoid = length === 2 ? ', or with one sigmoid,' : ','
    return `a last layer of ${length} units with softmax${sigmoid} for ${length} labels`
  },
  encode(records, target, { entry }, nameOf) {
    const places = placesOf(records, target, nameOf)
    if (entry.targets === 'index' || entry.fusedWith === 'sigmoid') return places
    const rows = labelRows(places, target.encoder.labels.length)
    return entry.targets === 'sign' ? rows.map((value) => 2 * value - 1) : rows
  },
  residual: (actual, predicted, row, { encoder }) => residualOfLabel(actual, predicted, row, encoder.labels.length),
  values: placesOf,
}
