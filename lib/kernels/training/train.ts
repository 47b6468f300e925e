/**
 * The loop over epochs, steps and blocks: docs/numerics states its order. A small network is trained by a function that
 * codegen/train.ts generates for it, any other layer by layer; the bits are the same.
 */
import { generatedTraining } from '../codegen/train.js'
import { DONE, type TrainingArrays, type TrainingOutcome, type TrainingPlan } from '../plan.js'
import { diverged, type Training, type TrainingBuffers, trainingBuffers } from './buffers.js'
import { layeredTrainerOf } from './trainer.js'

/**
 * A training that can be run a few blocks at a time. An epoch is committed if its loss and the parameters and the state
 * after it are finite; if not, the training ends with those of the last finite epoch. Once begun, it allocates nothing.
 */
export function trainingOf(plan: TrainingPlan, arrays: TrainingArrays): Training {
  const buffers = trainingBuffers(plan, arrays.workspace)
  return generatedTraining(plan, arrays, buffers) ?? layeredTraining(plan, arrays, buffers)
}

/** The training of any network. */
export function layeredTraining(plan: TrainingPlan, arrays: TrainingArrays, buffers: TrainingBuffers): Training {
  const { epochs, batchSize, lastBatchSize, stepsPerEpoch, epochRows } = plan
  const { history } = arrays
  const trainer = layeredTrainerOf(plan, arrays, buffers)
  // The steps of this call that are done, and those before this call.
  let steps = 0
  const stepsBefore = Math.imul(plan.firstEpoch, stepsPerEpoch)
  // The epochs of this call that are done.
  let epoch = 0
  // The first row of the last batch and of this one, and the rows of this one that are done.
  const lastBatch = epochRows - lastBatchSize
  let batch = 0
  let done = 0
  let outcome: TrainingOutcome | null = null

  function endEpoch(): void {
    const loss = trainer.epochLoss()
    history[epoch] = loss
    if (!Number.isFinite(loss) || !trainer.areFinite()) {
      outcome = diverged(epoch, arrays, buffers)
      return
    }
    trainer.commitParameters()
    batch = 0
    epoch++
    if (epoch === epochs) outcome = { epochs, status: DONE, parameter: -1 }
  }

  return (blocks) => {
    for (; blocks > 0 && outcome === null; blocks--) {
      if (batch + done === 0) trainer.beginEpoch(epoch)
      const isLast = batch === lastBatch
      const batchRows = isLast ? lastBatchSize : batchSize
      const rows = Math.min(trainer.maxRows, batchRows - done)
      if (done === 0) trainer.begin((stepsBefore + steps) | 0)
      const scale = isLast ? plan.lastGradientScale : plan.gradientScale
      trainer.add(batch + done, rows, scale, done === 0)
      done += rows
      if (done < batchRows) continue
      trainer.end(steps++, batchRows / epochRows)
      done = 0
      batch += batchRows
      if (isLast) endEpoch()
    }
    return outcome
  }
}
