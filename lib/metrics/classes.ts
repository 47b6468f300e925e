/** The classes of rows, and the metrics of their counts: how many rows of each class were predicted as which class. */

/** Targets and predictions, [rows × outputs] both, row-major. */
export interface Scored {
  readonly rows: number
  readonly outputs: number
  readonly targets: Float64Array
  readonly predictions: Float64Array
  /** Whether the two classes of an output are -1 and 1, not 0 and 1. */
  readonly signs: boolean
  /**
   * With a single output: the number of classes where targets and predictions are class numbers; otherwise undefined.
   */
  readonly numbered?: number
}

/** The number of classes: two with a single output. */
export const classCount = (outputs: number): number => (outputs === 1 ? 2 : outputs)

/** Values above this are of class 1: halfway between the two targets. */
const halfway = (signs: boolean): number => (signs ? 0 : 0.5)

/** The threshold of predictions: the option `threshold`; where it is NaN, the one that follows from the targets. */
export const thresholdFor = ({ signs }: Scored, option: number): number =>
  Number.isNaN(option) ? halfway(signs) : option

/** The index of a row's largest value; the first of equal ones. */
export function largestIn(values: Float64Array, row: number, outputs: number): number {
  const first = row * outputs
  let largest = 0
  for (let j = 1; j < outputs; j++) if (values[first + j] > values[first + largest]) largest = j
  return largest
}

/** The class of a row by its target. */
export const targetClass = (targets: Float64Array, row: number, outputs: number, signs: boolean): number =>
  outputs === 1 ? Number(targets[row] > halfway(signs)) : largestIn(targets, row, outputs)

/** Whether a value is NaN: then no class is predicted, and every metric of classes is NaN. */
export function hasNaN(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return true
  return false
}

const classesOf = ({ outputs, numbered }: Scored): number => numbered ?? classCount(outputs)

const actualClass = ({ targets, outputs, signs, numbered }: Scored, row: number): number =>
  numbered === undefined ? targetClass(targets, row, outputs, signs) : targets[row]

const predictedClass = ({ predictions, outputs, numbered }: Scored, row: number, threshold: number): number => {
  if (numbered !== undefined) return predictions[row]
  return outputs === 1 ? Number(predictions[row] > threshold) : largestIn(predictions, row, outputs)
}

/** The share of rows whose predicted class is right. */
export function accuracyOf(scored: Scored, threshold: number): number {
  let hits = 0
  for (let row = 0; row < scored.rows; row++) {
    if (actualClass(scored, row) === predictedClass(scored, row, threshold)) hits++
  }
  return hits / scored.rows
}

/** The share of outputs whose prediction is on the target's side of the threshold. */
export function binaryAccuracyOf({ targets, predictions, signs }: Scored, threshold: number): number {
  const middle = halfway(signs)
  let hits = 0
  for (let i = 0; i < targets.length; i++) if (predictions[i] > threshold === targets[i] > middle) hits++
  return hits / targets.length
}

/** [classes × classes], row-major: how many rows of class i were predicted as class j. */
export function confusion(scored: Scored, threshold: number): Float64Array {
  const classes = classesOf(scored)
  const counts = new Float64Array(classes * classes)
  if (hasNaN(scored.predictions)) return counts.fill(NaN)
  for (let row = 0; row < scored.rows; row++) {
    counts[actualClass(scored, row) * classes + predictedClass(scored, row, threshold)]++
  }
  return counts
}

/** The counts of each class: [classes] each. */
interface Counts {
  /** Rows of the class that were predicted as it. */
  readonly hits: Float64Array
  /** Rows that were predicted as the class. */
  readonly predicted: Float64Array
  /** Rows of the class. */
  readonly actual: Float64Array
}

function countsOf(scored: Scored, threshold: number): Counts {
  const classes = classesOf(scored)
  const [hits, predicted, actual] = [0, 0, 0].map(() => new Float64Array(classes))
  for (let row = 0; row < scored.rows; row++) {
    const [wanted, found] = [actualClass(scored, row), predictedClass(scored, row, threshold)]
    actual[wanted]++
    predicted[found]++
    if (wanted === found) hits[wanted]++
  }
  return { hits, predicted, actual }
}

