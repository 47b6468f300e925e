/** The kernel sets of the addon as backends. */
import type { NetworkPlan } from '../kernels/plan.js'
import { type Addon, usedAddon } from './addon.js'
import type { Backend, Session, SessionCall } from './backend.js'
import { encodeMembers, encodePlan, encodeWatch } from './encode.js'
import { differentiablePlan } from './plan.js'
import { gradientsOf, predictorOf } from './predictors.js'

const made = new Map<string, Backend>()

/** An available kernel set as a backend. */
export function nativeBackend(name: string): Backend {
  let backend = made.get(name)
  if (backend === undefined) {
    backend = makeBackend(usedAddon(), name)
    made.set(name, backend)
  }
  return backend
}

function makeBackend(addon: Addon, name: string): Backend {
  const set = addon.kernelSets.findIndex((one) => one.name === name)
  const encoded = (plan: NetworkPlan) => encodePlan(addon, plan)
  return {
    name: `native/${name}`,
    predictor: (plan) => predictorOf(addon, set, plan, () => encodePlan(addon, { ...plan, rows: 1 })),
    predictAsync: async ({ plan, members, threads, parameters, x, output, cancelled }) => {
      const encodedPlan = encodePlan(addon, { ...plan, rows: x.length / plan.inputs })
      await addon.predictAsync(set, encodedPlan, members, threads, parameters, x, output, cancelled)
    },
    gradients: (plan) => gradientsOf(addon, set, () => encodePlan(addon, { ...differentiablePlan(plan), rows: 1 })),
    stepEndWorkspace: (plan) => addon.stepEndWorkspace(set, encoded(plan)),
    applyGradients: (plan, parameters, gradients, state, workspace) =>
      addon.applyGradients(set, encoded(plan), parameters, gradients, state, workspace),
    evaluationWorkspace: (plan) => addon.evaluationWorkspace(set, encoded(plan)),
    evaluate: (plan, parameters, x, y, sampleWeight, output, workspace) =>
      addon.evaluate(set, encoded(plan), parameters, x, y, sampleWeight, output, workspace),
    metric(code, options, { signs, rows, outputs, targets, predictions }) {
      const workspace = new Float64Array(addon.metricWorkspace(set, code, rows, outputs))
      return addon.metric(set, code, options, signs ? 1 : 0, rows, outputs, targets, predictions, workspace)
    },
    usefulThreads: (plan, members, threads) => addon.usefulThreads(set, encoded(plan), members, threads),
    sessionWorkspace: ({ plan, members, threads, watch }) =>
      addon.sessionWorkspace(set, encoded(plan), members.count, threads, encodeWatch(addon, watch)),
    openSession: (call) => openSession(addon, set, call),
  }
}

function openSession(addon: Addon, set: number, { plan, members, threads, watch, arrays }: SessionCall): Session {
  const inOrder = addon.sessionArrays.map((name) => arrays[name])
  const shape = [
    set,
    encodePlan(addon, plan),
    encodeMembers(plan, members),
    threads,
    encodeWatch(addon, watch),
  ] as const
  const handle = addon.openSession(...shape, inOrder)
  return {
    run: (from, until, milliseconds) => addon.runSession(handle, from, until, milliseconds),
    runAsync: async (from, until, milliseconds) => addon.runSessionAsync(handle, from, until, milliseconds),
    cancel: () => addon.cancelSession(handle),
    close: () => addon.closeSession(handle),
  }
}
