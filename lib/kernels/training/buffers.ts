/** The workspaces of evaluations and trainings, and how a training that diverges ends. */
import { type Allocate, allocateIntegers, allocatorOf } from '../arena.js'
import { needsWholeBatch } from '../layers/table.js'
import {
  type EvaluationPlan,
  LOSS_NOT_FINITE,
  PARAMETER_NOT_FINITE,
  STATE_NOT_FINITE,
  type TrainingArrays,
  type TrainingOutcome,
  type TrainingPlan,
} from '../plan.js'
import { blockLength, blockOf, blockRows, type PassBuffers } from './graph.js'
import { stateLength, stepEndWorkspace } from './step.js'

/** Runs a training for `blocks` blocks of rows, or to its end. Null: there is more to do. */
export type Training = (blocks: number) => TrainingOutcome | null

/** The pieces of a training's workspace. */
export interface TrainingBuffers extends PassBuffers {
  /** The parameters and the optimizer's state after the last finite epoch. */
  readonly lastFiniteParameters: Float64Array
  readonly lastFiniteState: Float64Array
  /** [rows]: the order in which this epoch visits the rows; null: as they are. */
  readonly order: Int32Array | null
  /** The workspace of step.ts. */
  readonly stepEnd: Float64Array
}

/** The length of the workspace of `evaluate`: a block, its targets and its losses. */
export const evaluationWorkspace = (plan: EvaluationPlan): number => lossLength(plan, blockRows(plan, plan.rows))

const lossLength = (plan: EvaluationPlan, rows: number): number => blockLength(plan, rows) + (plan.outputs + 1) * rows

/** How many rows a block of a training has at most: a whole batch where a layer computes statistics over it. */
const trainingRows = (plan: TrainingPlan): number =>
  plan.layers.some(needsWholeBatch) ? largestBatch(plan) : blockRows(plan, plan.rows)

/** How many rows the largest batch has. */
const largestBatch = ({ batchSize, lastBatchSize }: TrainingPlan): number => Math.max(batchSize, lastBatchSize)

const orderRows = ({ shuffle, rows }: TrainingPlan): number => (shuffle === 0 ? 0 : rows)

/**
 * The length of a training's workspace: that of an evaluation, sample weights, derivatives, gradients, the parameters and
 * the state of the last finite epoch, the order, and the workspace of step.ts.
 */
export function trainingWorkspace(plan: TrainingPlan): number {
  let units = 0
  for (const layer of plan.layers) units += layer.units
  const order = Math.ceil(orderRows(plan) / 2)
  const rows = trainingRows(plan)
  const lastFinite = plan.parameterCount + stateLength(plan, plan.parameterCount)
  return lossLength(plan, rows) + (units + 1) * rows + plan.parameterCount + lastFinite + order + stepEndWorkspace(plan)
}

export function trainingBuffers(plan: TrainingPlan, workspace: Float64Array): TrainingBuffers {
  const allocate: Allocate = allocatorOf(workspace)
  const block = blockOf(plan, trainingRows(plan), allocate, plan)
  const targets = allocate(block.rows * plan.outputs)
  const rowLoss = allocate(block.rows)
  const sampleWeights = allocate(block.rows)
  const derivatives = plan.layers.map(({ units }) => allocate(block.rows * units))
  const g = allocate(plan.parameterCount)
  const lastFiniteParameters = allocate(plan.parameterCount)
  const lastFiniteState = allocate(stateLength(plan, plan.parameterCount))
  const orderIntegers = allocateIntegers(allocate, orderRows(plan))
  const order = plan.shuffle === 0 ? null : orderIntegers
  const stepEnd = allocate(stepEndWorkspace(plan))
  const pass = { block, targets, rowLoss, sampleWeights, derivatives, g }
  return { ...pass, lastFiniteParameters, lastFiniteState, order, stepEnd }
}

/**
 * Ends a training in which the loss of this epoch (of the call), or a parameter or the optimizer's state after it, is not
 * finite: restores the parameters and the state of the last finite epoch.
 */
export function diverged(
  epoch: number,
  { parameters, state, history }: TrainingArrays,
  { lastFiniteParameters, lastFiniteState }: Pick<TrainingBuffers, 'lastFiniteParameters' | 'lastFiniteState'>,
): TrainingOutcome {
  const parameter = parameters.findIndex((value) => !Number.isFinite(value))
  parameters.set(lastFiniteParameters)
  state.set(lastFiniteState)
  const status = parameter < 0 ? STATE_NOT_FINITE : PARAMETER_NOT_FINITE
  return { epochs: epoch, status: Number.isFinite(history[epoch]) ? status : LOSS_NOT_FINITE, parameter }
}
