/** Columns of dates: days since the first date and the year as scaled numbers, the cycles as sines and cosines. In UTC. */
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { oneOf } from '../../checks/validate.js'
import { quantile } from '../encoding/quantiles.js'
import type { Scaler } from '../encoding/scaler.js'
import { finite, list, text } from '../records/checks.js'
import { formatOfDates } from '../records/date-formats.js'
import { dateReader } from '../records/dates.js'
import { cellName, isDate, isMissing, MISSING } from '../records/records.js'
import {
  type Cells,
  type ColumnType,
  checkIndicator,
  columnName,
  constantColumn,
  type Given,
  indicatorOption,
  leaveOut,
  onlyOptions,
  refuseMissing,
  sameValue,
  type Target,
  withoutValues,
} from './column-type.js'
import { DATE_PART_NAMES, DATE_PARTS, type DatePart, partWidth, usefulParts } from './date-parts.js'
import { checkScaler, fitChosenScaler, type ScalerChoice, scaleInput } from './scaler-choice.js'

export interface DateColumn {
  readonly name: string
  readonly type: 'date'
  /** What the inputs are made of, in order. */
  readonly parts: readonly DatePart[]
  /** A scaler with a column for each of the parts `days` and `year`; null: they are not scaled. */
  readonly scaler: Scaler | null
  /** The time from which days are counted, in milliseconds since 1970 UTC. */
  readonly first: number
  /** The format of dates in text. Default ISO 8601. */
  readonly format?: string
  /** The time that a missing date becomes in `days` and `year`; its sines and cosines are 0. Without it it is an error. */
  readonly fill?: number
  /** Whether a last input is 1 where the date is missing, else 0. Default false. */
  readonly indicator?: boolean
}

export interface DateColumnOptions {
  type?: 'date'
  /** As of `readCsv`: of YYYY, MM, DD, HH, mm, ss. Default: ISO 8601, or else the only usual format that fits all texts. */
  format?: string
  /** What the inputs are made of. Default: all parts that differ between records. */
  parts?: readonly DatePart[]
  /** Of `days` and `year`. Default `{ name: 'robustScaler', clip: 'smooth' }`. */
  scaler?: ScalerChoice
  /** A missing date becomes the median of the others, without sines and cosines, or it is an error. Default `median`. */
  missing?: 'median' | 'error'
  /** Whether an input marks missing dates. Default `auto`: where one is missing in the records trained on. */
  indicator?: boolean | 'auto'
}

type Reader = (text: string) => number

/** The time of a cell; NaN where it is none. */
function timeOfCell(value: unknown, read: Reader): number {
  if (typeof value === 'string') return read(value)
  return isDate(value) ? value.getTime() : NaN
}

function wrongDate(value: unknown, name: string, format: string | undefined): Error {
  if (isMissing(value)) return wrongType('a date', name, value, MISSING)
  const expected = format === undefined ? 'a Date, or an ISO 8601 date in text' : `a Date, or text of format ${format}`
  if (typeof value !== 'string') return wrongType(expected, name, value)
  return wrongValue(expected, name, value, format === undefined ? 'Pass format, such as DD.MM.YYYY.' : undefined)
}

function timesIn({ name, values, missing, nameOf }: Cells, read: Reader, format: string | undefined): Float64Array {
  const times = new Float64Array(values.length - missing)
  let count = 0
  for (const [i, value] of values.entries()) {
    if (isMissing(value)) continue
    const time = timeOfCell(value, read)
    if (Number.isNaN(time)) throw wrongDate(value, cellName(name, nameOf(i)), format)
    times[count++] = time
  }
  return times
}

const numberParts = (parts: readonly DatePart[]): DatePart[] => parts.filter((part) => !DATE_PARTS[part].cyclic)

function checkParts(given: unknown, where: string): readonly DatePart[] {
  const parts = list(given, where, 'parts of dates').map(
    (part, i) => oneOf(part, `${where}[${i}]`, 'a part of dates', DATE_PART_NAMES) as DatePart,
  )
  for (const [i, part] of parts.entries()) {
    if (parts.indexOf(part) < i) throw wrongValue('a part that is not in the list yet', `${where}[${i}]`, part)
  }
  return Object.freeze(parts)
}

const iso = (time: number): string => new Date(time).toISOString()
const widthOfParts = (parts: readonly DatePart[]): number => parts.reduce((sum, part) => sum + partWidth(part), 0)

/** The scaled values of the parts that are numbers. */
function fitPartScaler(times: Float64Array, parts: readonly DatePart[], first: number, options: Given, cells: Cells) {
  const numbers = numberParts(parts)
  if (numbers.length === 0) {
    if (options.scaler === undefined || options.scaler === 'none') return null
    throw wrongType('nothing', `${cells.where}.scaler`, options.scaler, 'Only days and year are scaled.')
  }
  const values = new Float64Array(times.length * numbers.length)
  for (const [j, part] of numbers.entries()) {
    const entry = DATE_PARTS[part]
    if (entry.cyclic) continue
    for (let i = 0; i < times.length; i++) values[i * numbers.length + j] = entry.value(times[i], first)
  }
  return fitChosenScaler(
    options.scaler ?? cells.scaler,
    values,
    numbers.length,
    `${cells.where}.scaler`,
    columnName(cells),
    true,
  )
}