/** A metric of one class, from its counts. */
export type Rate = (hits: number, predicted: number, actual: number) => number

/** a / b, and 0 where both are 0. */
const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b)

export const precisionOf: Rate = (hits, predicted) => ratio(hits, predicted)
export const recallOf: Rate = (hits, _predicted, actual) => ratio(hits, actual)
export const f1Of: Rate = (hits, predicted, actual) => ratio(2 * hits, predicted + actual)

export const AVERAGES = ['auto', 'binary', 'macro', 'micro', 'weighted'] as const
export type Average = (typeof AVERAGES)[number]

/** The rate of class 1, or a mean over the classes that occur in targets or predictions. */
export function averaged(scored: Scored, threshold: number, average: Average, rate: Rate): number {
  const { hits, predicted, actual } = countsOf(scored, threshold)
  const isBinary = scored.outputs === 1 && scored.numbered === undefined
  if (average === 'binary' || (average === 'auto' && isBinary)) return rate(hits[1], predicted[1], actual[1])
  const { rows } = scored
  if (average === 'micro') {
    let all = 0
    for (const count of hits) all += count
    return rate(all, rows, rows)
  }
  let present = 0
  let sum = 0
  for (let i = 0; i < hits.length; i++) {
    if (predicted[i] + actual[i] === 0) continue
    const one = rate(hits[i], predicted[i], actual[i])
    present++
    sum += average === 'weighted' ? one * actual[i] : one
  }
  return sum / (average === 'weighted' ? rows : present)
}

/** The share of rows whose class is among the k largest predictions; of equal predictions the last counts as larger. */
export function amongLargest({ rows, outputs, targets, predictions, signs }: Scored, k: number): number {
  let hits = 0
  for (let row = 0; row < rows; row++) {
    const first = row * outputs
    const actual = targetClass(targets, row, outputs, signs)
    const value = predictions[first + actual]
    let larger = 0
    for (let j = 0; j < outputs; j++) {
      if (predictions[first + j] > value || (predictions[first + j] === value && j > actual)) larger++
    }
    if (larger < k) hits++
  }
  return hits / rows
}

/** Compares numbers that are not NaN. Unlike a difference, it is 0 for equal infinities. */
const ascending = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * The area under the ROC curve for class 1: the share of pairs of a row of the class and another row in which the first
 * has the larger value; equal values count a half (Mann and Whitney). It is computed from the sum of ranks; equal
 * values have their mean rank. NaN where all rows or no rows are of the class.
 * @param values none is NaN
 */
function areaUnderCurve(values: Float64Array, isPositive: (row: number) => boolean): number {
  const order = new Uint32Array(values.length).map((_, i) => i).sort((a, b) => ascending(values[a], values[b]))
  let positives = 0
  let rankSum = 0
  for (let from = 0; from < order.length; ) {
    let to = from
    let found = 0
    do {
      if (isPositive(order[to])) found++
      to++
    } while (to < order.length && values[order[to]] === values[order[from]])
    // Ranks from + 1 … to.
    rankSum += found * 0.5 * (from + 1 + to)
    positives += found
    from = to
  }
  const negatives = values.length - positives
  return (rankSum - 0.5 * positives * (positives + 1)) / (positives * negatives)
}

/** The area for class 1 of a single output; otherwise the mean over the classes, each against the others. */
export function rocAucOf({ rows, outputs, targets, predictions, signs }: Scored): number {
  if (outputs === 1) return areaUnderCurve(predictions, (row) => targetClass(targets, row, 1, signs) === 1)
  const values = new Float64Array(rows)
  let sum = 0
  for (let j = 0; j < outputs; j++) {
    for (let row = 0; row < rows; row++) values[row] = predictions[row * outputs + j]
    sum += areaUnderCurve(values, (row) => targetClass(targets, row, outputs, signs) === j)
  }
  return sum / outputs
}
