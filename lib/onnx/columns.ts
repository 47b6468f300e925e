/** Each type of column in ONNX operators: from its raw value [rows × 1] to the inputs of the network. */
import { wrongValue } from '../checks/errors.js'
import type { BooleanColumn } from '../data/columns/boolean.js'
import type { CategoryColumn } from '../data/columns/category.js'
import type { Column, ColumnTypeName } from '../data/columns/column-types.js'
import type { DateColumn } from '../data/columns/date.js'
import { DATE_PARTS } from '../data/columns/date-parts.js'
import type { NumberColumn } from '../data/columns/number.js'
import { DATE_PART_NODES } from './dates.js'
import { type Graph, ML_DOMAIN } from './graph.js'
import { scaled } from './scaling.js'
import { FLOAT64, TEXT } from './schema.js'

/** Adds the nodes of a column. Returns its inputs of the network, each [rows × n] of float64. */
type ColumnNodes<C> = (graph: Graph, column: C, name: string) => string[]

/** 1 where a condition holds, else 0. */
const mark = (graph: Graph, condition: string): string => graph.op('Cast', [condition], { to: FLOAT64 })

/** A value that fills missing ones; without it NaN stays NaN. */
const filled = (graph: Graph, missing: string | null, fill: number, value: string): string =>
  missing === null ? value : graph.op('Where', [missing, graph.number(fill), value])

const missingIn = (graph: Graph, { fill }: { readonly fill?: number }, value: string): string | null =>
  fill === undefined ? null : graph.op('IsNaN', [value])

const marksOf = (graph: Graph, indicator: boolean | undefined, name: string): string[] =>
  indicator === true ? [mark(graph, graph.op('IsNaN', [name]))] : []

function numberNodes(graph: Graph, column: NumberColumn, name: string): string[] {
  const missing = missingIn(graph, column, name)
  const value = filled(graph, missing, column.fill as number, name)
  const input = column.scaler === null ? value : scaled(graph, `columns.${name}`, column.scaler, 0, value)
  // The bounds of clipping are numbers, also for NaN.
  const isKept = missing === null && column.scaler !== null && column.scaler.clip !== null
  const kept = isKept ? graph.op('Where', [graph.op('IsNaN', [name]), name, input]) : input
  return [kept, ...marksOf(graph, column.indicator, name)]
}

/** 1 for true and 0 for false become 1 and -1. */
function booleanNodes(graph: Graph, column: BooleanColumn, name: string): string[] {
  const missing = missingIn(graph, column, name)
  const sign = graph.op('Sub', [graph.op('Mul', [name, graph.number(2)]), graph.number(1)])
  return [filled(graph, missing, column.fill as number, sign), ...marksOf(graph, column.indicator, name)]
}

function dateNodes(graph: Graph, column: DateColumn, name: string): string[] {
  const { parts, scaler, first, fill, indicator } = column
  const missing = graph.op('IsNaN', [name])
  const time = graph.op('Where', [missing, graph.number(fill ?? first), name])
  // A missing date has no place in a cycle; without a fill it makes all inputs NaN.
  const absent = graph.number(fill === undefined ? NaN : 0)
  let j = 0
  const inputs = parts.map((part) => {
    const value = DATE_PART_NODES[part](graph, time, first)
    if (DATE_PARTS[part].cyclic) return graph.op('Where', [missing, absent, value])
    const input = scaler === null ? value : scaled(graph, `columns.${name}.${part}`, scaler, j++, value)
    return fill === undefined ? graph.op('Where', [missing, absent, input]) : input
  })
  return [...inputs, ...marksOf(graph, indicator, name)]
}

/** Whether the raw values of a column are text: of other categories than numbers alone and booleans alone. */
function isText({ encoder: { categories } }: CategoryColumn): boolean {
  return categories.some((value) => typeof value === 'string' || typeof value !== typeof categories[0])
}

/** The texts of categories. @throws RangeError where two are the same, such as 1 and "1" */
function textsOf({ name, encoder: { categories } }: CategoryColumn): string[] {
  const texts = categories.map(String)
  const again = texts.findIndex((text, i) => texts.indexOf(text) < i)
  if (again < 0) return texts
  const remedy = 'ONNX has one type for a column: text, in which these are the same.'
  throw wrongValue('categories with texts that differ', `column ${JSON.stringify(name)}`, categories[again], remedy)
}

/** The index of each text's column of the encoder, -1 for none: int64 [rows × 1]. */
function placesOfTexts(graph: Graph, column: CategoryColumn, name: string): string {
  const { encoder } = column
  const texts = textsOf(column)
  const missing = encoder.missing === 'category' && !texts.includes('') ? [''] : []
  const keys = [...texts, ...missing]
  // The encoder's last column.
  const other = encoder.unknown === 'other' ? encoder.columns - 1 : -1
  const attributes = { keys_strings: keys, values_int64s: keys.map((_, i) => i), default_int64: other }
  return graph.op('LabelEncoder', [name], attributes, ML_DOMAIN)
}

/** Marks of the encoder's columns for numbers, or for 1 and 0 of booleans: [rows × columns]. */
function marksOfNumbers(graph: Graph, { encoder }: CategoryColumn, name: string): string {
  const values = Float64Array.from(encoder.categories, Number)
  const known = graph.tensor(`columns.${name}.categories`, [1, values.length], values)
  const marks = [mark(graph, graph.op('Equal', [name, known]))]
  if (encoder.missing === 'category') marks.push(mark(graph, graph.op('IsNaN', [name])))
  const all = marks.length === 1 ? marks[0] : graph.op('Concat', marks, { axis: 1 })
  if (encoder.unknown !== 'other') return all
  const found = graph.op('ReduceSum', [all, graph.integers([1])])
  return graph.op('Concat', [all, graph.op('Sub', [graph.number(1), found])], { axis: 1 })
}

function categoryNodes(graph: Graph, column: CategoryColumn, name: string): string[] {
  const { columns } = column.encoder
  const ascending = Array.from({ length: columns }, (_, i) => i)
  if (isText(column)) {
    const place = placesOfTexts(graph, column, name)
    if (column.embedded !== true) return [mark(graph, graph.op('Equal', [place, graph.integers(ascending)]))]
    return [graph.op('Add', [mark(graph, place), graph.number(1)])]
  }
  const marks = marksOfNumbers(graph, column, name)
  if (column.embedded !== true) return [marks]
  // 1 + the place, or 0 where no column is marked.
  const places = graph.tensor(
    `columns.${name}.places`,
    [columns, 1],
    Float64Array.from(ascending, (i) => i + 1),
  )
  return [graph.op('Gemm', [marks, places])]
}

/** By type of column. */
const COLUMN_NODES: { readonly [Type in ColumnTypeName]: ColumnNodes<Extract<Column, { type: Type }>> } = {
  number: numberNodes,
  boolean: booleanNodes,
  date: dateNodes,
  category: categoryNodes,
}

/** The network's inputs of a column, whose raw values are the graph's input of its name. */
export const columnNodes = (graph: Graph, column: Column): string[] =>
  (COLUMN_NODES[column.type] as ColumnNodes<Column>)(graph, column, column.name)

/** The type of a column's raw values. */
export const rawType = (column: Column): number => (column.type === 'category' && isText(column) ? TEXT : FLOAT64)
