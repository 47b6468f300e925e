/** The rows of a table of CSV, piece by piece, and its header. */
import { wrongSize } from '../../checks/errors.js'
import type { CsvFormat } from './csv-options.js'
import { delimiterOf, SAMPLE } from './delimiter.js'
import type { Rows } from './rows.js'
import { MAX_RECORD, RecordSplitter } from './split-records.js'
import { TableReader } from './table-reader.js'
import { newTurn, type TextSource } from './text-source.js'

/** The rows that a piece of the text completes. */
export interface TableRows {
  /** The names of all columns. */
  readonly header: readonly string[]
  readonly delimiter: string
  readonly rows: Rows
}

/**
 * The rows of a table, without empty lines; in a table of one column these are rows.
 * @throws RangeError for what is no CSV in UTF-8, and for an empty file; where columns are to be inferred, also for one
 *   without rows
 */
export async function* tableRows(text: TextSource, format: CsvFormat): AsyncGenerator<TableRows> {
  let { header } = format
  let count = 0
  for await (const { rows, delimiter } of splitText(text, format)) {
    let others = rows
    if (header === undefined) {
      const at = firstRow(rows)
      if (at === rows.count) continue
      header = headerOf(rows.cells(at), format)
      others = rows.slice(at + 1)
    }
    const found = header.length === 1 ? others : others.withoutBlanks()
    count += found.count
    yield { header, delimiter, rows: found }
  }
  if (header === undefined) throw wrongSize('a line with the names of the columns', text.name, 'an empty file')
  if (count === 0 && format.columns === undefined) {
    const remedy = 'Their types would be inferred from rows: pass columns to allow none.'
    throw wrongSize('a row after the names of the columns', text.name, 'none', remedy)
  }
}

/**
 * The rows of a table, each with the reader of its columns, whose types are chosen by the first rows.
 * @param inferRows the number of rows that types are inferred from; the same rows wherever the pieces end
 */
export async function* typedRows(
  text: TextSource,
  format: CsvFormat,
  inferRows: number,
): AsyncGenerator<TableRows & { readonly table: TableReader }> {
  const waiting: TableRows[] = []
  let table: TableReader | null = null
  let count = 0
  for await (const piece of tableRows(text, format)) {
    table ??= new TableReader(piece.header, format, piece.delimiter, text.name)
    waiting.push(piece)
    if (!table.isSettled) {
      table.infer(piece.rows.slice(0, inferRows - count))
      count += piece.rows.count
      if (count < inferRows) continue
      table.settle()
    }
    yield* taken(waiting, table)
  }
  if (table === null || table.isSettled) return
  table.settle()
  yield* taken(waiting, table)
}

async function* taken(
  waiting: TableRows[],
  table: TableReader,
): AsyncGenerator<TableRows & { readonly table: TableReader }> {
  for (let piece = waiting.shift(); piece !== undefined; piece = waiting.shift()) {
    yield { ...piece, table }
    if (waiting.length > 0) await newTurn()
  }
}

/** The rows of the text, and the delimiter of its cells. */
async function* splitText(
  { pieces, name }: TextSource,
  format: CsvFormat,
): AsyncGenerator<{ rows: Rows; delimiter: string }> {
  const { quote, comment, header } = format
  let { delimiter } = format
  let splitter = delimiter === undefined ? null : new RecordSplitter({ delimiter, quote, comment }, name)
  let beginning = ''
  let hasLine = false
  const startWith = async (isWhole: boolean): Promise<RecordSplitter> => {
    delimiter = await delimiterOf(beginning, isWhole, { quote, comment }, header?.length)
    return new RecordSplitter({ delimiter, quote, comment }, name)
  }
  for await (const text of pieces) {
    let added = text
    if (splitter === null) {
      beginning += text
      hasLine ||= /[\r\n]/.test(text)
      if (beginning.length < (hasLine ? SAMPLE : MAX_RECORD)) continue
      splitter = await startWith(false)
      added = beginning
    }
    yield { rows: await splitter.split(added, false), delimiter: delimiter as string }
  }
  const rest = splitter === null ? beginning : ''
  splitter ??= await startWith(true)
  yield { rows: await splitter.split(rest, true), delimiter: delimiter as string }
}

/** The first row that is not blank; the number of rows where there is none. */
export function firstRow(rows: Rows): number {
  let at = 0
  while (at < rows.count && rows.isBlank(at)) at++
  return at
}

/** A column of row numbers often has no name. */
const headerOf = (names: string[], { columns }: CsvFormat): string[] =>
  columns === undefined ? names.map((name, i) => (name === '' ? `column_${i + 1}` : name)) : names
