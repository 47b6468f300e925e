/** `evaluate`: loss and metrics of a network, or of an ensemble's members and on average. */
import type { Backend } from '../backend.js'
import type { Ensemble } from '../ensemble.js'
import { withJSON } from '../json.js'
import type { ChosenMetric, MetricOption } from '../metrics/choose.js'
import type { Samples } from './data.js'
import type { ByMetric } from './history.js'
import type { Subject } from './subject.js'
import { checkMetricTargets, watchOf } from './watch.js'

export interface EvaluateOptions {
  /** [rows]: by which each sample's loss is multiplied, finite numbers of at least 0. Default: 1 for each. */
  sampleWeight?: Float64Array | readonly number[]
  /** In place of the trainer's metrics. */
  metrics?: readonly MetricOption[]
}

/** The names of all of them. */
export const EVALUATE_OPTIONS: readonly (keyof EvaluateOptions)[] = ['sampleWeight', 'metrics']

/** The loss, and the metrics by their names. */
export type Evaluation = { readonly loss: number; readonly confusionMatrix?: Float64Array } & ByMetric<number>

/** The means over the members; each member's loss, and each member's metrics. */
export type EnsembleEvaluation = { readonly loss: number; readonly members: Float64Array } & ByMetric<number> & {
    readonly memberMetrics: readonly Omit<Evaluation, 'loss'>[]
  }

/** What `evaluate` gives: for an ensemble the means over its members, and each of them. */
export type Evaluated<Model> = Model extends Ensemble ? EnsembleEvaluation : Evaluation

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length

export function evaluated(
  subject: Subject,
  backend: Backend,
  data: Samples,
  metrics: readonly ChosenMetric[],
): Evaluation | EnsembleEvaluation {
  const watch = watchOf(subject, backend, data, metrics, checkMetricTargets(subject, metrics, [[data, 'y', 0]]))
  const parameters = subject.members.map((member) => member.attachedParameters())
  const losses = parameters.map((p) => watch.loss(p))
  const each = parameters.map((p) =>
    withJSON(Object.fromEntries(watch.metrics(p).map((value, i) => [metrics[i].name, value] as const))),
  )
  if (subject.name === 'network') return withJSON({ loss: losses[0], ...each[0] })
  const means = metrics
    .filter(({ entry }) => entry.better !== null)
    .map(({ name }) => [name, mean(each.map((one) => one[name] as number))])
  return withJSON({
    loss: mean(losses),
    members: Float64Array.from(losses),
    ...Object.fromEntries(means),
    memberMetrics: each,
  })
}
