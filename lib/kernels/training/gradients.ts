/**
 * Vector-Jacobian products of a prediction: from dL/da of the outputs, the gradients of the parameters, summed over all rows
 * in their order from -0, and dL/dx of each row. Layers work as in a prediction: a batch normalization has its moving
 * statistics, as constants.
 */
import { type Allocate, allocatorOf } from '../arena.js'
import type { NetworkPlan } from '../plan.js'
import { type BackwardPass, type Block, backwardPassOf, blockLength, blockOf, blockRows, copyRows } from './graph.js'

/**
 * x: [rows × inputs], dOutput: [rows × outputs]. Written: dParameters [parameterCount], 0 for tensors that are not trained,
 * and dInputs [rows × inputs]. One of length 0 is not computed.
 */
export type Gradients = (
  p: Float64Array,
  x: Float64Array,
  dOutput: Float64Array,
  dParameters: Float64Array,
  dInputs: Float64Array,
) => void

/** A block with the arrays of its backward passes. */
interface GradientsBlock {
  readonly block: Block
  /** [block rows × outputs]: dL/da of the outputs. */
  readonly dLast: Float64Array
  /** [block rows × inputs] */
  readonly dX: Float64Array
  readonly toParameters: BackwardPass
  readonly toInputs: BackwardPass
}

function gradientsBlockOf(plan: NetworkPlan, rows: number): GradientsBlock {
  const units = plan.layers.reduce((sum, layer) => sum + layer.units, 0)
  const workspace = new Float64Array(blockLength(plan, rows) + (units + plan.inputs) * rows)
  const allocate: Allocate = allocatorOf(workspace)
  const block = blockOf(plan, rows, allocate, null)
  const derivatives = plan.layers.map((layer) => allocate(rows * layer.units))
  const dX = allocate(rows * plan.inputs)
  return {
    block,
    dLast: derivatives[derivatives.length - 1],
    dX,
    toParameters: backwardPassOf(plan, block, derivatives, null),
    toInputs: backwardPassOf(plan, block, derivatives, dX),
  }
}

/**
 * Computes gradients by a plan without layers that only training has, for any number of rows. It keeps a block that is as
 * large as its largest call needed.
 */
export function gradientsOf(plan: NetworkPlan): Gradients {
  const { inputs, outputs } = plan
  const constants = plan.layers.flatMap(({ tensors }) => tensors.filter(({ trained }) => trained === 0))
  let cached: GradientsBlock | null = null
  return (p, x, dOutput, dParameters, dInputs) => {
    const rows = x.length / inputs
    const maxRows = blockRows(plan, rows)
    if (cached === null || cached.block.rows < maxRows) cached = gradientsBlockOf(plan, maxRows)
    const { block, dLast, dX, toParameters, toInputs } = cached
    const g = dParameters.length === 0 ? null : dParameters
    const backward = dInputs.length === 0 ? toParameters : toInputs
    for (const { offset, rows: tensorRows, columns } of constants) g?.fill(0, offset, offset + tensorRows * columns)
    for (let row = 0; row < rows; row += block.rows) {
      const count = Math.min(block.rows, rows - row)
      copyRows(x, block.x, null, row, count, inputs)
      block.forward(p, count)
      copyRows(dOutput, dLast, null, row, count, outputs)
      backward(p, g, count, row === 0, false)
      if (dInputs.length === 0) continue
      for (let i = 0, to = row * inputs; i < count * inputs; i++, to++) dInputs[to] = dX[i]
    }
  }
}
