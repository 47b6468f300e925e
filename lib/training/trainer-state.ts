/** What a trainer keeps between its calls. */
import { requireFinite } from '../checks/rows.js'
import { float64ArrayOf } from '../checks/validate.js'
import { type CompiledModel, statesOf } from './compiled-model.js'
import type { Samples } from './fit-data.js'
import { type Course, digestOfSamples, type Interruption, isSameCourse, withCurrent } from './interruption.js'
import { checkPlateaus } from './plateau.js'
import { freshScheduleState } from './rate-schedule.js'
import type { ChosenSchedule } from './schedules.js'

export class TrainerState {
  /** The optimizer's vectors and scalars, member after member. Always the same array. */
  readonly optimizer: Float64Array
  /** The states of `reduceOnPlateau`; always the same array. */
  readonly plateaus: Float64Array
  /** The number of the next epoch. */
  epoch = 0
  private interrupted: { readonly course: Course; readonly digest: string; readonly at: Interruption } | null = null

  constructor(compiled: CompiledModel, schedule: ChosenSchedule | null) {
    this.optimizer = statesOf(compiled)
    this.plateaus = freshScheduleState(schedule, compiled.members.length)
  }

  setOptimizer(values: unknown): void {
    const given = float64ArrayOf(values, 'optimizerState', this.optimizer.length)
    requireFinite(given, 'optimizerState')
    this.optimizer.set(given)
  }

  setPlateaus(values: unknown): void {
    const given = float64ArrayOf(values, 'scheduleState', this.plateaus.length)
    checkPlateaus(given, 'scheduleState')
    this.plateaus.set(given)
  }

  /** Keeps where a fit has stopped within an epoch. */
  interrupt(course: Course, samples: Samples, at: Interruption): void {
    this.interrupted = { course, digest: digestOfSamples(samples), at }
  }

  forgetInterruption(): void {
    this.interrupted = null
  }

  /**
   * Where the last fit stopped within an epoch, if a fit of this course and these samples goes on from there; otherwise
   * null. Parameters and state that the caller has changed since then are used as they are now.
   */
  interruptionFor(course: Course, samples: Samples, parameters: Float64Array): Interruption | null {
    const { interrupted } = this
    if (interrupted === null || !isSameCourse(course, interrupted.course)) return null
    if (digestOfSamples(samples) !== interrupted.digest) return null
    return withCurrent(interrupted.at, parameters, this.optimizer)
  }
}
