/** The parts of dates that become inputs. */
import { DAY } from '../records/dates.js'
import { cosOfTurn, cycleTable, dayOf, monthsOf, shareOfDay, sinOfTurn, weekdayOf } from './calendar.js'

/** Days since the first date and the year: numbers; the others: places in a cycle, as a sine and a cosine. */
export type DatePart = 'days' | 'year' | 'month' | 'weekday' | 'hour'

/** One input, which is scaled. */
interface NumberPart {
  readonly cyclic: false
  value(time: number, first: number): number
}

/** Two inputs: the sine and the cosine of the place in the cycle. */
interface CyclicPart {
  readonly cyclic: true
  write(time: number, x: Float64Array, at: number): void
}

const MONTH_CYCLE = cycleTable(12)
const WEEKDAY_CYCLE = cycleTable(7)

const fromTable = (table: Float64Array, place: number, x: Float64Array, at: number): void => {
  x[at] = table[2 * place]
  x[at + 1] = table[2 * place + 1]
}

const yearOf = (time: number): number => Math.floor(monthsOf(dayOf(time)) / 12)
const monthOf = (time: number): number => monthsOf(dayOf(time)) - 12 * yearOf(time)

export const DATE_PARTS: Readonly<Record<DatePart, NumberPart | CyclicPart>> = {
  days: { cyclic: false, value: (time, first) => (time - first) / DAY },
  year: { cyclic: false, value: yearOf },
  month: { cyclic: true, write: (time, x, at) => fromTable(MONTH_CYCLE, monthOf(time), x, at) },
  weekday: {
    cyclic: true,
    write: (time, x, at) => fromTable(WEEKDAY_CYCLE, weekdayOf(dayOf(time)), x, at),
  },
  // With its minutes and seconds.
  hour: {
    cyclic: true,
    write(time, x, at) {
      const share = shareOfDay(time)
      x[at] = sinOfTurn(share)
      x[at + 1] = cosOfTurn(share)
    },
  },
}

export const DATE_PART_NAMES = Object.keys(DATE_PARTS) as DatePart[]

export const partWidth = (part: DatePart): number => (DATE_PARTS[part].cyclic ? 2 : 1)

const differ = (times: Float64Array, value: (time: number) => number): boolean => {
  const first = value(times[0])
  return times.some((time) => value(time) !== first)
}

/** The number of the day in its month, from 0. */
function dayOfMonth(time: number): number {
  const day = dayOf(time)
  const months = monthsOf(day)
  let first = day
  while (monthsOf(first - 1) === months) first--
  return day - first
}

/**
 * The parts that differ between times. In monthly and yearly data days of the month are the same, and the weekday means
 * nothing; where the month is the same too, days since the first have all of the year.
 */
export function usefulParts(times: Float64Array): DatePart[] {
  const month = differ(times, monthOf)
  const useful: Readonly<Record<DatePart, boolean>> = {
    days: true,
    year: month && differ(times, yearOf),
    month,
    weekday: differ(times, (time) => weekdayOf(dayOf(time))) && differ(times, dayOfMonth),
    hour: differ(times, shareOfDay),
  }
  return DATE_PART_NAMES.filter((name) => useful[name])
}
