/**
 * The TypeScript path: prediction, evaluation and training of one network over blocks of rows. Everything numeric
 * comes in through the plan; the caller's arrays are worked on in place; once begun, nothing is allocated.
 */
import { type Block, blockLength, blockOf, blockRows, copyRows, roomIn } from './blocks.js'
import { layeredTraining } from './layered.js'
import { rowLossesOf, weighLosses } from './loops.js'
import { type Loss, losses } from './losses.js'
import type { EvaluationPlan, NetworkPlan, TrainingPlan } from './plan.js'
import { penaltyOf } from './step-end.js'
import { tinyTraining } from './tiny.js'
import { type Training, type TrainingArrays, trainingRoom } from './training.js'

export { evaluationWorkspace, trainingWorkspace } from './training.js'

const LOSSES: readonly Loss[] = Object.values(losses)

/** What predicts by a plan, for any number of rows. It keeps a block as large as the largest of its calls needed. */
export function predictorOf(plan: NetworkPlan): (p: Float64Array, x: Float64Array, output: Float64Array) => void {
  const { inputs, outputs } = plan
  let kept: Block | null = null
  return (p, x, output) => {
    const rows = x.length / inputs
    const most = blockRows(plan, rows)
    if (kept === null || kept.rows < most) {
      kept = blockOf(plan, most, roomIn(new Float64Array(blockLength(plan, most))), null)
    }
    const block = kept
    for (let row = 0; row < rows; row += block.rows) {
      const count = Math.min(block.rows, rows - row)
      copyRows(x, block.x, null, row, count, inputs)
      block.forward(p, count)
      const { a } = block.last
      for (let i = 0, to = row * outputs; i < count * outputs; i++, to++) output[to] = a[i]
    }
  }
}

/** The mean loss over all rows, summed in their order. sampleWeight: [rows], or of length 0 */
export function evaluate(
  plan: EvaluationPlan,
  p: Float64Array,
  x: Float64Array,
  y: Float64Array,
  sampleWeight: Float64Array,
  workspace: Float64Array,
): number {
  const { inputs, outputs, rows, lossOption } = plan
  const room = roomIn(workspace)
  const block = blockOf(plan, blockRows(plan, rows), room, null)
  const targets = room(block.rows * outputs)
  const rowLoss = room(block.rows)
  const rowLosses = rowLossesOf(LOSSES[plan.loss])
  let sum = -0
  for (let row = 0; row < rows; row += block.rows) {
    const count = Math.min(block.rows, rows - row)
    copyRows(x, block.x, null, row, count, inputs)
    copyRows(y, targets, null, row, count, outputs)
    block.forward(p, count)
    rowLosses(block.last.z, block.last.a, targets, rowLoss, count, outputs, lossOption)
    if (sampleWeight.length > 0) weighLosses(rowLoss, sampleWeight.subarray(row, row + count), count)
    for (let i = 0; i < count; i++) sum += rowLoss[i]
  }
  return sum * plan.lossScale + penaltyOf(plan, p)
}

/**
 * A training that can be run a few blocks at a time. An epoch counts if its loss and the parameters after it are
 * finite; if not, the parameters from before it come back.
 */
export function trainingOf(
  plan: TrainingPlan,
  p: Float64Array,
  state: Float64Array,
  workspace: Float64Array,
  x: Float64Array,
  y: Float64Array,
  sampleWeight: Float64Array,
  rateFactors: Float64Array,
  history: Float64Array,
): Training {
  const arrays: TrainingArrays = { p, state, x, y, sampleWeight, rateFactors, history }
  const room = trainingRoom(plan, workspace)
  return tinyTraining(plan, arrays, room) ?? layeredTraining(plan, arrays, room)
}
