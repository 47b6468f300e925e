/** The Backend interface: predicts, evaluates and trains by plans. */
import type {
  EvaluationPlan,
  MemberPlans,
  NetworkPlan,
  TrainingArrays,
  TrainingOutcome,
  TrainingPlan,
} from '../kernels/plan.js'

/**
 * Writes the predictions for all rows of x to `output`. x: [rows × inputs], output: [rows × outputs], without overlap
 */
export type Predictor = (parameters: Float64Array, x: Float64Array, output: Float64Array) => void

/** One asynchronous call that predicts with several networks of one shape for the same samples. */
export interface PredictionCall {
  readonly plan: NetworkPlan
  /** The number of networks. */
  readonly members: number
  /** The most threads; their number does not change the bits. */
  readonly threads: number
  /** [members × parameters of one] */
  readonly parameters: Float64Array
  /** [rows × inputs] */
  readonly x: Float64Array
  /** [members × rows × outputs], without overlap */
  readonly output: Float64Array
  /** [1]: any value but 0 ends the call early; the contents of `output` are then undefined. */
  readonly cancelled: Int32Array
}

/** One call that trains the members of an ensemble. A network is an ensemble of one member. */
export interface TrainingCall {
  /** The plan of the first member. `members` has what differs in the others. */
  readonly plan: TrainingPlan
  readonly members: MemberPlans
  /** The most threads; their number does not change the bits. */
  readonly threads: number
  /** `parameters`, `state` and `history` hold the parts of all members, member after member; the others are shared. */
  readonly arrays: TrainingArrays
}

/** A backend: TypeScript, or one kernel set of the addon. All compute the same bits. Callers check the arguments. */
export interface Backend {
  readonly name: string
  /** A function that predicts by this plan, for any number of rows. It keeps its workspace between calls. */
  predictor(plan: NetworkPlan): Predictor
  /**
   * Predicts off the main thread where possible, else in slices. The arrays must stay attached until the promise settles;
   * values that change meanwhile have no other effect than on the predictions.
   */
  predictAsync(call: PredictionCall): Promise<void>
  /** The length of the workspace of `evaluate`. */
  evaluationWorkspace(plan: EvaluationPlan): number
  /** The mean loss over all rows. sampleWeight: [rows], or of length 0: none */
  evaluate(
    plan: EvaluationPlan,
    parameters: Float64Array,
    x: Float64Array,
    y: Float64Array,
    sampleWeight: Float64Array,
    workspace: Float64Array,
  ): number
  /** How many of these threads speed up the training of this number of members. */
  usefulThreads(plan: TrainingPlan, members: number, threads: number): number
  /** The length of the workspace of `train`. */
  trainingWorkspace(plan: TrainingPlan, members: number, threads: number): number
  /** Trains; returns the outcome of each member. */
  train(call: TrainingCall): TrainingOutcome[]
  /**
   * The same asynchronously, off the main thread where possible. No other code may use the arrays until the promise
   * settles.
   */
  trainAsync(call: TrainingCall): Promise<TrainingOutcome[]>
}
