/** What a path is asked to do, in numbers: native/plan.h has the same fields under the same names. */

/** The codes of the kinds of layers: kinds.ts has them in this order. */
export const DENSE = 0
export const DROPOUT = 1
export const BATCH_NORMALIZATION = 2
export const LAYER_NORMALIZATION = 3

/**
 * One layer. `weights`, `bias` and `statistics` are offsets into the parameters: of gamma, beta, and the moving mean and
 * variance where it normalizes. `statistics` is -1 where there are none, and what a kind has no use for is 0. `l1` and `l2`
 * are the factors of its weights' penalties; `trainable` is 0 where it has no parameters or they stay as they are.
 */
export interface LayerPlan {
  readonly kind: number
  readonly inputs: number
  readonly units: number
  readonly activation: number
  readonly alpha: number
  readonly rate: number
  readonly momentum: number
  readonly epsilon: number
  readonly weights: number
  readonly bias: number
  readonly statistics: number
  readonly trainable: number
  readonly l1: number
  readonly l2: number
}

export interface NetworkPlan {
  readonly inputs: number
  readonly outputs: number
  readonly parameterCount: number
  readonly layers: readonly LayerPlan[]
}

/** A network and how many rows go through it. */
export interface PredictionPlan extends NetworkPlan {
  readonly rows: number
}

/** A loss over rows: loss = lossScale · Σ rows, and the penalties of the weights. `lossOption` is huber's delta, or 0. */
export interface EvaluationPlan extends PredictionPlan {
  readonly loss: number
  readonly lossOption: number
  readonly lossScale: number
}

/**
 * A training: the epochs firstEpoch … firstEpoch + epochs - 1 of a fit. An epoch has `stepsPerEpoch` batches of `batchSize`
 * rows, but for the last one, which has `lastBatchSize` and its own scale of the gradient. `epochRows` is the sum of these:
 * the first rows of the epoch's order.
 */
export interface TrainingPlan extends EvaluationPlan {
  readonly firstEpoch: number
  readonly epochs: number
  readonly batchSize: number
  readonly lastBatchSize: number
  readonly stepsPerEpoch: number
  readonly epochRows: number
  readonly gradientScale: number
  readonly lastGradientScale: number
  readonly shuffle: number
  readonly seedLow: number
  readonly seedHigh: number
  readonly optimizer: number
  readonly optimizerOptions: Float64Array
}

/** What the members of an ensemble differ in, one after the other. */
export interface MemberPlans {
  readonly count: number
  /** The low and the high word of each member's seed for the shuffles. */
  readonly seeds: Int32Array
  /** [members × options]; an option that is 0 for one member is 0 for all. */
  readonly optimizerOptions: Float64Array
}

/** Why a training stopped. */
export const DONE = 0
export const LOSS_NOT_FINITE = 1
export const PARAMETER_NOT_FINITE = 2
/** 3 is that of a native training that was cancelled. */
export const STATE_NOT_FINITE = 4

/** What a training reports: how many of its epochs count, why it stopped, and the first parameter that is not finite, or -1. */
export interface TrainingOutcome {
  readonly epochs: number
  readonly status: number
  readonly parameter: number
}

/** The arrays of one training. The kernels update the first two in place and fill `history`. */
export interface TrainingArrays {
  /** [parameterCount] */
  readonly parameters: Float64Array
  /** The optimizer's vectors, then its scalars. */
  readonly state: Float64Array
  /** Its length is `trainingWorkspace`; its contents do not matter. */
  readonly workspace: Float64Array
  /** [rows × inputs] */
  readonly x: Float64Array
  /** [rows × outputs] */
  readonly y: Float64Array
  /** [rows]: factors of each row's loss and gradient; of length 0: none. */
  readonly sampleWeight: Float64Array
  /** [steps of this call]: factors of each step's learning rate; of length 0: none. */
  readonly rateFactors: Float64Array
  /** [epochs]: the loss of each epoch; history[i] is that of epoch firstEpoch + i. */
  readonly history: Float64Array
}
