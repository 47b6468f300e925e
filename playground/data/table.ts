/** The data set of one's own table: types, missing values and scaling are those of `lockstep-nn/data`. */
import { unknownColumn, wrongSize } from '#lib/checks/errors.js'
import { type Column, encodeInputs, inputNamesOf, widthOf } from '#lib/data/columns/columns.js'
import { specifyColumns } from '#lib/data/columns/specify.js'
import { readCsv } from '#lib/data/csv/csv.js'
import { quoted } from '#lib/data/records/checks.js'
import { columnNames, isMissing, type Records } from '#lib/data/records/records.js'
import { LIMITS } from '../state/limits.js'
import type { CsvSettings, DataSettings } from '../state/settings.js'
import type { DataSet, Input, Rows } from './data-set.js'
import { splitOrder } from './split.js'

/** The most classes: each has a colour of its own. */
const MAX_CLASSES = LIMITS.label.max + 1
const SCALER = { name: 'robustScaler', clip: 'smooth' } as const
/** The part of a column's range by which its map is wider on each side. */
const MARGIN = 0.1

/** The names of the columns of a table. @throws as `readCsv` */
export const columnsOf = async (text: string): Promise<readonly string[]> => columnNames(await recordsOf(text))

async function recordsOf(text: string): Promise<Records> {
  if (text.trim() === '') {
    throw wrongSize(
      'the text of a CSV file',
      'data.csv.text',
      'none',
      'Choose a file, or paste a table with a line of names.',
    )
  }
  const records = await readCsv({ text })
  const { min, max } = LIMITS.csvRows
  if (records.length < min || records.length > max) {
    throw wrongSize(`${min} to ${max} rows`, 'the CSV text', `${records.length}`)
  }
  return records
}

/**
 * Reads a table. Rows without a target are left out. What is fitted to columns, such as a median in the place of missing
 * values, is fitted to the training rows.
 * @throws TypeError or RangeError with a sentence for what is no CSV, and for a table that cannot be trained with
 */
export async function tableData(settings: DataSettings): Promise<DataSet> {
  const { csv } = settings
  const all = await recordsOf(csv.text)
  const names = columnNames(all)
  const target = csv.target === '' ? (names.at(-1) as string) : csv.target
  if (!names.includes(target)) throw unknownColumn(target, 'data.csv.target', names)
  const records = all.filter((record) => !isMissing(record[target]))
  const order = splitOrder(records.length, settings)
  const trained = order.training.map((row) => records[row])
  if (trained.length < 2) {
    throw wrongSize('at least two training rows with a target', 'the CSV text', `${trained.length}`)
  }
  const columns = inputColumns(trained, csv, target)
  const nameOf = (row: number): string => `row ${row + 1}`
  const validated = order.validation.map((row) => records[row])
  const x = encodeInputs(trained, columns, nameOf)
  const inputs = inputsOf(columns, x, trained.length)
  const encoded = targetOf(records, target, csv)
  const rowsOf = (rows: Records, values: Float64Array, places: readonly number[]): Rows => ({
    count: rows.length,
    x: values,
    y: Float64Array.from(places, (row) => encoded.y[row]),
  })
  return {
    ...encoded.meaning,
    inputs,
    training: rowsOf(trained, x, order.training),
    validation: rowsOf(
      validated,
      validated.length === 0 ? new Float64Array() : encodeInputs(validated, columns, nameOf),
      order.validation,
    ),
  }
}

function inputColumns(trained: Records, csv: CsvSettings, target: string): readonly Column[] {
  const fitted = { records: trained, which: ' trained on', nameOf: (row: number) => `row ${row + 1}` } as const
  const names = csv.columns.length === 0 ? undefined : csv.columns
  const { columns } = specifyColumns(fitted, names, undefined, new Map([[target, 'the target']]), SCALER)
  const embedded = columns.find((column) => column.type === 'category' && column.embedded === true)
  if (embedded !== undefined) {
    throw wrongSize(
      'at most 32 categories',
      `column ${quoted(embedded.name)}`,
      'more',
      'Choose other columns: the playground has one input for each category.',
    )
  }
  const count = columns.reduce((sum, column) => sum + widthOf(column), 0)
  const { max } = LIMITS.csvColumns
  if (count > max) throw wrongSize(`at most ${max} inputs`, 'the columns', `${count}`, 'Choose fewer columns.')
  return columns
}