/** Writes the inputs of values. */
export function encodeDate(
  { name, parts, scaler, first, format, fill, indicator }: DateColumn,
  values: readonly unknown[],
  target: Target,
): void {
  const { x, inputs, start, nameOf } = target
  const read = dateReader(format)
  const writers = parts.map((part) => DATE_PARTS[part])
  const width = widthOfParts(parts)
  for (let i = 0, row = start; i < values.length; i++, row += inputs) {
    const value = values[i]
    const known = timeOfCell(value, read)
    const missing = Number.isNaN(known)
    if (missing && (fill === undefined || !isMissing(value))) {
      throw wrongDate(value, cellName(name, nameOf(i)), format)
    }
    const at = missing ? (fill as number) : known
    for (let k = 0, place = row; k < writers.length; k++) {
      const part = writers[k]
      if (!part.cyclic) x[place++] = part.value(at, first)
      else {
        if (!missing) part.write(at, x, place)
        place += 2
      }
    }
    if (missing && indicator === true) x[row + width] = 1
  }
  if (scaler === null) return
  for (let k = 0, place = start, j = 0; k < parts.length; place += partWidth(parts[k]), k++) {
    if (!writers[k].cyclic) scaleInput(scaler, j++, name, values, { ...target, start: place })
  }
}

/** The format of all texts of a column: undefined for ISO 8601, null where they are no dates or of several formats. */
function formatIn(values: readonly unknown[]): string | undefined | null {
  const read = dateReader()
  const texts = values.filter((value): value is string => typeof value === 'string' && value !== '')
  return texts.every((one) => !Number.isNaN(read(one))) ? undefined : formatOfDates(texts)
}

const OPTIONS = ['format', 'parts', 'scaler', 'missing', 'indicator']

export const dateColumn: ColumnType<DateColumn> = {
  infer({ values }, { numbers, texts, booleans, dates }, options) {
    if (options.format !== undefined) return true
    if (texts + dates === 0 || numbers + booleans > 0) return false
    const format = formatIn(values)
    // Options of categories keep texts as categories.
    return format === undefined || (format !== null && onlyOptions(options, OPTIONS))
  },
  options: OPTIONS,
  fit(cells, options) {
    const { name, where, values, missing } = cells
    const given = options.format === undefined ? undefined : text(options.format, `${where}.format`)
    const format = given ?? formatIn(values) ?? undefined
    const chosen = options.parts === undefined ? undefined : checkParts(options.parts, `${where}.parts`)
    const words = ['median', 'error']
    const required = oneOf(options.missing ?? 'median', `${where}.missing`, "'median' or 'error'", words) === 'error'
    const times = timesIn(cells, dateReader(format, `${where}.format`), format)
    if (required) refuseMissing(cells)
    if (values.length === missing) return withoutValues(cells)
    const indicator = !required && indicatorOption(options, cells)
    const sorted = times.slice().sort()
    const [first, last] = [sorted[0], sorted[sorted.length - 1]]
    if (first === last && !indicator) {
      return leaveOut(cells, 'constant', sameValue(iso(first), cells), () => constantColumn(cells, iso(first)))
    }
    const parts = chosen ?? usefulParts(times)
    const scaler = fitPartScaler(times, parts, first, options, cells)
    const fill = Math.round(quantile(sorted, 0.5))
    return {
      column: {
        name,
        type: 'date',
        parts,
        scaler,
        first,
        ...(format === undefined ? {} : { format }),
        ...(required ? {} : { fill }),
        ...(indicator ? { indicator } : {}),
      },
      report: {
        ...(required ? {} : { fill: iso(fill) }),
        ...(scaler === null ? {} : { scaler: scaler.type }),
        from: iso(first),
        to: iso(last),
        ...(format === undefined ? {} : { format }),
        parts,
      },
    }
  },
  keys: ['parts', 'scaler', 'first', 'format', 'fill', 'indicator'],
  check(given, name, where) {
    const parts = checkParts(given.parts, `${where}.parts`)
    const numbers = numberParts(parts).length
    const scaler = checkScaler(given.scaler, `${where}.scaler`, numbers)
    const { format } = given
    if (format !== undefined) dateReader(format, `${where}.format`)
    return Object.freeze({
      name,
      type: 'date',
      parts,
      scaler,
      first: time(given.first, `${where}.first`),
      ...(format === undefined ? {} : { format: format as string }),
      ...(given.fill === undefined ? {} : { fill: time(given.fill, `${where}.fill`) }),
      ...checkIndicator(given, where),
    })
  },
  savedWidth({ parts, indicator }) {
    return (Array.isArray(parts) ? parts.length : 1) + (indicator === true ? 1 : 0)
  },
  inputNames({ name, parts, indicator }) {
    const names = parts.flatMap((part) =>
      DATE_PARTS[part].cyclic ? [`${name} ${part} sine`, `${name} ${part} cosine`] : [`${name} ${part}`],
    )
    return indicator === true ? [...names, `${name} missing`] : names
  },
  width: ({ parts, indicator }) => widthOfParts(parts) + (indicator === true ? 1 : 0),
}

/** The range of a Date. */
const MAX_TIME = 8.64e15

function time(given: unknown, name: string): number {
  const value = finite(given, name)
  if (Math.abs(value) > MAX_TIME) throw wrongSize(`a time of at most ${MAX_TIME} milliseconds`, name, `${value}`)
  return value
}
