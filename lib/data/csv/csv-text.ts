/** Writes rows of cells as CSV. */
import { wrongType, wrongValue } from '../../checks/errors.js'
import { isDate } from '../records/records.js'

/** What a cell can be written of; null and undefined are an empty cell. */
export type CellContent = string | number | boolean | Date | null | undefined

/**
 * The text of some rows, each with \n at its end. Cells are quoted where reading them needs it: where they contain the
 * delimiter, a quotation mark or a line end, or begin or end with a space. Dates are written as ISO 8601, numbers with
 * all digits that they need.
 * @param rows the cells of each row
 * @param delimiter one character. Default a comma
 */
export function csvText(rows: readonly (readonly CellContent[])[], delimiter = ','): string {
  if (typeof delimiter !== 'string') throw wrongType('one character', 'delimiter', delimiter)
  if ([...delimiter].length !== 1 || /["\r\n]/.test(delimiter)) {
    throw wrongValue('one character, no quotation mark and no line end', 'delimiter', delimiter)
  }
  let text = ''
  for (const [i, row] of rows.entries()) {
    if (!Array.isArray(row)) throw wrongType('an array of cells', `rows[${i}]`, row, 'Of a record: Object.values().')
    let isFirst = true
    for (const cell of row) {
      if (!isFirst) text += delimiter
      isFirst = false
      text += cellText(cell, delimiter)
    }
    // A line of nothing would be an empty line, which is skipped.
    if (row.length === 1 && (text === '' || text.endsWith('\n'))) text += '""'
    text += '\n'
  }
  return text
}

function cellText(cell: CellContent, delimiter: string): string {
  if (cell === null || cell === undefined) return ''
  const text = typeof cell === 'object' && isDate(cell) ? dateText(cell) : String(cell)
  const isPlain =
    !text.includes('"') &&
    !text.includes(delimiter) &&
    !text.includes('\n') &&
    !text.includes('\r') &&
    text.trim().length === text.length
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`
}

/** A Date of any realm; an invalid one is a missing value. */
const dateText = (date: Date): string => (Number.isNaN(date.getTime()) ? '' : date.toISOString())
