/**
 * The table of schedules: the factor of each step's learning rate. Lengths are in epochs, may be fractional, and are
 * counted in steps. A length of 0, the default, is the rest of the fit after the warm-up. Schedules use + - * / and the
 * functions of the kernels only, so that the bits are the same everywhere; powers are repeated products.
 */
import { wrongType, wrongValue } from '../checks/errors.js'
import { SCHEDULES } from '../checks/foreign.js'
import { type Choice, type Chosen, Registry } from '../checks/registry.js'
import { cos } from '../kernels/math.js'
import {
  atLeast,
  type Configurable,
  choice,
  flag,
  fraction,
  integer,
  nonNegative,
  positive,
} from '../kernels/option-table.js'
import { MONITORS, type MonitorName } from './early-stopping.js'

/** The steps of a schedule. */
interface Clock {
  readonly stepsPerEpoch: number
  /** The number of steps of the warm-up, which may have a fraction. */
  readonly begin: number
  /** The number of steps after it, at least 1. */
  readonly rest: number
}

interface Schedule extends Configurable {
  /** The factor of a step, counted over all epochs from 0; not before `begin`. */
  factor(step: number, clock: Clock, options: Float64Array): number
}

/** The largest relative distance of a number of steps from an integer that is taken for a rounding error. */
const ROUNDING = 2 ** -48

/**
 * A number of steps, rounded to an integer where it differs by rounding errors only, such as 1.1 epochs of 10 steps. At
 * most the largest double, so that products with it are numbers.
 */
function counted(steps: number): number {
  const nearest = Math.round(steps)
  return Math.min(Math.abs(steps - nearest) <= steps * ROUNDING ? nearest : steps, Number.MAX_VALUE)
}

/** A length in epochs as steps, at least one. */
const stepsOf = (length: number, { stepsPerEpoch, rest }: Clock): number =>
  length === 0 ? rest : Math.max(counted(length * stepsPerEpoch), 1)

/** The same in epochs, without further rounding. */
const epochsOf = (length: number, { stepsPerEpoch, rest }: Clock): number =>
  length === 0 ? rest / stepsPerEpoch : Math.max(length, 1 / stepsPerEpoch)

/** Whether a step is at least this number of steps after `begin`. */
const reached = (step: number, { begin }: Clock, place: number): boolean => step >= counted(begin + place)

/** The number of complete periods of this number of steps. */
function periodsOver(step: number, clock: Clock, period: number): number {
  const over = Math.floor((step - clock.begin) / period)
  return reached(step, clock, (over + 1) * period) ? over + 1 : over
}

/**
 * The period of a step, where each is `multiplier` times as long as the one before and the first has `first` steps: the
 * number of steps from `begin` to its start, and its length in first periods. The sum of 2^j periods is computed from
 * the sum of half as many, so that it takes at most twice as many operations as the step's number has binary digits.
 */
function longerPeriod(step: number, clock: Clock, first: number, multiplier: number): [start: number, times: number] {
  // sums[j]: the length of 2^j periods, in first periods. growths[j]: multiplier^(2^j).
  const [sums, growths] = [[1], [multiplier]]
  for (let j = 0; reached(step, clock, first * sums[j]); j++) {
    sums.push(sums[j] * (1 + growths[j]))
    growths.push(growths[j] * growths[j])
  }
  let [start, times] = [0, 1]
  for (let j = sums.length - 2; j >= 0; j--) {
    const end = start + first * times * sums[j]
    if (reached(step, clock, end)) [start, times] = [end, times * growths[j]]
  }
  return [start, times]
}

/** base^n by repeated squaring, for an integer n; at most the largest double. */
function power(base: number, n: number): number {
  let [result, square] = [1, base]
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square
    square *= square
  }
  return Math.min(result, Number.MAX_VALUE)
}

/** (1 + cos(π · share)) / 2: falls from 1 to 0 as share rises from 0 to 1. */
const halfCosine = (share: number): number => 0.5 * (1 + cos(Math.PI * share))

/**
 * The number of epochs of the warm-up. During it the rate rises linearly to the schedule's first rate: step i has (i +
 * 1) / (the warm-up's steps) of it. Default 0.
 */
