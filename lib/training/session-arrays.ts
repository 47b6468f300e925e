/** What all sessions of a trainer are made of: the members' plans, and arrays of the right lengths. */
import type { SessionShape } from '../backend/backend.js'
import { type EpochRange, seedWords, trainingPlan } from '../backend/plan.js'
import {
  LOSS_SUM,
  type MemberPlans,
  OUTCOME_LENGTH,
  PENALTIES,
  POSITION_LENGTH,
  type SessionArrays,
  STOPPING_LENGTH,
  seriesCount,
  type WatchPlan,
} from '../kernels/plan.js'
import { threadsFor } from './compiled-model.js'
import { NONE, type Samples } from './fit-data.js'
import type { WatchedFit } from './watch-plan.js'

/** options: the optimizer's options of each member; layerOptions: as of `MemberPlans` */
function memberPlansOf(
  seeds: readonly number[],
  options: readonly Float64Array[],
  layerOptions: Float64Array,
): MemberPlans {
  const count = options.length
  const words = new Int32Array(2 * count)
  const [{ length }] = options
  const all = count === 1 ? options[0] : new Float64Array(count * length)
  for (let i = 0; i < count; i++) {
    words.set(seedWords(seeds[i]), 2 * i)
    if (count > 1) all.set(options[i], i * length)
  }
  return { count, seeds: words, optimizerOptions: all, layerOptions }
}

/** The session of these epochs as numbers. seeds: one for each member */
export function sessionShape(
  { compiled, backend, rateSchedule }: Pick<WatchedFit, 'compiled' | 'backend' | 'rateSchedule'>,
  range: Omit<EpochRange, 'seed'>,
  seeds: readonly number[],
  watch: WatchPlan | null,
): SessionShape {
  const { loss, optimizers, layerOptions } = compiled
  const options = optimizers.map((optimizer) => rateSchedule.optionsFor(optimizer))
  const optimizer = { ...optimizers[0], options: options[0] }
  const plan = trainingPlan(compiled.plan, loss, optimizer, { ...range, seed: seeds[0] })
  const members = memberPlansOf(seeds, options, layerOptions)
  return { plan, members, threads: threadsFor(compiled, backend, plan, members.count), watch }
}

/** What a caller gives of a session's arrays. */
export interface GivenArrays {
  readonly parameters: Float64Array
  readonly state: Float64Array
  /** The states of `reduceOnPlateau`, or of length 0. */
  readonly plateaus: Float64Array
  readonly training: Samples
  readonly validation: Samples | null
  readonly hasFactors: boolean
  /** The most epochs of a run. */
  readonly chunk: number
  /** Makes the arrays that are not given. Default: ordinary ones. */
  readonly make?: (length: number) => Float64Array
}

/** How many numbers the arrays of a session have that are not given: all but samples, parameters and states. */
export function ownLengths(
  { plan, members, watch }: SessionShape,
  stateLength: number,
  hasFactors: boolean,
  chunk: number,
) {
  const { count } = members
  const { parameterCount } = plan
  const stopping = watch?.stopping ?? null
  return {
    currentParameters: count === 1 ? parameterCount : 0,
    currentState: count === 1 ? stateLength : 0,
    rateFactors: hasFactors ? chunk * plan.stepsPerEpoch : 0,
    best: stopping?.restoreBest === 1 ? count * parameterCount : 0,
    stopping: stopping === null ? 0 : count * STOPPING_LENGTH,
    position: POSITION_LENGTH,
    outcomes: count * OUTCOME_LENGTH,
    series: count * seriesCount(watch) * chunk,
  }
}

export function sessionArrays(shape: SessionShape, given: GivenArrays): SessionArrays {
  const { watch, members } = shape
  const { parameters, state, plateaus, training, validation, chunk, hasFactors } = given
  const make = given.make ?? ((length) => new Float64Array(length))
  const labelled = (labels: Float64Array) => (watch !== null && watch.metrics.length > 0 ? labels : NONE)
  const { series, ...lengths } = ownLengths(shape, state.length / members.count, hasFactors, chunk)
  // In one buffer: the addon checks each in every run.
  const all = make(Object.values(lengths).reduce((sum, length) => sum + length, 0))
  let at = 0
  const piece = (length: number): Float64Array => {
    at += length
    return length === 0 ? NONE : all.subarray(at - length, at)
  }
  const own = (name: keyof typeof lengths) => piece(lengths[name])
  const arrays = {
    parameters,
    state,
    currentParameters: own('currentParameters'),
    currentState: own('currentState'),
    workspace: NONE,
    x: training.x,
    y: training.y,
    sampleWeight: training.sampleWeight,
    labels: labelled(training.labels),
    validationX: validation?.x ?? NONE,
    validationY: validation?.y ?? NONE,
    validationWeight: validation?.sampleWeight ?? NONE,
    validationLabels: labelled(validation?.labels ?? NONE),
    rateFactors: own('rateFactors'),
    best: own('best'),
    stopping: own('stopping'),
    plateaus,
    position: own('position'),
    outcomes: own('outcomes'),
    series: make(series),
  }
  arrays.position[LOSS_SUM] = arrays.position[PENALTIES] = -0
  // No parameter is not finite, and there is no best epoch.
  for (let i = 2; i < arrays.outcomes.length; i += OUTCOME_LENGTH) arrays.outcomes[i] = -1
  for (let i = 1; i < arrays.stopping.length; i += STOPPING_LENGTH) arrays.stopping[i] = -1
  return arrays
}
