/**
 * What a session computes after each epoch: metrics over the training samples, the loss and the metrics over the
 * validation samples, the plateau of the learning rate, and early stopping. native/watch.cc is its partner.
 */
import { metricOf, metricWorkspace } from '../metrics/metrics.js'
import {
  type EvaluationPlan,
  OUTCOME_LENGTH,
  PLATEAU_LENGTH,
  type PlateauPlan,
  type SessionArrays,
  STOPPING_LENGTH,
  type StoppingPlan,
  seriesCount,
  type TrainingPlan,
  type WatchPlan,
} from '../plan.js'
import { evaluationWorkspace } from './buffers.js'
import { type Evaluation, evaluationOf } from './predict.js'

/**
 * Updates the state of `reduceOnPlateau` by the value of an epoch; a value that is not finite is never better. It works as
 * PyTorch's ReduceLROnPlateau. state: [PLATEAU_LENGTH], in place
 */
export function plateauStep(state: Float64Array, value: number, plan: PlateauPlan): void {
  const { higher, factor, patience, threshold, relative, cooldown, minimum } = plan
  const best = state[1]
  const margin = relative === 1 ? Math.abs(best) * threshold : threshold
  const larger = higher === 1 ? value > best + margin : value < best - margin
  const better = Number.isFinite(value) && (state[4] === 0 || larger)
  if (better) {
    state[1] = value
    state[4]++
  }
  state[2] = better ? 0 : state[2] + 1
  if (state[3] > 0) {
    state[3]--
    state[2] = 0
  }
  if (state[2] > patience) {
    // Above 0 also where the product underflows: a state with the factor 0 is refused.
    state[0] = Math.max(state[0] * factor, minimum, Number.MIN_VALUE)
    state[3] = cooldown
    state[2] = 0
  }
}

/**
 * Adds the value of an epoch to the state of early stopping; returns whether it is an improvement. A NaN is none.
 * state: [STOPPING_LENGTH], in place
 */
function stoppingStep(state: Float64Array, value: number, epoch: number, plan: StoppingPlan): boolean {
  const { higher, minDelta } = plan
  const [best, bestEpoch] = state
  const better = higher === 1 ? value > best + minDelta : value < best - minDelta
  if (better || (bestEpoch < 0 && !Number.isNaN(value))) {
    state[0] = value
    state[1] = epoch
    state[2] = 0
    return true
  }
  state[2]++
  return false
}

/** Whether the epochs without an improvement are as many as the patience; 0 means 1. */
const isExhausted = (state: Float64Array, { patience }: StoppingPlan): boolean => state[2] >= Math.max(patience, 1)

/** Whether the training samples are predicted after an epoch. */
const evaluatesTraining = ({ metrics, stopping }: WatchPlan): boolean => metrics.length > 0 || stopping?.series === -1

const evaluationPlanOf = (plan: TrainingPlan, rows: number, lossScale: number): EvaluationPlan => {
  const { inputs, outputs, parameterCount, layers, loss, lossOptions } = plan
  return { inputs, outputs, parameterCount, layers, rows, loss, lossOptions, lossScale }
}

/** The evaluations of a watch: their plans by rows. */
const evaluationsOf = (plan: TrainingPlan, watch: WatchPlan): EvaluationPlan[] => [
  ...(evaluatesTraining(watch) ? [evaluationPlanOf(plan, plan.rows, watch.trainingLossScale)] : []),
  ...(watch.validationRows > 0 ? [evaluationPlanOf(plan, watch.validationRows, watch.validationLossScale)] : []),
]

/** The length of the workspace of `watchOf`: an evaluation, predictions of its rows, and a metric's workspace. */
export function watchWorkspace(plan: TrainingPlan, watch: WatchPlan): number {
  const lengths = evaluationsOf(plan, watch).map((evaluation) => {
    const predictions = watch.metrics.length > 0 ? evaluation.rows * plan.outputs : 0
    const ofMetrics = watch.metrics.map(({ code }) => metricWorkspace(code, evaluation.rows, plan.outputs))
    return evaluationWorkspace(evaluation) + predictions + Math.max(0, ...ofMetrics)
  })
  return Math.max(0, ...lengths)
}

