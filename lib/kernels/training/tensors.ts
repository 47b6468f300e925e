/**
 * The parameters as tensors and ranges: which of them training changes, sums over their columns, and the penalties of the
 * weights.
 */
import type { NetworkPlan, TensorPlan } from '../plan.js'

/** Consecutive parameters, from … to - 1. */
export interface ParameterRange {
  readonly from: number
  readonly to: number
}

/** The tensors that training changes by gradients, in the order of the parameters. `clipNorm` clips each of them separately. */
export const trainedTensors = ({ layers }: NetworkPlan): TensorPlan[] =>
  layers.flatMap(({ tensors }) => tensors.filter(({ trained }) => trained === 1))

/** The trained parameters: ranges as long as possible, in order. */
export function trainedRanges(plan: NetworkPlan): ParameterRange[] {
  const ranges: ParameterRange[] = []
  for (const { offset, rows, columns } of trainedTensors(plan)) {
    const last = ranges.at(-1)
    const to = offset + rows * columns
    if (last?.to === offset) ranges[ranges.length - 1] = { from: last.from, to }
    else ranges.push({ from: offset, to })
  }
  return ranges
}

/** Σ_j (Σ_k term(values[k][j])), both sums in index order from -0. */
export function columnsSum(
  values: Float64Array,
  offset: number,
  rows: number,
  columns: number,
  term: (value: number) => number,
): number {
  let sum = -0
  for (let j = 0; j < columns; j++) {
    let column = -0
    for (let k = 0; k < rows; k++) column += term(values[offset + k * columns + j])
    sum += column
  }
  return sum
}

export const square = (value: number): number => value * value

const isPenalized = ({ l1, l2 }: TensorPlan): boolean => l1 !== 0 || l2 !== 0

/** The trained tensors with a penalty. */
export const penalizedTensors = (plan: NetworkPlan): TensorPlan[] => trainedTensors(plan).filter(isPenalized)

/** The penalties in the loss: Σ over the tensors of l1 Σ|w| + l2 Σ w². -0 where there are none. */
export function penaltyOf(penalized: readonly TensorPlan[], p: Float64Array): number {
  let penalty = -0
  for (const { offset, rows, columns, l1, l2 } of penalized) {
    penalty += l1 * columnsSum(p, offset, rows, columns, Math.abs) + l2 * columnsSum(p, offset, rows, columns, square)
  }
  return penalty
}

/** g = g + (l1 sign(w) + 2 l2 w) for the values w of each tensor with a penalty. */
export function addPenaltyGradients(penalized: readonly TensorPlan[], p: Float64Array, g: Float64Array): void {
  for (const { offset, rows, columns, l1, l2 } of penalized) {
    const twice = 2 * l2
    for (let i = offset; i < offset + rows * columns; i++) {
      const sign = p[i] > 0 ? 1 : p[i] < 0 ? -1 : 0
      g[i] = g[i] + (l1 * sign + twice * p[i])
    }
  }
}
