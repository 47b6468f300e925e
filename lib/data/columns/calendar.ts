/** The parts of a time in UTC, and places in a cycle as a sine and a cosine; everything from + - * / and floor. */
import { cos } from '../../kernels/math.js'
import { DAY } from '../records/dates.js'

/** The number of the day since 1970-01-01. */
export const dayOf = (time: number): number => Math.floor(time / DAY)

/** The weekday of a day, from 0 for Monday; 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7

/** The share of the day before a time, from 0 up to 1. */
export const shareOfDay = (time: number): number => (time - dayOf(time) * DAY) / DAY

/**
 * The number of months from January of the year 0 to a day: 12 · year + month, month from 0. After Howard Hinnant's
 * civil_from_days: years begin in March, and 146,097 days are 400 years.
 */
export function monthsOf(day: number): number {
  const z = day + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  // From 0 for March.
  const month = Math.floor((5 * dayOfYear + 2) / 153)
  return (yearOfEra + era * 400) * 12 + month + 2
}

export const TURN = 6.283185307179586

/** cos 2πt for 0 <= t <= 1: the cosine of the kernels of at most π/2, by symmetry; a quarter gives 0 exactly. */
export function cosOfTurn(t: number): number {
  const half = t <= 0.5 ? t : 1 - t
  if (half === 0.25) return 0
  return half < 0.25 ? cos(TURN * half) : -cos(TURN * (0.5 - half))
}

/** sin 2πt = cos 2π(t - 1/4) for 0 <= t <= 1. */
export const sinOfTurn = (t: number): number => cosOfTurn(t < 0.25 ? 0.25 - t : t - 0.25)

/** The sines and cosines of n places in a cycle: [n × 2]. */
export function cycleTable(n: number): Float64Array {
  const table = new Float64Array(2 * n)
  for (let k = 0; k < n; k++) {
    table[2 * k] = sinOfTurn(k / n)
    table[2 * k + 1] = cosOfTurn(k / n)
  }
  return table
}
