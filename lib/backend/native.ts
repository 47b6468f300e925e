/** The kernel sets of the addon as backends. */
import type { NetworkPlan } from '../kernels/plan.js'
import { type Addon, loadAddon, type TrainingArguments } from './addon.js'
import type { Backend, TrainingCall } from './backend.js'
import { encodeMembers, encodePlan } from './encode.js'
import { differentiablePlan } from './plan.js'
import { gradientsOf, predictorOf } from './predictors.js'

const made = new Map<string, Backend>()

/** An available kernel set as a backend. */
export function nativeBackend(name: string): Backend {
  let backend = made.get(name)
  if (backend === undefined) {
    backend = makeBackend(loadAddon() as Addon, name)
    made.set(name, backend)
  }
  return backend
}

function makeBackend(addon: Addon, name: string): Backend {
  const set = addon.kernelSets.findIndex((one) => one.name === name)
  const encoded = (plan: NetworkPlan) => encodePlan(addon, plan)
  const trainingArguments = ({ plan, members, threads, arrays }: TrainingCall): TrainingArguments => {
    const { parameters, state, workspace, x, y, sampleWeight, rateFactors, history } = arrays
    const given = [parameters, state, workspace, x, y, sampleWeight, rateFactors, history] as const
    return [set, encoded(plan), encodeMembers(members), threads, ...given]
  }
  return {
    name: `native/${name}`,
    predictor: (plan) => predictorOf(addon, set, () => encodePlan(addon, { ...plan, rows: 1 })),
    gradients: (plan) => gradientsOf(addon, set, () => encodePlan(addon, { ...differentiablePlan(plan), rows: 1 })),
    stepEndWorkspace: (plan) => addon.stepEndWorkspace(set, encoded(plan)),
    applyGradients: (plan, parameters, gradients, state, workspace) =>
      addon.applyGradients(set, encoded(plan), parameters, gradients, state, workspace),
    evaluationWorkspace: (plan) => addon.evaluationWorkspace(set, encoded(plan)),
    evaluate: (plan, parameters, x, y, sampleWeight, workspace) =>
      addon.evaluate(set, encoded(plan), parameters, x, y, sampleWeight, workspace),
    usefulThreads: (plan, members, threads) => addon.usefulThreads(set, encoded(plan), members, threads),
    trainingWorkspace: (plan, members, threads) => addon.trainingWorkspace(set, encoded(plan), members, threads),
    train: (call) => addon.train(...trainingArguments(call)),
    trainAsync: async (call) => addon.trainAsync(...trainingArguments(call), new Int32Array(1)),
  }
}
