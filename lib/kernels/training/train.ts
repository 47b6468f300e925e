/**
 * The loop over epochs, steps and blocks: docs/numerics states its order. A small network is trained by a function that
 * codegen/train.ts generates for it, any other layer by layer; the bits are the same.
 */
import { generatedTraining } from '../codegen/train.js'
import { DONE, EPOCH, LOSS_SUM, PENALTIES, ROW, type TrainingPlan } from '../plan.js'
import { diverged, shuffleFor, stepsDone, type Training, type TrainingArrays, type TrainingBuffers } from './buffers.js'
import { layeredTrainerOf } from './trainer.js'

export function trainingOf(plan: TrainingPlan, arrays: TrainingArrays, buffers: TrainingBuffers): Training {
  return generatedTraining(plan, arrays, buffers) ?? layeredTraining(plan, arrays, buffers)
}

/** The training of any network. */
export function layeredTraining(plan: TrainingPlan, arrays: TrainingArrays, buffers: TrainingBuffers): Training {
  const { batchSize, lastBatchSize, stepsPerEpoch, epochRows } = plan
  const { position, outcome, losses, parameters, state, currentParameters, currentState } = arrays
  const trainer = layeredTrainerOf(plan, arrays, buffers)
  const lastBatch = epochRows - lastBatchSize
  // The epoch of the first entry of `losses`, and the steps from there to the current one.
  let from = 0
  let step = 0
  // The rows of the current step that are done.
  let done = 0
  // The epoch whose order the workspace has.
  let shuffled = -1

  function beginEpoch(): void {
    trainer.beginEpoch(-0, -0)
    shuffleFor(plan, buffers.order, position[EPOCH])
    shuffled = position[EPOCH]
  }

  function endEpoch(): void {
    const epoch = position[EPOCH]
    const loss = trainer.epochLoss()
    losses[epoch - from] = loss
    position[ROW] = 0
    position[LOSS_SUM] = position[PENALTIES] = -0
    if (!Number.isFinite(loss) || !trainer.areFinite()) {
      diverged(arrays, loss)
      return
    }
    trainer.commitParameters()
    position[EPOCH] = outcome[0] = epoch + 1
  }

  function block(): void {
    const batch = position[ROW]
    if (batch + done === 0) beginEpoch()
    const isLast = batch === lastBatch
    const batchRows = isLast ? lastBatchSize : batchSize
    const rows = Math.min(trainer.maxRows, batchRows - done)
    const inEpoch = stepsDone(plan, batch)
    // Modulo 2^32, as the addon counts.
    if (done === 0) trainer.begin((Math.imul(plan.firstEpoch + position[EPOCH], stepsPerEpoch) + inEpoch) | 0)
    const scale = isLast ? plan.lastGradientScale : plan.gradientScale
    trainer.add(batch + done, rows, scale, done === 0)
    done += rows
    if (done < batchRows) return
    trainer.end(step++, batchRows / epochRows)
    done = 0
    if (isLast) {
      endEpoch()
      return
    }
    position[ROW] = batch + batchRows
    trainer.storeSums(position)
  }

  return {
    begin(first) {
      from = first
      const row = position[ROW]
      done = 0
      step = (position[EPOCH] - from) * stepsPerEpoch + stepsDone(plan, row)
      if (row === 0) {
        currentParameters.set(parameters)
        currentState.set(state)
      } else if (shuffled !== position[EPOCH]) {
        shuffleFor(plan, buffers.order, position[EPOCH])
        shuffled = position[EPOCH]
      }
      trainer.load()
      trainer.beginEpoch(position[LOSS_SUM], position[PENALTIES])
    },
    advance(until, blocks) {
      let left = blocks
      for (; left > 0 && position[EPOCH] < until && outcome[1] === DONE; left--) block()
      return left
    },
    isBetweenSteps: () => done === 0,
    settle() {
      done = 0
      if (position[ROW] > 0) trainer.writeBackState()
    },
  }
}
