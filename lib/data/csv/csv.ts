/**
 * Reads CSV into records of the types that the caller names. csv-parse implements the grammar; types and errors are the
 * library's.
 */
import { loadCsvParse } from '#packages'
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { entriesOf, oneOf, optionsObject } from '../../checks/validate.js'
import { list, quoted, shownList, text } from '../records/checks.js'
import { type CsvSource, contentOf } from './csv-source.js'

export type CsvType = 'number' | 'integer' | 'string' | 'boolean'
export type OnMissing = 'error' | 'drop' | 'null'

export interface CsvOptions<
  Columns extends Readonly<Record<string, CsvType>> = Readonly<Record<string, CsvType>>,
  Missing extends OnMissing = OnMissing,
> {
  /** The type of each column to read, by its name in the header; other columns are skipped. */
  columns: Columns
  /** The separator of cells: one character. Default a comma. */
  delimiter?: string
  /**
   * The quotation mark around cells that contain separators, quotation marks or line ends: one character. Default a
   * double quote.
   */
  quote?: string
  /** Lines that begin with this text are skipped. Default: none. */
  comment?: string
  /** The decimal separator of numbers. Default a point. */
  decimal?: '.' | ','
  /** The names of all columns, for a file without a header. */
  header?: readonly string[]
  /** Cells that count as missing: `['NA']`. An empty cell is always missing. Default: none. */
  missing?: readonly string[]
  /** What happens to a missing value: an error, its row is dropped, or it becomes null. Default `error`. */
  onMissing?: Missing
}

type ValueOf<Type extends CsvType> = Type extends 'string' ? string : Type extends 'boolean' ? boolean : number

/** A row with values of the requested types. */
export type CsvRecord<Columns extends Readonly<Record<string, CsvType>>, Missing extends OnMissing = 'error'> = {
  -readonly [Name in keyof Columns]: ValueOf<Columns[Name]> | (Missing extends 'null' ? null : never)
}

interface Parsed {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

interface Format {
  readonly delimiter: string
  readonly quote: string
  readonly comment: string | undefined
  readonly decimal: string
  readonly header: readonly string[] | undefined
  readonly missing: ReadonlySet<string>
  readonly onMissing: OnMissing
}

interface Column {
  readonly name: string
  readonly type: CsvType
  readonly place: number
}

const TYPES = ['number', 'integer', 'string', 'boolean']
const OPTIONS = ['columns', 'delimiter', 'quote', 'comment', 'decimal', 'header', 'missing', 'onMissing']
// There is only one way to match each digit, so that the time is proportional to the length of a cell.
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/
const MAX_MESSAGE = 200
const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  yes: true,
  no: false,
  1: true,
  0: false,
}

/**
 * Reads CSV. Needs the optional package csv-parse. Cells are trimmed unless they are quoted. Numbers consist of digits
 * and are read exactly. Booleans are true, yes or 1, and false, no or 0, in upper or lower case. Empty lines are
 * skipped; in a table of one column, though, an empty line is a row with a missing value.
 * @param source the path or the URL of a UTF-8 file; or the text itself, which contains a line break. `{ path }` and
 *   `{ text }` are explicit.
 * @throws TypeError or RangeError for wrong options, and for a cell of another type, with its line and column (as a
 *   rejection)
 * @throws Error where csv-parse is not installed, or the file cannot be read
 */
export async function readCsv<
  const Columns extends Readonly<Record<string, CsvType>>,
  const Missing extends OnMissing = 'error',
>(source: CsvSource, options: CsvOptions<Columns, Missing>): Promise<CsvRecord<Columns, Missing>[]> {
  const given = optionsObject(options, 'the options of readCsv', OPTIONS)
  const types = columnTypes(given.columns)
  const format = checkFormat(given)
  const { content, name } = await contentOf(source)
  const parse = await parser(content, format, name)
  const [first] = format.header === undefined ? parse({ to: 1, skip_empty_lines: true }) : []
  const header = format.header ?? first?.record
  if (header === undefined) throw wrongSize('a line with the names of the columns', name, 'an empty file')
  const parsed = parse({ skip_empty_lines: header.length > 1 })
  // In a table of one column, empty lines may come before the header.
  const rows = first === undefined ? parsed : parsed.filter(({ info }) => info.lines > first.info.lines)
  const columns = placed(types, header, name)
  return recordsOf(rows, columns, header.length, format, name) as CsvRecord<Columns, Missing>[]
}

function columnTypes(given: unknown): Map<string, CsvType> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw wrongType("an object such as { height: 'number' }", 'columns', given)
  }
  const types = entriesOf(given, 'columns').map(([name, type]): [string, CsvType] => [
    name,
    oneOf(type, `columns[${quoted(name)}]`, 'the type of a column', TYPES) as CsvType,
  ])
  if (types.length === 0) throw wrongSize('at least one column', 'columns', 'none')
  return new Map(types)
}

