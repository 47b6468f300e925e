/** How good predictions are. */

export interface LabelEvaluation {
  /** The share of records whose label was predicted. */
  readonly accuracy: number
  /** How often each label (row) was predicted as each label (column), in the order of the target's labels. */
  readonly confusion: readonly (readonly number[])[]
}

export interface NumberEvaluation {
  /** 1 - Σ (y - prediction)² / Σ (y - mean of y)²; NaN where all y are equal. */
  readonly rSquared: number
  readonly meanAbsoluteError: number
  readonly rootMeanSquaredError: number
}

/** @param expected the numbers of the labels; @param predicted likewise */
export function evaluateLabels(expected: Float64Array, predicted: Float64Array, labels: number): LabelEvaluation {
  const confusion = Array.from({ length: labels }, () => new Array<number>(labels).fill(0))
  let right = 0
  for (const [i, label] of expected.entries()) {
    confusion[label][predicted[i]]++
    if (predicted[i] === label) right++
  }
  return { accuracy: right / expected.length, confusion }
}

export function evaluateNumbers(expected: Float64Array, predicted: readonly number[]): NumberEvaluation {
  const { length } = expected
  const mean = expected.reduce((sum, value) => sum + value, 0) / length
  let [squares, total, absolute] = [0, 0, 0]
  for (const [i, value] of expected.entries()) {
    const error = value - predicted[i]
    squares += error * error
    absolute += Math.abs(error)
    total += (value - mean) * (value - mean)
  }
  return {
    rSquared: total === 0 ? Number.NaN : 1 - squares / total,
    meanAbsoluteError: absolute / length,
    rootMeanSquaredError: Math.sqrt(squares / length),
  }
}
