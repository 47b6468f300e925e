/** Tables as records. */
import { columnBatches } from '../../data/csv/column-batches.js'
import type { Rows } from '../../data/csv/rows.js'
import {
  type Column,
  type CsvType,
  type CsvTypeOption,
  csvBatches,
  jsonLinesBatches,
  type Model,
  readCsv,
  readJsonLines,
} from '../../data/index.js'
import { cell, columnNames } from '../../data/records/records.js'
import type { Source } from './source.js'

export type TableRecord = Readonly<Record<string, unknown>>

export interface Table {
  readonly header: readonly string[]
  readonly records: readonly TableRecord[]
}

/** Rows that follow each other, with the values of the columns that are read. */
export type Batch = (Pick<Table, 'records'> | { readonly rows: Rows }) & {
  readonly header: readonly string[]
  /** The number of rows. */
  readonly count: number
  readonly values: ReadonlyMap<string, readonly unknown[]>
}

/** The types of single columns, by name. */
export type ColumnTypes = Readonly<Record<string, CsvTypeOption>>

/**
 * The types in which a model takes its columns: whatever a file holds, they are read as they were for training.
 * @param targets whether the targets are read, too
 */
export function typesOf({ columns, targets }: Model, withTargets: boolean): ColumnTypes {
  const inputs = columns.map((column) => [column.name, typeOfInput(column)])
  const outputs = targets.map((target) => [target.name, 'encoder' in target ? typeOf(target.encoder.labels) : 'number'])
  return Object.fromEntries([...inputs, ...(withTargets ? outputs : [])])
}

function typeOfInput(column: Column): CsvTypeOption {
  if (column.type === 'category') return typeOf(column.encoder.categories)
  return column.type === 'date' && column.format !== undefined ? { type: 'date', format: column.format } : column.type
}

const typeOf = ([value]: readonly unknown[]): CsvType => typeof value as 'string' | 'number' | 'boolean'

/** All rows. Types that are not given are inferred from all of them. */
export async function readTable(source: Source, types: ColumnTypes = {}): Promise<Table> {
  const { format, delimiter, header, chunks, name } = source
  if (format === 'csv') {
    return await inSource(name, async () => {
      return { header, records: await readCsv(chunks, { delimiter, types: ofColumns(header, types) }) }
    })
  }
  const records = await inSource(name, () => readJsonLines(chunks))
  const columns = columnNames(records)
  const absent = Object.fromEntries(columns.map((column) => [column, null]))
  const isWhole = (record: TableRecord): boolean => Object.keys(record).length === columns.length
  // A column that only some records have is missing in the others, also in a part of the rows without any of them.
  return { header: columns, records: records.map((record) => (isWhole(record) ? record : { ...absent, ...record })) }
}

/** Few enough that the records of a batch are freed as young objects, which costs a fifth less time than 10,000. */
const BATCH_ROWS = 1000

/**
 * The rows in batches, so that memory does not grow with the file.
 * @param types those of the columns to read, which may be missing
 * @param others whether the values of other columns are needed; otherwise only the texts of their cells are kept
 */
export async function* batchesOf(source: Source, types: ColumnTypes, others: boolean): AsyncGenerator<Batch> {
  const { format, name } = source
  try {
    yield* format === 'csv' && !others ? textBatches(source, types) : recordBatches(source, types)
  } catch (error) {
    throw renamed(error, name)
  }
}

async function* textBatches({ chunks, delimiter, header }: Source, types: ColumnTypes): AsyncGenerator<Batch> {
  // The type of the first cells would be required of all later ones.
  const texts = Object.fromEntries(header.map((column) => [column, 'string'] as const))
  const options = { delimiter, types: { ...texts, ...ofColumns(header, types) } }
  for await (const batch of columnBatches(chunks, options, new Set(Object.keys(types)))) {
    yield { ...batch, count: batch.rows.count }
  }
}

async function* recordBatches(source: Source, types: ColumnTypes): AsyncGenerator<Batch> {
  const { chunks, delimiter } = source
  const options = { delimiter, batchRows: BATCH_ROWS, types: ofColumns(source.header, types) }
  const isCsv = source.format === 'csv'
  const batches = isCsv ? csvBatches(chunks, options) : jsonLinesBatches(chunks, { batchRows: BATCH_ROWS })
  for await (const { header, records } of batches) {
    const columns = Object.keys(types)
    const values = new Map(columns.map((column) => [column, records.map((record) => cell(record, column))]))
    yield { header, records, count: records.length, values }
  }
}

/** The types of the columns that are there. */
const ofColumns = (header: readonly string[], types: ColumnTypes): ColumnTypes =>
  Object.fromEntries(Object.entries(types).filter(([column]) => header.includes(column)))

async function inSource<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw renamed(error, name)
  }
}

/** An error of the readers in words of the command line: the name of its stream, no options of `readCsv`. */
function renamed(error: unknown, name: string): unknown {
  if (!(error instanceof Error)) return error
  const message = error.message
    .replaceAll(/\bthe (CSV|JSON) stream\b/g, name)
    .replace(/ [^.]*\b[Pp]ass (columns|types|delimiter|onMissing)\b.*$/s, '')
  return new Error(message, { cause: error })
}
