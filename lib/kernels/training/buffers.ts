/** A training of one network: its interface, the arrays that it is given, and the pieces of its workspace. */
import { type Allocate, allocateIntegers, allocatorOf } from '../arena.js'
import { needsWholeBatch } from '../layers/table.js'
import {
  type EvaluationPlan,
  LOSS_NOT_FINITE,
  LOSS_SUM,
  PARAMETER_NOT_FINITE,
  PENALTIES,
  ROW,
  STATE_NOT_FINITE,
  type TrainingPlan,
} from '../plan.js'
import { shuffleOrder } from '../random.js'
import { blockLength, blockOf, blockRows, type PassBuffers } from './graph.js'
import { stepEndWorkspace } from './step.js'

/** The arrays of one network's training. */
export interface TrainingArrays {
  /** Those of the last finite epoch, in place. */
  readonly parameters: Float64Array
  readonly state: Float64Array
  /** Those of the current step. */
  readonly currentParameters: Float64Array
  readonly currentState: Float64Array
  readonly x: Float64Array
  readonly y: Float64Array
  readonly sampleWeight: Float64Array
  readonly rateFactors: Float64Array
  /** [chunk]: the losses of the epochs. */
  readonly losses: Float64Array
  /** As in `SessionArrays`. */
  readonly position: Float64Array
  /** [OUTCOME_LENGTH] */
  readonly outcome: Float64Array
}

/**
 * One network's training, which goes on from its position. An epoch is committed if its loss and the parameters and the
 * state after it are finite; if not, the training ends with those of the last finite epoch. Once made, it allocates
 * nothing but views of rows that it copies.
 */
export interface Training {
  /** Begins a run: loads the values at the position. from: the epoch of the first entry of `losses` and `rateFactors` */
  begin(from: number): void
  /**
   * Trains up to epoch `until`, for at most `blocks` blocks of rows, which may end within a step.
   * @returns the blocks that are left
   */
  advance(until: number, blocks: number): number
  /** Whether it is between two steps. */
  isBetweenSteps(): boolean
  /** Returns to the end of the last whole step; the current parameters and state are those after it. */
  settle(): void
}

/** The pieces of a training's workspace. */
export interface TrainingBuffers extends PassBuffers {
  /** [rows]: the order in which this epoch visits the rows; null: as they are. */
  readonly order: Int32Array | null
  /** The workspace of step.ts. */
  readonly stepEnd: Float64Array
}

/** The length of the workspace of `evaluate`: a block, its targets, its losses and its sample weights. */
export function evaluationWorkspace(plan: EvaluationPlan): number {
  const rows = blockRows(plan, plan.rows)
  return lossLength(plan, rows) + rows
}

const lossLength = (plan: EvaluationPlan, rows: number): number => blockLength(plan, rows) + (plan.outputs + 1) * rows

/** How many rows a block of a training has at most: a whole batch where a layer computes statistics over it. */
const trainingRows = (plan: TrainingPlan): number =>
  plan.layers.some(needsWholeBatch) ? largestBatch(plan) : blockRows(plan, plan.rows)

/** How many rows the largest batch has. */
const largestBatch = ({ batchSize, lastBatchSize }: TrainingPlan): number => Math.max(batchSize, lastBatchSize)

const orderRows = ({ shuffle, rows }: TrainingPlan): number => (shuffle === 0 ? 0 : rows)

/**
 * The length of a training's workspace: that of an evaluation, sample weights, derivatives, gradients, the order, and the
 * workspace of step.ts.
 */
export function trainingWorkspace(plan: TrainingPlan): number {
  let units = 0
  for (const layer of plan.layers) units += layer.units
  const order = Math.ceil(orderRows(plan) / 2)
  const rows = trainingRows(plan)
  return lossLength(plan, rows) + (units + 1) * rows + plan.parameterCount + order + stepEndWorkspace(plan)
}

export function trainingBuffers(plan: TrainingPlan, workspace: Float64Array): TrainingBuffers {
  const allocate: Allocate = allocatorOf(workspace)
  const block = blockOf(plan, trainingRows(plan), allocate, plan)
  const targets = allocate(block.rows * plan.outputs)
  const rowLoss = allocate(block.rows)
  const sampleWeights = allocate(block.rows)
  const derivatives = plan.layers.map(({ units }) => allocate(block.rows * units))
  const g = allocate(plan.parameterCount)
  const orderIntegers = allocateIntegers(allocate, orderRows(plan))
  const order = plan.shuffle === 0 ? null : orderIntegers
  const stepEnd = allocate(stepEndWorkspace(plan))
  return { block, targets, rowLoss, sampleWeights, derivatives, g, order, stepEnd }
}

/**
 * Ends a training by an epoch that is not finite: `outcome` gets the reason and the first parameter that is not finite.
 * The position is again the end of the last finite epoch.
 */
export function diverged({ currentParameters, outcome, position }: TrainingArrays, loss: number): void {
  const parameter = currentParameters.findIndex((value) => !Number.isFinite(value))
  const status = parameter < 0 ? STATE_NOT_FINITE : PARAMETER_NOT_FINITE
  outcome[1] = Number.isFinite(loss) ? status : LOSS_NOT_FINITE
  outcome[2] = parameter
  position[ROW] = 0
  position[LOSS_SUM] = position[PENALTIES] = -0
}

/** The order of the rows in an epoch of the session. Nothing where the training does not shuffle. */
export function shuffleFor(plan: TrainingPlan, order: Int32Array | null, epoch: number): void {
  if (order !== null) shuffleOrder(order, plan.rows, plan.seedLow, plan.seedHigh, plan.firstEpoch + epoch)
}

/** The number of steps of the current epoch that are done. */
export const stepsDone = ({ batchSize }: TrainingPlan, row: number): number => Math.floor(row / batchSize)
