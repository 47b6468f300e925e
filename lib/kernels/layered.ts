/** The training of any network: block by block, and within it layer by layer. */
import { copyRows } from './blocks.js'
import { lossGradientLoopOf, rowLossesOf } from './loops.js'
import { type Loss, losses } from './losses.js'
import { type Optimizer, optimizers } from './optimizers.js'
import { DONE, type TrainingOutcome, type TrainingPlan } from './plan.js'
import { shuffleOrder } from './random.js'
import { diverged, type Training, type TrainingArrays, type TrainingRoom } from './training.js'

const LOSSES: readonly Loss[] = Object.values(losses)
const OPTIMIZERS: readonly Optimizer[] = Object.values(optimizers)

/**
 * Forward and backward for the first `rows` rows of the block: adds their losses to sum[0], and to the gradients, which
 * begin anew where this is the first block of a step.
 */
type Step = (p: Float64Array, sum: Float64Array, rows: number, scale: number, first: boolean) => void

function stepOf(plan: TrainingPlan, { block, targets, rowLoss, derivatives, g }: TrainingRoom): Step {
  const { layers, last, x, forward } = block
  const { outputs, lossOption } = plan
  const loss = LOSSES[plan.loss]
  const rowLosses = rowLossesOf(loss)
  const lossGradient = lossGradientLoopOf(loss)
  const fused = loss.fusedWith !== null
  return (p, sum, rows, scale, first) => {
    forward(p, rows)
    rowLosses(last.z, last.a, targets, rowLoss, rows, outputs, lossOption)
    for (let i = 0; i < rows; i++) sum[0] += rowLoss[i]
    let l = layers.length - 1
    lossGradient(last.a, targets, derivatives[l], rows * outputs, scale, lossOption)
    if (!fused) last.backwardActivation(derivatives[l], rows)
    for (; l > 0; l--) {
      layers[l].gradient(layers[l - 1].a, derivatives[l], g, rows, first)
      layers[l].backward(derivatives[l], p, derivatives[l - 1], rows)
      layers[l - 1].backwardActivation(derivatives[l - 1], rows)
    }
    layers[0].gradient(x, derivatives[0], g, rows, first)
  }
}

export function layeredTraining(plan: TrainingPlan, arrays: TrainingArrays, room: TrainingRoom): Training {
  const { inputs, outputs, rows, epochs, batchSize, parameterCount, optimizerOptions } = plan
  const { p, state, x, y, history } = arrays
  const { block, targets, g, kept, order } = room
  const { update } = OPTIMIZERS[plan.optimizer]
  const step = stepOf(plan, room)
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
      stopped = diverged(epoch, arrays, room)
      return
    }
    for (let i = 0; i < parameterCount; i++) kept[i] = p[i]
    batch = 0
    epoch++
    if (epoch === epochs) stopped = { epochs, status: DONE, parameter: -1 }
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
      step(p, sum, count, scale, done === 0)
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
