/** The learning rates of the epochs of a fit. */

import { wrongType } from '../checks/errors.js'
import type { Chosen } from '../checks/registry.js'
import { type Optimizer, setLearningRate } from '../kernels/optimizers.js'
import { PLATEAU_LENGTH } from '../kernels/plan.js'
import type { ChosenScalarMetric } from '../metrics/choose.js'
import { MONITORS, monitorFor } from './early-stopping.js'
import { NONE } from './fit-data.js'
import { FRESH_PLATEAU, type Plateau } from './plateau.js'
import { type ChosenSchedule, type ScheduleFunction, scheduledRate, scheduleFactors } from './schedules.js'

/** The initial states of the members' plateaus; of length 0 for any other schedule. */
export const freshScheduleState = (schedule: ChosenSchedule | null, members: number): Float64Array =>
  isPlateau(schedule)
    ? new Float64Array(members * PLATEAU_LENGTH).map((_, i) => FRESH_PLATEAU[i % PLATEAU_LENGTH])
    : new Float64Array(0)

/** A schedule function returns the rates themselves, so that a learningRate would have no effect. */
export function checkRates(optimizer: unknown, schedule: ChosenSchedule | null): void {
  const rate = (optimizer as { learningRate?: unknown } | null)?.learningRate
  if (typeof schedule !== 'function' || rate === undefined) return
  throw wrongType(
    'nothing',
    'optimizer.learningRate',
    rate,
    'It has no effect where schedule is a function: leave one of them out.',
  )
}

export const isPlateau = (schedule: ChosenSchedule | null): schedule is Exclude<ChosenSchedule, ScheduleFunction> =>
  schedule !== null && typeof schedule !== 'function' && schedule.name === 'reduceOnPlateau'

/** The options of a plateau schedule; its series must exist in this fit. */
export function plateauOf(
  schedule: ChosenSchedule | null,
  metrics: readonly ChosenScalarMetric[],
  validated: boolean,
): Plateau | null {
  if (!isPlateau(schedule)) return null
  const [word, factor, patience, threshold, relative, cooldown, minimum] = schedule.options
  const monitor = monitorFor(MONITORS[word], 'schedule', metrics, validated)
  return { monitor, factor, patience, threshold, relative: relative === 1, cooldown, minimum }
}

/** The most steps whose factors one call gets, so that the cost of a call is negligible. */
const MAX_FACTORS = 2 ** 16

/** The learning rates of some epochs. */
export interface Rates {
  /** The number of epochs; fewer than requested where a schedule function threw for the next one. */
  readonly epochs: number
  /** What the schedule function threw for the next epoch. */
  readonly failure: { readonly error: unknown } | null
  /** [steps], or of length 0: all 1. */
  readonly factors: Float64Array
}

export class RateSchedule {
  /** @param end the number of epochs of the whole fit, which schedules depend on */
  constructor(
    private readonly schedule: ChosenSchedule | null,
    private readonly stepsPerEpoch: number,
    private readonly end: number,
  ) {}

  /** The most epochs of one call. */
  get longest(): number {
    return this.schedule === null ? this.end : Math.max(1, Math.floor(MAX_FACTORS / this.stepsPerEpoch))
  }

  /** The rates of `epochs` epochs, at most `longest`. */
  rates(firstEpoch: number, epochs: number): Rates {
    const { schedule, stepsPerEpoch } = this
    if (schedule === null || !this.hasFactors) return { epochs, failure: null, factors: NONE }
    const firstStep = firstEpoch * stepsPerEpoch
    if (typeof schedule !== 'function') {
      const factors = scheduleFactors(schedule, firstStep, epochs * stepsPerEpoch, stepsPerEpoch, this.end)
      return { epochs, failure: null, factors }
    }
    const factors = new Float64Array(epochs * stepsPerEpoch)
    for (let i = 0; i < epochs; i++) {
      const step = i * stepsPerEpoch
      try {
        factors.fill(scheduledRate(schedule, firstStep + step, firstEpoch + i), step, step + stepsPerEpoch)
      } catch (error) {
        return { epochs: i, failure: { error }, factors: factors.slice(0, step) }
      }
    }
    return { epochs, failure: null, factors }
  }

  /** An optimizer's options: the rates of a schedule function are the factors of a learning rate of 1. */
  optionsFor({ options }: Chosen<Optimizer>): Float64Array {
    if (!this.isAbsolute) return options
    const changed = options.slice()
    setLearningRate(changed, 1)
    return changed
  }

  /** Whether the learning rate may differ between epochs. */
  get isScheduled(): boolean {
    return this.schedule !== null
  }

  /** Whether `rates` gives the rates themselves, for a learningRate of 1. */
  get isAbsolute(): boolean {
    return typeof this.schedule === 'function'
  }

  /** Whether steps have factors. */
  get hasFactors(): boolean {
    const { schedule } = this
    return schedule !== null && !(isPlateau(schedule) && warmupOf(schedule) === 0)
  }
}

/**
 * The factors of the rate in an epoch of one step; of length 0: 1.
 * @throws what a schedule function throws
 */
export function stepFactors(schedule: ChosenSchedule | null, epoch: number): Float64Array {
  if (schedule === null) return NONE
  const { failure, factors } = new RateSchedule(schedule, 1, epoch + 1).rates(epoch, 1)
  if (failure !== null) throw failure.error
  return factors
}

/** The epochs of the warm-up, the last option of each schedule. */
const warmupOf = ({ options }: Exclude<ChosenSchedule, ScheduleFunction>): number => options[options.length - 1]
