/** The loss and the metrics of a network over some samples, as often as asked. */
import type { Backend } from '../backend.js'
import type { ChosenMetric } from '../metrics/choose.js'
import { evaluationPlan } from '../plan.js'
import type { Samples } from './data.js'
import type { Subject } from './subject.js'

export interface Watch {
  loss(parameters: Float64Array): number
  /** The values of the metrics, in their order. */
  metrics(parameters: Float64Array): (number | Float64Array)[]
}

export function watchOf(
  { plan, loss, members }: Subject,
  backend: Backend,
  samples: Samples,
  metrics: readonly ChosenMetric[],
): Watch {
  const { rows, x, y, labels, sampleWeight } = samples
  const evaluation = evaluationPlan(plan, loss, rows)
  let workspace: Float64Array | null = null
  const predict = metrics.length === 0 ? null : members[0].predictor(backend)
  const predictions = new Float64Array(metrics.length === 0 ? 0 : rows * plan.outputs)
  const scored = { rows, outputs: plan.outputs, targets: labels, predictions }
  return {
    loss(parameters) {
      workspace ??= new Float64Array(backend.evaluationWorkspace(evaluation))
      return backend.evaluate(evaluation, parameters, x, y, sampleWeight, workspace)
    },
    metrics(parameters) {
      predict?.(parameters, x, predictions)
      return metrics.map(({ entry, options }) => entry.value(scored, options))
    },
  }
}
