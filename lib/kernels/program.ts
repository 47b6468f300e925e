/**
 * The TypeScript path: prediction, evaluation and training of one network over blocks of rows. Everything numeric
 * comes in through the plan; the caller's arrays are worked on in place; once begun, nothing is allocated.
 */
import { type Block, blockLength, blockOf, blockRows, copyRows, roomIn } from './blocks.js'
import { type LossLoop, lossGradientLoopOf, lossLoopOf } from './loops.js'
import { type Loss, losses } from './losses.js'
import { type Optimizer, optimizers } from './optimizers.js'
import {
  DONE,
  type EvaluationPlan,
  LOSS_NOT_FINITE,
  PARAMETER_NOT_FINITE,
  type PredictionPlan,
  type TrainingOutcome,
  type TrainingPlan,
} from './plan.js'
import { shuffleOrder } from './random.js'
import { type Step, tinyStepOf } from './tiny.js'

const LOSSES: readonly Loss[] = Object.values(losses)
const OPTIMIZERS: readonly Optimizer[] = Object.values(optimizers)

/** The length of workspace that `evaluate` needs: a block, its targets and its losses. */
export const evaluationWorkspace = (plan: EvaluationPlan): number =>
  blockLength(plan) + (plan.outputs + 1) * blockRows(plan)

/** The length of workspace that a training needs: that of an evaluation, the derivatives, gradients, kept parameters, order. */
export function trainingWorkspace(plan: TrainingPlan): number {
  let units = 0
  for (const layer of plan.layers) units += layer.units
  const order = plan.shuffle === 0 ? 0 : Math.ceil(plan.rows / 2)
  return evaluationWorkspace(plan) + units * blockRows(plan) + 2 * plan.parameterCount + order
}

/** What predicts by a plan: output = the network's answers for all rows of x. x: [rows × inputs], output: [rows × outputs] */
export function predictorOf(plan: PredictionPlan): (p: Float64Array, x: Float64Array, output: Float64Array) => void {
  const { inputs, outputs, rows } = plan
  const block = blockOf(plan, blockRows(plan), roomIn(new Float64Array(blockLength(plan))))
  return (p, x, output) => {
    for (let row = 0; row < rows; row += block.rows) {
      const count = Math.min(block.rows, rows - row)
      copyRows(x, block.x, null, row, count, inputs)
      block.forward(p, count)
      const { a } = block.last
      for (let i = 0, to = row * outputs; i < count * outputs; i++, to++) output[to] = a[i]
    }
  }
}

/** What fills rowLoss with the loss of each row of the block. */
function rowLossesOf(loss: Loss): LossLoop {
  if (loss.kind === 'unit') return lossLoopOf(loss)
  return (z, _a, y, rowLoss, rows, units) => loss.forward(z, y, rowLoss, rows, units)
}

/** The mean loss over all rows, summed in their order. */
export function evaluate(
  plan: EvaluationPlan,
  p: Float64Array,
  x: Float64Array,
  y: Float64Array,
  workspace: Float64Array,
): number {
  const { inputs, outputs, rows } = plan
  const room = roomIn(workspace)
  const block = blockOf(plan, blockRows(plan), room)
  const targets = room(block.rows * outputs)
  const rowLoss = room(block.rows)
  const rowLosses = rowLossesOf(LOSSES[plan.loss])
  let sum = -0
  for (let row = 0; row < rows; row += block.rows) {
    const count = Math.min(block.rows, rows - row)
    copyRows(x, block.x, null, row, count, inputs)
    copyRows(y, targets, null, row, count, outputs)
    block.forward(p, count)
    rowLosses(block.last.z, block.last.a, targets, rowLoss, count, outputs)
    for (let i = 0; i < count; i++) sum += rowLoss[i]
  }
  return sum * plan.lossScale
}

/** Runs a training for so many blocks of rows, or to its end. Null: there is more to do. */
export type Training = (blocks: number) => TrainingOutcome | null