/** Loss and metrics over one set of samples. */
interface Scores {
  loss(p: Float64Array): number
  /** The value of metric i for the predictions of the last `loss`. */
  metric(i: number): number
}

function scoresOf(
  plan: EvaluationPlan,
  watch: WatchPlan,
  [x, y, sampleWeight, labels]: readonly Float64Array[],
  workspace: Float64Array,
): Scores {
  const { rows, outputs } = plan
  const length = evaluationWorkspace(plan)
  const predicted = watch.metrics.length > 0 ? rows * outputs : 0
  const predictions = workspace.subarray(length, length + predicted)
  const rest = workspace.subarray(length + predicted)
  const loss: Evaluation = evaluationOf(plan, x, y, sampleWeight, predictions, workspace)
  const scored = { rows, outputs, targets: labels, predictions, signs: watch.signs === 1 }
  return {
    loss,
    metric: (i) => metricOf(watch.metrics[i].code, watch.metrics[i].options, scored, rest),
  }
}

/** Computes what follows epoch `epoch` of the session; `at` is its entry in the series. Returns whether it may go on. */
export type Watch = (epoch: number, at: number) => boolean

/** The watch of member i. */
export function watchOf(
  plan: TrainingPlan,
  watch: WatchPlan,
  arrays: SessionArrays,
  member: number,
  workspace: Float64Array,
): Watch {
  const { x, y, sampleWeight, labels, validationX, validationY, validationWeight, validationLabels } = arrays
  const { metrics, stopping, plateau } = watch
  const part = (all: Float64Array, length: number) => all.subarray(member * length, (member + 1) * length)
  const p = part(arrays.parameters, plan.parameterCount)
  const best = stopping?.restoreBest === 1 ? part(arrays.best, plan.parameterCount) : null
  const stoppingState = part(arrays.stopping, STOPPING_LENGTH)
  const plateauState = part(arrays.plateaus, PLATEAU_LENGTH)
  const members = arrays.outcomes.length / OUTCOME_LENGTH
  const count = seriesCount(watch)
  const chunk = arrays.series.length / (members * count)
  const series = part(arrays.series, count * chunk)
  const training = evaluatesTraining(watch)
    ? scoresOf(
        evaluationPlanOf(plan, plan.rows, watch.trainingLossScale),
        watch,
        [x, y, sampleWeight, labels],
        workspace,
      )
    : null
  const validation =
    watch.validationRows > 0
      ? scoresOf(
          evaluationPlanOf(plan, watch.validationRows, watch.validationLossScale),
          watch,
          [validationX, validationY, validationWeight, validationLabels],
          workspace,
        )
      : null
  return (epoch, at) => {
    // The series that is written next; series 0 is the loss.
    let next = 1
    const put = (value: number): void => {
      series[next * chunk + at] = value
      next++
    }
    let trainingLoss = 0
    if (training !== null) {
      trainingLoss = training.loss(p)
      for (let i = 0; i < metrics.length; i++) put(training.metric(i))
    }
    if (validation !== null) {
      put(validation.loss(p))
      for (let i = 0; i < metrics.length; i++) put(validation.metric(i))
    }
    if (plateau !== null) plateauStep(plateauState, series[plateau.series * chunk + at], plateau)
    if (stopping === null) return true
    const value = stopping.series < 0 ? trainingLoss : series[stopping.series * chunk + at]
    put(value)
    if (stoppingStep(stoppingState, value, plan.firstEpoch + epoch, stopping)) best?.set(p)
    return !isExhausted(stoppingState, stopping) || epoch === plan.epochs - 1
  }
}
