/**
 * Dates in text: ISO 8601, or a caller's format. The result is always a time in UTC; the local time zone has no
 * influence.
 */
import { wrongValue } from '../../checks/errors.js'
import { text } from './checks.js'

/** The time of a text that is a date as a whole; NaN for others. */
type DateReader = (text: string) => number

/** The milliseconds of a day. */
export const DAY = 86_400_000
const MONTH_NAMES = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]
const DAYS_OF_MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

const daysOf = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : (DAYS_OF_MONTHS[month - 1] ?? 0)

/**
 * Milliseconds from 1970-01-01 UTC to a day of the proleptic Gregorian calendar; NaN for one that does not exist. The
 * formula is Howard Hinnant's days_from_civil: years begin in March, and 146,097 days are 400 years.
 * @param month from 1
 */
function dayTime(year: number, month: number, day: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month))) return NaN
  const marchYear = month > 2 ? year : year - 1
  const era = Math.floor(marchYear / 400)
  const yearOfEra = marchYear - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return (era * 146_097 + dayOfEra - 719_468) * DAY
}

/** Milliseconds from midnight; NaN for a time that does not exist. */
const clockTime = (hour: number, minute: number, second: number): number =>
  hour < 24 && minute < 60 && second < 60 ? ((hour * 60 + minute) * 60 + second) * 1000 : NaN

const ZERO = 48
const isDigit = (code: number): boolean => code >= ZERO && code <= ZERO + 9

/** The number of `count` digits at a position; NaN where there are others. */
function digits(text: string, at: number, count: number): number {
  let value = 0
  for (let i = at; i < at + count; i++) {
    const code = text.charCodeAt(i)
    if (!isDigit(code)) return NaN
    value = value * 10 + code - ZERO
  }
  return value
}

/** The milliseconds of an offset from UTC at a position: Z, +05:30, -0800 or +01. NaN where it is none, or not the end. */
function offsetAt(text: string, at: number): number {
  const sign = text[at]
  if (sign === 'Z' || sign === 'z') return at + 1 === text.length ? 0 : NaN
  if (sign !== '+' && sign !== '-') return NaN
  const hour = digits(text, at + 1, 2)
  const minutesAt = text[at + 3] === ':' ? at + 4 : at + 3
  const minute = text.length === at + 3 ? 0 : digits(text, minutesAt, 2)
  const end = text.length === at + 3 ? at + 3 : minutesAt + 2
  if (end !== text.length || !(hour < 24 && minute < 60)) return NaN
  return (sign === '+' ? 1 : -1) * (hour * 60 + minute) * 60_000
}

/** The milliseconds of a time of day from a position to the end, less those of its offset from UTC; NaN for others. */
function timeAt(text: string, at: number): number {
  const hour = digits(text, at, 2)
  const minute = text[at + 2] === ':' ? digits(text, at + 3, 2) : NaN
  const hasSeconds = text[at + 5] === ':'
  const second = hasSeconds ? digits(text, at + 6, 2) : 0
  let end = hasSeconds ? at + 8 : at + 5
  let milliseconds = 0
  if (hasSeconds && (text[end] === '.' || text[end] === ',')) {
    const first = ++end
    // Digits after the third are below a millisecond.
    for (let unit = 100; isDigit(text.charCodeAt(end)); end++) {
      milliseconds += (text.charCodeAt(end) - ZERO) * unit
      unit = Math.floor(unit / 10)
    }
    if (end === first) return NaN
  }
  const time = clockTime(hour, minute, second) + milliseconds
  if (end === text.length) return time
  // A space may come before the offset.
  return time - offsetAt(text, text[end] === ' ' ? end + 1 : end)
}

const [FIRST_YEAR, LAST_YEAR] = [1700, 2199]

/** 20261128. Other years would make dates of many numbers. */
function basicDate(text: string): number {
  const year = digits(text, 0, 4)
  return year >= FIRST_YEAR && year <= LAST_YEAR ? dayTime(year, digits(text, 4, 2), digits(text, 6, 2)) : NaN
}

/**
 * 20261128, 2026-11, 2026-11-28 or 2026/11/28, and for the latter two a time after T or a space: 21:00, 21:00:05, 21:00:05.25; then an offset from
 * UTC.
 */
function isoDate(text: string): number {
  const separator = text[4]
  if (separator !== '-' && separator !== '/') return text.length === 8 ? basicDate(text) : NaN
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 2)
  if (text.length === 7) return separator === '-' ? dayTime(year, month, 1) : NaN
  const time = text[7] === separator ? dayTime(year, month, digits(text, 8, 2)) : NaN
  if (text.length === 10) return time
  const mark = text[10]
  return mark === 'T' || mark === ' ' || mark === 't' ? time + timeAt(text, 11) : NaN
}

/** The parts of a date as they are written: month and day from 1. */
interface Parts {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
}

