/** Reads CSV into records: whole, or in batches. */
import type { CsvValue } from './cell-readers.js'
import {
  batchOptions,
  type CsvBatchOptions,
  type CsvColumns,
  type CsvInferOptions,
  type CsvOptions,
  type CsvType,
  type CsvTypeOption,
  type OnMissing,
  readOptions,
} from './csv-options.js'
import type { TableReader } from './table-reader.js'
import { tableRows, typedRows } from './table-rows.js'
import { newTurn, type TableSource, textSource } from './text-source.js'

type TypeWord<Option extends CsvTypeOption> = Option extends { readonly type: infer Word } ? Word : Option
interface Values {
  number: number
  integer: number
  string: string
  boolean: boolean
  date: Date
}
type ValueOf<Option extends CsvTypeOption> = Values[TypeWord<Option> & CsvType]

/** A row with values of the requested types. */
export type CsvRecord<Columns extends CsvColumns, Missing extends OnMissing = 'error'> = {
  -readonly [Name in keyof Columns]: ValueOf<Columns[Name]> | (Missing extends 'null' ? null : never)
}

/** A row with values of inferred types, but for the columns whose types are given. */
export type InferredRecord<
  Types extends CsvColumns = Record<never, never>,
  Missing extends OnMissing = 'null',
> = Record<string, CsvValue> & CsvRecord<Types, Missing>

/** Some rows of a table. */
export interface CsvBatch {
  /** The names of all columns. */
  readonly header: readonly string[]
  /** The types of the columns that are read, by name. */
  readonly types: Readonly<Record<string, CsvType>>
  readonly records: InferredRecord[]
  /** The texts of all cells of each record, trimmed unless they were quoted. */
  readonly cells: string[][]
  /** The line of the source in which each record begins. */
  readonly lines: number[]
  /** The line in which the first record begins. */
  readonly line: number
}

/**
 * Reads CSV, all columns with inferred types, or chosen ones with given types. Cells are trimmed unless they are quoted.
 * Empty lines are skipped; in a table of one column, though, an empty line is a row with a missing value. No turn of the
 * event loop is long.
 * @param source the path or the URL of a UTF-8 file; or the text itself, which contains a line break; or bytes; or a
 *   stream of text or bytes. `{ path }` and `{ text }` are explicit.
 * @throws TypeError or RangeError for wrong options, for what is no CSV in UTF-8, and for a cell of another type, with
 *   its line and column (as a rejection)
 * @throws Error where the file cannot be read; the source's own error where it fails
 */
export async function readCsv<const Columns extends CsvColumns, const Missing extends OnMissing = 'error'>(
  source: TableSource,
  options: CsvOptions<Columns, Missing>,
): Promise<CsvRecord<Columns, Missing>[]>
export async function readCsv<
  const Types extends CsvColumns = Record<never, never>,
  const Missing extends OnMissing = 'null',
>(source: TableSource, options?: CsvInferOptions<Types, Missing>): Promise<InferredRecord<Types, Missing>[]>
export async function readCsv(source: TableSource, options: unknown = {}): Promise<InferredRecord[]> {
  const format = readOptions(options)
  const { name, pieces } = textSource(source, 'CSV', 'readCsv')
  const kept: string[] = []
  const records: InferredRecord[] = []
  let table: TableReader | null = null
  let isRight = true
  for await (const { rows, ...typed } of typedRows({ name, pieces: keeping(pieces, kept) }, format, GUESSED_ROWS)) {
    table = typed.table
    if (table.isInferred) {
      table.infer(rows)
      isRight &&= table.isRight
    } else kept.length = 0
    if (isRight) addAll(records, table.read(rows).records)
    else records.length = 0
  }
  if (table === null || isRight) return records
  // Later rows have other types than the first: all are read again.
  table.settle()
  for await (const { rows } of tableRows({ name, pieces: again(kept) }, format))
    addAll(records, table.read(rows).records)
  return records
}

/** The rows from which readCsv guesses the types of all rows. */
const GUESSED_ROWS = 1000

function addAll<Value>(all: Value[], others: readonly Value[]): void {
  for (const one of others) all.push(one)
}

async function* keeping(pieces: AsyncIterable<string>, kept: string[]): AsyncGenerator<string> {
  for await (const piece of pieces) {
    kept.push(piece)
    yield piece
  }
}

async function* again(kept: readonly string[]): AsyncGenerator<string> {
  for (const piece of kept) {
    yield piece
    await newTurn()
  }
}

/**
 * Reads CSV in batches of records; memory does not grow with the table. Types are inferred from the first rows only.
 * Where the caller leaves the loop, the source is closed.
 * @param source as of `readCsv`
 * @throws as `readCsv`; also for a cell that does not have the type of the first rows
 */
export async function* csvBatches(source: TableSource, options: CsvBatchOptions = {}): AsyncGenerator<CsvBatch> {
  const { batchRows, inferRows, ...format } = batchOptions(options)
  const text = textSource(source, 'CSV', 'csvBatches')
  let waiting: Waiting = { records: [], cells: [], lines: [] }
  let names: Pick<CsvBatch, 'header' | 'types'> = { header: [], types: {} }
  const batch = (from: number): CsvBatch => {
    const { records, cells, lines } = between(waiting, from, from + batchRows)
    return { ...names, records, cells, lines, line: lines[0] }
  }
  for await (const { header, rows: all, table } of typedRows(text, format, inferRows)) {
    names = { header, types: table.types }
    const { records, rows } = table.read(all)
    addAll(waiting.records, records)
    for (let i = 0; i < rows.count; i++) {
      waiting.cells.push(rows.cells(i))
      waiting.lines.push(rows.line(i))
    }
    let at = 0
    for (; waiting.records.length - at >= batchRows; at += batchRows) yield batch(at)
    if (at > 0) waiting = between(waiting, at)
  }
  if (waiting.records.length > 0) yield batch(0)
}

type Waiting = Pick<CsvBatch, 'records' | 'cells' | 'lines'>

const between = ({ records, cells, lines }: Waiting, from: number, to?: number): Waiting => ({
  records: records.slice(from, to),
  cells: cells.slice(from, to),
  lines: lines.slice(from, to),
})
