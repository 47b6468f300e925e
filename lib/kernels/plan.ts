/** What a path is asked to do, in numbers: native/plan.h has the same fields under the same names. */

/** One layer. `weights` and `bias` are offsets into the parameters. */
export interface LayerPlan {
  readonly inputs: number
  readonly units: number
  readonly activation: number
  readonly alpha: number
  readonly weights: number
  readonly bias: number
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

/** A loss over rows: loss = lossScale · Σ rows. `lossOption` is the loss's own, such as huber's delta, or 0. */
export interface EvaluationPlan extends PredictionPlan {
  readonly loss: number
  readonly lossOption: number
  readonly lossScale: number
}

/** A training. The last batch of an epoch may be smaller: its gradient has its own scale. */
export interface TrainingPlan extends EvaluationPlan {
  readonly epochs: number
  readonly batchSize: number
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

/** What a training reports: how many epochs count, why it stopped, and the first parameter that is not finite, or -1. */
export interface TrainingOutcome {
  readonly epochs: number
  readonly status: number
  readonly parameter: number
}
