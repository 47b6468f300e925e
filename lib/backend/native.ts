/**
 * The kernel sets of the addon as backends. The addon has calls of their own for a network and for an ensemble; this
 * adapter chooses between them by the number of members.
 */
import type { NetworkPlan, TrainingArrays } from '../kernels/plan.js'
import { type Addon, loadAddon } from './addon.js'
import type { Backend } from './backend.js'
import { encodeMembers, encodePlan } from './encode.js'
import { predictorOf } from './predictors.js'

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
  return {
    name: `native/${name}`,
    predictor: (plan) => predictorOf(addon, set, () => encodePlan(addon, { ...plan, rows: 1 })),
    evaluationWorkspace: (plan) => addon.evaluationWorkspace(set, encoded(plan)),
    evaluate: (plan, parameters, x, y, sampleWeight, workspace) =>
      addon.evaluate(set, encoded(plan), parameters, x, y, sampleWeight, workspace),
    usefulThreads: (plan, members, threads) =>
      members === 1 ? addon.usefulThreads(set, encoded(plan), threads) : threads,
    trainingWorkspace: (plan, members, threads) =>
      members === 1
        ? addon.trainingWorkspace(set, encoded(plan), threads)
        : addon.ensembleWorkspace(set, encoded(plan), members, threads),
    train({ plan, members, threads, arrays }) {
      const inOrder = addonOrder(arrays)
      if (members.count === 1) return [addon.train(set, encoded(plan), threads, ...inOrder)]
      return addon.trainEnsemble(set, encoded(plan), encodeMembers(members), threads, ...inOrder)
    },
    async trainAsync({ plan, members, threads, arrays }) {
      const inOrder = addonOrder(arrays)
      const cancelled = new Int32Array(1)
      if (members.count === 1) return [await addon.trainAsync(set, encoded(plan), threads, ...inOrder, cancelled)]
      return addon.trainEnsembleAsync(set, encoded(plan), encodeMembers(members), threads, ...inOrder, cancelled)
    },
  }
}

/** The arrays of a training in the order of the addon's arguments. */
function addonOrder({ parameters, state, workspace, x, y, sampleWeight, rateFactors, history }: TrainingArrays) {
  return [parameters, state, workspace, x, y, sampleWeight, rateFactors, history] as const
}
