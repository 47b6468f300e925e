/** The plans that a backend executes, as numbers. native/plan.h has the same fields with the same names. */

/** The codes of the layer types, in the order of layers/table.ts. */
export const DENSE = 0
export const DROPOUT = 1
export const BATCH_NORMALIZATION = 2
export const LAYER_NORMALIZATION = 3

/**
 * One layer. `weights`, `bias` and `statistics` are offsets into the parameters; in a normalization they are those of
 * gamma, beta, and the moving mean and variance. `statistics` is -1 where a layer has none; a field that a type does
 * not use is 0. `l1` and `l2` are the factors of the penalties of its weights. `trainable` is 0 where a layer has no
 * parameters or is frozen.
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

/** A network and the number of rows that it predicts. */
export interface PredictionPlan extends NetworkPlan {
  readonly rows: number
}

/**
 * A loss over rows: lossScale · Σ over the rows, plus the penalties of the weights. `lossOption` is huber's delta, or
 * 0.
 */
export interface EvaluationPlan extends PredictionPlan {
  readonly loss: number
  readonly lossOption: number
  readonly lossScale: number
}

/**
 * A training: the epochs firstEpoch … firstEpoch + epochs - 1 of a fit. An epoch has `stepsPerEpoch` batches of
 * `batchSize` rows; the last one has `lastBatchSize` rows and its own gradient scale. `epochRows` is the sum of these:
 * an epoch uses the first `epochRows` rows of its order.
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

/** What differs between the members of an ensemble, member after member. */
export interface MemberPlans {
  readonly count: number
  /** The low and the high word of each member's seed. */
  readonly seeds: Int32Array
  /** [members × options]; an option that is 0 for one member is 0 for all. */
  readonly optimizerOptions: Float64Array
}

/** The status of an outcome: why a training stopped. */
export const DONE = 0
export const LOSS_NOT_FINITE = 1
export const PARAMETER_NOT_FINITE = 2
/** The addon uses 3 for a cancelled training. */
export const STATE_NOT_FINITE = 4

/**
 * The outcome of a training: the number of its finite epochs, why it stopped, and the first parameter that is not
 * finite, or -1.
 */
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
