/** Rows as text: the columns of a table and those of the predictions. */
import type { PredictedColumn } from './predictions.js'
import type { Format } from './source.js'
import type { Batch, TableRecord } from './table.js'

type Cell = string | number | boolean | null

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
  const special = specialCell(delimiter)
  let start = `${csvLine([...header, ...names], delimiter, special)}\n`
  return ({ cells, records }, predicted) => {
    let text = start
    start = ''
    for (let i = 0; i < records.length; i++) {
      text += csvLine(cells?.[i] ?? header.map((name) => cellOf(records[i][name])), delimiter, special)
      for (const column of predicted) text += delimiter + csvCell(column[i], special)
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

/** Cells that CSV has in quotes. */
const specialCell = (delimiter: string): RegExp =>
  new RegExp(`["\\r\\n${delimiter === '|' ? '\\|' : delimiter}]|^\\s|\\s$`)

function csvLine(cells: readonly Cell[], delimiter: string, special: RegExp): string {
  let line = ''
  for (let i = 0; i < cells.length; i++)
    line += i === 0 ? csvCell(cells[i], special) : delimiter + csvCell(cells[i], special)
  return line
}

function csvCell(cell: Cell, special: RegExp): string {
  if (typeof cell === 'number') return String(cell)
  const text = cell === null ? '' : String(cell)
  return special.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A value of JSON as a cell. */
function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : (value as Cell)
}
