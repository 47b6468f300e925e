/** The clips of the gradients: by value, and by the norm of one or of all tensors. */
import type { TensorPlan } from '../plan.js'
import { columnsSum, type ParameterRange, square } from './tensors.js'

/** Limits each gradient of the range to ±max. */
export function clipValues(g: Float64Array, { from, to }: ParameterRange, max: number): void {
  for (let i = from; i < to; i++) g[i] = g[i] > max ? max : g[i] < -max ? -max : g[i]
}

const squaresOf = (g: Float64Array, { offset, rows, columns }: TensorPlan): number =>
  columnsSum(g, offset, rows, columns, square)

// A smaller sum of squares may have subnormal terms; its root.
const SMALL_SQUARES = 2 ** -960
const SMALL_NORM = 2 ** -480

/**
 * g = g · max / norm where the norm over these tensors is above `max`. Where the sum of squares overflows, or is too small
 * to compare with `max`, the gradients are divided by the largest of them first. A gradient that is not finite makes all
 * of them NaN.
 */
export function clipNorm(g: Float64Array, tensors: readonly TensorPlan[], max: number): void {
  let squares = -0
  for (const tensor of tensors) squares += squaresOf(g, tensor)
  if (squares === Infinity || (squares < SMALL_SQUARES && max < SMALL_NORM)) {
    clipScaledNorm(g, tensors, max)
    return
  }
  const norm = Math.sqrt(squares)
  if (!(norm > max)) return
  const factor = max / norm
  for (const { offset, rows, columns } of tensors) {
    for (let i = offset; i < offset + rows * columns; i++) g[i] = g[i] * factor
  }
}

/** The same with gradients divided by the largest of them. */
function clipScaledNorm(g: Float64Array, tensors: readonly TensorPlan[], max: number): void {
  let largest = 0
  for (const { offset, rows, columns } of tensors) {
    for (let i = offset; i < offset + rows * columns; i++) largest = largest < Math.abs(g[i]) ? Math.abs(g[i]) : largest
  }
  if (largest === 0) return
  let squares = -0
  for (const { offset, rows, columns } of tensors) {
    squares += columnsSum(g, offset, rows, columns, (value) => square(value / largest))
  }
  const norm = Math.sqrt(squares)
  if (norm <= max / largest) return
  for (const { offset, rows, columns } of tensors) {
    for (let i = offset; i < offset + rows * columns; i++) g[i] = (g[i] / largest) * (max / norm)
  }
}
