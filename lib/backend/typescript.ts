/** The TypeScript kernels as a backend. */
import { setImmediate } from 'node:timers/promises'
import type { MemberPlans, TrainingArrays, TrainingPlan } from '../kernels/plan.js'
import { evaluationWorkspace, trainingWorkspace } from '../kernels/training/buffers.js'
import { evaluate, predictorOf } from '../kernels/training/predict.js'
import { trainingOf } from '../kernels/training/train.js'
import type { Backend } from './backend.js'

// The time that a training runs before it returns to the event loop, in milliseconds: half of what is promised, because
// blocks vary.
const TIME_SLICE_MS = 10
const MAX_BLOCKS = 1 << 20

/** Member i of an ensemble as a plan and arrays of its own. */
function memberOf(plan: TrainingPlan, members: MemberPlans, arrays: TrainingArrays, i: number) {
  const part = (all: Float64Array, length: number) => all.subarray(i * length, (i + 1) * length)
  const own: TrainingPlan = {
    ...plan,
    seedLow: members.seeds[2 * i],
    seedHigh: members.seeds[2 * i + 1],
    optimizerOptions: part(members.optimizerOptions, plan.optimizerOptions.length),
  }
  return {
    plan: own,
    arrays: {
      ...arrays,
      parameters: part(arrays.parameters, plan.parameterCount),
      state: part(arrays.state, arrays.state.length / members.count),
      history: part(arrays.history, plan.epochs),
    },
  }
}

export const typescriptBackend: Backend = {
  name: 'typescript',
  predictor: predictorOf,
  evaluationWorkspace,
  usefulThreads: () => 1,
  trainingWorkspace: (plan) => trainingWorkspace(plan),
  evaluate,
  train(plan, _threads, arrays) {
    const training = trainingOf(plan, arrays)
    for (;;) {
      const outcome = training(MAX_BLOCKS)
      if (outcome !== null) return outcome
    }
  },
  async trainAsync(plan, _threads, arrays) {
    const training = trainingOf(plan, arrays)
    let blocks = 1
    for (;;) {
      // Starts in a new task, so that the caller's own work does not count.
      await setImmediate()
      const begun = performance.now()
      const outcome = training(blocks)
      if (outcome !== null) return outcome
      const took = performance.now() - begun
      // At most twice as many as before, so that a short slice does not cause a long one.
      blocks = Math.max(
        1,
        Math.min(Math.floor((blocks * TIME_SLICE_MS) / Math.max(took, 0.001)), 2 * blocks, MAX_BLOCKS),
      )
    }
  },
  ensembleWorkspace: (plan) => trainingWorkspace(plan),
  trainEnsemble(plan, members, _threads, arrays) {
    return Array.from({ length: members.count }, (_, i) => {
      const member = memberOf(plan, members, arrays, i)
      return this.train(member.plan, 1, member.arrays)
    })
  },
  async trainEnsembleAsync(plan, members, _threads, arrays) {
    const outcomes = []
    for (let i = 0; i < members.count; i++) {
      const member = memberOf(plan, members, arrays, i)
      outcomes.push(await this.trainAsync(member.plan, 1, member.arrays))
    }
    return outcomes
  },
}
