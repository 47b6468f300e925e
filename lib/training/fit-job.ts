/** A call of `fit` with checked arguments, and its results. */
import type { Backend } from '../backend/backend.js'
import type { ChosenScalarMetric } from '../metrics/choose.js'
import type { CompiledModel } from './compiled-model.js'
import type { TrainingData } from './fit-data.js'
import type { FitSettings } from './fit-options.js'
import type { DivergenceError, History } from './history.js'
import type { Interruption } from './interruption.js'
import type { Plateau } from './plateau.js'
import type { RateSchedule } from './rate-schedule.js'
import type { ChosenSchedule } from './schedules.js'

/** Parameters and optimizer states of all members, member after member. */
export interface MemberArrays {
  readonly parameters: Float64Array
  readonly state: Float64Array
}

/** A checked call of `fit`. */
export interface Job {
  readonly compiled: CompiledModel
  readonly backend: Backend
  readonly settings: FitSettings
  readonly data: TrainingData
  readonly metrics: readonly ChosenScalarMetric[]
  /** Whether metrics take -1 and 1 for the classes of an output, not 0 and 1. */
  readonly signs: boolean
  readonly schedule: ChosenSchedule | null
  readonly rateSchedule: RateSchedule
  readonly plateau: Plateau | null
  /** The arrays that are trained, in place. */
  readonly values: MemberArrays
  /** The state of the schedule, in place. */
  readonly scheduleState: Float64Array
  /** Where an earlier fit, which this one continues, stopped within an epoch. */
  readonly interruption: Interruption | null
  /** Publishes the current values to the network and the trainer, with the number of the next epoch. */
  publish(epoch: number, interruption: Interruption | null): void
}

export type Result = History | DivergenceError