/** The inputs in their scaled units, with what maps show where an input is no axis. */
function inputsOf(columns: readonly Column[], x: Float64Array, rows: number): Input[] {
  const names = columns.flatMap(inputNamesOf)
  const width = names.length
  const valuesOf = (input: number): Float64Array =>
    Float64Array.from({ length: rows }, (_, row) => x[row * width + input])
  const middles: number[] = []
  for (const column of columns) {
    const start = middles.length
    if (column.type === 'category') middles.push(...mostFrequent(x, rows, width, start, widthOf(column)))
    else for (let i = start; i < start + widthOf(column); i++) middles.push(medianOf(valuesOf(i)))
  }
  return names.map((name, i) => {
    const values = valuesOf(i)
    const [least, most] = [Math.min(...values), Math.max(...values)]
    const margin = most > least ? MARGIN * (most - least) : 1
    return { name, min: least - margin, max: most + margin, middle: middles[i] }
  })
}

/** The middle value; of an even number the lower one, so that it is one that occurs. */
function medianOf(values: Float64Array): number {
  const sorted = values.sort()
  return sorted[(sorted.length - 1) >> 1]
}

/** The inputs of the most frequent category; of several the first one that occurs. */
function mostFrequent(x: Float64Array, rows: number, width: number, start: number, count: number): readonly number[] {
  const found = new Map<string, { readonly inputs: readonly number[]; rows: number }>()
  for (let row = 0; row < rows; row++) {
    const inputs = [...x.subarray(row * width + start, row * width + start + count)]
    const known = found.get(inputs.join())
    if (known === undefined) found.set(inputs.join(), { inputs, rows: 1 })
    else known.rows++
  }
  return [...found.values()].reduce((best, one) => (one.rows > best.rows ? one : best)).inputs
}

interface EncodedTarget {
  readonly y: readonly number[]
  readonly meaning:
    | { readonly task: 'classes'; readonly classes: readonly string[] }
    | {
        readonly task: 'number'
        readonly target: { readonly name: string; readonly min: number; readonly max: number }
      }
}

function targetOf(records: Records, name: string, { task }: CsvSettings): EncodedTarget {
  const values = records.map((record) => record[name])
  const isNumber = values.every((value) => typeof value === 'number')
  const different = new Set(values.map(String))
  const isFew = different.size <= MAX_CLASSES && values.every(Number.isInteger)
  const column = `column ${quoted(name)}`
  if (different.size < 2)
    throw wrongSize('at least two different values', column, 'one', 'There is nothing to predict.')
  if (task === 'number' || (task === 'auto' && isNumber && !isFew)) {
    if (!isNumber) throw wrongSize('numbers', column, 'other values', 'Predict it as classes.')
    return scaledTarget(values as number[], name)
  }
  if (different.size > MAX_CLASSES) {
    const remedy = isNumber ? 'Predict it as a number.' : 'Choose another target.'
    throw wrongSize(`at most ${MAX_CLASSES} classes`, column, `${different.size}`, remedy)
  }
  const classes = [...different].sort(isNumber ? (a, b) => Number(a) - Number(b) : undefined)
  return { y: values.map((value) => classes.indexOf(String(value))), meaning: { task: 'classes', classes } }
}

/** Numbers from -1 to 1, so that a network learns them whatever their unit is. */
function scaledTarget(values: readonly number[], name: string): EncodedTarget {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  // Halves, as the difference of the largest numbers is infinite.
  const [middle, half] = [least / 2 + most / 2, most / 2 - least / 2]
  const scaled = `${name}, from ${least} to ${most}`
  return {
    y: values.map((value) => (value - middle) / half),
    meaning: { task: 'number', target: { name: scaled, min: -1, max: 1 } },
  }
}
