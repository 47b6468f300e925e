/**
 * The steps of one training, layer by layer. The loop of train.ts calls:
 *
 *     beginEpoch
 *       for each batch: begin, for each block of its rows: add, then end
 *     epochLoss, areFinite, and commitParameters where the epoch is finite
 */
import type { TrainingArrays, TrainingPlan } from '../plan.js'
import { shuffleOrder } from '../random.js'
import type { TrainingBuffers } from './buffers.js'
import { copyRows, trainingPassOf } from './graph.js'
import { stepEndOf } from './step.js'

export interface LayeredTrainer {
  /** The most rows of a block. */
  readonly maxRows: number
  /** Resets the sums of the epoch's losses, and shuffles the rows where the training does so. */
  beginEpoch(epoch: number): void
  /** Begins step `step`, counted over all epochs of the training. */
  begin(step: number): void
  /** Forward, loss and backward for the rows row … row + rows - 1 of the epoch; `overwrite` in a step's first block. */
  add(row: number, rows: number, scale: number, overwrite: boolean): void
  /** Updates the parameters in step `step` of the call. Its penalty counts by `fraction`, its fraction of the epoch's rows. */
  end(step: number, fraction: number): void
  /** The loss of the epoch. */
  epochLoss(): number
  /** Whether the parameters and the optimizer's state, which it writes back to the caller's array, are finite. */
  areFinite(): boolean
  /** Keeps the parameters and the state as those of the last finite epoch. */
  commitParameters(): void
}

export function layeredTrainerOf(plan: TrainingPlan, arrays: TrainingArrays, buffers: TrainingBuffers): LayeredTrainer {
  const { inputs, outputs, rows, stepsPerEpoch, epochRows, parameterCount } = plan
  const { parameters: p, state, x, y, sampleWeight, rateFactors } = arrays
  const { block, targets, sampleWeights, g, lastFiniteParameters, lastFiniteState, order } = buffers
  const weighted = sampleWeight.length > 0
  const pass = trainingPassOf(plan, buffers, weighted)
  const stepEnd = stepEndOf(plan, p, g, state, rateFactors, buffers.stepEnd)
  // Without a shuffle, an epoch that fits one block is loaded once.
  const resident = order === null && stepsPerEpoch === 1 && epochRows <= block.rows
  if (resident) loadRows(0, epochRows)
  lastFiniteParameters.set(p)
  lastFiniteState.set(state)
  const sum = new Float64Array(1)
  // The penalties of the epoch's steps.
  let penalties = -0

  function loadRows(row: number, count: number): void {
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
    begin: block.begin,
    add(row, count, scale, overwrite) {
      if (!resident) loadRows(row, count)
      pass(p, sum, count, scale, overwrite)
    },
    end(step, fraction) {
      penalties += stepEnd.end(step) * fraction
    },
    epochLoss: () => sum[0] * plan.lossScale + penalties,
    areFinite() {
      stepEnd.writeBackState()
      // 0 · v is 0 for a finite v, else NaN; so is a sum of those.
      let broken = 0
      for (let i = 0; i < parameterCount; i++) broken += 0 * p[i]
      for (let i = 0; i < state.length; i++) broken += 0 * state[i]
      return broken === 0
    },
    commitParameters() {
      for (let i = 0; i < parameterCount; i++) lastFiniteParameters[i] = p[i]
      for (let i = 0; i < state.length; i++) lastFiniteState[i] = state[i]
    },
  }
}
