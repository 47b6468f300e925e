/** The report of a model's columns: what each became, and what was left out. It is plain data, and is saved with the model. */
import { wrongType } from '../../checks/errors.js'
import { boolean, elements, integer, oneOf, optionsObject } from '../../checks/validate.js'
import type { Category } from '../encoding/categories.js'
import { finite, text } from '../records/checks.js'

/** What a column became, with figures of the records that it was fitted to. */
export interface ColumnReport {
  readonly name: string
  readonly type: string
  /** The names of its inputs in the network. */
  readonly inputs: readonly string[]
  /** How many records have no value. */
  readonly missing: number
  /** What a missing value becomes: a number, or a date as text. */
  readonly fill?: number | string
  /** Of numbers: whether all are integers; figures of them; the scaler. */
  readonly integers?: boolean
  readonly minimum?: number
  readonly median?: number
  readonly mean?: number
  readonly maximum?: number
  readonly scaler?: string
  /** Of booleans: how many are true. */
  readonly trues?: number
  /** Of dates: the first and the last, the format of text that is not ISO 8601, and what the inputs are made of. */
  readonly from?: string
  readonly to?: string
  readonly format?: string
  readonly parts?: readonly string[]
  /** Of categories: those with an input or a vector of their own, and the number of records of each. */
  readonly categories?: readonly Category[]
  readonly counts?: readonly number[]
  /** Of categories: how many different values are grouped as other, and how many records have one of them. */
  readonly otherValues?: number
  readonly otherRecords?: number
  /** Of categories with an embedding: the length of a vector. */
  readonly units?: number
}

/** Why a column is left out: one value, no value, text or an id that differs in nearly every record, or only rare categories. */
export type DropReason = 'constant' | 'missing' | 'unique' | 'rare'

export interface DroppedColumn {
  readonly name: string
  readonly reason: DropReason
  /** A sentence with the figures. */
  readonly note: string
}

/** The records that are left out because they have no target. */
export interface SkippedRecords {
  /** Their number, with those for validation. */
  readonly records: number
  /** A sentence with the figures. */
  readonly note: string
}

export interface Report {
  /** The number of records that the columns were fitted to. */
  readonly rows: number
  /** In the order of the inputs. */
  readonly columns: readonly ColumnReport[]
  /** The columns that were left out. */
  readonly dropped: readonly DroppedColumn[]
  /** Where records have no target. */
  readonly skipped?: SkippedRecords
}

const REASONS: readonly DropReason[] = ['constant', 'missing', 'unique', 'rare']
const MAX_INTEGER = Number.MAX_SAFE_INTEGER

type Check = (value: unknown, name: string) => unknown

const count: Check = (value, name) => integer(value, name, 0, MAX_INTEGER)
const number: Check = (value, name) => finite(value, name)
const word: Check = (value, name) => text(value, name)

function scalar(value: unknown, name: string): unknown {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return finite(value, name)
  throw wrongType('text, a number, or true or false', name, value)
}

/** A frozen array of checked items; it may be empty. */
function listOf<Item>(value: unknown, name: string, check: (item: unknown, name: string) => Item): readonly Item[] {
  if (!Array.isArray(value)) throw wrongType('an array', name, value)
  return Object.freeze(elements(value).map((item, i) => check(item, `${name}[${i}]`)))
}

const list =
  (check: Check): Check =>
  (value, name) =>
    listOf(value, name, check)

/** The keys of a column's report in the order in which they are saved; the first four are required. */
const COLUMN: Readonly<Record<keyof ColumnReport, Check>> = {
  name: word,
  type: word,
  inputs: list(word),
  missing: count,
  fill: (value, name) => (typeof value === 'string' ? word(value, name) : number(value, name)),
  integers: boolean,
  minimum: number,
  median: number,
  mean: number,
  maximum: number,
  scaler: word,
  trues: count,
  from: word,
  to: word,
  format: word,
  parts: list(word),
  categories: list(scalar),
  counts: list(count),
  otherValues: count,
  otherRecords: count,
  units: count,
}
const REQUIRED = ['name', 'type', 'inputs', 'missing']

const DROPPED: Readonly<Record<keyof DroppedColumn, Check>> = {
  name: word,
  reason: (value, name) => oneOf(value, name, 'a reason', REASONS),
  note: word,
}

const SKIPPED: Readonly<Record<keyof SkippedRecords, Check>> = { records: count, note: word }

/** The keys of a report, for the order in which a model is saved. */
export const REPORT_KEYS = [
  ...['rows', 'columns', 'dropped', 'skipped'],
  ...[COLUMN, DROPPED, SKIPPED].flatMap((checks) => Object.keys(checks)),
]

function checked<Keys extends string>(
  given: unknown,
  where: string,
  checks: Readonly<Record<Keys, Check>>,
  required: readonly string[],
): object {
  const names = Object.keys(checks) as Keys[]
  const fields = optionsObject(given, where, names)
  const entries = names
    .filter((name) => fields[name] !== undefined || required.includes(name))
    .map((name) => [name, checks[name](fields[name], `${where}.${name}`)])
  return Object.freeze(Object.fromEntries(entries))
}

/** A checked report with its keys in one order; null for none. */
export function checkReport(given: unknown, name: string): Report | null {
  if (given === undefined || given === null) return null
  const { rows, columns, dropped, skipped } = optionsObject(given, name, ['rows', 'columns', 'dropped', 'skipped'])
  return Object.freeze({
    rows: integer(rows, `${name}.rows`, 1, MAX_INTEGER),
    columns: listOf(columns, `${name}.columns`, (one, where) => checked(one, where, COLUMN, REQUIRED) as ColumnReport),
    dropped: listOf(
      dropped,
      `${name}.dropped`,
      (one, where) => checked(one, where, DROPPED, Object.keys(DROPPED)) as DroppedColumn,
    ),
    ...(skipped === undefined
      ? {}
      : { skipped: checked(skipped, `${name}.skipped`, SKIPPED, Object.keys(SKIPPED)) as SkippedRecords }),
  })
}
