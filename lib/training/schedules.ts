/**
 * The table of schedules: by which factor the learning rate of a step is multiplied. Lengths are given in epochs, may be
 * fractional, and are counted in steps; where one is 0, its default, it is what the whole fit has left after the warm-up. Only
 * + - * / and the functions of the kernels, so that the bits are the same everywhere; powers are repeated products.
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

/** What a schedule counts by. */
interface Clock {
  readonly stepsPerEpoch: number
  /** The number of the step at which the warm-up is over; it has a fraction where the warm-up has one. */
  readonly begin: number
  /** How many steps the fit has left there, at least 1. */
  readonly rest: number
}

interface Schedule extends Configurable {
  /** The factor of a step, counted over all epochs from 0, that is not before `begin`. */
  factor(step: number, clock: Clock, options: Float64Array): number
}

/** How far, as a share, a number of steps may be from a whole number that it would be without rounding errors. */
const ROUNDING = 2 ** -48

/**
 * A number of steps: where it is whole but for rounding errors, as 1.1 epochs of 10 steps are, it is that whole number. At most
 * the largest double, so that products with it are numbers.
 */
function counted(steps: number): number {
  const nearest = Math.round(steps)
  return Math.min(Math.abs(steps - nearest) <= steps * ROUNDING ? nearest : steps, Number.MAX_VALUE)
}

/** A length, given in epochs, in steps: at least one. */
const stepsOf = (length: number, { stepsPerEpoch, rest }: Clock): number =>
  length === 0 ? rest : Math.max(counted(length * stepsPerEpoch), 1)

/** The same in epochs, with no more rounding than it was given with. */
const epochsOf = (length: number, { stepsPerEpoch, rest }: Clock): number =>
  length === 0 ? rest / stepsPerEpoch : Math.max(length, 1 / stepsPerEpoch)

/** Whether a step is at or after the place that is this number of steps from `begin`. */
const reached = (step: number, { begin }: Clock, place: number): boolean => step >= counted(begin + place)

/** How many periods of this number of steps are over. */
function periodsOver(step: number, clock: Clock, period: number): number {
  const over = Math.floor((step - clock.begin) / period)
  return reached(step, clock, (over + 1) * period) ? over + 1 : over
}

/**
 * The period in which a step lies, where each is `multiplier` times as long as the one before and the first is `first` steps long:
 * how many steps from `begin` it starts, and how many times as long as the first it is. Sums of 2^j periods come from sums of
 * half as many, so that it takes no more than twice as many operations as the step's number has binary digits.
 */
