/** `evaluate`: loss and metrics of a network, or of an ensemble's members and their means. */
import type { Backend } from '../backend/backend.js'
import { evaluationPlan } from '../backend/plan.js'
import { withJSON } from '../checks/json.js'
import type { ChosenMetric, MetricOption } from '../metrics/choose.js'
import { checkTargets } from '../metrics/targets.js'
import type { Ensemble } from '../network/ensemble.js'
import type { CompiledModel } from './compiled-model.js'
import type { Samples } from './fit-data.js'
import type { ByMetric } from './history.js'

export interface EvaluateOptions {
  /** [rows]: the factor of each sample's loss, finite numbers of at least 0. Default: 1 for each. */
  sampleWeight?: Float64Array | readonly number[]
  /** Instead of the trainer's metrics. */
  metrics?: readonly MetricOption[]
}

/** The names of all options. */
export const EVALUATE_OPTIONS: readonly (keyof EvaluateOptions)[] = ['sampleWeight', 'metrics']

/** The loss, and the metrics by name. */
export type Evaluation = { readonly loss: number; readonly confusionMatrix?: Float64Array } & ByMetric<number>

/** The means over the members, each member's loss, and each member's metrics. */
export type EnsembleEvaluation = { readonly loss: number; readonly members: Float64Array } & ByMetric<number> & {
    readonly memberMetrics: readonly Omit<Evaluation, 'loss'>[]
  }

/** The result of `evaluate`; for an ensemble the means over its members, and each of them. */
export type Evaluated<Model> = Model extends Ensemble ? EnsembleEvaluation : Evaluation

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length

export function evaluated(
  compiled: CompiledModel,
  backend: Backend,
  data: Samples,
  metrics: readonly ChosenMetric[],
): Evaluation | EnsembleEvaluation {
  const signs = checkMetricTargets(compiled, metrics, [[data, 'y', 0]])
  const evaluate = evaluatorOf(compiled, backend, data, metrics, signs)
  const parameters = compiled.members.map((member) => member.readableParameters())
  const results = parameters.map((p) => evaluate(p))
  const losses = results.map(({ loss }) => loss)
  const each = results.map(({ values }) =>
    withJSON(Object.fromEntries(values.map((value, i) => [metrics[i].name, value] as const))),
  )
  if (compiled.name === 'network') return withJSON({ loss: losses[0], ...each[0] })
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

/**
 * The loss and the values of the metrics over one set of samples, from one forward pass, for any parameters.
 * @param signs whether the classes of an output are -1 and 1, not 0 and 1
 */
function evaluatorOf(
  { plan, loss }: CompiledModel,
  backend: Backend,
  { rows, x, y, labels, sampleWeight }: Samples,
  metrics: readonly ChosenMetric[],
  signs: boolean,
) {
  const evaluation = evaluationPlan(plan, loss, rows)
  const workspace = new Float64Array(backend.evaluationWorkspace(evaluation))
  const predictions = new Float64Array(metrics.length === 0 ? 0 : rows * plan.outputs)
  const scored = { rows, outputs: plan.outputs, targets: labels, predictions, signs }
  return (parameters: Float64Array) => ({
    loss: backend.evaluate(evaluation, parameters, x, y, sampleWeight, predictions, workspace),
    values: metrics.map(({ entry, code, options }) =>
      entry.better === null ? entry.value(scored, options) : backend.metric(code, options, scored),
    ),
  })
}

/** Samples, the caller's name of their targets, and the index of their first row there. */
type NamedSamples = readonly [samples: Samples, name: string, firstRow: number]

/**
 * Checks that the metrics accept the targets.
 * @returns whether the classes of an output are -1 and 1, not 0 and 1, by the loss or by the targets
 * @throws RangeError for a target without a class, where a metric needs one
 */
export function checkMetricTargets(
  { plan: { outputs }, loss }: CompiledModel,
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
