/** Fits input columns to records, as the options of the caller specify them. */
import { unknownColumn, wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { entriesOf, oneOf, optionsObject } from '../../checks/validate.js'
import { Categories, type Category, type Limit } from '../encoding/categories.js'
import { categoryLimit, oneHot, type SavedOneHot } from '../encoding/encoders.js'
import {
  fitScaler,
  type MinMaxScalerOptions,
  type RobustScalerOptions,
  type Scaler,
  type ScalerOptions,
} from '../encoding/scalers.js'
import { list, quoted, text } from '../records/checks.js'
import { cell, cellName, MISSING, numberCell, type Records } from '../records/records.js'
import type { Column } from './columns.js'

/** A scaler's name, or its name and options. */
export type ScalerChoice =
  | 'standardScaler'
  | 'minMaxScaler'
  | 'robustScaler'
  | 'none'
  | ({ name: 'standardScaler' } & Omit<ScalerOptions, 'columns'>)
  | ({ name: 'minMaxScaler' } & Omit<MinMaxScalerOptions, 'columns'>)
  | ({ name: 'robustScaler' } & Omit<RobustScalerOptions, 'columns'>)

/** How a column becomes numbers. Default type: by the column's first value; default scaler: `standardScaler`. */
export type ColumnOption =
  | 'number'
  | 'category'
  | { type?: 'number'; scaler?: ScalerChoice }
  | { type?: 'category'; categories?: readonly Category[]; unknown?: 'error' | 'zeros'; maxCategories?: number }

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

const SCALERS = ['standardScaler', 'minMaxScaler', 'robustScaler', 'none']

/** Columns in the order of their names; without names, all columns of the first record that are not taken. */
export function specifyColumns(fitted: FittedRecords, names: unknown, options: unknown, taken: TakenColumns): Column[] {
  const first = Object.keys(fitted.records[0])
  const chosen = chosenNames(names, first, taken)
  const refined = refinements(options, chosen, first, taken)
  return chosen.map((name) =>
    fitColumn(fitted, name, Object.hasOwn(refined, name) ? refined[name] : undefined, `options[${quoted(name)}]`),
  )
}

/** The names of the columns that are used. */
function chosenNames(given: unknown, first: readonly string[], taken: TakenColumns): readonly string[] {
  if (given === undefined) {
    const names = first.filter((name) => !taken.has(name))
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
    checkInput(name, where, first, taken)
  })
  return names
}

function checkInput(name: string, where: string, first: readonly string[], taken: TakenColumns): void {
  const use = taken.get(name)
  if (typeof use === 'string') throw wrongValue(`the name of a column other than ${use}`, where, name)
  if (!first.includes(name)) throw unknownColumn(name, where, first)
}

/** The options of the chosen columns; other columns are refused. */
function refinements(
  given: unknown,
  chosen: readonly string[],
  first: readonly string[],
  taken: TakenColumns,
): Readonly<Record<string, unknown>> {
  if (given === undefined) return {}
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw wrongType("an object such as { height: 'number' }", 'options', given)
  }
  const entries = entriesOf(given, 'options')
  for (const [name] of entries) {
    checkInput(name, 'options', first, taken)
    if (!chosen.includes(name)) {
      throw wrongValue('the name of a column that is used', 'options', name, 'Name it in columns, too.')
    }
  }
  return Object.fromEntries(entries)
}

/** The type of a column, by the first record's value. */
function guess({ records, nameOf }: FittedRecords, name: string): 'number' | 'category' {
  const value = cell(records[0], name)
  if (typeof value === 'number') return 'number'
  if (typeof value === 'string' || typeof value === 'boolean') return 'category'
  throw wrongType('text, a number, or true or false', cellName(name, nameOf(0)), value)
}

function fitColumn(fitted: FittedRecords, name: string, option: unknown, where: string): Column {
  const given: Record<string, unknown> =
    option === undefined || typeof option === 'string'
      ? { type: option }
      : (optionsObject(option, where, ALL_OPTIONS) as Record<string, unknown>)
  const typeName = typeof option === 'string' ? where : `${where}.type`
  const type =
    given.type === undefined
      ? guess(fitted, name)
      : (oneOf(given.type, typeName, 'the type of a column', ['number', 'category']) as 'number' | 'category')
  if (type === 'number') {
    optionsObject(given, where, ['type', 'scaler'])
    return { name, type, scaler: fitColumnScaler(fitted, name, given.scaler, `${where}.scaler`) }
  }
  const { categories, unknown, maxCategories } = optionsObject(given, where, CATEGORY_OPTIONS)
  const limit = categoryLimit(maxCategories, `${where}.maxCategories`)
  const listed = {
    type: 'oneHot',
    categories: categories ?? categoriesOf(fitted, name, limit),
    unknown: unknown ?? 'error',
  }
  return { name, type, encoder: oneHot.fromJSON(listed as SavedOneHot, where) }
}

const CATEGORY_OPTIONS = ['type', 'categories', 'unknown', 'maxCategories']
const ALL_OPTIONS = ['type', 'scaler', 'categories', 'unknown', 'maxCategories']

/** The sorted values that occur in a column; errors name a value by its record. */
function categoriesOf({ records, which, nameOf }: FittedRecords, name: string, limit: Limit): readonly Category[] {
  const values = records.map((record, i) => {
    const value = cell(record, name)
    if (typeof value === 'number') return numberCell(record, name, nameOf(i))
    if (typeof value !== 'string' && typeof value !== 'boolean') {
      throw wrongType('text, a number, or true or false', cellName(name, nameOf(i)), value, MISSING)
    }
    return value
  })
  const other = values.findIndex((value) => typeof value !== typeof values[0])
  if (other >= 0) {
    const expected = `a value of type ${typeof values[0]}, like those before,`
    throw wrongType(expected, cellName(name, nameOf(other)), values[other])
  }
  if (values.every((value) => value === values[0])) {
    const received = `${quoted(values[0])} in every record${which}`
    throw wrongSize('at least two different values', `column ${quoted(name)}`, received, limit.constant)
  }
  return Categories.found<Category>(values, `column ${quoted(name)}`, limit).values
}

function fitColumnScaler(
  { records, which, nameOf }: FittedRecords,
  name: string,
  given: unknown,
  where: string,
): Scaler | null {
  const choice: Record<string, unknown> =
    typeof given === 'object' && given !== null
      ? Object.fromEntries(entriesOf(given, where))
      : { name: given ?? SCALERS[0] }
  const { name: scaler, ...options } = choice
  const type = oneOf(scaler, where, 'the name of a scaler', SCALERS)
  const values = Float64Array.from(records, (record, i) => numberCell(record, name, nameOf(i)))
  if (type === 'none') {
    optionsObject(options, where, [])
    return null
  }
  const all = { ...options, columns: options.columns ?? 1 }
  return fitScaler(type as 'standardScaler', values, all, () => `column ${quoted(name)} of the records${which}`)
}
