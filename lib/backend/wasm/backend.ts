/** The WebAssembly module as a backend. */
import type { Scored } from '../../kernels/metrics/classes.js'
import type { TrainingPlan } from '../../kernels/plan.js'
import { stateLength } from '../../kernels/training/step.js'
import type { Backend, SessionShape } from '../backend.js'
import { encodePlan } from '../encode.js'
import { slicedPredictions } from '../sliced-predictions.js'
import { runSliced } from '../slices.js'
import { Differentiations } from './gradients.js'
import { areaLength } from './instance.js'
import type { Instances } from './instances.js'
import { EVALUATE, TRAIN } from './module.js'
import { numberOf, type OpenPlan, usePlan } from './open-plan.js'
import { Predictors } from './predictors.js'
import { encodedSession, moduleWorkspace } from './runner.js'
import { openSession } from './session.js'

export function makeBackend(instances: Instances): Backend {
  const { names } = instances
  const predictors = new Predictors(instances)
  const differentiations = new Differentiations(instances)
  return {
    name: 'wasm',
    predictor: (plan) => predictors.predictor(plan),
    predictAsync: (call) => runSliced(slicedPredictions(call, predictors.predictor(call.plan))),
    gradients: (plan) => differentiations.gradients(plan),
    stepEndWorkspace: () => 0,
    applyGradients(plan: TrainingPlan, parameters, gradients, state) {
      const encoded = encodePlan(names, plan)
      const workspace = numberOf(instances, encoded, TRAIN, (functions, handle) => functions.stepEndWorkspace(handle))
      const length = areaLength(parameters.length, gradients.length, state.length, workspace)
      usePlan(instances, encoded, TRAIN, length, ({ area, handle }) => {
        const arrays = [parameters, gradients, state]
        const addresses = arrays.map((array) => area.put(array))
        const [p, g, s, w] = [...addresses, area.reserve(workspace)].map((at) => 8 * at)
        area.instance.call((functions) => functions.applyGradients(handle, p, g, s, w))
        for (const [i, array] of arrays.entries()) area.instance.read(addresses[i], array)
      })
    },
    evaluationWorkspace: () => 0,
    evaluate(plan, parameters, x, y, sampleWeight, output) {
      const encoded = encodePlan(names, plan)
      const workspace = evaluationWorkspace(instances, encoded)
      const given = [parameters, x, y, sampleWeight]
      const length = areaLength(...[...given, output].map((array) => array.length), workspace)
      return usePlan(instances, encoded, EVALUATE, length, ({ area, handle }: OpenPlan) => {
        const [p, xs, ys, weights] = given.map((array) => area.pointerTo(array))
        const predictions = area.reserve(output.length)
        const to = output.length === 0 ? 0 : 8 * predictions
        const w = 8 * area.reserve(workspace)
        const loss = area.instance.call((functions) => functions.evaluate(handle, p, xs, ys, weights, to, w))
        area.instance.read(predictions, output)
        return loss
      })
    },
    metric(code, options, { signs, rows, outputs, targets, predictions }: Scored) {
      const used = [options, targets, predictions]
      const workspace = instances.use(0, ({ instance }) =>
        instance.call(({ metricWorkspace }) => metricWorkspace(code, rows, outputs)),
      )
      return instances.use(areaLength(...used.map(({ length }) => length), workspace), (area) => {
        const [o, t, p] = used.map((array) => area.pointerTo(array))
        const w = 8 * area.reserve(workspace)
        return area.instance.call(({ metric }) => metric(code, o, signs ? 1 : 0, rows, outputs, t, p, w))
      })
    },
    usefulThreads: () => 1,
    sessionWorkspace: (shape) => moduleWorkspace(instances, encodedSession(instances, shape)) + copiesOf(shape),
    openSession: (call) => openSession(instances, call),
  }
}

const evaluationWorkspace = (instances: Instances, encoded: Float64Array): number =>
  numberOf(instances, encoded, EVALUATE, (functions, handle) => functions.evaluationWorkspace(handle))

/** The numbers of a session's samples, parameters and state, which are in the module's memory too. */
function copiesOf({ plan, members, watch }: SessionShape): number {
  const { inputs, outputs, rows, parameterCount } = plan
  const perRow = inputs + (watch !== null && watch.metrics.length > 0 ? 2 : 1) * outputs + 1
  const perMember = parameterCount + stateLength(plan, parameterCount)
  return (rows + (watch?.validationRows ?? 0)) * perRow + (members.count === 1 ? 2 : members.count) * perMember
}
