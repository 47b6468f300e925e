/** A call of `fit` with checked arguments, the requests of its loop, and its results. */
import type { Backend, TrainingCall } from '../backend/backend.js'
import type { ChosenScalarMetric } from '../metrics/choose.js'
import type { MemberArrays } from './active-members.js'
import type { CompiledModel } from './compiled-model.js'
import type { TrainingData } from './fit-data.js'
import type { FitSettings } from './fit-options.js'
import type { DivergenceError, History } from './history.js'
import type { Plateau } from './plateau.js'
import type { RateSchedule } from './rate-schedule.js'

/** A checked call of `fit`. */
export interface Job {
  readonly compiled: CompiledModel
  readonly backend: Backend
  readonly settings: FitSettings
  readonly data: TrainingData
  readonly metrics: readonly ChosenScalarMetric[]
  /** Whether metrics take -1 and 1 for the classes of an output, not 0 and 1. */
  readonly signs: boolean
  readonly rateSchedule: RateSchedule
  readonly plateau: Plateau | null
  /** The arrays that are trained, in place. */
  readonly values: MemberArrays
  /** Whether the parameters are the network's own, not a copy. */
  readonly inPlace: boolean
  /** The state of the schedule, in place. */
  readonly scheduleState: Float64Array
  /** Publishes the current values to the network and the trainer, with the number of the next epoch. */
  publish(epoch: number): void
}

/** A request to train some epochs. */
export interface TrainRequest extends TrainingCall {
  readonly kind: 'train'
  /** The optimizer options of each active member. */
  readonly options: readonly Float64Array[]
}

/** A request of the loop: a training, or a value that `onEpoch` returned, which `fit` awaits. */
export type Request = TrainRequest | { readonly kind: 'wait'; readonly value: unknown }

export type Result = History | DivergenceError
