/** The loss and the metrics of a network over some samples, as often as asked. */
import type { Backend } from '../backend.js'
import type { ChosenMetric } from '../metrics/choose.js'
import { checkTargets } from '../metrics/targets.js'
import { evaluationPlan } from '../plan.js'
import type { Samples } from './data.js'
import type { Subject } from './subject.js'

export interface Watch {
  loss(parameters: Float64Array): number
  /** The values of the metrics, in their order. */
  metrics(parameters: Float64Array): (number | Float64Array)[]
}

/** @param signs whether the classes of an output are -1 and 1, not 0 and 1 */
export function watchOf(
  { plan, loss, members }: Subject,
  backend: Backend,
  samples: Samples,
  metrics: readonly ChosenMetric[],
  signs: boolean,
): Watch {
  const { rows, x, y, labels, sampleWeight } = samples
  const evaluation = evaluationPlan(plan, loss, rows)
  let workspace: Float64Array | null = null
  const predict = metrics.length === 0 ? null : members[0].predictor(backend)
  const predictions = new Float64Array(metrics.length === 0 ? 0 : rows * plan.outputs)
  const scored = { rows, outputs: plan.outputs, targets: labels, predictions, signs }
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

/** Samples, the caller's name for their targets, and the row of those with which they begin. */
type NamedSamples = readonly [samples: Samples, name: string, firstRow: number]

/**
 * Checks that targets suit the metrics.
 * @returns whether the classes of an output are -1 and 1, not 0 and 1: as the loss says, or the targets
 * @throws RangeError for a target that has no class, where a metric needs one
 */
export function checkMetricTargets(
  { plan: { outputs }, loss }: Subject,
  metrics: readonly ChosenMetric[],
  all: readonly NamedSamples[],
): boolean {
  const targets = all.map(([{ labels }, name, firstRow]) => ({
    values: labels,
    outputs,
    nameOf: (row: number, output?: number) => `${name}[${firstRow + row}]${output === undefined ? '' : `[${output}]`}`,
  }))
  const several = 'train a network with an output for each class and softmax'
  return checkTargets(metrics, targets, loss.entry.targets === 'sign', several)
}
