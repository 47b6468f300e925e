/** Where the tensors of a plan are among the parameters. */
import type { LayerPlan, TensorPlan } from '#lib/kernels/plan.js'

/** Where a tensor begins and where it ends. */
export const rangeOf = ({ offset, rows, columns }: TensorPlan): [from: number, to: number] => [
  offset,
  offset + rows * columns,
]

/** Where the tensors of a layer that training changes by gradients begin and end; [0, 0] where there are none. */
export function trainedRange({ tensors }: LayerPlan): [from: number, to: number] {
  const trained = tensors.filter(({ name }) => !name.startsWith('moving'))
  if (trained.length === 0) return [0, 0]
  return [rangeOf(trained[0])[0], rangeOf(trained[trained.length - 1])[1]]
}

/** The same for the weights and the bias of a dense layer. */
export function denseRanges({ tensors: [weights, bias] }: LayerPlan) {
  return { weights: rangeOf(weights), bias: rangeOf(bias) }
}
