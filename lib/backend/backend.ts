/** The Backend interface: what predicts, evaluates and trains by a plan. */
import type {
  EvaluationPlan,
  MemberPlans,
  NetworkPlan,
  TrainingArrays,
  TrainingOutcome,
  TrainingPlan,
} from '../kernels/plan.js'

/** output = the answers for all rows of x. x: [rows × inputs], output: [rows × outputs], apart from the others */
export type Predictor = (parameters: Float64Array, x: Float64Array, output: Float64Array) => void

/** A path: the TypeScript one, or one native kernel set. All give the same bits. Arguments are checked before. */
export interface Backend {
  readonly name: string
  /** What predicts by this plan, for any number of rows. It keeps what that needs besides the arrays of a call. */
  predictor(plan: NetworkPlan): Predictor
  evaluationWorkspace(plan: EvaluationPlan): number
  /** How many threads, of so many, the training of one network gains from. */
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
  /** On at most so many threads: the bits are the same. */
  train(plan: TrainingPlan, threads: number, arrays: TrainingArrays): TrainingOutcome
  /** The same while the event loop goes on. No one else may touch the arrays until it has ended. */
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
