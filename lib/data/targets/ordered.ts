/**
 * A label of an order, such as poor, fair, good. Output k of the network is the probability that the label is above
 * label k: a sigmoid for each label but the last, trained on cumulative targets (Frank and Hall, ECML 2001; Cheng, Wang
 * and Pollastri, IJCNN 2008). The probabilities of the labels are the differences of these, once they do not rise.
 */
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { largestIn } from '../../kernels/metrics/classes.js'
import type { Category } from '../encoding/categories.js'
import { type LabelEncoder, labelEncoder } from '../encoding/encoders.js'
import { zeros } from '../records/checks.js'
import type { TargetEntry } from './entry.js'
import { atTemperature, checkLabelKeys, LABELS, labelLimit, labelsOf, placesOf } from './labels.js'

/** An ordered label to predict, from one sigmoid for each label but the last. */
export interface OrderedTarget {
  readonly name: string
  readonly type: 'ordered'
  /** The labels, from the lowest to the highest. */
  readonly encoder: LabelEncoder
  /** The temperature of the probabilities, fitted to the validation records. */
  readonly temperature?: number
  /** The sorted residuals on the validation records, for ranges of labels. */
  readonly residuals?: readonly number[]
}

/**
 * The series without a rise that is nearest to the given one by the sum of squares: neighbours that rise are replaced by
 * their mean (the pool-adjacent-violators algorithm of Ayer, Brunk, Ewing, Reid and Silverman, 1955). Labels in the
 * opposite order so get the same probabilities.
 */
function falling(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length)
  const counts = new Int32Array(values.length)
  let blocks = 0
  for (const value of values) {
    sums[blocks] = value
    counts[blocks] = 1
    blocks++
    while (blocks > 1 && sums[blocks - 1] / counts[blocks - 1] > sums[blocks - 2] / counts[blocks - 2]) {
      blocks--
      sums[blocks - 1] += sums[blocks]
      counts[blocks - 1] += counts[blocks]
    }
  }
  const result = new Float64Array(values.length)
  let at = 0
  for (let block = 0; block < blocks; block++) {
    const mean = sums[block] / counts[block]
    for (let i = 0; i < counts[block]; i++) result[at++] = mean
  }
  return result
}

/** The probabilities of labels, from sigmoids: output k is the probability that the label is above label k. */
export function decodeOrdered(
  outputs: Float64Array,
  { encoder, temperature }: OrderedTarget,
  units: number,
): Float64Array {
  const labels = units + 1
  const rows = outputs.length / units
  const probabilities = zeros(rows, labels, 'the probabilities', 'Predict fewer records at a time.')
  for (let row = 0; row < rows; row++) {
    const above = falling(outputs.subarray(row * units, (row + 1) * units))
    // P(label k) = P(above k - 1) - P(above k); nothing is above the last label.
    let before = 1
    for (let k = 0; k < units; k++) {
      probabilities[row * labels + k] = before - above[k]
      before = above[k]
    }
    probabilities[row * labels + units] = before
  }
  return atTemperature(probabilities, encoder.labels.length, temperature)
}

/** 1 less the least probability from the most probable label of a row to this one, so that it rises on either side. */
function residualOfOrdered(place: number, probabilities: Float64Array, row: number, labels: number): number {
  const most = largestIn(probabilities, row, labels)
  const [low, high] = place < most ? [place, most] : [most, place]
  let least = 1
  for (let k = low; k <= high; k++) if (probabilities[row * labels + k] < least) least = probabilities[row * labels + k]
  return 1 - least
}

/** The labels whose residual is at most `margin`, and the most probable one: neighbours, in ascending order. */
export function rangeOfLabels(probabilities: Float64Array, row: number, labels: number, margin: number): number[] {
  const most = largestIn(probabilities, row, labels)
  const isWithin = (k: number): boolean => 1 - probabilities[row * labels + k] <= margin
  let [low, high] = [most, most]
  while (low > 0 && isWithin(low - 1)) low--
  while (high < labels - 1 && isWithin(high + 1)) high++
  return Array.from({ length: high - low + 1 }, (_, i) => low + i)
}

export const ordered: TargetEntry<OrderedTarget> = {
  ...LABELS,
  fit(fitted, name, given, where) {
    const limit = labelLimit(given, where, "If it is a number, pass type: 'number'.")
    const labels = (given.labels as readonly Category[] | undefined) ?? labelsOf(fitted, name, limit)
    if (given.labels === undefined && typeof labels[0] === 'string') {
      const remedy = `For example labels: ${JSON.stringify(labels.slice(0, 3))}, from the lowest to the highest.`
      throw wrongType('all labels in their order', `${where}.labels`, undefined, remedy)
    }
    const encoder = labelEncoder.fromJSON({ type: 'labelEncoder', labels }, where)
    if (encoder.labels.length < 2) throw wrongSize('at least two labels', `${where}.labels`, 'one')
    return { name, type: 'ordered', encoder }
  },
  check: (name, given, where) => ({ name, type: 'ordered', ...checkLabelKeys(given, where) }),
  loss: () => 'binaryCrossentropy',
  lastLayer({ encoder }, { name, entry }) {
    if (entry.fusedWith !== 'sigmoid') {
      throw wrongValue('a loss for ordered labels', 'trainer.loss', name, 'It is binaryCrossentropy.')
    }
    return { units: encoder.labels.length - 1, activation: 'sigmoid' }
  },
  units: ({ encoder }, activation) => (activation === 'sigmoid' ? encoder.labels.length - 1 : null),
  needs: ({ encoder: { labels } }) =>
    `a last layer of ${labels.length - 1} units with sigmoid for ${labels.length} ordered labels`,
  encode(records, target, _loss, nameOf) {
    const places = placesOf(records, target, nameOf)
    const units = target.encoder.labels.length - 1
    const rows = zeros(places.length, units, 'the targets', 'Use fewer labels.')
    for (const [row, place] of places.entries()) rows.fill(1, row * units, row * units + place)
    return rows
  },
  residual: (actual, predicted, row, { encoder }) => residualOfOrdered(actual, predicted, row, encoder.labels.length),
  values: placesOf,
}