const warmup = nonNegative(0)
/** The length in epochs. Default 0: the rest of the fit. */
const epochs = nonNegative(0)
/** The last factor, from 0 to under 1. Default 0. */
const minimum = fraction(0)

const constant = { options: { warmup }, factor: () => 1 } as const

// StepLR: gamma^floor(steps / stepSize).
const step = {
  options: {
    /** The length of a step in epochs, above 0; at least one of the optimizer's steps. Default 10. */
    stepSize: positive(10),
    /** The factor of the rate at each step, above 0. Default 0.1. */
    gamma: positive(0.1),
    warmup,
  },
  factor: (step: number, clock: Clock, options: Float64Array) =>
    power(options[1], periodsOver(step, clock, stepsOf(options[0], clock))),
} as const

// ExponentialLR: gamma^epoch.
const exponential = {
  options: {
    /** The factor of the rate in each epoch, above 0. Default 0.95. */
    gamma: positive(0.95),
    warmup,
  },
  factor: (step: number, clock: Clock, options: Float64Array) =>
    power(options[0], periodsOver(step, clock, clock.stepsPerEpoch)),
} as const

// Loshchilov and Hutter, "SGDR", ICLR 2017; CosineAnnealingLR (which here stays at the minimum) and
// CosineAnnealingWarmRestarts.
const cosine = {
  options: {
    /** The length in epochs; with restarts, of the first period. Default 0: the rest of the fit. */
    epochs,
    /** The last factor, from 0 to under 1. Default 0. */
    minimum,
    /** Whether it starts again after its end; otherwise it stays at the minimum. Default false. */
    restarts: flag(false),
    /** The length of a period relative to the one before, at least 1; with restarts. Default 1. */
    multiplier: atLeast(1, 1),
    warmup,
  },
  conflict: (options: Float64Array) =>
    options[3] !== 1 && options[2] === 0
      ? { option: 'multiplier', expected: '1', remedy: 'It needs restarts: true.' }
      : null,
  factor(step: number, clock: Clock, options: Float64Array) {
    const [length, min, restarts, multiplier] = options
    const first = stepsOf(length, clock)
    let [start, times] = [0, 1]
    if (restarts === 1 && multiplier === 1) start = periodsOver(step, clock, first) * first
    else if (restarts === 1) [start, times] = longerPeriod(step, clock, first, multiplier)
    else if (reached(step, clock, first)) return min
    // A fractional start may be rounded to just after the step.
    const time = Math.max(step - clock.begin - start, 0) / clock.stepsPerEpoch
    return min + (1 - min) * halfCosine(Math.min(time / (epochsOf(length, clock) * times), 1))
  },
} as const

// PolynomialLR: (1 - epochs / length)^power.
const polynomial = {
  options: {
    /** The length in epochs. Default 0: the rest of the fit. */
    epochs,
    /** The exponent, an integer of at least 1. Default 1: linear. */
    power: integer(1, 1),
    minimum,
    warmup,
  },
  factor(step: number, clock: Clock, options: Float64Array) {
    const [length, exponent, min] = options
    if (reached(step, clock, stepsOf(length, clock))) return min
    const share = (step - clock.begin) / clock.stepsPerEpoch / epochsOf(length, clock)
    return min + (1 - min) * power(1 - Math.min(share, 1), exponent)
  },
} as const

// Smith and Topin, "Super-convergence", 2018; OneCycleLR: two phases, whose last steps are peak · steps - 1 and steps -
// 1.
const oneCycle = {
  options: {
    /** The length of the cycle in epochs. Default 0: the rest of the fit. */
    epochs,
    /** The share of the cycle after which the rate is learningRate, above 0 and below 1. Default 0.3. */
    peak: { ...fraction(0.3), above: true },
    /** learningRate over the first rate, at least 1. Default 25. */
    divFactor: atLeast(1, 25),
    /** The first rate over the last one, at least 1. Default 10000. */
    finalDivFactor: atLeast(1, 1e4),
    /** The form of both phases: `cosine` or `linear`. Default `cosine`. */
    anneal: choice('cosine', ['cosine', 'linear']),
    warmup,
  },
  factor(step: number, clock: Clock, options: Float64Array) {
    const [length, peak, divFactor, finalDivFactor, anneal] = options
    const at = step - clock.begin
    const steps = stepsOf(length, clock)
    const top = Math.max(peak * steps - 1, 0)
    const last = Math.max(steps - 1, top)
    const first = 1 / divFactor
    const between = (from: number, to: number, share: number): number =>
      anneal === 0 ? to + (from - to) * halfCosine(share) : from + (to - from) * share
    if (at < top) return between(first, 1, at / top)
    return between(1, first / finalDivFactor, at >= last ? Number(last > top) : (at - top) / (last - top))
  },
} as const

