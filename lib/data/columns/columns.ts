/** A model's inputs: named columns, each with the scaler or encoder of its values. */
import { wrongSize, wrongValue } from '../../checks/errors.js'
import { optionsObject } from '../../checks/validate.js'
import { type OneHot, oneHot, type SavedOneHot } from '../encoding/one-hot.js'
import { type SavedScaler, Scaler } from '../encoding/scaler.js'
import { list, text } from '../records/checks.js'
import type { Records } from '../records/records.js'
import { COLUMN_TYPE_NAMES, type Column, type ColumnTypeName, typeNamed, typeOf } from './column-types.js'
import type { EmbeddedInput } from './embedding.js'
import { encodePlaced, type PlacedColumn } from './encode-inputs.js'

export type { Column } from './column-types.js'

/** A column as JSON has it: scalers and encoders as they are saved. */
type Saved<C> = {
  readonly [Key in keyof C]: C[Key] extends OneHot
    ? SavedOneHot
    : C[Key] extends Scaler | null
      ? SavedScaler | null
      : C[Key]
}
export type SavedColumn = Column extends infer C ? (C extends Column ? Saved<C> : never) : never

/** The number of network inputs of a column. */
export const widthOf = (column: Column): number => typeOf(column).width(column)

/** The names of its inputs. */
export const inputNamesOf = (column: Column): string[] => typeOf(column).inputNames(column)

export const inputsOf = (columns: readonly Column[]): number =>
  columns.reduce((sum, column) => sum + widthOf(column), 0)

/** The number of network inputs of saved columns, by the lengths of their lists, before the lists are checked. */
export function savedInputsOf(saved: unknown): number {
  if (!Array.isArray(saved)) return 0
  return saved.reduce((sum: number, column: unknown) => {
    if (typeof column !== 'object' || column === null) return sum + 1
    const given = column as Record<string, unknown>
    return sum + (isTypeName(given.type) ? typeNamed(given.type).savedWidth(given) : 1)
  }, 0)
}

const isTypeName = (type: unknown): type is ColumnTypeName => COLUMN_TYPE_NAMES.includes(type as ColumnTypeName)

/** The error for columns that have another number of inputs than the network. */
export function wrongInputs(made: number, inputs: number): RangeError {
  return wrongSize(
    `columns that make ${inputs} inputs, as many as the network has,`,
    'columns',
    `ones that make ${made}`,
  )
}

/** Columns with the places of their inputs. */
export function placedColumns(columns: readonly Column[]): PlacedColumn[] {
  let start = 0
  return columns.map((column) => {
    const width = widthOf(column)
    start += width
    return { column, start: start - width, width }
  })
}

/** The inputs that are indices of categories, for the embedding layer. */
export const embeddedInputs = (columns: readonly Column[]): EmbeddedInput[] =>
  placedColumns(columns).flatMap(({ column, start }) =>
    column.type === 'category' && column.embedded === true
      ? [{ name: column.name, column: start, categories: column.encoder.columns + 1 }]
      : [],
  )

const TYPES = COLUMN_TYPE_NAMES.map((name) => `"${name}"`)
const EXPECTED_TYPE = `${TYPES.slice(0, -1).join(', ')} or ${TYPES[TYPES.length - 1]}`
const ALL_KEYS = [...new Set(COLUMN_TYPE_NAMES.flatMap((name) => typeNamed(name).keys))]

/** Checked columns, of a caller or of a file. */
export function checkColumns(given: unknown): Column[] {
  const names = new Set<string>()
  return list(given, 'columns', 'columns').map((column, i) => {
    const where = `columns[${i}]`
    const fields = optionsObject(column, where, ['name', 'type', ...ALL_KEYS])
    if (!isTypeName(fields.type)) throw wrongValue(EXPECTED_TYPE, `${where}.type`, fields.type)
    const type = typeNamed(fields.type)
    optionsObject(fields, where, ['name', 'type', ...type.keys])
    const name = text(fields.name, `${where}.name`, 'the name of a column')
    if (names.has(name)) throw wrongValue('a name that no column has yet', `${where}.name`, name)
    names.add(name)
    return type.check(fields, name, where)
  })
}

/** Restores the scalers and encoders of saved columns, before `checkColumns`. */
export function restoreColumns(saved: unknown): unknown {
  if (!Array.isArray(saved)) return saved
  return saved.map((column: unknown, i) => {
    if (typeof column !== 'object' || column === null) return column
    const where = `columns[${i}]`
    const { scaler, encoder } = column as Record<string, unknown>
    return {
      ...column,
      ...('scaler' in column && scaler !== null
        ? { scaler: Scaler.fromJSON(scaler as SavedScaler, `${where}.scaler`) }
        : {}),
      ...('encoder' in column ? { encoder: oneHot.fromJSON(encoder as SavedOneHot, `${where}.encoder`) } : {}),
    }
  })
}

/** The network's inputs for records, row-major. Errors call a record `nameOf(i)`. */
export const encodeInputs = (
  records: Records,
  columns: readonly Column[],
  nameOf: (i: number) => string,
): Float64Array => encodePlaced(records, placedColumns(columns), nameOf)
