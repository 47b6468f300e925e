/** The kernel sets of the addon as backends. */
import type { TrainingArrays } from '../kernels/plan.js'
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
  return {
    name: `native/${name}`,
    predictor: (plan) => predictorOf(addon, set, () => encodePlan(addon, { ...plan, rows: 1 })),
    evaluationWorkspace: (plan) => addon.evaluationWorkspace(set, encodePlan(addon, plan)),
    usefulThreads: (plan, threads) => addon.usefulThreads(set, encodePlan(addon, plan), threads),
    trainingWorkspace: (plan, threads) => addon.trainingWorkspace(set, encodePlan(addon, plan), threads),
    evaluate: (plan, parameters, x, y, sampleWeight, workspace) =>
      addon.evaluate(set, encodePlan(addon, plan), parameters, x, y, sampleWeight, workspace),
    train: (plan, threads, arrays) => addon.train(set, encodePlan(addon, plan), threads, ...inOrder(arrays)),
    trainAsync: (plan, threads, arrays) =>
      addon.trainAsync(set, encodePlan(addon, plan), threads, ...inOrder(arrays), new Int32Array(1)),
    ensembleWorkspace: (plan, members, threads) =>
      addon.ensembleWorkspace(set, encodePlan(addon, plan), members, threads),
    trainEnsemble: (plan, members, threads, arrays) =>
      addon.trainEnsemble(set, encodePlan(addon, plan), encodeMembers(members), threads, ...inOrder(arrays)),
    trainEnsembleAsync(plan, members, threads, arrays) {
      const [encoded, own] = [encodePlan(addon, plan), encodeMembers(members)]
      return addon.trainEnsembleAsync(set, encoded, own, threads, ...inOrder(arrays), new Int32Array(1))
    },
  }
}

/** The arrays of a training as the addon takes them. */
function inOrder({ parameters, state, workspace, x, y, sampleWeight, rateFactors, history }: TrainingArrays) {
  return [parameters, state, workspace, x, y, sampleWeight, rateFactors, history] as const
}
