/**
 * The steps of one training, layer by layer. The loop of train.ts calls:
 *
 *     load, at the begin of a run
 *     beginEpoch
 *       for each batch: begin, for each block of its rows: add, then end
 *     epochLoss, areFinite, and commitParameters where the epoch is finite
 */
import { LOSS_SUM, PENALTIES, type TrainingPlan } from '../plan.js'
import type { TrainingArrays, TrainingBuffers } from './buffers.js'
import { copyRows, trainingPassOf } from './graph.js'
import { stepEndOf } from './step.js'

export interface LayeredTrainer {
  /** The most rows of a block. */
  readonly maxRows: number
  /** Loads the optimizer's state from `currentState`, and rows that stay in the block. */
  load(): void
  /** Sets the sums of the epoch's losses and penalties. */
  beginEpoch(lossSum: number, penalties: number): void
  /** Begins step `step`, counted over all epochs of the training. */
  begin(step: number): void
  /** Forward, loss and backward for the rows row … row + rows - 1 of the epoch; `overwrite` in a step's first block. */
  add(row: number, rows: number, scale: number, overwrite: boolean): void
  /** Updates the parameters by rate factor `step`. Its penalty counts by `fraction`, its fraction of the epoch's rows. */
  end(step: number, fraction: number): void
  /** Stores the sums in a position. */
  storeSums(position: Float64Array): void
  /** The loss of the epoch. */
  epochLoss(): number
  /** Writes the optimizer's state to `currentState`. */
  writeBackState(): void
  /** Whether the parameters and the optimizer's state, which it writes back, are finite. */
  areFinite(): boolean
  /** Commits the parameters and the state as those of the last finite epoch. */
  commitParameters(): void
}

export function layeredTrainerOf(plan: TrainingPlan, arrays: TrainingArrays, buffers: TrainingBuffers): LayeredTrainer {
  const { inputs, outputs, stepsPerEpoch, epochRows, parameterCount } = plan
  const { currentParameters: p, currentState: state, parameters, x, y, sampleWeight, rateFactors } = arrays
  const { block, targets, sampleWeights, g, order } = buffers
  const weighted = sampleWeight.length > 0
  const pass = trainingPassOf(plan, buffers, weighted)
  const stepEnd = stepEndOf(plan, p, g, state, rateFactors, buffers.stepEnd)
  // Without a shuffle, an epoch that fits one block is loaded once in a run.
  const resident = order === null && stepsPerEpoch === 1 && epochRows <= block.rows
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
    load() {
      stepEnd.loadState()
      if (resident) loadRows(0, epochRows)
    },
    beginEpoch(lossSum, penaltySum) {
      sum[0] = lossSum
      penalties = penaltySum
    },
    begin: block.begin,
    add(row, count, scale, overwrite) {
      if (!resident) loadRows(row, count)
      pass(p, sum, count, scale, overwrite)
    },
    end(step, fraction) {
      penalties += stepEnd.end(step) * fraction
    },
    storeSums(position) {
      position[LOSS_SUM] = sum[0]
      position[PENALTIES] = penalties
    },
    epochLoss: () => sum[0] * plan.lossScale + penalties,
    writeBackState: stepEnd.writeBackState,
    areFinite() {
      stepEnd.writeBackState()
      // 0 · v is 0 for a finite v, else NaN; so is a sum of those.
      let broken = 0
      for (let i = 0; i < parameterCount; i++) broken += 0 * p[i]
      for (let i = 0; i < state.length; i++) broken += 0 * state[i]
      return broken === 0
    },
    commitParameters() {
      for (let i = 0; i < parameterCount; i++) parameters[i] = p[i]
      for (let i = 0; i < state.length; i++) arrays.state[i] = state[i]
    },
  }
}