/** Reads a part of a date at a position, and returns the position after it, or NaN. */
type PartReader = (text: string, at: number, parts: Parts) => number

/** A number of at least `min` and at most `max` digits. */
function numberPart(name: keyof Parts, min: number, max = min): PartReader {
  return (text, at, parts) => {
    let count = 0
    while (count < max && isDigit(text.charCodeAt(at + count))) count++
    parts[name] = digits(text, at, count)
    return count < min ? NaN : at + count
  }
}

/** A two-digit year: 69 to 99 are of the 20th century, 00 to 68 of the 21st, as in POSIX. */
const shortYear: PartReader = (text, at, parts) => {
  const year = digits(text, at, 2)
  parts.year = year + (year < 69 ? 2000 : 1900)
  return at + 2
}

/** The English name of a month, or its first three letters, in any case. */
const monthName: PartReader = (text, at, parts) => {
  const short = text.slice(at, at + 3).toLowerCase()
  const month = MONTH_NAMES.findIndex((name) => name.startsWith(short))
  if (short.length < 3 || month < 0) return NaN
  parts.month = month + 1
  const name = MONTH_NAMES[month]
  return at + (text.slice(at, at + name.length).toLowerCase() === name ? name.length : 3)
}

/** The parts of a format; longer ones first. */
const PARTS: readonly (readonly [word: string, part: string, read: PartReader])[] = [
  ['YYYY', 'year', numberPart('year', 4)],
  ['YY', 'year', shortYear],
  ['MMMM', 'month', monthName],
  ['MMM', 'month', monthName],
  ['MM', 'month', numberPart('month', 2)],
  ['M', 'month', numberPart('month', 1, 2)],
  ['DD', 'day', numberPart('day', 2)],
  ['D', 'day', numberPart('day', 1, 2)],
  ['HH', 'hour', numberPart('hour', 2)],
  ['H', 'hour', numberPart('hour', 1, 2)],
  ['mm', 'minute', numberPart('minute', 2)],
  ['ss', 'second', numberPart('second', 2)],
]

const FORMAT_REMEDY = `Known: ${PARTS.map(([word]) => word).join(', ')}; other characters but letters are as in the cells.`

/** A reader of dates of a format. @throws TypeError or RangeError for a wrong one */
function formatReader(given: unknown, name: string): DateReader {
  const format = text(given, name, 'a format of dates')
  const wrong = (expected: string) => wrongValue(expected, name, format, FORMAT_REMEDY)
  const readers: PartReader[] = []
  const found = new Set<string>()
  for (let at = 0; at < format.length; ) {
    const known = PARTS.find(([word]) => format.startsWith(word, at))
    if (known === undefined) {
      const letter = format[at]
      // T and Z are letters of ISO 8601.
      if (/[A-SU-Ya-z]/.test(letter)) throw wrong('a format of dates')
      readers.push((cell, place) => (cell[place] === letter ? place + 1 : NaN))
      at++
      continue
    }
    const [word, part, read] = known
    if (found.has(part)) throw wrong(`a format of dates with one ${part}`)
    found.add(part)
    readers.push(read)
    at += word.length
  }
  if (!found.has('year')) throw wrong('a format of dates with a year')
  if (found.has('day') && !found.has('month')) throw wrong('a format of dates with a month')
  return (cell) => {
    const parts = { year: NaN, month: 1, day: 1, hour: 0, minute: 0, second: 0 }
    let at = 0
    for (const read of readers) {
      at = read(cell, at, parts)
      if (Number.isNaN(at)) return NaN
    }
    if (at !== cell.length) return NaN
    const { year, month, day, hour, minute, second } = parts
    return dayTime(year, month, day) + clockTime(hour, minute, second)
  }
}

/**
 * A function that reads dates of a format, or ISO 8601 without one. It returns milliseconds since 1970 UTC, or NaN.
 * @param name the format's name in errors
 * @throws TypeError or RangeError for a wrong format
 */
export const dateReader = (format?: unknown, name = 'format'): DateReader =>
  format === undefined ? isoDate : formatReader(format, name)

let last: { readonly format: string; readonly read: DateReader } | null = null

/**
 * The time of a date in milliseconds since 1970 UTC; NaN where the text is none. The local time zone has no influence:
 * a time without an offset is UTC.
 * @param format of YYYY or YY, MM, M or MMM (an English name), DD or D, HH or H, mm and ss; other characters are as in
 *   the text. By default ISO 8601: `2026-11-28`, `2026/11/28`, `20261128`, `2026-11`, `2026-11-28T21:00:00Z`, `2026-11-28 21:00`.
 * @throws TypeError or RangeError for a wrong format
 */
export function dateOf(text: string, format?: string): number {
  if (format === undefined) return isoDate(text)
  if (last?.format !== format) last = { format, read: formatReader(format, 'format') }
  return last.read(text)
}
