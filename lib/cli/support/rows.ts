/** Rows as text: the columns of a table and those of the predictions. */
import { isDate } from '../../data/records/records.js'
import type { PredictedColumn } from './predictions.js'
import type { Format } from './source.js'
import type { Batch, TableRecord } from './table.js'

/**
 * Returns a function that gives the text of a batch; of CSV that of the first one begins with the header.
 * @param names those of the predicted columns
 */
export function rowWriter(
  format: Format,
  delimiter: string,
  header: readonly string[],
  names: readonly string[],
): (batch: Batch, predicted: readonly PredictedColumn[]) => string {
  if (format === 'jsonl') return (batch, predicted) => jsonLines(batch.records, names, predicted)
  let start = `${csvLine([...header, ...names], delimiter)}\n`
  return ({ cells, records }, predicted) => {
    let text = start
    start = ''
    for (let i = 0; i < records.length; i++) {
      text += csvLine(cells?.[i] ?? header.map((name) => records[i][name]), delimiter)
      for (const column of predicted) text += delimiter + csvCell(joined(column[i]), delimiter)
      text += '\n'
    }
    return text
  }
}

function jsonLines(
  records: readonly TableRecord[],
  names: readonly string[],
  predicted: readonly PredictedColumn[],
): string {
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