// ReduceLROnPlateau: plateau.ts changes its factor after each epoch, on top of this one.
const reduceOnPlateau = {
  options: {
    /** The monitored series, as in `earlyStopping`. */
    monitor: choice<MonitorName>('auto', MONITORS),
    /** The factor of the rate at a reduction, above 0 and below 1. Default 0.1. */
    factor: { ...fraction(0.1), above: true },
    /** The number of epochs without an improvement that are accepted; one more reduces the rate. Default 10. */
    patience: integer(0, 10),
    /** An improvement is a value that is better than the best by more than this. Default 0.0001. */
    threshold: nonNegative(1e-4),
    /** Whether `threshold` is relative to the best value. Default true. */
    relative: flag(true),
    /** The number of epochs after a reduction that do not count. Default 0. */
    cooldown: integer(0, 0),
    /** The smallest factor of the learning rate, from 0 to under 1. Default 0. */
    minimum,
    warmup,
  },
  factor: () => 1,
} as const

/** By name. */
export const schedules = {
  constant,
  step,
  exponential,
  cosine,
  polynomial,
  oneCycle,
  reduceOnPlateau,
} satisfies Record<string, Schedule>

export type ScheduleName = keyof typeof schedules

/**
 * Returns the learning rate of an epoch, instead of the optimizer's: called once before each epoch with the number of
 * the epoch's first step and the number of the epoch, both counted from 0 over all epochs. At least 0 and finite.
 */
export type ScheduleFunction = (step: number, epoch: number) => number

/** A schedule's name, its name with options, or a function. */
export type ScheduleOption = ScheduleName | Choice<typeof schedules> | ScheduleFunction

export type ChosenSchedule = Chosen<Schedule> | ScheduleFunction

const scheduleRegistry = new Registry<Schedule>(schedules, 'the name of a schedule, or a function', {
  foreign: SCHEDULES,
  place: 'schedule',
})

export const chooseSchedule = (given: unknown): ChosenSchedule =>
  typeof given === 'function' ? (given as ScheduleFunction) : scheduleRegistry.choose(given, 'schedule')

/** The factors of `steps` steps from step `first` on. `total`: the number of epochs of the whole fit. */
export function scheduleFactors(
  { entry, options }: Chosen<Schedule>,
  first: number,
  steps: number,
  stepsPerEpoch: number,
  total: number,
): Float64Array {
  const begin = counted(options[options.length - 1] * stepsPerEpoch)
  // At least one step: if the warm-up is longer than the fit, the schedule never begins.
  const clock = { stepsPerEpoch, begin, rest: Math.max(total * stepsPerEpoch - begin, 1) }
  const warmed = entry.factor(0, { ...clock, begin: 0 }, options)
  return new Float64Array(steps).map((_, i) => {
    const step = first + i
    return step >= begin ? entry.factor(step, clock, options) : warmed * Math.min((step + 1) / begin, 1)
  })
}

/** The rate of an epoch by a schedule function. */
export function scheduledRate(schedule: ScheduleFunction, step: number, epoch: number): number {
  const rate: unknown = schedule(step, epoch)
  const name = `the rate that schedule gives for epoch ${epoch}`
  if (typeof rate !== 'number') throw wrongType('a finite number of at least 0', name, rate)
  if (!(Number.isFinite(rate) && rate >= 0)) throw wrongValue('a finite number of at least 0', name, rate)
  return rate
}
