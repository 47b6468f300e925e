/**
 * Divides the text of CSV into records, piece by piece. A record ends with the line after which the number of quotation
 * marks is even. csv-parse reads the records that are more than cells, with or without quotation marks, and delimiters:
 * it is the grammar of quotation marks within cells, spaces around them, and errors.
 */
import { loadCsvParse } from '#packages'
import { wrongSize } from '../../checks/errors.js'
import { plainCells, quotedCells } from './line-cells.js'
import { RowCollector, type Rows } from './rows.js'

/** What separates the cells. */
export interface Grammar {
  readonly delimiter: string
  readonly quote: string
  /** Begins a line that is skipped. */
  readonly comment: string | undefined
}

/** The most characters of a record: a quotation mark that is never closed would otherwise fill the memory. */
export const MAX_RECORD = 2 ** 24

interface QuotedRecord {
  readonly index: number
  readonly text: string
  readonly line: number
}

export class RecordSplitter {
  /** The line of the source that the next complete line is. */
  private line = 1
  private endedWithReturn = false
  /** The last line so far, which may continue in the next piece. */
  private unfinished: string[] = []
  private unfinishedLength = 0
  /** The lines of a record with a quotation mark that is open so far. */
  private open: string[] = []
  private openLength = 0
  private openLine = 0
  private readonly rows = new RowCollector()

  constructor(
    private readonly grammar: Grammar,
    private readonly source: string,
  ) {}

  /**
   * The records that this piece completes.
   * @param isLast whether the text ends with this piece
   * @throws RangeError for cells with quotation marks in wrong places, and for too long a record, with its line
   */
  async split(piece: string, isLast: boolean): Promise<Rows> {
    const { quote, comment } = this.grammar
    const text = this.wholeLines(piece, isLast)
    const { rows } = this
    rows.begin(text)
    const quoted: QuotedRecord[] = []
    let nextQuote = -1
    for (let at = 0, end = 0; at < text.length; at = end + 1) {
      end = text.indexOf('\n', at)
      const number = this.line++
      if (nextQuote < at) nextQuote = firstOf(quote, text, at)
      const isQuoted = nextQuote < end
      if (this.open.length === 0) {
        if (comment !== undefined && at + comment.length <= end && text.startsWith(comment, at)) continue
        if (!isQuoted) {
          this.addPlain(text, at, end, number)
          continue
        }
        if (this.addQuoted(text.slice(at, end), number)) continue
        this.openLine = number
      }
      const line = text.slice(at, end)
      this.open.push(line)
      this.openLength += line.length + 1
      if (this.openLength > MAX_RECORD) throw this.tooLong(this.openLine)
      const continues = (isQuoted && countOf(quote, line) % 2 === 1) === (this.open.length === 1)
      if (!continues) this.close(quoted)
    }
    if (isLast && this.open.length > 0) this.close(quoted)
    if (quoted.length > 0) await this.parse(quoted)
    return rows.rows()
  }

  private addPlain(text: string, from: number, end: number, number: number): void {
    const { delimiter } = this.grammar
    if (delimiter.length === 1) this.rows.addLine(from, end, delimiter.charCodeAt(0), number)
    else {
      const cells = plainCells(text.slice(from, end), delimiter)
      this.rows.addCells(cells, number, cells.length === 1 && cells[0] === '')
    }
  }

  /** Adds a line whose quotation marks are around whole cells; false for any other. */
  private addQuoted(line: string, number: number): boolean {
    const { delimiter, quote } = this.grammar
    const cells = quotedCells(line, delimiter, quote)
    if (cells !== null) this.rows.addCells(cells, number)
    return cells !== null
  }

  /**
   * The complete lines, each with \n at its end. Line ends are \n, \r\n or \r; \r\n may be divided between two pieces.
   */
  private wholeLines(piece: string, isLast: boolean): string {
    let text = this.endedWithReturn && piece[0] === '\n' ? piece.slice(1) : piece
    if (piece !== '') this.endedWithReturn = piece.endsWith('\r')
    if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n')
    const end = text.lastIndexOf('\n') + 1
    let whole = ''
    if (end > 0) whole = this.takeUnfinished() + text.slice(0, end)
    this.unfinished.push(text.slice(end))
    this.unfinishedLength += text.length - end
    if (this.unfinishedLength > MAX_RECORD) throw this.tooLong(this.line + countOf('\n', whole))
    // The line end after the last record begins no other.
    return isLast && this.unfinishedLength > 0 ? `${whole}${this.takeUnfinished()}\n` : whole
  }

  private takeUnfinished(): string {
    const text = this.unfinished.join('')
    this.unfinished = []
    this.unfinishedLength = 0
    return text
  }

  private close(quoted: QuotedRecord[]): void {
    quoted.push({ index: this.rows.count, text: this.open.join('\n'), line: this.openLine })
    this.rows.addCells([], this.openLine)
    this.open = []
    this.openLength = 0
  }

  /** Replaces the cells of records with quotation marks. */
  private async parse(quoted: readonly QuotedRecord[]): Promise<void> {
    const { delimiter, quote } = this.grammar
    const { parse } = await loadCsvParse()
    const options = {
      ...{ delimiter, quote, escape: quote, record_delimiter: '\n' },
      ...{ trim: true, relax_column_count: true, skip_empty_lines: false },
    }
    let records: string[][]
    try {
      records = parse(`${quoted.map(({ text }) => text).join('\n')}\n`, options) as string[][]
    } catch (error) {
      throw this.wrongQuote(error as { code?: string; lines?: number }, quoted)
    }
    for (const [i, { index }] of quoted.entries()) this.rows.replace(index, records[i])
  }

  /** The error of csv-parse, with the line of the source. */
  private wrongQuote(
    { code = '', lines = 1 }: { code?: string; lines?: number },
    quoted: readonly QuotedRecord[],
  ): RangeError {
    let first = 1
    let line = quoted[0].line
    for (const record of quoted) {
      if (first > lines) break
      line = code === 'CSV_QUOTE_NOT_CLOSED' ? record.line : record.line + lines - first
      first += countOf('\n', record.text) + 1
    }
    const received = Object.hasOwn(QUOTE_FAULTS, code) ? QUOTE_FAULTS[code] : 'others'
    const remedy = `Write a quote within a cell twice, and quote the cell: ${this.grammar.quote}a ${this.grammar.quote.repeat(2)} b${this.grammar.quote}.`
    return wrongSize('cells with quotes around all of them or none', `line ${line} of ${this.source}`, received, remedy)
  }

  private tooLong(line: number): RangeError {
    const most = `a record of at most ${MAX_RECORD} characters`
    const remedy = `Is there a quote ${this.grammar.quote} that is not closed?`
    return wrongSize(most, `line ${line} of ${this.source}`, 'a longer one', remedy)
  }
}

/** What is wrong, by the codes of csv-parse. */
const QUOTE_FAULTS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote that is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'text after a closing quote',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'text after a closing quote',
  INVALID_OPENING_QUOTE: 'a quote within a cell',
}

/** The first place of a part from a position on; the end of the text where there is none. */
function firstOf(part: string, text: string, from: number): number {
  const found = text.indexOf(part, from)
  return found < 0 ? text.length : found
}

function countOf(part: string, text: string): number {
  let count = 0
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count++
  return count
}
