/** Reads CSV and JSON lines into batches of records. */
import { parse } from 'csv-parse/sync'

export type TableRecord = Readonly<Record<string, unknown>>

/** Rows that follow each other. */
export interface Batch {
  readonly header: readonly string[]
  readonly records: readonly TableRecord[]
  /** The line of the first row. */
  readonly line: number
  /** The texts of the cells, for CSV. */
  readonly cells?: readonly (readonly string[])[]
}

export type ColumnTypes = Readonly<Record<string, 'number' | 'string' | 'boolean' | 'date'>>

const BATCH_ROWS = 10_000
const MISSING = new Set(['', 'NA', 'N/A', 'NaN', 'null', '?', '-'])
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/

interface Parsed {
  readonly record: string[]
  readonly info: { readonly lines: number }
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true })
  return text + decoder.decode()
}

export async function* csvBatches(
  chunks: AsyncIterable<Uint8Array>,
  { delimiter, types }: { delimiter: string; types: ColumnTypes },
): AsyncGenerator<Batch> {
  const options = { delimiter, info: true, relax_column_count: true, trim: true, skip_empty_lines: true, bom: true }
  const [first, ...body] = parse(await textOf(chunks), options) as unknown as Parsed[]
  const header = first.record
  for (const { record, info } of body) {
    if (record.length !== header.length) {
      throw new RangeError(
        `Expected ${header.length} cells, as in the header, in line ${info.lines}: ${record.length}.`,
      )
    }
  }
  const isNumber = header.map((name, j) =>
    Object.hasOwn(types, name)
      ? types[name] === 'number'
      : body.every(({ record }) => MISSING.has(record[j]) || NUMBER.test(record[j])),
  )
  const cellOf = (cell: string, j: number, line: number): string | number | null => {
    if (MISSING.has(cell)) return null
    if (!isNumber[j]) return cell
    if (NUMBER.test(cell)) return Number(cell)
    throw new TypeError(
      `Expected a number for column ${JSON.stringify(header[j])} in line ${line} but received ${cell}.`,
    )
  }
  const recordOf = ({ record, info }: Parsed): TableRecord =>
    Object.fromEntries(header.map((name, j) => [name, cellOf(record[j], j, info.lines)]))
  for (let i = 0; i < body.length; i += BATCH_ROWS) {
    const part = body.slice(i, i + BATCH_ROWS)
    yield { header, line: part[0].info.lines, cells: part.map(({ record }) => record), records: part.map(recordOf) }
  }
}

export async function* jsonLinesBatches(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Batch> {
  const text = (await textOf(chunks)).trimStart()
  const records: TableRecord[] = text.startsWith('[')
    ? JSON.parse(text)
    : text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line))
  const header = [...new Set(records.flatMap((record) => Object.keys(record)))]
  for (let i = 0; i < records.length; i += BATCH_ROWS) {
    yield { header, line: i + 1, records: records.slice(i, i + BATCH_ROWS) }
  }
}
