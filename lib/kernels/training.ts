/** What every form of a training works on, and how it ends. */
import { type Block, blockLength, blockOf, blockRows, roomIn } from './blocks.js'
import { takesWholeBatch } from './normalization.js'
import {
  type EvaluationPlan,
  LOSS_NOT_FINITE,
  PARAMETER_NOT_FINITE,
  STATE_NOT_FINITE,
  type TrainingOutcome,
  type TrainingPlan,
} from './plan.js'
import { stateLength, stepEndWorkspace } from './step-end.js'

/** Runs a training for so many blocks of rows, or to its end. Null: there is more to do. */
export type Training = (blocks: number) => TrainingOutcome | null

/** The arrays of a training. */
export interface TrainingArrays {
  readonly p: Float64Array
  readonly state: Float64Array
  /** [rows × inputs] */
  readonly x: Float64Array
  /** [rows × outputs] */
  readonly y: Float64Array
  /** [rows], or of length 0 */
  readonly sampleWeight: Float64Array
  /** [steps], or of length 0 */
  readonly rateFactors: Float64Array
  /** [epochs] */
  readonly history: Float64Array
}

/** The pieces of a training's workspace. */
export interface TrainingRoom {
  readonly block: Block
  /** [block rows × outputs] */
  readonly targets: Float64Array
  /** [block rows] */
  readonly rowLoss: Float64Array
  /** [block rows] */
  readonly weights: Float64Array
  /** Of each layer, [block rows × units] */
  readonly derivatives: readonly Float64Array[]
  readonly g: Float64Array
  /** The parameters from before this epoch, and the optimizer's state. */
  readonly kept: Float64Array
  readonly keptState: Float64Array
  /** In which order this epoch visits the rows; null: as they come. */
  readonly order: Int32Array | null
  /** For step-end.ts. */
  readonly stepEnd: Float64Array
}

/** The length of workspace that `evaluate` needs: a block, its targets and its losses. */
export const evaluationWorkspace = (plan: EvaluationPlan): number => answeredLength(plan, blockRows(plan, plan.rows))

const answeredLength = (plan: EvaluationPlan, rows: number): number =>
  blockLength(plan, rows) + (plan.outputs + 1) * rows

/** How many rows a block of a training has at most: a whole batch where a layer takes its statistics from it. */
const trainingRows = (plan: TrainingPlan): number =>
  plan.layers.some(takesWholeBatch) ? largestBatch(plan) : blockRows(plan, plan.rows)

/** How many rows the largest batch has. */
const largestBatch = ({ batchSize, lastBatchSize }: TrainingPlan): number => Math.max(batchSize, lastBatchSize)

/**
 * The length of workspace that a training needs: that of an evaluation, the rows' weights, the derivatives, gradients, kept
 * parameters and state, order, and what the end of a step needs.
 */
export function trainingWorkspace(plan: TrainingPlan): number {
  let units = 0
  for (const layer of plan.layers) units += layer.units
  const order = plan.shuffle === 0 ? 0 : Math.ceil(plan.rows / 2)
  const rows = trainingRows(plan)
  const kept = plan.parameterCount + stateLength(plan, plan.parameterCount)
  return answeredLength(plan, rows) + (units + 1) * rows + plan.parameterCount + kept + order + stepEndWorkspace(plan)
}

export function trainingRoom(plan: TrainingPlan, workspace: Float64Array): TrainingRoom {
  const room = roomIn(workspace)
  const block = blockOf(plan, trainingRows(plan), room, plan)
  const targets = room(block.rows * plan.outputs)
  const rowLoss = room(block.rows)
  const weights = room(block.rows)
  const derivatives = plan.layers.map(({ units }) => room(block.rows * units))
  const g = room(plan.parameterCount)
  const kept = room(plan.parameterCount)
  const keptState = room(stateLength(plan, plan.parameterCount))
  const orderRoom = room(plan.shuffle === 0 ? 0 : Math.ceil(plan.rows / 2))
  const order = plan.shuffle === 0 ? null : new Int32Array(orderRoom.buffer, orderRoom.byteOffset, plan.rows)
  const stepEnd = room(stepEndWorkspace(plan))
  return { block, targets, rowLoss, weights, derivatives, stepEnd, g, kept, keptState, order }
}

/**
 * Ends a training whose loss in this epoch (of the call), or a parameter or the optimizer's state after it, is not finite: the
 * parameters and the state from before the epoch come back.
 */
export function diverged(
  epoch: number,
  { p, state, history }: TrainingArrays,
  { kept, keptState }: Pick<TrainingRoom, 'kept' | 'keptState'>,
): TrainingOutcome {
  const parameter = p.findIndex((value) => !Number.isFinite(value))
  p.set(kept)
  state.set(keptState)
  const status = parameter < 0 ? STATE_NOT_FINITE : PARAMETER_NOT_FINITE
  return { epochs: epoch, status: Number.isFinite(history[epoch]) ? status : LOSS_NOT_FINITE, parameter }
}