function longerPeriod(step: number, clock: Clock, first: number, multiplier: number): [start: number, times: number] {
  // sums[j]: the length of 2^j periods, in first ones. growths[j]: multiplier^(2^j).
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

/** (1 + cos(π · share)) / 2: from 1 to 0 as share goes from 0 to 1. */
const halfCosine = (share: number): number => 0.5 * (1 + cos(Math.PI * share))

/**
 * For how many epochs, at the beginning, the factor rises in a straight line: of step i it is (i + 1) / (the warm-up's steps) of what it
 * is where the schedule begins, which is behind the warm-up. Default 0.
 */
const warmup = nonNegative(0)
/** How many epochs it takes. Default 0: all that the fit has left. */
const epochs = nonNegative(0)
/** The factor in the end, from 0 to under 1. Default 0. */
const minimum = fraction(0)

const constant = { options: { warmup }, factor: () => 1 } as const

// StepLR: gamma^floor(steps / stepSize).
const step = {
  options: {
    /** How many epochs a step lasts, above 0; at least one of the optimizer's steps. Default 10. */
    stepSize: positive(10),
    /** By how much the rate is multiplied at each step, above 0. Default 0.1. */
    gamma: positive(0.1),
    warmup,
  },
  factor: (step: number, clock: Clock, options: Float64Array) =>
    power(options[1], periodsOver(step, clock, stepsOf(options[0], clock))),
} as const

// ExponentialLR: gamma^epoch.
const exponential = {
  options: {
    /** By how much the rate is multiplied at each epoch, above 0. Default 0.95. */
    gamma: positive(0.95),
    warmup,
  },
  factor: (step: number, clock: Clock, options: Float64Array) =>
    power(options[0], periodsOver(step, clock, clock.stepsPerEpoch)),
} as const

// Loshchilov and Hutter, "SGDR", ICLR 2017; CosineAnnealingLR (which here stays at the minimum) and CosineAnnealingWarmRestarts.
const cosine = {
  options: {
    /** How many epochs it takes, with restarts for the first time. Default 0: all that the fit has left. */
    epochs,
    /** The factor in the end, from 0 to under 1. Default 0. */
    minimum,
    /** Whether it begins anew at the end; if not, it stays at the minimum. Default false. */
    restarts: flag(false),
    /** By how much longer each period is than the one before, at least 1; with restarts. Default 1. */
    multiplier: atLeast(1, 1),
    warmup,
  },
  conflict: (options: Float64Array) =>
    options[3] !== 1 && options[2] === 0
      ? { option: 'multiplier', expected: '1', remedy: 'It needs restarts: true.' }
      : null,
  factor(step: number, clock: Clock, options: Float64Array) {
    const [length, least, restarts, multiplier] = options
    const first = stepsOf(length, clock)
    let [start, times] = [0, 1]
    if (restarts === 1 && multiplier === 1) start = periodsOver(step, clock, first) * first
    else if (restarts === 1) [start, times] = longerPeriod(step, clock, first, multiplier)
    else if (reached(step, clock, first)) return least
    // Where the start has a fraction, it may be rounded to just after the step.
    const time = Math.max(step - clock.begin - start, 0) / clock.stepsPerEpoch
    return least + (1 - least) * halfCosine(Math.min(time / (epochsOf(length, clock) * times), 1))
  },
} as const

// PolynomialLR: (1 - epochs / length)^power.
const polynomial = {
  options: {
    /** How many epochs it takes to the minimum. Default 0: all that the fit has left. */
    epochs,
    /** The exponent, an integer of at least 1. Default 1: a straight line. */
    power: integer(1, 1),
    minimum,
    warmup,
  },
  factor(step: number, clock: Clock, options: Float64Array) {
    const [length, exponent, least] = options
    if (reached(step, clock, stepsOf(length, clock))) return least
    const share = (step - clock.begin) / clock.stepsPerEpoch / epochsOf(length, clock)
    return least + (1 - least) * power(1 - Math.min(share, 1), exponent)
  },
} as const

// Smith and Topin, "Super-convergence", 2018; OneCycleLR: two phases, whose last steps are peak · steps - 1 and steps - 1.
const oneCycle = {
  options: {
    /** How many epochs the cycle takes. Default 0: all that the fit has left. */
    epochs,
    /** At which share of the cycle the rate has reached learningRate, above 0 and below 1. Default 0.3. */
    peak: { ...fraction(0.3), above: true },
    /** How many times smaller than learningRate the first rate is, at least 1. Default 25. */
    divFactor: atLeast(1, 25),
    /** How many times smaller than the first rate the last one is, at least 1. Default 10000. */
    finalDivFactor: atLeast(1, 1e4),
    /** `cosine`, or `linear`: how the rate goes from one to the other. Default `cosine`. */
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

// ReduceLROnPlateau; what it does after an epoch stands in monitor.ts, and comes on top of this factor.
const reduceOnPlateau = {
  options: {
    /** Which series is watched, as of `earlyStopping`. */
    monitor: choice<MonitorName>('auto', MONITORS),
    /** By how much the rate is multiplied, above 0 and below 1. Default 0.1. */
    factor: { ...fraction(0.1), above: true },
    /** How many epochs without a better value are borne; with one more the rate is reduced. Default 10. */
    patience: integer(0, 10),
    /** By how much a value must be better than the best. Default 0.0001. */
    threshold: nonNegative(1e-4),
    /** Whether `threshold` is a share of the best value. Default true. */
    relative: flag(true),
    /** How many epochs after a reduction are not counted. Default 0. */
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
 * The learning rate of an epoch, in place of the optimizer's: called once before each epoch, with the number of the epoch's first step and
 * of the epoch, both counted from 0 over all epochs. At least 0 and finite.
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

/** The factors of `steps` steps from `first` on. `total`: the epochs of the whole fit. */
export function scheduleFactors(
  { entry, options }: Chosen<Schedule>,
  first: number,
  steps: number,
  stepsPerEpoch: number,
  total: number,
): Float64Array {
  const begin = counted(options[options.length - 1] * stepsPerEpoch)
  // At least a step: where all is warm-up, the schedule never begins.
  const clock = { stepsPerEpoch, begin, rest: Math.max(total * stepsPerEpoch - begin, 1) }
  const warmed = entry.factor(0, { ...clock, begin: 0 }, options)
  return new Float64Array(steps).map((_, i) => {
    const step = first + i
    return step >= begin ? entry.factor(step, clock, options) : warmed * Math.min((step + 1) / begin, 1)
  })
}

/** The rate that a function gives for an epoch. */
export function scheduledRate(schedule: ScheduleFunction, step: number, epoch: number): number {
  const rate: unknown = schedule(step, epoch)
  const name = `the rate that schedule gives for epoch ${epoch}`
  if (typeof rate !== 'number') throw wrongType('a finite number of at least 0', name, rate)
  if (!(Number.isFinite(rate) && rate >= 0)) throw wrongValue('a finite number of at least 0', name, rate)
  return rate
}
