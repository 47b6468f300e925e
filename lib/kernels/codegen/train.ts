/**
 * The training of a network of a few weights as one function written out for it, which makes many steps in a call.
 * Where the host forbids making code from strings there is none.
 */
import { type Activation, activations } from '../activations.js'
import { isDenseChain } from '../layers/table.js'
import { type Loss, losses } from '../losses.js'
import { type Optimizer, optimizers } from '../optimizers.js'
import { DONE, type TrainingArrays, type TrainingPlan } from '../plan.js'
import { shuffleOrder } from '../random.js'
import { diverged, type Training, type TrainingBuffers } from '../training/buffers.js'
import { isPlainUpdate, stateLength } from '../training/step.js'
import { backwardLoopOf, forwardLoopOf, lossGradientLoopOf, rowLossesOf } from './loops.js'
import { compile } from './source.js'
import { type Form, trainSource } from './train-source.js'
import { updates } from './updates.js'

/** How far a training has come. */
interface Progress {
  /** How many epochs of this call are done. */
  epoch: number
  /** How many rows of this epoch have been through, and the sum of their losses. */
  row: number
  sum: number
  /** How many steps are done, where each has a factor. */
  step: number
  /** The optimizer's options with the learning rate of the step. */
  readonly options: Float64Array
  /** Whether this epoch's loss, or the parameters or the optimizer's state after it, are not finite. */
  broken: boolean
}

/** Goes on with a training for at most so many rows, a multiple of 4. Only the arrays of `buffers` lie in the workspace. */
type TrainingCode = (
  plan: TrainingPlan,
  arrays: TrainingArrays,
  buffers: TrainingBuffers,
  progress: Progress,
  budget: number,
) => void

const ACTIVATIONS: readonly Activation[] = Object.values(activations)
const LOSSES: readonly Loss[] = Object.values(losses)
const OPTIMIZERS: readonly Optimizer[] = Object.values(optimizers)
const OPTIMIZER_NAMES = Object.keys(optimizers)

// Up to so many parameters; up to the larger number in trainings that see so many rows in all. Engines take the longer to
// compile a function the longer it is, and what runs until then is slow.
const MAX_PARAMETERS = 24
const MAX_PARAMETERS_LONG = 48
const LONG = 4_000_000

// How many rows go side by side: of networks of up to MAX_PARAMETERS, and of larger ones.
const GROUP = 4
const GROUP_LONG = 2

// A block of rows counts as so many, and a call is for so many at most: an engine that is stuck in a long call would
// replace it halfway by code that is a third slower.
const BLOCK_ROWS = 64
const CALL_ROWS = 256

const made = new Map<string, TrainingCode | null>()

/**
 * Such a training; null where the network has too many weights or other layers, the host forbids it, rows have weights, or
 * there is more to a step than the optimizer's update.
 */
export function generatedTraining(
  plan: TrainingPlan,
  arrays: TrainingArrays,
  buffers: TrainingBuffers,
): Training | null {
  const most = plan.rows * plan.epochs < LONG ? MAX_PARAMETERS : MAX_PARAMETERS_LONG
  const plain = isDenseChain(plan) && isPlainUpdate(plan) && arrays.sampleWeight.length === 0
  const run = plain && plan.parameterCount <= most ? runOf(plan, arrays.rateFactors.length > 0) : null
  if (run === null) return null
  const progress: Progress = {
    epoch: 0,
    row: 0,
    sum: -0,
    step: 0,
    options: plan.optimizerOptions.slice(),
    broken: false,
  }
  return (blocks) => {
    for (let budget = blocks * BLOCK_ROWS; budget > 0; budget -= CALL_ROWS) {
      run(plan, arrays, buffers, progress, Math.min(budget, CALL_ROWS))
      const { epoch } = progress
      if (progress.broken) return diverged(epoch, arrays, buffers)
      if (epoch === plan.epochs) return { epochs: epoch, status: DONE, parameter: -1 }
    }
    return null
  }
}

function formOf(plan: TrainingPlan, factors: boolean): Form {
  const { optimizer, optimizerOptions, parameterCount, batchSize, lastBatchSize } = plan
  const group = Math.min(parameterCount <= MAX_PARAMETERS ? GROUP : GROUP_LONG, batchSize)
  const update = updates[OPTIMIZER_NAMES[optimizer]]
  return {
    group,
    rest: batchSize % group !== 0 || lastBatchSize % group !== 0,
    factors,
    whole: batchSize === group && lastBatchSize === group,
    stateful: stateLength(plan, parameterCount) > 0,
    update: update?.(optimizerOptions, parameterCount) ?? null,
  }
}

/** What trains by this plan; the same for all plans that differ in numbers only. */
function runOf(plan: TrainingPlan, factors: boolean): TrainingCode | null {
  const form = formOf(plan, factors)
  const layers = plan.layers.map((l) => `${l.inputs}:${l.units}:${l.activation}`)
  const { group, rest, whole, stateful, update } = form
  const codes = [plan.loss, plan.optimizer, update?.name, plan.shuffle]
  const key = `${[...codes, group, rest, whole, stateful, factors]} ${layers}`
  let run = made.get(key)
  if (run === undefined) {
    run = generate(plan, form)
    made.set(key, run)
  }
  return run
}

function generate(plan: TrainingPlan, form: Form): TrainingCode | null {
  const loss = LOSSES[plan.loss]
  const names: Record<string, unknown> = {
    shuffleOrder,
    update: OPTIMIZERS[plan.optimizer].update,
    lossGradient: loss.gradient,
    term: loss.kind === 'unit' ? loss.term : null,
    rowLosses: rowLossesOf(loss),
    lossGradients: lossGradientLoopOf(loss),
  }
  plan.layers.forEach(({ activation }, l) => {
    const entry = ACTIVATIONS[activation]
    const unit = entry.kind === 'unit'
    names[`value${l}`] = unit ? entry.value : null
    names[`gradient${l}`] = unit ? entry.gradient : null
    names[`forward${l}`] = unit ? forwardLoopOf(entry) : entry.forward
    names[`backward${l}`] = unit ? backwardLoopOf(entry) : entry.backward
  })
  return compile<TrainingCode>(trainSource(plan, form), names)
}
