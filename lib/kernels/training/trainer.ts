/**
 * One training's arrays and what the epoch loop of train.ts does with them: it loads rows, adds them to the loss and the
 * gradients, ends steps, and commits an epoch. The loop calls its methods in this order:
 *
 *     for each batch: beginStep, then for each block: add; then endStep
 *     after the last batch: epochLoss, then commit or restore
 */
import type { TrainingArrays, TrainingPlan } from '../plan.js'
import { shuffleOrder } from '../random.js'
import type { TrainingBuffers } from './buffers.js'
import { copyRows, trainingPassOf } from './graph.js'
import { stepUpdateOf } from './step.js'

export interface LayeredTrainer {
  /** The most rows of a block. */
  readonly maxRows: number
  /** Draws the order of an epoch, where the training shuffles. */
  beginEpoch(epoch: number): void
  /** Begins step `step`, counted over all epochs of the training. */
  beginStep(step: number): void
  /** Adds the losses and gradients of `rows` rows from `row` of the epoch on; `overwrite` in the first block of a step. */
  add(row: number, rows: number, scale: number, overwrite: boolean): void
  /** Updates the parameters in step `step` of the call; the penalty counts by the share of the epoch's rows. */
  endStep(step: number, share: number): void
  /** The loss of the epoch that ends. */
  epochLoss(): number
  /** Whether the loss and the parameters and the state after the epoch are finite; if so, they are kept. */
  commit(loss: number): boolean
}

export function layeredTrainerOf(plan: TrainingPlan, arrays: TrainingArrays, buffers: TrainingBuffers): LayeredTrainer {
  const { inputs, outputs, rows, stepsPerEpoch, epochRows, parameterCount } = plan
  const { parameters: p, state, x, y, sampleWeight, rateFactors } = arrays
  const { block, targets, sampleWeights, g, lastFiniteParameters, lastFiniteState, order } = buffers
  const weighted = sampleWeight.length > 0
  const pass = trainingPassOf(plan, buffers, weighted)
  const stepUpdate = stepUpdateOf(plan, p, g, state, rateFactors, buffers.stepUpdate)
  // Without a shuffle, an epoch that fits one block is loaded once.
  const resident = order === null && stepsPerEpoch === 1 && epochRows <= block.rows
  if (resident) load(0, epochRows)
  lastFiniteParameters.set(p)
  lastFiniteState.set(state)
  const sum = new Float64Array(1)
  // The penalties of the epoch's steps.
  let penalties = -0

  function load(row: number, count: number): void {
    copyRows(x, block.x, order, row, count, inputs)
    copyRows(y, targets, order, row, count, outputs)
    if (weighted) copyRows(sampleWeight, sampleWeights, order, row, count, 1)
  }

  return {
    maxRows: block.rows,
    beginEpoch(epoch) {
      sum[0] = -0
      penalties = -0
      if (order !== null) shuffleOrder(order, rows, plan.seedLow, plan.seedHigh, plan.firstEpoch + epoch)
    },
    beginStep: block.begin,
    add(row, count, scale, overwrite) {
      if (!resident) load(row, count)
      pass(p, sum, count, scale, overwrite)
    },
    endStep(step, share) {
      penalties += stepUpdate.end(step) * share
    },
    epochLoss: () => sum[0] * plan.lossScale + penalties,
    commit(loss) {
      stepUpdate.writeBackState()
      // 0 · v is 0 for a finite v, else NaN; so is a sum of those.
      let broken = 0 * loss
      for (let i = 0; i < parameterCount; i++) broken += 0 * p[i]
      for (let i = 0; i < state.length; i++) broken += 0 * state[i]
      if (broken !== 0) return false
      for (let i = 0; i < parameterCount; i++) lastFiniteParameters[i] = p[i]
      for (let i = 0; i < state.length; i++) lastFiniteState[i] = state[i]
      return true
    },
  }
}
