/** The metrics of numbers: the distance of predictions from targets. They are NaN where a prediction is NaN. */
import type { Scored } from './classes.js'

/** The mean of a value over the outputs. */
function overOutputs({ outputs }: Scored, one: (output: number) => number): number {
  let sum = 0
  for (let j = 0; j < outputs; j++) sum += one(j)
  return sum / outputs
}

function squaredErrors({ rows, outputs, targets, predictions }: Scored, output: number): number {
  let sum = 0
  for (let row = 0, i = output; row < rows; row++, i += outputs) {
    sum += (predictions[i] - targets[i]) * (predictions[i] - targets[i])
  }
  return sum
}

/**
 * The sum of (target - mean)² of one output. Exactly 0 where all targets are equal, whatever the rounding of their
 * mean.
 */
function spreadOf({ rows, outputs, targets }: Scored, output: number): number {
  let mean = 0
  let allEqual = true
  for (let row = 0, i = output; row < rows; row++, i += outputs) {
    mean += targets[i]
    if (targets[i] !== targets[output]) allEqual = false
  }
  if (allEqual) return 0
  mean /= rows
  let spread = 0
  for (let row = 0, i = output; row < rows; row++, i += outputs) {
    const far = targets[i] - mean
    spread += far * far
  }
  return spread
}

export function meanAbsoluteErrorOf({ rows, outputs, targets, predictions }: Scored): number {
  const count = rows * outputs
  let sum = 0
  for (let i = 0; i < count; i++) sum += Math.abs(predictions[i] - targets[i])
  return sum / count
}

export const rootMeanSquaredErrorOf = (scored: Scored): number =>
  overOutputs(scored, (j) => Math.sqrt(squaredErrors(scored, j) / scored.rows))

export function r2Of(scored: Scored): number {
  if (scored.rows < 2) return NaN
  return overOutputs(scored, (j) => {
    const spread = spreadOf(scored, j)
    const errors = squaredErrors(scored, j)
    if (spread === 0) return Number.isNaN(errors) ? NaN : Number(errors === 0)
    return 1 - errors / spread
  })
}
