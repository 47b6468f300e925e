/** Finds the format of dates in text that is not ISO 8601, where only one fits. */
import { dateReader } from './dates.js'

/**
 * The order of numbers between points is day, month, year wherever it is used; between slashes and hyphens a day after
 * the 12th decides.
 */
const DAYS = [
  'D.M.YYYY',
  'D/M/YYYY',
  'M/D/YYYY',
  'D-M-YYYY',
  'M-D-YYYY',
  'D/M/YY',
  'M/D/YY',
  'YYYY-M-D',
  'YYYY/M/D',
  'YYYY.M.D',
  'D MMM YYYY',
  'D. MMM YYYY',
  'D-MMM-YYYY',
  'D-MMM-YY',
  'MMM D YYYY',
  'MMM D, YYYY',
  'MMM YYYY',
]
const TIMES = ['', ' H:mm', ' H:mm:ss']

interface Candidate {
  readonly format: string
  readonly timeOf: (text: string) => number
}

let candidates: readonly Candidate[] | null = null

const fits = ({ timeOf }: Candidate, text: string): boolean => !Number.isNaN(timeOf(text))

/** The only format by which all texts are dates; null where there is none, or more than one. */
export function formatOfDates(texts: readonly string[]): string | null {
  candidates ??= DAYS.flatMap((day) =>
    TIMES.map((time) => ({ format: `${day}${time}`, timeOf: dateReader(`${day}${time}`) })),
  )
  if (texts.length === 0) return null
  const first = candidates.filter((candidate) => fits(candidate, texts[0]))
  const left = first.filter((candidate) => texts.every((text) => fits(candidate, text)))
  return left.length === 1 ? left[0].format : null
}
