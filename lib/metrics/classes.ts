/** Classes of rows, how often which was taken for which, and what is counted from that. */

/** Targets and predictions, [rows × outputs] both, row-major. */
export interface Scored {
  readonly rows: number
  readonly outputs: number
  readonly targets: Float64Array
  readonly predictions: Float64Array
}

/** How many classes there are: two for a single output. */
export const classCount = (outputs: number): number => (outputs === 1 ? 2 : outputs)

/** The target of a single output is of class 1 above this: of 0 and 1, or of -1 and 1. */
const TARGET_THRESHOLD = 0.5

/** Where a row's largest value stands; the first of equal ones. */
function largestIn(values: Float64Array, row: number, outputs: number): number {
  const first = row * outputs
  let largest = 0
  for (let j = 1; j < outputs; j++) if (values[first + j] > values[first + largest]) largest = j
  return largest
}

/** The class that a row's target says. */
export const targetClass = (targets: Float64Array, row: number, outputs: number): number =>
  outputs === 1 ? Number(targets[row] > TARGET_THRESHOLD) : largestIn(targets, row, outputs)

/** The class that is predicted for a row: above `threshold` it is 1 where there is a single output. */
const predictedClass = (predictions: Float64Array, row: number, outputs: number, threshold: number): number =>
  outputs === 1 ? Number(predictions[row] > threshold) : largestIn(predictions, row, outputs)

/** [classes × classes], row-major: how many rows of class i were taken for class j. */
export function confusion({ rows, outputs, targets, predictions }: Scored, threshold: number): Float64Array {
  const classes = classCount(outputs)
  const counts = new Float64Array(classes * classes)
  for (let row = 0; row < rows; row++) {
    const actual = targetClass(targets, row, outputs)
    counts[actual * classes + predictedClass(predictions, row, outputs, threshold)]++
  }
  return counts
}

/** What there is to count of one class. */
interface Counts {
  /** Of the class and taken for it. */
  hits: number
  /** Taken for the class. */
  predicted: number
  /** Of the class. */
  actual: number
}

export type Rate = (counts: Counts) => number

/** a / b, and 0 where both are 0. */
const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b)

export const precisionOf: Rate = ({ hits, predicted }) => ratio(hits, predicted)
export const recallOf: Rate = ({ hits, actual }) => ratio(hits, actual)
export const f1Of: Rate = ({ hits, predicted, actual }) => ratio(2 * hits, predicted + actual)

export const AVERAGES = ['auto', 'binary', 'macro', 'micro', 'weighted'] as const
export type Average = (typeof AVERAGES)[number]

/** A rate of class 1, or its mean over the classes that are among targets or predictions. */
export function averaged(scored: Scored, threshold: number, average: Average, rate: Rate): number {
  const classes = classCount(scored.outputs)
  const counts = confusion(scored, threshold)
  const each: Counts[] = Array.from({ length: classes }, (_, i) => {
    const one = { hits: counts[i * classes + i], predicted: 0, actual: 0 }
    for (let j = 0; j < classes; j++) {
      one.predicted += counts[j * classes + i]
      one.actual += counts[i * classes + j]
    }
    return one
  })
  if (average === 'binary' || (average === 'auto' && scored.outputs === 1)) return rate(each[1])
  if (average === 'micro') {
    const total = { hits: 0, predicted: scored.rows, actual: scored.rows }
    for (const { hits } of each) total.hits += hits
    return rate(total)
  }
  const present = each.filter(({ predicted, actual }) => predicted + actual > 0)
  let sum = 0
  for (const one of present) sum += average === 'weighted' ? rate(one) * one.actual : rate(one)
  return sum / (average === 'weighted' ? scored.rows : present.length)
}

/** The share of rows whose class is among the k predicted with the largest values; of equal ones the last counts as larger. */
export function amongLargest({ rows, outputs, targets, predictions }: Scored, k: number): number {
  let hits = 0
  for (let row = 0; row < rows; row++) {
    const first = row * outputs
    const actual = targetClass(targets, row, outputs)
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
 * The area under the curve of hits over false alarms for class 1 of some values: the share of pairs of a row of the class and one of
 * another in which the first has the larger value, equal ones counting a half (Mann and Whitney). From the sum of ranks, of equal
 * values their mean. NaN where one of the two kinds is missing.
 */
function areaUnderCurve(values: Float64Array, isPositive: (row: number) => boolean): number {
  const order = new Uint32Array(values.length).map((_, i) => i).sort((a, b) => values[a] - values[b])
  let positives = 0
  let rankSum = 0
  for (let from = 0; from < order.length; ) {
    let to = from
    let found = 0
    for (; to < order.length && values[order[to]] === values[order[from]]; to++) if (isPositive(order[to])) found++
    // Ranks from + 1 … to.
    rankSum += found * 0.5 * (from + 1 + to)
    positives += found
    from = to
  }
  const negatives = values.length - positives
  return (rankSum - 0.5 * positives * (positives + 1)) / (positives * negatives)
}

/** The area for class 1 of a single output; else the mean of those of each class against the others. */
export function rocAuc({ rows, outputs, targets, predictions }: Scored): number {
  if (outputs === 1) return areaUnderCurve(predictions, (row) => targetClass(targets, row, 1) === 1)
  const values = new Float64Array(rows)
  let sum = 0
  for (let j = 0; j < outputs; j++) {
    for (let row = 0; row < rows; row++) values[row] = predictions[row * outputs + j]
    sum += areaUnderCurve(values, (row) => targetClass(targets, row, outputs) === j)
  }
  return sum / outputs
}