/** Layer by layer over the whole block. */
function layeredStep(
  plan: TrainingPlan,
  { layers, last, forward }: Block,
  rowLoss: Float64Array,
  derivatives: readonly Float64Array[],
): Step {
  const { outputs } = plan
  const loss = LOSSES[plan.loss]
  const rowLosses = rowLossesOf(loss)
  const lossGradient = lossGradientLoopOf(loss)
  const fused = loss.fusedWith !== null
  return (p, g, x, y, sum, rows, scale, first) => {
    forward(p, rows)
    rowLosses(last.z, last.a, y, rowLoss, rows, outputs)
    for (let i = 0; i < rows; i++) sum[0] += rowLoss[i]
    let l = layers.length - 1
    lossGradient(last.a, y, derivatives[l], rows * outputs, scale)
    if (!fused) last.backwardActivation(derivatives[l], rows)
    for (; l > 0; l--) {
      layers[l].gradient(layers[l - 1].a, derivatives[l], g, rows, first)
      layers[l].backward(derivatives[l], p, derivatives[l - 1], rows)
      layers[l - 1].backwardActivation(derivatives[l - 1], rows)
    }
    layers[0].gradient(x, derivatives[0], g, rows, first)
  }
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
  history: Float64Array,
): Training {
  const { inputs, outputs, rows, epochs, batchSize, parameterCount, optimizerOptions } = plan
  const room = roomIn(workspace)
  const block = blockOf(plan, blockRows(plan), room)
  const targets = room(block.rows * outputs)
  const rowLoss = room(block.rows)
  const derivatives = plan.layers.map(({ units }) => room(block.rows * units))
  const g = room(parameterCount)
  const kept = room(parameterCount)
  const orderRoom = room(plan.shuffle === 0 ? 0 : Math.ceil(rows / 2))
  const order = plan.shuffle === 0 ? null : new Int32Array(orderRoom.buffer, orderRoom.byteOffset, rows)
  const { update } = OPTIMIZERS[plan.optimizer]
  const step = tinyStepOf(plan) ?? layeredStep(plan, block, rowLoss, derivatives)
  // Without a shuffle, rows that fit one block are loaded once.
  const resident = order === null && rows <= Math.min(block.rows, batchSize)
  if (resident) load(0, rows)
  kept.set(p)
  const sum = new Float64Array(1)
  let epoch = 0
  // Where the batch begins, and how many of its rows have been through.
  let batch = 0
  let done = 0
  let stopped: TrainingOutcome | null = null

  function load(first: number, count: number): void {
    copyRows(x, block.x, order, first, count, inputs)
    copyRows(y, targets, order, first, count, outputs)
  }

  /** Notes the loss, and keeps the parameters or stops. */
  function endEpoch(): void {
    const loss = sum[0] * plan.lossScale
    history[epoch] = loss
    // 0 · v is 0 for a finite v, else NaN; so is a sum of those.
    let broken = 0 * loss
    for (let i = 0; i < parameterCount; i++) broken += 0 * p[i]
    if (broken !== 0) {
      stop(loss)
      return
    }
    for (let i = 0; i < parameterCount; i++) kept[i] = p[i]
    batch = 0
    epoch++
    if (epoch === epochs) stopped = { epochs, status: DONE, parameter: -1 }
  }

  function stop(loss: number): void {
    const parameter = p.findIndex((value) => !Number.isFinite(value))
    p.set(kept)
    stopped = { epochs: epoch, status: Number.isFinite(loss) ? PARAMETER_NOT_FINITE : LOSS_NOT_FINITE, parameter }
  }

  return (blocks) => {
    for (; blocks > 0 && stopped === null; blocks--) {
      if (batch + done === 0) {
        sum[0] = -0
        if (order !== null) shuffleOrder(order, rows, plan.seedLow, plan.seedHigh, epoch)
      }
      const batchRows = Math.min(batchSize, rows - batch)
      const count = Math.min(block.rows, batchRows - done)
      if (!resident) load(batch + done, count)
      const scale = batchRows === batchSize ? plan.gradientScale : plan.lastGradientScale
      step(p, g, block.x, targets, sum, count, scale, done === 0)
      done += count
      if (done < batchRows) continue
      update(p, g, state, parameterCount, optimizerOptions)
      done = 0
      batch += batchRows
      if (batch === rows) endEpoch()
    }
    return stopped
  }
}
