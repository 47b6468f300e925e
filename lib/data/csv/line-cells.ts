/** Divides a line into cells, trimmed unless they are quoted. */

/** The cells of a line without quotation marks. */
export function plainCells(line: string, delimiter: string): string[] {
  const cells = line.split(delimiter)
  for (let i = 0; i < cells.length; i++) cells[i] = trimmed(cells[i])
  return cells
}

/**
 * The cells of a line with quotation marks, where each is at the beginning or the end of a cell; null for any other line,
 * such as one with a quotation mark within a cell.
 */
export function quotedCells(line: string, delimiter: string, quote: string): string[] | null {
  const cells: string[] = []
  let nextQuote = line.indexOf(quote)
  for (let at = 0; ; at += delimiter.length) {
    let end: number
    if (nextQuote === at) {
      const first = at + quote.length
      const closing = line.indexOf(quote, first)
      if (closing < 0) return null
      cells.push(line.slice(first, closing))
      end = closing + quote.length
      nextQuote = line.indexOf(quote, end)
      if (end < line.length && !line.startsWith(delimiter, end)) return null
    } else {
      const found = line.indexOf(delimiter, at)
      end = found < 0 ? line.length : found
      if (nextQuote >= 0 && nextQuote < end) return null
      cells.push(trimmed(line.slice(at, end)))
    }
    if (end === line.length) return cells
    at = end
  }
}

function trimmed(cell: string): string {
  return isSpace(cell.charCodeAt(0)) || isSpace(cell.charCodeAt(cell.length - 1)) ? cell.trim() : cell
}

/** Whether a character may be trimmed: ASCII control characters and the space, and what is beyond ASCII. */
const isSpace = (code: number): boolean => code <= 32 || code > 127
