/** Prediction and evaluation of a network over blocks of rows. */
import { allocatorOf } from '../arena.js'
import { rowLossesOf, weighLosses } from '../codegen/loops.js'
import { type Loss, losses } from '../losses.js'
import type { EvaluationPlan, NetworkPlan } from '../plan.js'
import { type Block, blockLength, blockOf, blockRows, copyRows } from './graph.js'
import { penalizedTensors, penaltyOf } from './tensors.js'

const LOSSES: readonly Loss[] = Object.values(losses)

/** Predicts by a plan, for any number of rows. It keeps a block that is as large as its largest call needed. */
export function predictorOf(plan: NetworkPlan): (p: Float64Array, x: Float64Array, output: Float64Array) => void {
  const { inputs, outputs } = plan
  let cached: Block | null = null
  return (p, x, output) => {
    const rows = x.length / inputs
    const maxRows = blockRows(plan, rows)
    if (cached === null || cached.rows < maxRows) {
      cached = blockOf(plan, maxRows, allocatorOf(new Float64Array(blockLength(plan, maxRows))), null)
    }
    const block = cached
    for (let row = 0; row < rows; row += block.rows) {
      const count = Math.min(block.rows, rows - row)
      copyRows(x, block.x, null, row, count, inputs)
      block.forward(p, count)
      const { a } = block.last
      for (let i = 0, to = row * outputs; i < count * outputs; i++, to++) output[to] = a[i]
    }
  }
}

/** The mean loss over given samples by these parameters. */
export type Evaluation = (p: Float64Array) => number

/**
 * An evaluation of given samples, which is made once; a call allocates nothing but views of rows. The rows' losses are summed in
 * their order. sampleWeight: [rows], or of length 0; output: [rows × outputs] for the predictions, or of length 0
 */
export function evaluationOf(
  plan: EvaluationPlan,
  x: Float64Array,
  y: Float64Array,
  sampleWeight: Float64Array,
  output: Float64Array,
  workspace: Float64Array,
): Evaluation {
  const { inputs, outputs, rows, lossOptions } = plan
  const allocate = allocatorOf(workspace)
  const block = blockOf(plan, blockRows(plan, rows), allocate, null)
  const targets = allocate(block.rows * outputs)
  const rowLoss = allocate(block.rows)
  const weights = allocate(block.rows)
  const rowLosses = rowLossesOf(LOSSES[plan.loss])
  const penalized = penalizedTensors(plan)
  return (p) => {
    let sum = -0
    for (let row = 0; row < rows; row += block.rows) {
      const count = Math.min(block.rows, rows - row)
      copyRows(x, block.x, null, row, count, inputs)
      copyRows(y, targets, null, row, count, outputs)
      block.forward(p, count)
      const { z, a } = block.last
      if (output.length > 0) for (let i = 0, to = row * outputs; i < count * outputs; i++, to++) output[to] = a[i]
      rowLosses(z, a, targets, rowLoss, count, outputs, lossOptions)
      if (sampleWeight.length > 0) {
        copyRows(sampleWeight, weights, null, row, count, 1)
        weighLosses(rowLoss, weights, count)
      }
      for (let i = 0; i < count; i++) sum += rowLoss[i]
    }
    return sum * plan.lossScale + penaltyOf(penalized, p)
  }
}

/** The mean loss over all rows, as `evaluationOf`. */
export function evaluate(
  plan: EvaluationPlan,
  p: Float64Array,
  x: Float64Array,
  y: Float64Array,
  sampleWeight: Float64Array,
  output: Float64Array,
  workspace: Float64Array,
): number {
  return evaluationOf(plan, x, y, sampleWeight, output, workspace)(p)
}
