/** The parts of dates that become inputs. */
import { cosOfTurn, cycleTable, DAY, dayOf, monthsOf, shareOfDay, sinOfTurn, weekdayOf } from './calendar.js'

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
  /** The place in the cycle; different places are different values. */
  value(time: number): number
  write(time: number, x: Float64Array, at: number): void
}

const MONTHS = cycleTable(12)
const WEEKDAYS = cycleTable(7)

const fromTable = (table: Float64Array, place: number, x: Float64Array, at: number): void => {
  x[at] = table[2 * place]
  x[at + 1] = table[2 * place + 1]
}

const monthOf = (time: number): number => ((monthsOf(dayOf(time)) % 12) + 12) % 12

export const DATE_PARTS: Readonly<Record<DatePart, NumberPart | CyclicPart>> = {
  days: { cyclic: false, value: (time, first) => (time - first) / DAY },
  year: { cyclic: false, value: (time) => Math.floor(monthsOf(dayOf(time)) / 12) },
  month: { cyclic: true, value: monthOf, write: (time, x, at) => fromTable(MONTHS, monthOf(time), x, at) },
  weekday: {
    cyclic: true,
    value: (time) => weekdayOf(dayOf(time)),
    write: (time, x, at) => fromTable(WEEKDAYS, weekdayOf(dayOf(time)), x, at),
  },
  // With its minutes and seconds.
  hour: {
    cyclic: true,
    value: shareOfDay,
    write(time, x, at) {
      const share = shareOfDay(time)
      x[at] = sinOfTurn(share)
      x[at + 1] = cosOfTurn(share)
    },
  },
}

export const DATE_PART_NAMES = Object.keys(DATE_PARTS) as DatePart[]

export const partWidth = (part: DatePart): number => (DATE_PARTS[part].cyclic ? 2 : 1)

/** The parts that differ between some of the times. */
export function varyingParts(times: Float64Array): DatePart[] {
  return DATE_PART_NAMES.filter((name) => {
    const { value } = DATE_PARTS[name]
    const first = value(times[0], 0)
    return times.some((time) => value(time, 0) !== first)
  })
}
