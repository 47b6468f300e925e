/** The options of predictions, and asynchronous predictions of a network or of the members of an ensemble. */
import { processors } from '#platform'
import type { Backend } from '../backend/backend.js'
import { chooseBackend } from '../backend/choose.js'
import { abortable, abortSignal, type Signal } from '../checks/abort.js'
import { requireCategories } from '../checks/categories.js'
import { declareOptions } from '../checks/places.js'
import { areFinite, type Matrix, matrix, type Rows, snapshot } from '../checks/rows.js'
import {
  float64ArrayOf,
  indexedArrayOf,
  MAX_THREADS,
  optionsObject,
  requireNoOverlap,
  threadCount,
} from '../checks/validate.js'
import type { NetworkPlan } from '../kernels/plan.js'
import { requireFiniteParameters } from './layers.js'

export interface PredictOptions {
  /** As in `TrainerOptions`. Default `auto`. */
  backend?: string
  /** The array to write to, [rows × outputs]. Default: a new array. */
  output?: Float64Array
}

export interface PredictAsyncOptions extends PredictOptions {
  /**
   * The most threads, from 1 to 1024, among which the rows are divided; they do not change the bits. `auto`: one per
   * processor. Only the addon uses them. Default 1.
   */
  threads?: number | 'auto'
  /** Ends the prediction when it aborts: the promise is rejected with its reason, and nothing is written. */
  signal?: Signal
}

export const PREDICT_OPTIONS = declareOptions('predict', ['backend', 'output'])
export const PREDICT_ASYNC_OPTIONS = declareOptions('predictAsync', ['backend', 'output', 'threads', 'signal'])
export const INPUTS_NAME = 'the inputs of the network'

const DIVERGED = 'The network has diverged, or its parameters were edited.'
export const TRAIN_AGAIN = `${DIVERGED} Train it again, or load an older file.`

/** The caller's array for predictions from these samples and parameters. Only its length and its elements may be used. */
export function outputArray(given: unknown, length: number, x: Float64Array, parameters: Float64Array): Float64Array {
  const output = indexedArrayOf(given, 'output', length)
  requireNoOverlap(x, 'x', output, 'output')
  requireNoOverlap(parameters, 'network.parameters', output, 'output')
  return output
}

/**
 * Refuses outputs that are not finite because a parameter is not. Outputs of finite parameters may also overflow; those
 * are returned.
 */
export function requireFiniteOutput(
  plan: NetworkPlan,
  output: Float64Array,
  parameters: Float64Array,
  owner: string,
): void {
  if (!areFinite(output)) requireFiniteParameters(plan, parameters, owner, DIVERGED)
}

/** The checked options of an asynchronous prediction. */
export interface AsyncSettings {
  readonly backend: Backend
  readonly threads: number
  readonly signal: Signal | null
  /** Not checked yet; undefined where it is not given. */
  readonly output: unknown
}

export function asyncSettings(options: unknown, known: readonly string[]): AsyncSettings {
  const given = optionsObject(options, 'the options of predictAsync', known)
  const { backend } = chooseBackend(given.backend)
  const threads = threadCount(given.threads)
  return {
    backend,
    threads: threads === 'auto' ? Math.min(processors(), MAX_THREADS) : threads,
    signal: abortSignal(given.signal),
    output: given.output,
  }
}

/** Predictions, [members × rows × outputs], and the parameters that they were computed with. */
export interface MemberPredictions {
  readonly output: Float64Array
  readonly parameters: Float64Array
}

/**
 * Predicts with networks of one shape. At the call it copies samples and parameters, unless they are in shared memory or
 * no other code can change them.
 * @param parameters of all members, live
 */
export async function predictMembers(
  { backend, threads }: AsyncSettings,
  plan: NetworkPlan,
  parameters: Float64Array,
  samples: Matrix,
  cancelled: Int32Array,
): Promise<MemberPredictions> {
  const members = parameters.length / plan.parameterCount
  const used = snapshot({ values: parameters, rows: members, isPrivateCopy: false })
  const x = snapshot(samples)
  const output = new Float64Array(members * samples.rows * plan.outputs)
  await backend.predictAsync({ plan, members, threads, parameters: used, x, output, cancelled })
  return { output, parameters: used }
}

/** `Network.predictAsync`. @param attached gives the network's parameters, after a check */
export async function predictAsync(
  plan: NetworkPlan,
  attached: () => Float64Array,
  x: Rows,
  options: PredictAsyncOptions,
): Promise<Float64Array> {
  const settings = asyncSettings(options, PREDICT_ASYNC_OPTIONS)
  const samples = matrix(x, 'x', plan.inputs, INPUTS_NAME)
  requireCategories(plan, samples.values, 'x')
  const live = attached()
  const length = samples.rows * plan.outputs
  if (settings.output !== undefined) outputArray(settings.output, length, samples.values, live)
  const { output, parameters } = await abortable(settings.signal, (cancelled) =>
    predictMembers(settings, plan, live, samples, cancelled),
  )
  requireFiniteOutput(plan, output, parameters, '')
  if (settings.output === undefined) return output
  // Checked again: its buffer may have been transferred meanwhile.
  float64ArrayOf(settings.output, 'output', length).set(output)
  return settings.output as Float64Array
}
