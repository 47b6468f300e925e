/** A model's inputs: named columns, each with the scaler or encoder of its values. */

import { versionRemedy } from '../../checks/brand.js'
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { areFinite } from '../../checks/rows.js'
import { optionsObject } from '../../checks/validate.js'
import { OneHot, oneHot, type SavedOneHot } from '../encoding/encoders.js'
import { type SavedScaler, Scaler } from '../encoding/scalers.js'
import { list, quoted, text, zeros } from '../records/checks.js'
import { cell, cellName, numberCell, type Records } from '../records/records.js'

/** A number: one input of the network. */
export interface NumberColumn {
  readonly name: string
  readonly type: 'number'
  /** A scaler of one column; null: the number is not scaled. */
  readonly scaler: Scaler | null
}

/** A category: one input per category. */
export interface CategoryColumn {
  readonly name: string
  readonly type: 'category'
  readonly encoder: OneHot
}

export type Column = NumberColumn | CategoryColumn

export type SavedColumn =
  | { readonly name: string; readonly type: 'number'; readonly scaler: SavedScaler | null }
  | { readonly name: string; readonly type: 'category'; readonly encoder: SavedOneHot }

/** The number of network inputs of a column. */
export const widthOf = (column: Column): number => (column.type === 'number' ? 1 : column.encoder.columns)

export const inputsOf = (columns: readonly Column[]): number =>
  columns.reduce((sum, column) => sum + widthOf(column), 0)

/** The number of network inputs of saved columns, by the lengths of their lists, before the lists are checked. */
export function savedInputsOf(saved: unknown): number {
  if (!Array.isArray(saved)) return 0
  return saved.reduce((sum: number, column: { encoder?: { categories?: unknown } } | null) => {
    const categories = column?.encoder?.categories
    return sum + (Array.isArray(categories) ? categories.length : 1)
  }, 0)
}

/** The error for columns that have another number of inputs than the network. */
export function wrongInputs(made: number, inputs: number): RangeError {
  return wrongSize(
    `columns that make ${inputs} inputs, as many as the network has,`,
    'columns',
    `ones that make ${made}`,
  )
}

function checkScaler(given: unknown, name: string): Scaler | null {
  if (given === null) return null
  if (!(given instanceof Scaler)) {
    throw wrongType('a fitted scaler, or null,', name, given, versionRemedy(given, 'Scaler'))
  }
  if (given.columns !== 1) throw wrongSize('a scaler of one column', name, `one of ${given.columns}`)
  return given
}

/** Checks the keys of a column of its type. */
function keysOf(given: unknown, where: string): Record<string, unknown> {
  const fields = optionsObject(given, where, ['name', 'type', 'scaler', 'encoder'])
  if (fields.type !== 'number' && fields.type !== 'category') {
    throw wrongValue('"number" or "category"', `${where}.type`, fields.type)
  }
  return optionsObject(fields, where, ['name', 'type', fields.type === 'number' ? 'scaler' : 'encoder'])
}

export function checkColumns(given: unknown): Column[] {
  const names = new Set<string>()
  return list(given, 'columns', 'columns').map((column, i) => {
    const where = `columns[${i}]`
    const { name: givenName, type, scaler, encoder } = keysOf(column, where)
    const name = text(givenName, `${where}.name`, 'the name of a column')
    if (names.has(name)) throw wrongValue('a name that no column has yet', `${where}.name`, name)
    names.add(name)
    if (type === 'number') return Object.freeze({ name, type, scaler: checkScaler(scaler, `${where}.scaler`) })
    if (!(encoder instanceof OneHot)) {
      throw wrongType('a fitted oneHot', `${where}.encoder`, encoder, versionRemedy(encoder, 'OneHot'))
    }
    return Object.freeze({ name, type: 'category', encoder } as const)
  })
}

/** Restores saved columns, before `checkColumns`. */
export function restoreColumns(saved: unknown): unknown {
  if (!Array.isArray(saved)) return saved
  return saved.map((column: unknown, i) => restored(column, `columns[${i}]`))
}

/** A column with a scaler or encoder made from the saved one. */
function restored(saved: unknown, where: string): unknown {
  if (typeof saved !== 'object' || saved === null) return saved
  const { scaler, encoder, ...rest } = saved as Record<string, unknown>
  return {
    ...rest,
    ...('scaler' in saved
      ? { scaler: scaler === null ? null : Scaler.fromJSON(scaler as SavedScaler, `${where}.scaler`) }
      : {}),
    ...('encoder' in saved ? { encoder: oneHot.fromJSON(encoder as never, `${where}.encoder`) } : {}),
  }
}

/** The network's inputs for records, row-major. Errors call a record `nameOf(i)`. */
export function encodeInputs(
  records: Records,
  columns: readonly Column[],
  nameOf: (i: number) => string,
): Float64Array {
  const inputs = inputsOf(columns)
  const x = zeros(records.length, inputs, 'the inputs of the network', widest(columns))
  let start = 0
  for (const column of columns) {
    const values = column.type === 'number' ? numbersOf(records, column, nameOf) : null
    for (const [i, record] of records.entries()) {
      const at = i * inputs + start
      if (column.type === 'number') x[at] = (values as Float64Array)[i]
      else {
        const place = column.encoder.placeOf(cell(record, column.name), cellName(column.name, nameOf(i)))
        if (place >= 0) x[at + place] = 1
      }
    }
    start += widthOf(column)
  }
  return x
}

/** The remedy where the inputs of all records do not fit in memory. */
function widest(columns: readonly Column[]): string {
  const column = columns.reduce((max, next) => (widthOf(next) > widthOf(max) ? next : max))
  return `Column ${quoted(column.name)} alone makes ${widthOf(column)} of them.`
}

function numbersOf(
  records: Records,
  { name, scaler }: Pick<NumberColumn, 'name' | 'scaler'>,
  nameOf: (i: number) => string,
): Float64Array {
  const values = Float64Array.from(records, (record, i) => numberCell(record, name, nameOf(i)))
  if (scaler === null) return values
  const scaled = scaler.transform(values)
  if (!areFinite(scaled)) {
    const i = scaled.findIndex((value) => !Number.isFinite(value))
    const remedy = 'Look for numbers far beyond those that the scaler was fitted to.'
    throw wrongValue('a number that stays finite when it is scaled', cellName(name, nameOf(i)), values[i], remedy)
  }
  return scaled
}
