/** Tables as records. */
import type { Model } from '../../data/index.js'
import { type Batch, type ColumnTypes, csvBatches, jsonLinesBatches, type TableRecord } from './batches.js'
import type { Source } from './source.js'

export type { Batch, TableRecord } from './batches.js'

export interface Table {
  readonly header: readonly string[]
  readonly records: readonly TableRecord[]
}

/** The types in which a model takes its columns. Whatever the file holds, they are read as they were for training. */
export function typesOf({ columns, targets }: Model): ColumnTypes {
  const typeOf = (values: readonly unknown[]) => typeof values[0] as ColumnTypes[string]
  const inputs = columns.map((column) => [
    column.name,
    column.type === 'category' ? typeOf(column.encoder.categories) : column.type,
  ])
  const outputs = targets.map((target) => [target.name, 'encoder' in target ? typeOf(target.encoder.labels) : 'number'])
  return Object.fromEntries([...inputs, ...outputs])
}

/** The rows in batches, so that memory does not grow with the file. */
export function batchesOf({ format, delimiter, chunks }: Source, types: ColumnTypes = {}): AsyncIterable<Batch> {
  return format === 'csv' ? csvBatches(chunks, { delimiter, types }) : jsonLinesBatches(chunks)
}

/** All rows. */
export async function readTable(source: Source, types?: ColumnTypes): Promise<Table> {
  let header: readonly string[] = []
  const records: TableRecord[] = []
  for await (const batch of batchesOf(source, types)) {
    if (batch.header.length > header.length) header = batch.header
    for (const record of batch.records) records.push(record)
  }
  if (records.length === 0) throw new Error(`${source.name} has no rows.`)
  return { header, records }
}
