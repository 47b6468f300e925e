/**
 * What a search is given, as JSON for another machine: every number and Date exactly. What JSON does not have is an object with
 * one key that begins with `$`, as in the JSON form of spaces.
 */
import { isFloat64Array } from '../../checks/arrays.js'
import { isDate, type Records } from '../../data/records/records.js'
import { base64Of, valuesOfBase64 } from '../../network/saved.js'
import { objectOf } from '../space/tree.js'

/** The text of what JSON cannot write as a number; other numbers are themselves. */
export const numberForm = (value: number): number | string =>
  Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value)

/** The number of `numberForm`. */
export const numberOfForm = (form: unknown): number => (typeof form === 'string' ? Number(form) : (form as number))

/** Plain data, Dates and Float64Arrays. Values of other types are named only. */
export function formOf(value: unknown): unknown {
  if (typeof value === 'number') {
    const form = numberForm(value)
    return typeof form === 'number' ? form : { $number: form }
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (value === undefined) return { $undefined: true }
  if (typeof value !== 'object') return { $other: typeof value }
  if (isDate(value)) return { $date: numberForm(value.getTime()) }
  if (isFloat64Array(value)) return { $float64: [value.length, base64Of(value)] }
  if (Array.isArray(value)) return value.map(formOf)
  return objectOf(Object.entries(value).map(([key, one]) => [key.startsWith('$') ? `$${key}` : key, formOf(one)]))
}

/** A value that stands for those of a type that no training takes. */
const OTHERS: Readonly<Record<string, unknown>> = {
  function: () => {},
  symbol: Symbol('other'),
  bigint: 0n,
  object: {},
}

/** What is written as an object with one key, by that key. */
const READERS: Readonly<Record<string, (given: never) => unknown>> = {
  $number: numberOfForm,
  $undefined: () => undefined,
  $other: (kind: string) => OTHERS[kind],
  $date: (time: unknown) => new Date(numberOfForm(time)),
  $float64: ([length, text]: [number, string]) => valuesOfBase64(text, length),
  $numbers: ([length, text]: [number, string]) => Array.from(valuesOfBase64(text, length)),
  $rows: ([rows, columns, text]: [number, number, string]) => {
    const values = valuesOfBase64(text, rows * columns)
    return Array.from({ length: rows }, (_, row) => values.subarray(row * columns, (row + 1) * columns))
  },
}

/** The value of a form. */
export function valueOfForm(form: unknown): unknown {
  if (typeof form !== 'object' || form === null) return form
  if (Array.isArray(form)) return form.map(valueOfForm)
  const entries = Object.entries(form)
  if (entries.length === 1 && Object.hasOwn(READERS, entries[0][0]))
    return READERS[entries[0][0]](entries[0][1] as never)
  return objectOf(entries.map(([key, one]) => [key.startsWith('$$') ? key.slice(1) : key, valueOfForm(one)]))
}

type Row = readonly number[] | Float64Array

/** Rows of numbers, which have been checked. Numbers are in base64, which is shorter than digits and read faster. */
export function rowsForm(rows: unknown): unknown {
  if (isFloat64Array(rows)) return formOf(rows)
  const given = rows as readonly (number | Row)[]
  if (typeof given[0] === 'number') {
    return { $numbers: [given.length, base64Of(Float64Array.from(given as number[]))] }
  }
  const columns = (given[0] as Row).length
  const values = new Float64Array(given.length * columns)
  given.forEach((row, i) => {
    values.set(row as Row, i * columns)
  })
  return { $rows: [given.length, columns, base64Of(values)] }
}

/** Records by the names of their cells, so that these are written once. */
export function recordsForm(records: Records): unknown {
  const kinds = new Map<string, number>()
  const names: string[][] = []
  const cells = records.map((record) => {
    const own = Object.keys(record)
    const key = JSON.stringify(own)
    let kind = kinds.get(key)
    if (kind === undefined) {
      kind = names.push(own) - 1
      kinds.set(key, kind)
    }
    return [kind, ...own.map((name) => cellForm(record[name]))]
  })
  return { names, cells }
}

/** No training reads the parts of a cell. */
const cellForm = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !isDate(value) ? { $other: 'object' } : formOf(value)

/** The records of `recordsForm`. */
export function recordsOfForm(form: unknown): Records {
  const { names, cells } = form as { names: string[][]; cells: [number, ...unknown[]][] }
  return cells.map(([kind, ...own]) => objectOf(names[kind].map((name, i) => [name, valueOfForm(own[i])])))
}
