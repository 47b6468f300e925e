/** How good predictions are. */

export interface LabelEvaluation {
  /** The share of records whose label was predicted. */
  readonly accuracy: number
  /** [labels × labels], row-major: how often label i was taken for label j, in the order of `model.labels`. */
  readonly confusionMatrix: Float64Array
}

export interface NumberEvaluation {
  /** 1 - Σ (prediction - y)² / Σ (y - mean of y)²; where all y are equal 1 if all are right, else 0; NaN for one record. */
  readonly r2: number
  readonly meanAbsoluteError: number
  readonly rootMeanSquaredError: number
}

/**
 * @param expected the numbers of the labels
 * @param predicted likewise
 */
export function evaluateLabels(expected: Float64Array, predicted: Float64Array, labels: number): LabelEvaluation {
  const confusionMatrix = new Float64Array(labels * labels)
  let right = 0
  for (const [i, label] of expected.entries()) {
    confusionMatrix[label * labels + predicted[i]]++
    if (predicted[i] === label) right++
  }
  return { accuracy: right / expected.length, confusionMatrix }
}

export function evaluateNumbers(expected: Float64Array, predicted: readonly number[]): NumberEvaluation {
  const { length } = expected
  const mean = expected.reduce((sum, value) => sum + value, 0) / length
  let [squares, spread, absolute] = [0, 0, 0]
  for (const [i, value] of expected.entries()) {
    const error = predicted[i] - value
    squares += error * error
    absolute += Math.abs(error)
    spread += (value - mean) * (value - mean)
  }
  const ofEqual = squares === 0 ? 1 : 0
  return {
    r2: length === 1 ? Number.NaN : spread === 0 ? ofEqual : 1 - squares / spread,
    meanAbsoluteError: absolute / length,
    rootMeanSquaredError: Math.sqrt(squares / length),
  }
}