function checkFormat(given: Record<string, unknown>): Format {
  const one = (name: string, standard: string): string => {
    if (given[name] === undefined) return standard
    const value = text(given[name], name, 'one character')
    if ([...value].length !== 1 || /[\r\n]/.test(value)) throw wrongValue('one character', name, value)
    return value
  }
  const delimiter = one('delimiter', ',')
  const quote = one('quote', '"')
  if (delimiter === quote) throw wrongValue('another character than the delimiter', 'quote', quote)
  const decimal = given.decimal === undefined ? '.' : oneOf(given.decimal, 'decimal', 'a decimal separator', ['.', ','])
  const header =
    given.header === undefined
      ? undefined
      : list(given.header, 'header', 'names').map((value, i) => text(value, `header[${i}]`, 'the name of a column'))
  const missing: readonly unknown[] = given.missing === undefined ? [] : (given.missing as readonly unknown[])
  if (!Array.isArray(missing)) throw wrongType('an array of texts', 'missing', missing)
  for (const [i, value] of missing.entries()) {
    if (typeof value !== 'string') throw wrongType('text', `missing[${i}]`, value)
  }
  const onMissing =
    given.onMissing === undefined
      ? 'error'
      : oneOf(given.onMissing, 'onMissing', 'one of the known words', ['error', 'drop', 'null'])
  return {
    delimiter,
    quote,
    comment: given.comment === undefined ? undefined : text(given.comment, 'comment'),
    decimal,
    header,
    missing: new Set(['', ...(missing as string[])]),
    onMissing: onMissing as OnMissing,
  }
}

/** Parses this content, with options of csv-parse for a part of it, or for empty lines. */
async function parser(
  content: string,
  { delimiter, quote, comment }: Format,
  name: string,
): Promise<(options: { readonly to?: number; readonly skip_empty_lines: boolean }) => Parsed[]> {
  const library = await loadCsvParse()
  // Without a final line end, a last line of spaces would be lost.
  const whole = content === '' || content.endsWith('\n') ? content : `${content}\n`
  return (options) => {
    try {
      return library.parse(whole, {
        ...options,
        delimiter,
        quote,
        ...(comment === undefined ? {} : { comment, comment_no_infix: true }),
        record_delimiter: '\n',
        trim: true,
        relax_column_count: true,
        info: true,
      }) as Parsed[]
    } catch (error) {
      const { lines, message } = error as Error & { lines?: number }
      // The message may contain a whole cell.
      const received = `others: ${message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message}`
      throw wrongSize('cells with quotes around all of them or none', `line ${lines} of ${name}`, received)
    }
  }
}

/** The index of each requested column. */
function placed(types: ReadonlyMap<string, CsvType>, header: readonly string[], name: string): Column[] {
  const places = new Map<string, number>()
  const repeated = new Set<string>()
  for (const [place, column] of header.entries()) {
    if (places.has(column)) repeated.add(column)
    else places.set(column, place)
  }
  return [...types].map(([column, type]) => {
    const place = places.get(column)
    if (place === undefined) {
      const remedy = header.length === 1 ? 'Does the file use another delimiter?' : undefined
      const received = `only ${shownList(header)}`
      throw wrongSize(`a column ${quoted(column)}`, `the header of ${name}`, received, remedy)
    }
    if (repeated.has(column)) throw wrongSize(`one column ${quoted(column)}`, `the header of ${name}`, 'several')
    return { name: column, type, place }
  })
}

function recordsOf(
  rows: readonly Parsed[],
  columns: readonly Column[],
  width: number,
  format: Format,
  source: string,
): Record<string, unknown>[] {
  const records: Record<string, unknown>[] = []
  for (const { record, info } of rows) {
    const line = info.lines - record.join('').split('\n').length + 1
    if (record.length !== width) {
      throw wrongSize(`${width} cells, as in the header,`, `line ${line} of ${source}`, `${record.length}`)
    }
    let missing = false
    const entries = columns.map(({ name, type, place }) => {
      const cell = record[place]
      const where = `column ${quoted(name)} in line ${line} of ${source}`
      if (!format.missing.has(cell)) return [name, cellValue(cell, type, format.decimal, where)]
      if (format.onMissing === 'error') {
        throw wrongValue('a value', where, cell, "Fill it in, or pass onMissing: 'drop' or 'null'.")
      }
      missing = true
      return [name, null]
    })
    if (!missing || format.onMissing === 'null') records.push(Object.fromEntries(entries))
  }
  return records
}

function cellValue(cell: string, type: CsvType, decimal: string, where: string): string | number | boolean {
  if (type === 'string') return cell
  if (type === 'boolean') {
    const lower = cell.toLowerCase()
    if (!Object.hasOwn(BOOLEANS, lower)) throw wrongType('true or false', where, cell)
    return BOOLEANS[lower]
  }
  const expected = type === 'integer' ? 'an integer' : 'a number'
  const written = decimal === ',' ? cell.replace('.', 'x').replace(',', '.') : cell
  if (!NUMBER.test(written)) throw wrongType(expected, where, cell)
  const value = Number(written)
  const fits = type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value)
  if (!fits) throw wrongValue(type === 'integer' ? 'an integer up to 2^53 - 1' : 'a finite number', where, cell)
  return value
}
