/** The table of the types of columns. A new type is one entry. */
import { type BooleanColumn, type BooleanColumnOptions, booleanColumn } from './boolean.js'
import { type CategoryColumn, type CategoryColumnOptions, categoryColumn } from './category.js'
import type { ColumnType } from './column-type.js'
import { type DateColumn, type DateColumnOptions, dateColumn } from './date.js'
import { type NumberColumn, type NumberColumnOptions, numberColumn } from './number.js'

/** By type; the first type that can be inferred from a column's cells is its type. */
const COLUMN_TYPES = {
  number: numberColumn,
  boolean: booleanColumn,
  date: dateColumn,
  category: categoryColumn,
}

export type Column = NumberColumn | CategoryColumn | BooleanColumn | DateColumn
export type ColumnTypeName = Column['type']

/** The options of a column, by its type. Default type: by its values. */
export type ColumnOption =
  | ColumnTypeName
  | NumberColumnOptions
  | CategoryColumnOptions
  | BooleanColumnOptions
  | DateColumnOptions

/** In the order in which they are inferred. */
export const COLUMN_TYPE_NAMES = Object.keys(COLUMN_TYPES) as ColumnTypeName[]

/** The entry of a type, for any of its columns. */
export const typeNamed = (name: ColumnTypeName): ColumnType<Column> =>
  COLUMN_TYPES[name] as unknown as ColumnType<Column>

export const typeOf = ({ type }: Column): ColumnType<Column> => typeNamed(type)
