/**
 * The training of a network with few weights as one function generated for it, which makes many steps in a call.
 * Measured: 2.8 times as fast as layer by layer for 2-2-1, 1.6 times at 17 parameters. Where the host forbids code from
 * strings, there is none.
 */
import { type Activation, activations } from '../activations.js'
import { isDenseChain } from '../layers/table.js'
import { type Loss, losses } from '../losses.js'
import { learningRateOf, type Optimizer, optimizers, setLearningRate } from '../optimizers.js'
import { DONE, EPOCH, LOSS_SUM, ROW, type TrainingPlan } from '../plan.js'
import { shuffleOrder } from '../random.js'
import {
  diverged,
  shuffleFor,
  stepsDone,
  type Training,
  type TrainingArrays,
  type TrainingBuffers,
} from '../training/buffers.js'
import { isPlainUpdate, stateLength } from '../training/step.js'
import { backwardLoopOf, forwardLoopOf, lossGradientLoopOf, rowLossesOf } from './loops.js'
import { compile } from './source.js'
import { type Form, trainSource } from './train-source.js'
import { updates } from './updates.js'

/** The progress of a training. */
interface Progress {
  /** The epoch of the first entry of `losses`, and the one before which a call ends. */
  from: number
  until: number
  /** The rows of this epoch that are done, which may be within a step, and the sum of their losses. */
  row: number
  sum: number
  /** The index of the step's rate factor. */
  step: number
  /** The optimizer's options with the learning rate of the step. */
  readonly options: Float64Array
  /** Whether this epoch's loss, or the parameters or the optimizer's state after it, are not finite. */
  broken: boolean
}

/**
 * Continues a training for at most `budget` rows, a multiple of 4; returns those that are left. Only the arrays of
 * `buffers` are in the workspace.
 */
type TrainingCode = (
  plan: TrainingPlan,
  arrays: TrainingArrays,
  buffers: TrainingBuffers,
  progress: Progress,
  budget: number,
) => number

const ACTIVATIONS: readonly Activation[] = Object.values(activations)
const LOSSES: readonly Loss[] = Object.values(losses)
const OPTIMIZERS: readonly Optimizer[] = Object.values(optimizers)
const OPTIMIZER_NAMES = Object.keys(optimizers)

// The most parameters; the larger number is for trainings over at least LONG rows in total. Engines take longer to
// compile a longer function, and until then the code is slow.
const MAX_PARAMETERS = 24
const MAX_PARAMETERS_LONG = 48
const LONG = 4_000_000

// The rows of a group: for networks of up to MAX_PARAMETERS, and for larger ones.
const GROUP = 4
const GROUP_LONG = 2

// A block counts as this many rows, and a call runs at most that many: during a long call an engine would replace the
// code halfway by code that is a third slower.
const BLOCK_ROWS = 64
const CALL_ROWS = 256

const made = new Map<string, TrainingCode | null>()

/**
 * The generated training; null where the network has too many weights or other layers than dense ones, the host forbids
 * code from strings, rows have sample weights, or a step is more than the optimizer's update.
 */
export function generatedTraining(
  plan: TrainingPlan,
  arrays: TrainingArrays,
  buffers: TrainingBuffers,
): Training | null {
  const max = plan.rows * plan.epochs < LONG ? MAX_PARAMETERS : MAX_PARAMETERS_LONG
  const plain = isDenseChain(plan) && isPlainUpdate(plan) && arrays.sampleWeight.length === 0
  const run = plain && plan.parameterCount <= max ? runOf(plan, arrays.rateFactors.length > 0) : null
  if (run === null) return null
  const { position, outcome, parameters, state, currentParameters, currentState, losses } = arrays
  const progress: Progress = {
    from: 0,
    until: 0,
    row: 0,
    sum: -0,
    step: 0,
    options: plan.optimizerOptions.slice(),
    broken: false,
  }
  // The epoch whose order the workspace has.
  let shuffled = -1
  return {
    begin(from) {
      const [epoch, row, sum] = position
      progress.from = from
      progress.row = row
      progress.sum = sum
      // A session may go on after a step that was not finite.
      progress.broken = false
      progress.step = (epoch - from) * plan.stepsPerEpoch + stepsDone(plan, row)
      if (row > 0) {
        if (shuffled !== epoch) shuffleFor(plan, buffers.order, epoch)
        return
      }
      currentParameters.set(parameters)
      currentState.set(state)
    },
    advance(until, blocks) {
      if (outcome[1] !== DONE || position[EPOCH] >= until) return blocks
      progress.until = until
      setLearningRate(progress.options, learningRateOf(plan.optimizerOptions))
      let budget = blocks * BLOCK_ROWS
      while (budget > 0) {
        const call = Math.min(budget, CALL_ROWS)
        const left = run(plan, arrays, buffers, progress, call)
        budget -= call - left
        outcome[0] = position[EPOCH]
        if (progress.broken) {
          diverged(arrays, losses[position[EPOCH] - progress.from])
          break
        }
        if (position[EPOCH] >= until) break
      }
      shuffled = position[EPOCH]
      return Math.max(Math.floor(budget / BLOCK_ROWS), 0)
    },
    isBetweenSteps: () => progress.row === position[ROW],
    settle() {
      progress.row = position[ROW]
      progress.sum = position[LOSS_SUM]
    },
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

/** The function for this plan. Plans that differ in numbers only share it. */
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
