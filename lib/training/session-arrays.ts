/** What all sessions of a trainer are made of: the members' plans, and arrays of the right lengths. */
import type { SessionShape } from '../backend/backend.js'
import { seedWords } from '../backend/plan.js'
import {
  LOSS_SUM,
  type MemberPlans,
  OUTCOME_LENGTH,
  PENALTIES,
  POSITION_LENGTH,
  type SessionArrays,
  STOPPING_LENGTH,
  seriesCount,
} from '../kernels/plan.js'
import { NONE, type Samples } from './fit-data.js'

/** options: the optimizer's options of each member */
export const memberPlansOf = (seeds: readonly number[], options: readonly Float64Array[]): MemberPlans => ({
  count: options.length,
  seeds: Int32Array.from(seeds.flatMap(seedWords)),
  optimizerOptions: options.length === 1 ? options[0] : Float64Array.from(options.flatMap((one) => [...one])),
})

/** What a caller gives of a session's arrays. */
export interface GivenArrays {
  readonly parameters: Float64Array
  readonly state: Float64Array
  /** The states of `reduceOnPlateau`, or of length 0. */
  readonly plateaus: Float64Array
  readonly training: Samples
  readonly validation: Samples | null
  readonly hasFactors: boolean
  /** The length of the workspace. */
  readonly workspace: number
  /** The most epochs of a run. */
  readonly chunk: number
}

export function sessionArrays({ plan, members, watch }: SessionShape, given: GivenArrays): SessionArrays {
  const { count } = members
  const { parameters, state, plateaus, training, validation, chunk } = given
  const stopping = watch?.stopping ?? null
  const labelled = (labels: Float64Array) => (watch !== null && watch.metrics.length > 0 ? labels : NONE)
  const current = (values: Float64Array) => (count === 1 ? new Float64Array(values.length) : NONE)
  const arrays = {
    parameters,
    state,
    currentParameters: current(parameters),
    currentState: current(state),
    workspace: new Float64Array(given.workspace),
    x: training.x,
    y: training.y,
    sampleWeight: training.sampleWeight,
    labels: labelled(training.labels),
    validationX: validation?.x ?? NONE,
    validationY: validation?.y ?? NONE,
    validationWeight: validation?.sampleWeight ?? NONE,
    validationLabels: labelled(validation?.labels ?? NONE),
    rateFactors: given.hasFactors ? new Float64Array(chunk * plan.stepsPerEpoch) : NONE,
    best: stopping?.restoreBest === 1 ? new Float64Array(parameters.length) : NONE,
    stopping: stopping === null ? NONE : new Float64Array(count * STOPPING_LENGTH),
    plateaus,
    position: new Float64Array(POSITION_LENGTH),
    outcomes: new Float64Array(count * OUTCOME_LENGTH),
    series: new Float64Array(count * seriesCount(watch) * chunk),
  }
  arrays.position[LOSS_SUM] = arrays.position[PENALTIES] = -0
  for (let i = 0; i < count; i++) {
    // No parameter is not finite, and there is no best epoch.
    arrays.outcomes[i * OUTCOME_LENGTH + 2] = -1
    if (stopping !== null) arrays.stopping[i * STOPPING_LENGTH + 1] = -1
  }
  return arrays
}
