/** The metrics of classes of one output, from their definitions: a loop over rows, or over pairs of rows. */

export interface ReferenceMetrics {
  readonly accuracy: number
  readonly binaryAccuracy: number
  readonly precision: number
  readonly recall: number
  readonly f1: number
  readonly rocAuc: number
}

const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b)

/** The share of pairs of a positive and a negative row whose predictions are in order; half for equal ones. */
export function referenceArea(predictions: Float64Array, isPositive: readonly boolean[]): number {
  let sum = 0
  let pairs = 0
  for (let i = 0; i < predictions.length; i++) {
    for (let j = 0; j < predictions.length; j++) {
      if (!isPositive[i] || isPositive[j]) continue
      pairs++
      if (predictions[i] > predictions[j]) sum += 1
      else if (predictions[i] === predictions[j]) sum += 0.5
    }
  }
  return sum / pairs
}

/** NaN for all where a prediction is NaN: there is no class to compare. */
export function referenceMetrics(
  targets: Float64Array,
  predictions: Float64Array,
  threshold: number,
): ReferenceMetrics {
  const rows = targets.length
  let [hits, right, found, actual] = [0, 0, 0, 0]
  for (let row = 0; row < rows; row++) {
    const [isOne, saysOne] = [targets[row] === 1, predictions[row] > threshold]
    if (isOne === saysOne) right++
    if (isOne && saysOne) hits++
    if (saysOne) found++
    if (isOne) actual++
  }
  const values = {
    accuracy: right / rows,
    binaryAccuracy: right / rows,
    precision: ratio(hits, found),
    recall: ratio(hits, actual),
    f1: ratio(2 * hits, found + actual),
    rocAuc: referenceArea(
      predictions,
      Array.from(targets, (value) => value === 1),
    ),
  }
  if (!predictions.some(Number.isNaN)) return values
  return { accuracy: NaN, binaryAccuracy: NaN, precision: NaN, recall: NaN, f1: NaN, rocAuc: NaN }
}
