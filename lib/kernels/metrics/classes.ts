/** The classes of rows, and the metrics of them. They are NaN where a prediction is NaN: then no class is predicted. */

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
   * Only the functions of lib/metrics have such arguments, so that the addon has no such field.
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

export function hasNaN(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return true
  return false
}

/** The value of a metric of classes, or NaN where a prediction is NaN. */
export const unlessNaN = ({ predictions }: Scored, value: () => number): number => (hasNaN(predictions) ? NaN : value())

export const classesOf = ({ outputs, numbered }: Scored): number => numbered ?? classCount(outputs)

export const actualClass = ({ targets, outputs, signs, numbered }: Scored, row: number): number =>
  numbered === undefined ? targetClass(targets, row, outputs, signs) : targets[row]

export const predictedClass = ({ predictions, outputs, numbered }: Scored, row: number, threshold: number): number => {
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
export function binaryAccuracyOf(scored: Scored, threshold: number): number {
  const { rows, outputs, targets, predictions, signs } = scored
  const middle = halfway(signs)
  const count = rows * outputs
  let hits = 0
  for (let i = 0; i < count; i++) if (predictions[i] > threshold === targets[i] > middle) hits++
  return hits / count
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

/**
 * @param threshold unused where the predictions are class numbers
 * @param workspace [3 × classes]
 */
export function countsOf(scored: Scored, threshold: number, workspace: Float64Array): Counts {
  const classes = classesOf(scored)
  const hits = workspace.subarray(0, classes).fill(0)
  const predicted = workspace.subarray(classes, 2 * classes).fill(0)
  const actual = workspace.subarray(2 * classes, 3 * classes).fill(0)
  for (let row = 0; row < scored.rows; row++) {
    const wanted = actualClass(scored, row)
    const found = predictedClass(scored, row, threshold)
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

/** The order defines the values of the option; native/kernels/metrics/classes.inl has the same order. */
export const AVERAGES = ['auto', 'binary', 'macro', 'micro', 'weighted'] as const

const AUTO = AVERAGES.indexOf('auto')
const BINARY = AVERAGES.indexOf('binary')
const MICRO = AVERAGES.indexOf('micro')
const WEIGHTED = AVERAGES.indexOf('weighted')

/**
 * The rate of class 1, or a mean over the classes that occur in targets or predictions.
 * @param average the index of a word in AVERAGES
 * @param workspace [3 × classes]
 */
export function averaged(
  scored: Scored,
  threshold: number,
  average: number,
  rate: Rate,
  workspace: Float64Array,
): number {
  const { hits, predicted, actual } = countsOf(scored, threshold, workspace)
  const isBinary = scored.outputs === 1 && scored.numbered === undefined
  if (average === BINARY || (average === AUTO && isBinary)) return rate(hits[1], predicted[1], actual[1])
  const { rows } = scored
  const classes = classesOf(scored)
  if (average === MICRO) {
    let all = 0
    for (let i = 0; i < classes; i++) all += hits[i]
    return rate(all, rows, rows)
  }
  let present = 0
  let sum = 0
  for (let i = 0; i < classes; i++) {
    if (predicted[i] + actual[i] === 0) continue
    const one = rate(hits[i], predicted[i], actual[i])
    present++
    sum += average === WEIGHTED ? one * actual[i] : one
  }
  return sum / (average === WEIGHTED ? rows : present)
}

/** The share of rows whose class is among the k largest predictions; of equal predictions the last counts as larger. */
export function amongLargest({ rows, outputs, targets, predictions }: Scored, k: number): number {
  let hits = 0
  for (let row = 0; row < rows; row++) {
    const first = row * outputs
    const actual = largestIn(targets, row, outputs)
    const value = predictions[first + actual]
    let larger = 0
    for (let j = 0; j < outputs; j++) {
      if (predictions[first + j] > value || (predictions[first + j] === value && j > actual)) larger++
    }
    if (larger < k) hits++
  }
  return hits / rows
}

/**
 * The area under the ROC curve for class 1: the share of pairs of a row of the class and another row in which the first
 * has the larger value; equal values count a half (Mann and Whitney). It is computed from the sum of ranks; equal
 * values have their mean rank. NaN where all rows or no rows are of the class. Ranks do not depend on the order of equal
 * values, so any sort gives the same bits.
 * @param positives the values of the rows of the class, ascending, none of them NaN; the others likewise
 */
function areaUnderCurve(positives: Float64Array, others: Float64Array): number {
  let rankSum = 0
  let below = 0
  for (let from = 0; from < positives.length; ) {
    const value = positives[from]
    while (below < others.length && others[below] < value) below++
    const smaller = from + below
    let to = from
    while (to < positives.length && positives[to] === value) to++
    while (below < others.length && others[below] === value) below++
    // Ranks smaller + 1 … to + below.
    rankSum += (to - from) * 0.5 * (smaller + 1 + (to + below))
    from = to
  }
  const count = positives.length
  return (rankSum - 0.5 * count * (count + 1)) / (count * others.length)
}

/**
 * The area for a class against all others.
 * @param classes [rows]: the class of each row
 * @param values [rows], for the values of the output in another order
 */
function areaOf({ rows, outputs, predictions }: Scored, j: number, classes: Float64Array, values: Float64Array) {
  const wanted = outputs === 1 ? 1 : j
  let positives = 0
  let others = rows
  for (let row = 0; row < rows; row++) {
    const at = classes[row] === wanted ? positives++ : --others
    values[at] = predictions[row * outputs + j]
  }
  return areaUnderCurve(values.subarray(0, positives).sort(), values.subarray(others, rows).sort())
}

/**
 * The area for class 1 of a single output; otherwise the mean over the classes, each against the others.
 * @param workspace [2 × rows]
 */
export function rocAucOf(scored: Scored, workspace: Float64Array): number {
  const { rows, outputs, targets, signs } = scored
  const classes = workspace.subarray(0, rows)
  const values = workspace.subarray(rows, 2 * rows)
  for (let row = 0; row < rows; row++) classes[row] = targetClass(targets, row, outputs, signs)
  if (outputs === 1) return areaOf(scored, 0, classes, values)
  let sum = 0
  for (let j = 0; j < outputs; j++) sum += areaOf(scored, j, classes, values)
  return sum / outputs
}
