/** From what a caller says about columns, and the records themselves, to fitted columns and a fitted target. */
import { unknownColumn, wrongSize, wrongType, wrongValue } from '../errors.js'
import { entriesOf, oneOf, optionsObject } from '../validate.js'
import { list, text } from './checks.js'
import type { Column, Target } from './columns.js'
import { type Category, labelEncoder, oneHot, type SavedOneHot } from './encoders.js'
import { cell, cellName, MISSING, numberCell } from './records.js'
import {
  fitScaler,
  type MinMaxScalerOptions,
  type RobustScalerOptions,
  type Scaler,
  type ScalerOptions,
} from './scalers.js'

/** A scaler's name, or its name and options. */
export type ScalerChoice =
  | 'standardScaler'
  | 'minMaxScaler'
  | 'robustScaler'
  | 'none'
  | ({ name: 'standardScaler' } & Omit<ScalerOptions, 'columns'>)
  | ({ name: 'minMaxScaler' } & Omit<MinMaxScalerOptions, 'columns'>)
  | ({ name: 'robustScaler' } & Omit<RobustScalerOptions, 'columns'>)

/** What a column holds, and how it becomes numbers. Default scaler: `standardScaler`. */
export type ColumnOption =
  | 'number'
  | 'category'
  | { type: 'number'; scaler?: ScalerChoice }
  | { type: 'category'; categories?: readonly Category[]; unknown?: 'error' | 'zeros' }

/** What to predict. Default scaler: `standardScaler`. */
export type TargetOption<Name extends string = string> =
  | { column: Name; type: 'number'; scaler?: ScalerChoice }
  | { column: Name; type: 'label'; labels?: readonly Category[] }

type Records = readonly Readonly<Record<string, unknown>>[]

const SCALERS = ['standardScaler', 'minMaxScaler', 'robustScaler', 'none']
const nameOf = (i: number): string => `records[${i}]`

/** Columns in the order of the options; without options all those of the first record. */
export function specifyColumns(records: Records, given: unknown, target: string): Column[] {
  const first = Object.keys(records[0])
  return choices(given, first, target).map(([name, option, where]) => {
    if (name === target) throw wrongValue('the name of a column other than the target', where, name)
    if (!first.includes(name)) throw unknownColumn(name, where, first)
    return option === undefined
      ? fitColumn(records, name, guess(records, name), where)
      : fitColumn(records, name, option, where)
  })
}

function choices(given: unknown, first: readonly string[], target: string): [string, unknown, string][] {
  if (given === undefined) {
    const names = first.filter((name) => name !== target)
    if (names.length === 0) throw wrongSize('at least one column beside the target', 'records[0]', 'none')
    return names.map((name) => [name, undefined, 'columns'])
  }
  if (Array.isArray(given)) {
    const names = list(given, 'columns', 'names').map((name, i) => text(name, `columns[${i}]`, 'the name of a column'))
    names.forEach((name, i) => {
      if (names.indexOf(name) < i) throw wrongValue('a name that is not there yet', `columns[${i}]`, name)
    })
    return names.map((name, i) => [name, undefined, `columns[${i}]`])
  }
  if (typeof given !== 'object' || given === null) {
    throw wrongType("names, or an object such as { height: 'number' },", 'columns', given)
  }
  const entries = entriesOf(given, 'columns')
  if (entries.length === 0) throw wrongSize('at least one column', 'columns', 'none')
  return entries.map(([name, option]) => [name, option, `columns[${JSON.stringify(name)}]`])
}

/** By the kind of the first record's value. */
function guess(records: Records, name: string): 'number' | 'category' {
  const value = cell(records[0], name)
  if (typeof value === 'number') return 'number'
  if (typeof value === 'string' || typeof value === 'boolean') return 'category'
  throw wrongType('text, a number, or true or false', cellName(name, nameOf(0)), value)
}

function fitColumn(records: Records, name: string, option: unknown, where: string): Column {
  const given: Record<string, unknown> =
    typeof option === 'string'
      ? { type: option }
      : (optionsObject(option, where, ALL_OPTIONS) as Record<string, unknown>)
  const typeName = typeof option === 'string' ? where : `${where}.type`
  const type = oneOf(given.type, typeName, 'the type of a column', ['number', 'category']) as 'number' | 'category'
  if (type === 'number') {
    optionsObject(given, where, ['type', 'scaler'])
    return { name, type, scaler: fitColumnScaler(records, name, given.scaler, `${where}.scaler`) }
  }
  const { categories, unknown = 'error' } = optionsObject(given, where, ['type', 'categories', 'unknown'])
  const listed = { type: 'oneHot', categories: categories ?? categoriesOf(records, name), unknown } as SavedOneHot
  return { name, type, encoder: oneHot.fromJSON(listed, where) }
}

const ALL_OPTIONS = ['type', 'scaler', 'categories', 'unknown']

/** The values that occur in a column, in order; each is checked, and named by its record. */
function categoriesOf(records: Records, name: string): readonly Category[] {
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
    const received = `${JSON.stringify(values[0])} in every record`
    throw wrongSize('at least two different values', `column "${name}"`, received, 'Leave a constant column out.')
  }
  return labelEncoder.fit(values).labels
}

function fitColumnScaler(records: Records, name: string, given: unknown, where: string): Scaler | null {
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
  return fitScaler(type as 'standardScaler', values, all, () => `column "${name}" of the records`)
}

/** The target; where only its column is named, numbers are numbers and everything else is a label. */
export function specifyTarget(records: Records, given: unknown): Target {
  const option = typeof given === 'string' ? { column: given } : given
  const fields = optionsObject(option, 'target', ['column', 'type', 'scaler', 'labels'])
  const name = text(fields.column, typeof given === 'string' ? 'target' : 'target.column', 'the name of a column')
  const first = Object.keys(records[0])
  if (!first.includes(name)) throw unknownColumn(name, 'target', first)
  const guessed = guess(records, name) === 'number' ? 'number' : 'label'
  const type =
    fields.type === undefined ? guessed : oneOf(fields.type, 'target.type', 'the type of a target', ['number', 'label'])
  if (type === 'number') {
    optionsObject(fields, 'target', ['column', 'type', 'scaler'])
    return { name, type, scaler: fitColumnScaler(records, name, fields.scaler, 'target.scaler') }
  }
  optionsObject(fields, 'target', ['column', 'type', 'labels'])
  const labels = (fields.labels as readonly Category[] | undefined) ?? categoriesOf(records, name)
  return { name, type: 'label', encoder: labelEncoder.fromJSON({ type: 'labelEncoder', labels }, 'target') }
}
