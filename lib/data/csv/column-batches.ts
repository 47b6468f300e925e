/** Reads some columns of CSV in batches, without an object for each row. */
import { batchOptions, type CsvInferOptions } from './csv-options.js'
import type { Rows } from './rows.js'
import type { ColumnValues } from './table-reader.js'
import { typedRows } from './table-rows.js'
import { type TableSource, textSource } from './text-source.js'

/** Some rows of a table. */
export interface ColumnBatch {
  /** The names of all columns. */
  readonly header: readonly string[]
  /** All cells, as text. */
  readonly rows: Rows
  /** The values of the columns that were asked for, by name. */
  readonly values: ReadonlyMap<string, ColumnValues>
}

/**
 * Reads CSV as `csvBatches` does, but columns instead of records. A batch has the rows of one piece of the source.
 * @param wanted the names of the columns to read; others are only divided into cells
 */
export async function* columnBatches(
  source: TableSource,
  options: Omit<CsvInferOptions, 'onMissing'>,
  wanted: ReadonlySet<string>,
): AsyncGenerator<ColumnBatch> {
  const { inferRows, ...format } = batchOptions(options)
  for await (const { header, rows, table } of typedRows(textSource(source, 'CSV', 'csvBatches'), format, inferRows)) {
    if (rows.count > 0) yield { header, rows, values: table.readColumns(rows, wanted) }
  }
}
