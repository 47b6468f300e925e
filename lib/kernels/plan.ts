/** The plans that a backend executes, as numbers. native/plan.h has the same fields with the same names. */

/**
 * What a tensor is in files: `weights` [inputs, units], which other libraries may store transposed, a `table` of rows, or a
 * `vector`.
 */
export type TensorForm = 'weights' | 'table' | 'vector'

/** A matrix of parameters, [rows × columns] row-major from `offset` on. The addon does not get `name` and `form`. */
export interface TensorPlan {
  /** As `getLayer` and files name it. */
  readonly name: string
  readonly form: TensorForm
  readonly rows: number
  readonly columns: number
  readonly offset: number
  /** 1 where training changes it; 0 for moving statistics, and for all tensors of a layer with `trainable: false`. */
  readonly trained: number
  /** The factors of its penalty in the loss, which counts where it is trained. */
  readonly l1: number
  readonly l2: number
}

/** One layer. `kind` and `activation` are indices of the tables. */
export interface LayerPlan {
  readonly kind: number
  /** The width of its first input. */
  readonly inputs: number
  readonly units: number
  readonly activation: number
  /** In the order of the activation's table. */
  readonly activationOptions: Float64Array
  /** The options of the kind of layer, in the order of its table. */
  readonly options: Float64Array
  /** 1 where it has a tensor that training changes. */
  readonly trainable: number
  /** The indices of the layers whose outputs it reads; -1: the samples. */
  readonly inputLayers: readonly number[]
  readonly tensors: readonly TensorPlan[]
  /** The layer's place in the options of the network: `2`, or `2.layers.0` inside a block. The addon does not get it. */
  readonly scope: string
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
 * A loss over rows: lossScale · Σ over the rows, plus the penalties of the weights.
 */
export interface EvaluationPlan extends PredictionPlan {
  readonly loss: number
  /** In the order of the loss's table. */
  readonly lossOptions: Float64Array
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
  /** In the order of the optimizer's table. */
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
