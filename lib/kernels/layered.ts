/** The training of any network: block by block, and within it layer by layer. */
import { copyRows } from './blocks.js'
import { lossGradientLoopOf, rowLossesOf, weighGradients, weighLosses } from './loops.js'
import { type Loss, losses } from './losses.js'
import { DONE, type TrainingOutcome, type TrainingPlan } from './plan.js'
import { shuffleOrder } from './random.js'
import { stepEndOf } from './step-end.js'
import { diverged, type Training, type TrainingArrays, type TrainingRoom } from './training.js'

const LOSSES: readonly Loss[] = Object.values(losses)

/**
 * Forward and backward for the first `rows` rows of the block: adds their losses to sum[0], and to the gradients, which
 * begin anew where this is the first block of a step.
 */
type Step = (p: Float64Array, sum: Float64Array, rows: number, scale: number, first: boolean) => void

function stepOf(plan: TrainingPlan, room: TrainingRoom, weighted: boolean): Step {
  const { block, targets, rowLoss, weights, derivatives, g } = room
  const { layers, last, x, forward } = block
  const { outputs, lossOption } = plan
  const loss = LOSSES[plan.loss]
  const rowLosses = rowLossesOf(loss)
  const lossGradient = lossGradientLoopOf(loss)
  const fused = loss.fusedWith !== null
  // Below the lowest layer that is trainable nobody needs a derivative.
  const trains = plan.layers.map(({ trainable }) => trainable === 1)
  const lowest = trains.indexOf(true)
  return (p, sum, rows, scale, first) => {
    forward(p, rows)
    rowLosses(last.z, last.a, targets, rowLoss, rows, outputs, lossOption)
    if (weighted) weighLosses(rowLoss, weights, rows)
    for (let i = 0; i < rows; i++) sum[0] += rowLoss[i]
    if (lowest < 0) return
    let l = layers.length - 1
    lossGradient(last.a, targets, derivatives[l], rows * outputs, scale, lossOption)
    if (weighted) weighGradients(derivatives[l], weights, rows, outputs)
    if (!fused) last.backwardActivation(derivatives[l], rows)
    for (; l > lowest; l--) {
      if (trains[l]) layers[l].gradient(layers[l - 1].a, derivatives[l], g, rows, first)
      layers[l].backward(derivatives[l], p, derivatives[l - 1], rows)
      layers[l - 1].backwardActivation(derivatives[l - 1], rows)
    }
    layers[l].gradient(l === 0 ? x : layers[l - 1].a, derivatives[l], g, rows, first)
  }
}

export function layeredTraining(plan: TrainingPlan, arrays: TrainingArrays, room: TrainingRoom): Training {
  const { inputs, outputs, rows, epochs, batchSize, lastBatchSize, stepsPerEpoch, epochRows, parameterCount } = plan
  const { p, state, x, y, sampleWeight, rateFactors, history } = arrays
  const { block, targets, weights, g, kept, keptState, order } = room
  const weighted = sampleWeight.length > 0
  const step = stepOf(plan, room, weighted)
  const stepEnd = stepEndOf(plan, p, g, state, rateFactors, room.stepEnd)
  // Without a shuffle, rows that fit one block are loaded once.
  const resident = order === null && stepsPerEpoch === 1 && epochRows <= block.rows
  if (resident) load(0, epochRows)
  kept.set(p)
  keptState.set(state)
  const sum = new Float64Array(1)
  // The penalties of the epoch's steps.
  let penalties = -0
  // How many steps of this call are done, and how many there were before.
  let steps = 0
  const stepsBefore = Math.imul(plan.firstEpoch, stepsPerEpoch)
  // How many epochs of this call are done.
  let epoch = 0
  // Where the last batch begins, where this one does, and how many of its rows have been through.
  const lastBatch = epochRows - lastBatchSize
  let batch = 0
  let done = 0
  let stopped: TrainingOutcome | null = null

  function load(first: number, count: number): void {
    copyRows(x, block.x, order, first, count, inputs)
    copyRows(y, targets, order, first, count, outputs)
    if (weighted) copyRows(sampleWeight, weights, order, first, count, 1)
  }

  /** Notes the loss, and keeps the parameters and the optimizer's state or stops. */
  function endEpoch(): void {
    const loss = sum[0] * plan.lossScale + penalties
    history[epoch] = loss
    stepEnd.handOver()
    // 0 · v is 0 for a finite v, else NaN; so is a sum of those.
    let broken = 0 * loss
    for (let i = 0; i < parameterCount; i++) broken += 0 * p[i]
    for (let i = 0; i < state.length; i++) broken += 0 * state[i]
    if (broken !== 0) {
      stopped = diverged(epoch, arrays, room)
      return
    }
    for (let i = 0; i < parameterCount; i++) kept[i] = p[i]
    for (let i = 0; i < state.length; i++) keptState[i] = state[i]
    batch = 0
    epoch++
    if (epoch === epochs) stopped = { epochs, status: DONE, parameter: -1 }
  }

  return (blocks) => {
    for (; blocks > 0 && stopped === null; blocks--) {
      if (batch + done === 0) {
        sum[0] = -0
        penalties = -0
        if (order !== null) shuffleOrder(order, rows, plan.seedLow, plan.seedHigh, plan.firstEpoch + epoch)
      }
      const isLast = batch === lastBatch
      const batchRows = isLast ? lastBatchSize : batchSize
      const count = Math.min(block.rows, batchRows - done)
      if (!resident) load(batch + done, count)
      if (done === 0) block.begin((stepsBefore + steps) | 0)
      const scale = isLast ? plan.lastGradientScale : plan.gradientScale
      step(p, sum, count, scale, done === 0)
      done += count
      if (done < batchRows) continue
      penalties += stepEnd.end(steps++) * (batchRows / epochRows)
      done = 0
      batch += batchRows
      if (isLast) endEpoch()
    }
    return stopped
  }
}
