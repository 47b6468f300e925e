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
 * A session: the epochs firstEpoch … firstEpoch + epochs - 1 of a fit. An epoch has `stepsPerEpoch` batches of
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
  /**
   * [members × options]: those of the layers that only training has, layer after layer, such as the rates of dropout; of
   * length 0: all members have those of the plan.
   */
  readonly layerOptions: Float64Array
}

/** The indices of a session's `position`. */
export const EPOCH = 0
export const ROW = 1
export const LOSS_SUM = 2
export const PENALTIES = 3
export const POSITION_LENGTH = 4

/** The status of a member: whether it can go on, or why it stopped. 3 has no meaning. */
export const DONE = 0
export const LOSS_NOT_FINITE = 1
export const PARAMETER_NOT_FINITE = 2
export const STATE_NOT_FINITE = 4
export const NOT_IMPROVING = 5

/** The length of a member's outcome: its finite epochs, its status, and the first parameter that is not finite, or -1. */
export const OUTCOME_LENGTH = 3

/** A series that early stopping or the plateau of a learning rate monitors. */
export interface Monitoring {
  /** The index of the series; -1: the loss over the training samples after the epoch. */
  readonly series: number
  /** 1 where higher values are better. */
  readonly higher: number
}

export interface StoppingPlan extends Monitoring {
  readonly patience: number
  readonly minDelta: number
  /** 1: the parameters after the best epoch are kept in `best`. */
  readonly restoreBest: number
}

/** The schedule `reduceOnPlateau`. */
export interface PlateauPlan extends Monitoring {
  readonly factor: number
  readonly patience: number
  readonly threshold: number
  /** 1: the threshold is relative to the best value. */
  readonly relative: number
  readonly cooldown: number
  readonly minimum: number
}

/** A metric by its index in the table, with its options in their order. */
export interface MetricPlan {
  readonly code: number
  readonly options: Float64Array
}

/** What a session computes after each epoch. */
export interface WatchPlan {
  /** Computed over the training samples, and over the validation samples. */
  readonly metrics: readonly MetricPlan[]
  /** 1: the classes of an output are -1 and 1, not 0 and 1. */
  readonly signs: number
  /** The scale of a loss over all training rows. */
  readonly trainingLossScale: number
  /** 0: there is no validation. */
  readonly validationRows: number
  readonly validationLossScale: number
  /** 1: the learning rates are a series. */
  readonly scheduled: number
  readonly stopping: StoppingPlan | null
  readonly plateau: PlateauPlan | null
}

/**
 * The number of series of each member, in this order: the loss; the metrics over the training samples; with validation
 * its loss and the metrics over it; with early stopping the monitored values; where scheduled, the learning rate of each
 * epoch's first step.
 */
export function seriesCount(watch: WatchPlan | null): number {
  if (watch === null) return 1
  const { metrics, validationRows, stopping, scheduled } = watch
  const validated = validationRows > 0 ? 1 + metrics.length : 0
  return 1 + metrics.length + validated + (stopping === null ? 0 : 1) + scheduled
}

/** The length of a member's part of `stopping`: its best value, the number of that epoch or -1, the epochs since then. */
export const STOPPING_LENGTH = 3

/**
 * The length of a member's part of `plateaus`, which are finite numbers, so that they survive JSON: the factor of the
 * learning rate, the best value, the epochs since then, the remaining cooldown, and the number of improvements. Where
 * the last one is 0, there is no best value.
 */
export const PLATEAU_LENGTH = 5

/**
 * The arrays of a session. Those of members hold member after member. Where something is not used, its array has length
 * 0. The addon has the same names in the same order.
 */
export interface SessionArrays {
  /** [members × parameterCount]: those of the last finite epoch. In place. */
  readonly parameters: Float64Array
  /** [members × state length]: the optimizer's vectors, then its scalars. In place. */
  readonly state: Float64Array
  /** Of one member: the same after the last step, where that is within an epoch. */
  readonly currentParameters: Float64Array
  readonly currentState: Float64Array
  /** Its length is `sessionWorkspace`, and its contents do not matter; of length 0: the backend has its own. */
  readonly workspace: Float64Array
  /** [rows × inputs] */
  readonly x: Float64Array
  /** [rows × outputs] */
  readonly y: Float64Array
  /** [rows], or of length 0: none. */
  readonly sampleWeight: Float64Array
  /** [rows × outputs], as metrics take them. */
  readonly labels: Float64Array
  /** The same for the validation samples. */
  readonly validationX: Float64Array
  readonly validationY: Float64Array
  readonly validationWeight: Float64Array
  readonly validationLabels: Float64Array
  /** [chunk × stepsPerEpoch]: the factors of the learning rate; of length 0: all are 1. */
  readonly rateFactors: Float64Array
  /** [members × parameterCount]: the parameters after the best epoch. */
  readonly best: Float64Array
  /** [members × STOPPING_LENGTH] */
  readonly stopping: Float64Array
  /** [members × PLATEAU_LENGTH] */
  readonly plateaus: Float64Array
  /**
   * [POSITION_LENGTH]: the epochs of the session that are done, the rows of the next one whose steps are done, and the
   * sums of the losses of those rows and of the penalties of those steps.
   */
  readonly position: Float64Array
  /** [members × OUTCOME_LENGTH] */
  readonly outcomes: Float64Array
  /** [members × seriesCount × chunk] */
  readonly series: Float64Array
}
