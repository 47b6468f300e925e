/** The Backend interface: what predicts, evaluates and trains by a plan. */
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

/** A backend: TypeScript, or one kernel set of the addon. All compute the same bits. Callers check the arguments. */
export interface Backend {
  readonly name: string
  /** A function that predicts by this plan, for any number of rows. It keeps its workspace between calls. */
  predictor(plan: NetworkPlan): Predictor
  evaluationWorkspace(plan: EvaluationPlan): number
  /** How many of these threads speed up the training of one network. */
  usefulThreads(plan: TrainingPlan, threads: number): number
  trainingWorkspace(plan: TrainingPlan, threads: number): number
  /** sampleWeight: [rows], or of length 0: none */
  evaluate(
    plan: EvaluationPlan,
    parameters: Float64Array,
    x: Float64Array,
    y: Float64Array,
    sampleWeight: Float64Array,
    workspace: Float64Array,
  ): number
  /** Trains on at most `threads` threads, which does not change the bits. */
  train(plan: TrainingPlan, threads: number, arrays: TrainingArrays): TrainingOutcome
  /**
   * The same asynchronously, off the main thread where possible. No other code may use the arrays until the promise
   * settles.
   */
  trainAsync(plan: TrainingPlan, threads: number, arrays: TrainingArrays): Promise<TrainingOutcome>
  /**
   * As the three for one network; parameters, state and history hold what belongs to the members one after the other, the
   * other arrays are the same for all.
   */
  ensembleWorkspace(plan: TrainingPlan, members: number, threads: number): number
  trainEnsemble(plan: TrainingPlan, members: MemberPlans, threads: number, arrays: TrainingArrays): TrainingOutcome[]
  trainEnsembleAsync(
    plan: TrainingPlan,
    members: MemberPlans,
    threads: number,
    arrays: TrainingArrays,
  ): Promise<TrainingOutcome[]>
}
