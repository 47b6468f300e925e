/** What a path can do, and the one place that chooses a path. */
import { env } from 'node:process'
import type { EvaluationPlan, MemberPlans, NetworkPlan, TrainingOutcome, TrainingPlan } from './kernels/plan.js'
import { nativeBackend, nativeKernelSets, nativeLoadFailure } from './native.js'
import { typescriptBackend } from './typescript.js'
import { oneOf } from './validate.js'

/** The arrays of one training, worked on in place. */
export interface TrainingArrays {
  /** [parameterCount] */
  readonly parameters: Float64Array
  /** The optimizer's vectors and scalars. */
  readonly state: Float64Array
  /** As long as `trainingWorkspace` says; its contents do not matter. */
  readonly workspace: Float64Array
  /** [rows × inputs] */
  readonly x: Float64Array
  /** [rows × outputs] */
  readonly y: Float64Array
  /** [rows], by which a row's loss and gradient are multiplied; of length 0: none. */
  readonly sampleWeight: Float64Array
  /** [steps of this call], by which the learning rate of each step is multiplied; of length 0: none. */
  readonly rateFactors: Float64Array
  /** [epochs], filled with each epoch's loss: history[i] is that of epoch firstEpoch + i */
  readonly history: Float64Array
}

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

/** A path as `backends()` lists it. */
export interface BackendInfo {
  readonly name: string
  readonly available: boolean
  /** Why it is not available. */
  readonly reason?: string
}

/** A chosen path and why it was chosen. */
export interface ChosenBackend {
  readonly backend: Backend
  readonly reason: string
}

/** All paths, best first, with why some cannot run here. */
export function backends(): BackendInfo[] {
  const native = nativeKernelSets().map(({ name, available, reason }) => ({
    name: `native/${name}`,
    available,
    ...(available ? {} : { reason }),
  }))
  return [...native, { name: 'typescript', available: true }]
}

// What can run does not change while the process lives: the choices made, by option, and for `auto` by LOCKSTEP_BACKEND.
const byOption = new Map<unknown, ChosenBackend>()
const byVariable = new Map<unknown, ChosenBackend>()

/**
 * The path for a `backend` option. `auto` takes what LOCKSTEP_BACKEND names, else the best; any other value forces that
 * path, and throws where it cannot run.
 */
export function chooseBackend(option: unknown): ChosenBackend {
  const auto = option === undefined || option === 'auto'
  const choices = auto ? byVariable : byOption
  const key = auto ? env.LOCKSTEP_BACKEND : option
  let choice = choices.get(key)
  if (choice === undefined) {
    choice = choose(option)
    choices.set(key, choice)
  }
  return choice
}

function choose(option: unknown): ChosenBackend {
  const names = ['auto', 'native', ...backends().map(({ name }) => name)]
  const asked = option === undefined ? 'auto' : oneOf(option, 'backend', 'the name of a backend', names)
  if (asked !== 'auto') return forced(asked, `backend: '${asked}' was asked for`)
  const fromOutside = env.LOCKSTEP_BACKEND
  if (fromOutside !== undefined && fromOutside !== '' && fromOutside !== 'auto') {
    const name = oneOf(fromOutside, 'LOCKSTEP_BACKEND', 'the name of a backend', names)
    return forced(name, `LOCKSTEP_BACKEND=${name} was asked for`)
  }
  const best = nativeKernelSets().find(({ available }) => available)
  if (best === undefined && (env.LOCKSTEP_ADDON ?? '') !== '')
    throw new Error(`No native backend: ${nativeLoadFailure()}`)
  if (best !== undefined) {
    return { backend: nativeBackend(best.name), reason: 'the best kernel set that this processor can run' }
  }
  return { backend: typescriptBackend, reason: `the native addon cannot run: ${nativeLoadFailure()}` }
}

function forced(name: string, reason: string): ChosenBackend {
  if (name === 'typescript') return { backend: typescriptBackend, reason }
  const sets = nativeKernelSets()
  const set =
    name === 'native' ? sets.find(({ available }) => available) : sets.find((one) => `native/${one.name}` === name)
  if (set?.available === true) return { backend: nativeBackend(set.name), reason }
  const why = set?.reason ?? nativeLoadFailure()
  throw new Error(`The backend '${name}' cannot run here: ${why} Use 'auto' or 'typescript' to train without it.`)
}
