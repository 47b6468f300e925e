/** The TypeScript kernels as a backend. */
import { metricOf, metricWorkspace } from '../kernels/metrics/metrics.js'
import { EPOCH } from '../kernels/plan.js'
import { evaluationWorkspace } from '../kernels/training/buffers.js'
import { gradientsOf } from '../kernels/training/gradients.js'
import { evaluate, predictorOf } from '../kernels/training/predict.js'
import { sessionOf, sessionWorkspace } from '../kernels/training/session.js'
import { stepEndOf, stepEndWorkspace } from '../kernels/training/step.js'
import type { Backend, Session, SessionCall } from './backend.js'
import { differentiablePlan } from './plan.js'
import { slicedPredictions } from './sliced-predictions.js'
import { nextUnits, runSliced } from './slices.js'

const MAX_BLOCKS = 1 << 20
const NO_FACTORS = new Float64Array(0)

// The milliseconds between two readings of the clock in a run of limited time.
const LOOK_MS = 1

function openSession({ plan, members, watch, arrays: given }: SessionCall): Session {
  const length = given.workspace.length === 0 ? sessionWorkspace(plan, members, watch) : 0
  const arrays = length === 0 ? given : { ...given, workspace: new Float64Array(length) }
  const session = sessionOf(plan, members, watch, arrays)
  const several = members.count > 1
  let isCancelled = false
  let isClosed = false
  // The epoch that all members are being advanced to, and the epochs from one such target to the next.
  let target = 0
  let stride = 1
  // The milliseconds of the work up to the target.
  let spent = 0

  function begin(from: number): void {
    if (isClosed) throw new Error('This session is closed.')
    session.begin(from)
    target = arrays.position[EPOCH]
  }

  /** Advances; returns whether the run has ended: all is done, or its time is up or it was cancelled at a point where it can end. */
  function advance(until: number, blocks: number, deadline: number, mayEnd: boolean): boolean {
    if (session.canEnd()) {
      if (isCancelled || arrays.position[EPOCH] >= until) return true
      // Members have a common epoch between the targets only. A run that cannot end before `until` has one target.
      target = several && mayEnd ? Math.min(arrays.position[EPOCH] + stride, until) : until
      spent = 0
    }
    const begun = several ? performance.now() : 0
    const reached = session.advance(target, blocks)
    if (several) spent += performance.now() - begun
    if (reached && several) stride = nextUnits(stride, spent, LOOK_MS)
    if (!several && isCancelled) return true
    return (reached && target === until) || (session.canEnd() && performance.now() >= deadline)
  }

  /** Ends a run; returns whether there is more to do. */
  function end(until: number): boolean {
    session.settle()
    return arrays.position[EPOCH] < until && session.isActive()
  }

  return {
    run(from, until, milliseconds) {
      if (isCancelled) return true
      begin(from)
      const deadline = milliseconds === Infinity ? Infinity : performance.now() + milliseconds
      let blocks = deadline === Infinity ? MAX_BLOCKS : 1
      for (;;) {
        const begun = deadline === Infinity ? 0 : performance.now()
        if (advance(until, blocks, deadline, deadline < Infinity)) return end(until)
        if (deadline < Infinity) blocks = nextUnits(blocks, performance.now() - begun, LOOK_MS)
      }
    },
    async runAsync(from, until, milliseconds) {
      if (isCancelled) return true
      begin(from)
      const deadline = performance.now() + milliseconds
      await runSliced((blocks) => advance(until, blocks, deadline, true))
      return end(until)
    },
    cancel() {
      isCancelled = true
    },
    close() {
      isClosed = true
    },
  }
}

export const typescriptBackend: Backend = {
  name: 'typescript',
  predictor: predictorOf,
  predictAsync: (call) => runSliced(slicedPredictions(call, predictorOf(call.plan))),
  gradients: (plan) => gradientsOf(differentiablePlan(plan)),
  stepEndWorkspace,
  applyGradients(plan, parameters, gradients, state, workspace) {
    const stepEnd = stepEndOf(plan, parameters, gradients, state, NO_FACTORS, workspace)
    stepEnd.loadState()
    stepEnd.end(0)
    stepEnd.writeBackState()
  },
  evaluationWorkspace,
  evaluate,
  metric: (code, options, scored) =>
    metricOf(code, options, scored, new Float64Array(metricWorkspace(code, scored.rows, scored.outputs))),
  usefulThreads: () => 1,
  sessionWorkspace: ({ plan, members, watch }) => sessionWorkspace(plan, members, watch),
  openSession,
}
