/** Fits input columns to records, as the options of the caller specify them. */
import { unknownColumn, wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import type { LayerOption } from '../../checks/registry.js'
import { entriesOf, oneOf, optionsObject } from '../../checks/validate.js'
import { list, quoted, text } from '../records/checks.js'
import { cell, cellName, columnNames, isDate, isMissing, type Records } from '../records/records.js'
import type { Cells, Given, Kinds } from './column-type.js'
import { COLUMN_TYPE_NAMES, type Column, type ColumnTypeName, typeNamed, typeOf } from './column-types.js'
import { embeddedInputs } from './columns.js'
import { embeddingLayers } from './embedding.js'
import type { ColumnReport, DroppedColumn, Report } from './report.js'
import type { ScalerChoice } from './scaler-choice.js'

export type { ColumnOption } from './column-types.js'
export type { ScalerChoice } from './scaler-choice.js'

/** The records that columns are fitted to: all, or the training records. */
export interface FittedRecords {
  readonly records: Records
  /** The words after "the records" in errors. */
  readonly which: '' | ' trained on'
  /** The name of record i in errors. */
  readonly nameOf: (i: number) => string
}

/**
 * The columns that are no inputs, with what they are in errors: the target, the weights, …; null: it is left out by
 * default, but may be chosen.
 */
export type TakenColumns = ReadonlyMap<string, string | null>

/** Fitted columns, what became of each, and the first layers of a network that reads them. */
export interface SpecifiedColumns {
  readonly columns: readonly Column[]
  readonly report: Report
  readonly layers: readonly LayerOption[]
}

/**
 * Columns in the order of their names; without names, all columns of the records that are not taken and can be used.
 * @throws TypeError or RangeError for wrong names and options, for a named column that cannot be used, and where no column
 *   is left
 */
export function specifyColumns(
  fitted: FittedRecords,
  names: unknown,
  options: unknown,
  taken: TakenColumns,
  scaler: ScalerChoice,
): SpecifiedColumns {
  const all = columnNames(fitted.records)
  const chosen = chosenNames(names, all, taken)
  const refined = refinements(options, chosen, all, taken)
  const columns: Column[] = []
  const reports: ColumnReport[] = []
  const dropped: DroppedColumn[] = []
  for (const name of chosen) {
    const option = refined.get(name)
    const cells = cellsOf(fitted, name, names !== undefined || option !== undefined, scaler)
    const { type, result } = fitColumn(cells, option)
    if ('reason' in result) {
      dropped.push({ name, reason: result.reason, note: result.note })
      continue
    }
    columns.push(result.column)
    const inputs = typeOf(result.column).inputNames(result.column)
    reports.push({ name, type, inputs, missing: cells.missing, ...result.report })
  }
  if (columns.length === 0) {
    const notes = dropped.map(({ name, note }) => `${quoted(name)}: ${note}`).join(' ')
    throw wrongSize('at least one column that can be used', 'the records', 'none', notes)
  }
  const unitsOf = (name: string): number => reports.find((report) => report.name === name)?.units ?? 1
  return {
    columns,
    report: { rows: fitted.records.length, columns: reports, dropped },
    layers: embeddingLayers(embeddedInputs(columns), unitsOf),
  }
}

/** The names of the columns that are used. */
function chosenNames(given: unknown, all: readonly string[], taken: TakenColumns): readonly string[] {
  if (given === undefined) {
    const names = all.filter((name) => !taken.has(name))
    if (names.length === 0) throw wrongSize('at least one column other than the target', 'records[0]', 'none')
    return names
  }
  if (!Array.isArray(given)) {
    const remedy = "columns lists names; types go into options: { height: 'number' }."
    throw wrongType('an array of names', 'columns', given, remedy)
  }
  const names = list(given, 'columns', 'names').map((name, i) => text(name, `columns[${i}]`, 'the name of a column'))
  names.forEach((name, i) => {
    const where = `columns[${i}]`
    if (names.indexOf(name) < i) throw wrongValue('a name that is not in the list yet', where, name)
    checkInput(name, where, all, taken)
  })
  return names
}

function checkInput(name: string, where: string, all: readonly string[], taken: TakenColumns): void {
  const use = taken.get(name)
  if (typeof use === 'string') throw wrongValue(`the name of a column other than ${use}`, where, name)
  if (!all.includes(name)) throw unknownColumn(name, where, all)
}

/** The options of the chosen columns; other columns are refused. */
function refinements(
  given: unknown,
  chosen: readonly string[],
  all: readonly string[],
  taken: TakenColumns,
): ReadonlyMap<string, unknown> {
  if (given === undefined) return new Map()
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw wrongType("an object such as { height: 'number' }", 'options', given)
  }
  const entries = entriesOf(given, 'options')
  for (const [name] of entries) {
    checkInput(name, 'options', all, taken)
    if (!chosen.includes(name)) {
      throw wrongValue('the name of a column that is used', 'options', name, 'Name it in columns, too.')
    }
  }
  return new Map(entries)
}

function cellsOf(
  { records, which, nameOf }: FittedRecords,
  name: string,
  isNamed: boolean,
  scaler: ScalerChoice,
): Cells {
  const values = records.map((record) => cell(record, name))
  let missing = 0
  for (const value of values) if (isMissing(value)) missing++
  return { name, values, missing, which, nameOf, isNamed, where: `options[${quoted(name)}]`, scaler }
}

/** The kinds of a column's cells. @throws TypeError for a cell of none of them */
function kindsOf({ name, values, nameOf }: Cells): Kinds {
  const kinds = { numbers: 0, texts: 0, booleans: 0, dates: 0 }
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (isMissing(value)) continue
    if (typeof value === 'number') kinds.numbers++
    else if (typeof value === 'string') kinds.texts++
    else if (typeof value === 'boolean') kinds.booleans++
    else if (isDate(value)) kinds.dates++
    else throw wrongType('text, a number, true or false, or a Date', cellName(name, nameOf(i)), value)
  }
  return kinds
}

const ALL_OPTIONS = ['type', ...new Set(COLUMN_TYPE_NAMES.flatMap((name) => typeNamed(name).options))]

function fitColumn(cells: Cells, option: unknown) {
  const { where } = cells
  const given: Given =
    option === undefined || typeof option === 'string' ? { type: option } : optionsObject(option, where, ALL_OPTIONS)
  const typeName = typeof option === 'string' ? where : `${where}.type`
  const type =
    given.type === undefined
      ? inferredType(cells, given)
      : (oneOf(given.type, typeName, 'the type of a column', COLUMN_TYPE_NAMES) as ColumnTypeName)
  const entry = typeNamed(type)
  const { type: _, ...options } = optionsObject(given, where, ['type', ...entry.options])
  return { type, result: entry.fit(cells, options) }
}

/** The first type whose rule holds; the last one takes any. */
function inferredType(cells: Cells, options: Given): ColumnTypeName {
  const kinds = kindsOf(cells)
  return COLUMN_TYPE_NAMES.find((name) => typeNamed(name).infer(cells, kinds, options)) as ColumnTypeName
}
