/** What users write for a parameter: choice, integer, uniform, logUniform. */
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { boolean, elements, optionsObject } from '../../checks/validate.js'
import { Parameter } from './parameter.js'
import type { Drawn } from './searchable.js'

/** The most values of a choice. */
const MAX_VALUES = 100_000

/**
 * One of several values, each equally likely. A value may be anything that a space may contain, parameters included:
 * these are active in the trials that draw this value. `undefined` omits an option.
 * @param values at least one; numbers, texts, booleans, null and undefined at most once each
 * @throws TypeError where `values` is not an array, RangeError where it is empty or has a value twice
 */
export function choice<const Value>(values: readonly Value[]): Parameter<Drawn<Value>> {
  if (!Array.isArray(values)) throw wrongType('an array of values', 'choice(values)', values)
  if (values.length === 0) throw wrongSize('at least one value', 'choice(values)', 'an empty array')
  if (values.length > MAX_VALUES) {
    const remedy = 'Use integer, uniform or logUniform for a range of numbers.'
    throw wrongSize(`at most ${MAX_VALUES} values`, 'choice(values)', `${values.length}`, remedy)
  }
  const all = elements(values)
  const seen = new Set<unknown>()
  all.forEach((value, i) => {
    if (typeof value === 'object' && value !== null) return
    if (seen.has(value)) throw wrongValue('each value once', `values[${i}] of choice`, value)
    seen.add(value)
  })
  return new Parameter({ kind: 'choice', values: Object.freeze(all) })
}

export interface IntegerOptions {
  /** The distance of neighbouring values, an integer of at least 1 and at most `high - low`. Default 1. */
  step?: number
  /**
   * Whether ratios are equally likely instead of differences: from 1 to 10 as likely as from 10 to 100. Needs `low` of
   * at least 1, and no `step`. Default false.
   */
  log?: boolean
}

function safeInteger(value: unknown, name: string): number {
  const expected = 'an integer from -(2^53 - 1) to 2^53 - 1'
  if (typeof value !== 'number') throw wrongType(expected, name, value)
  if (!Number.isSafeInteger(value)) throw wrongValue(expected, name, value)
  return value === 0 ? 0 : value
}

function finiteNumber(value: unknown, name: string): number {
  if (typeof value !== 'number') throw wrongType('a finite number', name, value)
  if (!Number.isFinite(value)) throw wrongValue('a finite number', name, value)
  return value === 0 ? 0 : value
}

function requireBelow(low: number, high: number, call: string): void {
  if (low < high) return
  const remedy = low === high ? 'Write the value itself where there is only one.' : undefined
  throw wrongValue(`a number below high, which is ${high},`, `low of ${call}`, low, remedy)
}

/**
 * An integer from `low` to `high`, each equally likely: `low`, `low + step`, … The last is the largest that is not
 * above `high`.
 * @throws TypeError or RangeError where the bounds are not safe integers, `low` is not below `high`, or there is no
 * second value
 */
export function integer(low: number, high: number, options: IntegerOptions = {}): Parameter<number> {
  const call = 'integer(low, high)'
  const given = optionsObject(options, 'the options of integer', ['step', 'log'])
  const [first, last] = [safeInteger(low, `low of ${call}`), safeInteger(high, `high of ${call}`)]
  requireBelow(first, last, call)
  const range = last - first
  if (!Number.isSafeInteger(range)) {
    throw wrongValue('a range (high - low) of at most 2^53 - 1', `high of ${call}`, last, 'Choose a smaller range.')
  }
  const log = given.log === undefined ? false : boolean(given.log, 'log of integer')
  const step = given.step === undefined ? 1 : safeInteger(given.step, 'step of integer')
  if (step < 1 || step > range) throw wrongValue(`an integer from 1 to ${range} (high - low)`, 'step of integer', step)
  if (log && first < 1) {
    throw wrongValue('at least 1 together with log', `low of ${call}`, first, 'Raise low, or omit log.')
  }
  if (log && step !== 1) throw wrongValue('1 together with log', 'step of integer', step, 'Give one of step and log.')
  return new Parameter({ kind: 'integer', low: first, high: first + Math.floor(range / step) * step, step, log })
}

/**
 * A number from `low` to `high`, all equally likely.
 * @throws TypeError or RangeError where the bounds are not finite numbers, or `low` is not below `high`
 */
export function uniform(low: number, high: number): Parameter<number> {
  const call = 'uniform(low, high)'
  const [first, last] = [finiteNumber(low, `low of ${call}`), finiteNumber(high, `high of ${call}`)]
  requireBelow(first, last, call)
  if (last - first === Infinity) {
    throw wrongValue('a range that is a finite number', `high of ${call}`, last, 'Choose a smaller range.')
  }
  return new Parameter({ kind: 'uniform', low: first, high: last })
}

/**
 * A number from `low` to `high`, whose logarithm is uniform: from 0.001 to 0.01 as likely as from 0.01 to 0.1.
 * @param low above 0
 * @throws TypeError or RangeError where the bounds are not finite numbers above 0, or `low` is not below `high`
 */
export function logUniform(low: number, high: number): Parameter<number> {
  const call = 'logUniform(low, high)'
  const [first, last] = [finiteNumber(low, `low of ${call}`), finiteNumber(high, `high of ${call}`)]
  if (first <= 0) {
    const remedy = 'Use uniform for a range with 0, or choice([0, logUniform(low, high)]).'
    throw wrongValue('a number above 0', `low of ${call}`, first, remedy)
  }
  requireBelow(first, last, call)
  return new Parameter({ kind: 'logUniform', low: first, high: last })
}
