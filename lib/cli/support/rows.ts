/** Rows as text: the columns of a table and those of the predictions. */
import type { Category } from '../../data/index.js'
import { isDate } from '../../data/records/records.js'
import type { PredictedColumn } from './predictions.js'
import type { Format } from './source.js'
import type { Batch, Table } from './table.js'

/**
 * Returns a function that gives the text of a batch; of CSV that of the first one begins with the header.
 * @param delimiter that of the text
 * @param given the delimiter of the rows that are read
 * @param names those of the predicted columns
 */
export function rowWriter(
  format: Format,
  delimiter: string,
  given: string,
  header: readonly string[],
  names: readonly string[],
): (batch: Batch, predicted: readonly PredictedColumn[]) => string {
  if (format === 'jsonl') return (batch, predicted) => jsonLines(batch, names, predicted)
  const lineOf = (batch: Batch, i: number): string => {
    if ('records' in batch) {
      const record = batch.records[i]
      return csvLine(
        header.map((name) => record[name]),
        delimiter,
      )
    }
    return (delimiter === given ? batch.rows.asWritten(i) : null) ?? csvLine(batch.rows.cells(i), delimiter)
  }
  const labels = new Map<Category, string>()
  const predictedCell = (value: PredictedColumn[number]): string => {
    if (typeof value === 'number') return String(value)
    if (typeof value === 'object') return csvCell(joined(value), delimiter)
    let text = labels.get(value)
    if (text === undefined) {
      text = csvCell(value, delimiter)
      labels.set(value, text)
    }
    return text
  }
  let start = `${csvLine([...header, ...names], delimiter)}\n`
  return (batch, predicted) => {
    let text = start
    start = ''
    for (let i = 0; i < batch.count; i++) {
      text += lineOf(batch, i)
      for (const column of predicted) text += delimiter + predictedCell(column[i])
      text += '\n'
    }
    return text
  }
}

function jsonLines(batch: Batch, names: readonly string[], predicted: readonly PredictedColumn[]): string {
  const { records } = batch as Extract<Batch, Pick<Table, 'records'>>
  let text = ''
  for (let i = 0; i < records.length; i++) {
    const row: Record<string, unknown> = { ...records[i] }
    for (let j = 0; j < names.length; j++) row[names[j]] = predicted[j][i]
    text += `${JSON.stringify(row)}\n`
  }
  return text
}

function csvLine(cells: readonly unknown[], delimiter: string): string {
  let line = ''
  for (let i = 0; i < cells.length; i++) {
    if (i > 0) line += delimiter
    line += csvCell(cells[i], delimiter)
  }
  return line
}

function csvCell(cell: unknown, delimiter: string): string {
  if (typeof cell === 'number') return String(cell)
  const text = typeof cell === 'string' ? cell : textOf(cell)
  return isPlain(text, delimiter.charCodeAt(0)) ? text : `"${text.replaceAll('"', '""')}"`
}

const QUOTE = 34
const SPACE = 32
const LINE_FEED = 10
const CARRIAGE_RETURN = 13

/** Whether a cell needs no quotes: no delimiter, quote or line end in it, and no space at its ends. */
function isPlain(text: string, delimiter: number): boolean {
  const { length } = text
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code === delimiter || code === QUOTE || code === LINE_FEED || code === CARRIAGE_RETURN) return false
  }
  if (length === 0) return true
  const [first, last] = [text.charCodeAt(0), text.charCodeAt(length - 1)]
  // Spaces that are not of ASCII are rare: only these need the slower test.
  return first > SPACE && last > SPACE && ((first < 128 && last < 128) || text.trim().length === length)
}

/** A set of labels as a cell: `fair|good`. */
const joined = (value: unknown): unknown => (Array.isArray(value) ? value.join('|') : value)

/** A value of JSON as a cell. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (isDate(value)) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
