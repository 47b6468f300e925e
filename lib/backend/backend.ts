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
  /** A function that differentiates predictions by this plan, for any number of rows. It keeps its workspace between calls. */
  gradients(plan: NetworkPlan): Gradients
  /** The length of the workspace of `applyGradients`. */
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
