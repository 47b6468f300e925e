/**
 * The parameters as tensors and ranges: which of them training changes, sums over their columns, and the penalties of the
 * weights.
 */
import { DENSE, type LayerPlan, type NetworkPlan } from '../plan.js'

/** Consecutive parameters, from … to - 1. */
export interface ParameterRange {
  readonly from: number
  readonly to: number
}

/** The trainable parameters: ranges as long as possible, in order. */
export function trainableRanges({ layers }: NetworkPlan): ParameterRange[] {
  const ranges: ParameterRange[] = []
  for (const layer of layers) {
    if (layer.trainable === 0) continue
    const last = ranges.at(-1)
    const to = layer.bias + layer.units
    if (last !== undefined && last.to === layer.weights) ranges[ranges.length - 1] = { from: last.from, to }
    else ranges.push({ from: layer.weights, to })
  }
  return ranges
}

/** A matrix of parameters, [rows × columns] from offset `at` on. */
export interface Tensor {
  readonly at: number
  readonly rows: number
  readonly columns: number
}

/** The trainable tensors of a layer, in the order of the parameters. `clipNorm` clips each of them separately. */
export const tensorsOf = ({ kind, inputs, units, weights, bias }: LayerPlan): Tensor[] => [
  { at: weights, rows: kind === DENSE ? inputs : 1, columns: units },
  { at: bias, rows: 1, columns: units },
]

/** Σ_j (Σ_k term(values[k][j])), both sums in index order from -0. */
export function columnsSum(
  values: Float64Array,
  at: number,
  rows: number,
  columns: number,
  term: (value: number) => number,
): number {
  let sum = -0
  for (let j = 0; j < columns; j++) {
    let column = -0
    for (let k = 0; k < rows; k++) column += term(values[at + k * columns + j])
    sum += column
  }
  return sum
}

export const square = (value: number): number => value * value

export const isPenalized = ({ trainable, l1, l2 }: LayerPlan): boolean => trainable === 1 && (l1 !== 0 || l2 !== 0)

/** The penalties in the loss: Σ over the layers of l1 Σ|w| + l2 Σ w². -0 where no layer has one. */
export function penaltyOf({ layers }: NetworkPlan, p: Float64Array): number {
  let penalty = -0
  for (const layer of layers) {
    if (!isPenalized(layer)) continue
    const { weights, inputs, units, l1, l2 } = layer
    penalty += l1 * columnsSum(p, weights, inputs, units, Math.abs) + l2 * columnsSum(p, weights, inputs, units, square)
  }
  return penalty
}

/** g = g + (l1 sign(w) + 2 l2 w) for the weights w of each layer with a penalty. */
export function addPenaltyGradients(layers: readonly LayerPlan[], p: Float64Array, g: Float64Array): void {
  for (const { weights, bias, l1, l2 } of layers) {
    const twice = 2 * l2
    for (let i = weights; i < bias; i++) {
      const sign = p[i] > 0 ? 1 : p[i] < 0 ? -1 : 0
      g[i] = g[i] + (l1 * sign + twice * p[i])
    }
  }
}
