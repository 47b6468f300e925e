/** The TypeScript kernels as a backend. */
import { setImmediate } from 'node:timers/promises'
import type { TrainingOutcome } from '../kernels/plan.js'
import { evaluationWorkspace, type Training, trainingWorkspace } from '../kernels/training/buffers.js'
import { gradientsOf } from '../kernels/training/gradients.js'
import { evaluate, predictorOf } from '../kernels/training/predict.js'
import { stepEndOf, stepEndWorkspace } from '../kernels/training/step.js'
import { trainingOf } from '../kernels/training/train.js'
import type { Backend, TrainingCall } from './backend.js'
import { differentiablePlan } from './plan.js'

// The time that a training runs before it returns to the event loop, in milliseconds: half of what is promised, because
// blocks vary.
const TIME_SLICE_MS = 10
const MAX_BLOCKS = 1 << 20
const NO_FACTORS = new Float64Array(0)

/** The training of member i. All members share one workspace, so that each begins after the end of the one before. */
function memberTraining({ plan, members, arrays }: TrainingCall, i: number): Training {
  if (members.count === 1) return trainingOf(plan, arrays)
  const part = (all: Float64Array, length: number) => all.subarray(i * length, (i + 1) * length)
  return trainingOf(
    {
      ...plan,
      seedLow: members.seeds[2 * i],
      seedHigh: members.seeds[2 * i + 1],
      optimizerOptions: part(members.optimizerOptions, plan.optimizerOptions.length),
    },
    {
      ...arrays,
      parameters: part(arrays.parameters, plan.parameterCount),
      state: part(arrays.state, arrays.state.length / members.count),
      history: part(arrays.history, plan.epochs),
    },
  )
}

function runToEnd(training: Training): TrainingOutcome {
  for (;;) {
    const outcome = training(MAX_BLOCKS)
    if (outcome !== null) return outcome
  }
}

async function runInSlices(training: Training): Promise<TrainingOutcome> {
  let blocks = 1
  for (;;) {
    // Starts in a new task, so that the caller's own work does not count.
    await setImmediate()
    const begun = performance.now()
    const outcome = training(blocks)
    if (outcome !== null) return outcome
    const took = performance.now() - begun
    // At most twice as many as before, so that a short slice does not cause a long one.
    blocks = Math.max(1, Math.min(Math.floor((blocks * TIME_SLICE_MS) / Math.max(took, 0.001)), 2 * blocks, MAX_BLOCKS))
  }
}

export const typescriptBackend: Backend = {
  name: 'typescript',
  predictor: predictorOf,
  gradients: (plan) => gradientsOf(differentiablePlan(plan)),
  stepEndWorkspace,
  applyGradients(plan, parameters, gradients, state, workspace) {
    const stepEnd = stepEndOf(plan, parameters, gradients, state, NO_FACTORS, workspace)
    stepEnd.end(0)
    stepEnd.writeBackState()
  },
  evaluationWorkspace,
  evaluate,
  usefulThreads: () => 1,
  trainingWorkspace: (plan) => trainingWorkspace(plan),
  train: (call) => Array.from({ length: call.members.count }, (_, i) => runToEnd(memberTraining(call, i))),
  async trainAsync(call) {
    const outcomes: TrainingOutcome[] = []
    for (let i = 0; i < call.members.count; i++) outcomes.push(await runInSlices(memberTraining(call, i)))
    return outcomes
  },
}
