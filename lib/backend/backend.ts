/** The Backend interface: predicts, evaluates and trains by plans. */
import type { Scored } from '../kernels/metrics/classes.js'
import type {
  EvaluationPlan,
  MemberPlans,
  NetworkPlan,
  SessionArrays,
  TrainingPlan,
  WatchPlan,
} from '../kernels/plan.js'

/**
 * Writes the predictions for all rows of x to `output`. x: [rows × inputs], output: [rows × outputs], without overlap. Of
 * these two it uses the length and the elements only: an array of a caller may have any other properties.
 * @param stamp the same object as in an earlier call promises the values of the parameters of that call, so that a backend
 *   with memory of its own needs no copy of them; null or left out: they may be others
 */
export type Predictor = (parameters: Float64Array, x: Float64Array, output: Float64Array, stamp?: object | null) => void

/**
 * Vector-Jacobian products of the predictions for all rows of x: the sum over the rows of dL/dparameters, and dL/dx. x and
 * dInputs: [rows × inputs], dOutput: [rows × outputs], dParameters: like the parameters, 0 for moving statistics; dParameters
 * or dInputs may have length 0: not computed. The last two overlap none of the others.
 */
export type Gradients = (
  parameters: Float64Array,
  x: Float64Array,
  dOutput: Float64Array,
  dParameters: Float64Array,
  dInputs: Float64Array,
) => void

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

/** What a session is made of. A network is an ensemble of one member. */
export interface SessionShape {
  /** The plan of the first member. `members` has what differs in the others. */
  readonly plan: TrainingPlan
  readonly members: MemberPlans
  /** The most threads; their number does not change the bits. */
  readonly threads: number
  /** Null: nothing is computed after an epoch. */
  readonly watch: WatchPlan | null
}

export interface SessionCall extends SessionShape {
  readonly arrays: SessionArrays
  /**
   * Whether samples, targets and their weights stay as they are while the session is open, so that a backend with memory
   * of its own copies them once. Default: they may change between two runs.
   */
  readonly fixedSamples?: boolean
}

/** A training that can go on at any time. Stopping and going on changes no bit. */
export interface Session {
  /**
   * Trains up to epoch `until` of the session, or for about this many milliseconds; then `position`, `outcomes` and the
   * series are up to date. It ends between two steps; a session of several members ends between two epochs.
   * @param from the epoch of the first entry of the series and of `rateFactors`
   * @returns whether there is more to do before `until`
   */
  run(from: number, until: number, milliseconds: number): boolean
  /** The same asynchronously, off the main thread where possible. No other code may use the arrays meanwhile. */
  runAsync(from: number, until: number, milliseconds: number): Promise<boolean>
  /** Ends the current run after its last whole step. Later runs do nothing. */
  cancel(): void
  /** Frees what it holds. */
  close(): void
}

/** A backend: TypeScript, the WebAssembly module, or one kernel set of the addon. All compute the same bits. Callers check the arguments. */
export interface Backend {
  readonly name: string
  /** For one fit, where later ones may use another backend: a backend whose name is that of the one which trains it. */
  forFit?(): Backend
  /** A function that predicts by this plan, for any number of rows. It keeps its workspace between calls. */
  predictor(plan: NetworkPlan): Predictor
  /** A function that differentiates predictions by this plan, for any number of rows. It keeps its workspace between calls. */
  gradients(plan: NetworkPlan): Gradients
  /**
   * Predicts off the main thread where possible, else in slices. The arrays must stay attached until the promise settles;
   * values that change meanwhile have no other effect than on the predictions.
   */
  predictAsync(call: PredictionCall): Promise<void>
  /** The length of the workspace of `applyGradients`; 0 where the backend has its own. */
  stepEndWorkspace(plan: TrainingPlan): number
  /**
   * The end of one training step with these gradients: penalties, clips, decay and the optimizer's update, by the learning
   * rate of the plan. parameters, gradients: [parameterCount]; these and the state change in place
   */
  applyGradients(
    plan: TrainingPlan,
    parameters: Float64Array,
    gradients: Float64Array,
    state: Float64Array,
    workspace: Float64Array,
  ): void
  /** The length of the workspace of `evaluate`; 0 where the backend has its own. */
  evaluationWorkspace(plan: EvaluationPlan): number
  /**
   * The mean loss over all rows. sampleWeight: [rows], or of length 0: none. output: [rows × outputs], which gets the
   * predictions; or of length 0. No two arrays that are written overlap another one.
   */
  evaluate(
    plan: EvaluationPlan,
    parameters: Float64Array,
    x: Float64Array,
    y: Float64Array,
    sampleWeight: Float64Array,
    output: Float64Array,
    workspace: Float64Array,
  ): number
  /** A metric, by its code in lib/kernels/metrics, of targets and predictions without class numbers. */
  metric(code: number, options: Float64Array, scored: Scored): number
  /** How many of these threads speed up the training of this number of members. */
  usefulThreads(plan: TrainingPlan, members: number, threads: number): number
  /**
   * The length of a session's workspace; of a backend with memory of its own, with the copies of samples, parameters and
   * state.
   */
  sessionWorkspace(shape: SessionShape): number
  openSession(call: SessionCall): Session
}
