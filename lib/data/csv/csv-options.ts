/** The options of readCsv and csvBatches. */
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { entriesOf, integer, oneOf, optionsObject } from '../../checks/validate.js'
import { list, quoted, text } from '../records/checks.js'
import { dateReader } from '../records/dates.js'
import type { Decimal } from './numbers.js'

export type CsvType = 'number' | 'integer' | 'string' | 'boolean' | 'date'
export type OnMissing = 'error' | 'drop' | 'null'

/** The type of a column, with how its cells are written. */
export type CsvTypeOption =
  | CsvType
  | { readonly type: 'number' | 'integer'; readonly decimal?: '.' | ',' }
  | { readonly type: 'date'; readonly format?: string }
  | { readonly type: 'string' | 'boolean' }

export type CsvColumns = Readonly<Record<string, CsvTypeOption>>

/** How the text is divided into cells, and which of them are missing. */
export interface CsvFormatOptions<Missing extends OnMissing = OnMissing> {
  /** The separator of cells: one character. By default the one of , ; tab and | that the first lines are written with. */
  delimiter?: string
  /**
   * The quotation mark around cells that contain separators, quotation marks or line ends: one character. Default a
   * double quote.
   */
  quote?: string
  /** Lines that begin with this text are skipped. Default: none. */
  comment?: string
  /**
   * The decimal separator of numbers. By default the one that the numbers are written with; with `columns` a point,
   * unless the delimiter is a semicolon.
   */
  decimal?: '.' | ','
  /** The names of all columns, for a file without a header. */
  header?: readonly string[]
  /**
   * Cells that count as missing: `['NA']`. An empty cell is always missing. Default: NA, N/A, n/a, NaN, nan, null, NULL,
   * #N/A, <NA>, ? and -, and in columns that are no text words such as none, unknown and a dot; with `columns`: none.
   */
  missing?: readonly string[]
  /**
   * What happens to a missing value: an error, its row is dropped, or it becomes null. Default `null`; with `columns`
   * `error`.
   */
  onMissing?: Missing
}

/** Options to read some columns, all of given types. */
export interface CsvOptions<Columns extends CsvColumns = CsvColumns, Missing extends OnMissing = OnMissing>
  extends CsvFormatOptions<Missing> {
  /** The type of each column to read, by its name in the header; other columns are skipped. */
  columns: Columns
  types?: never
}

/** Options to read all columns, of inferred types. */
export interface CsvInferOptions<Types extends CsvColumns = CsvColumns, Missing extends OnMissing = OnMissing>
  extends CsvFormatOptions<Missing> {
  columns?: undefined
  /** The types of single columns, by their names in the header; those of the others are inferred. Default: none. */
  types?: Types
}

export interface BatchOptions {
  /** The most records of a batch. Default 10,000. */
  batchRows?: number
}

export type CsvBatchOptions = (CsvInferOptions | CsvOptions) &
  BatchOptions & {
    /** The rows that types are inferred from. Default 10,000. */
    inferRows?: number
  }

/** The type of one column, checked. */
export interface GivenType {
  readonly type: CsvType
  readonly decimal?: Decimal
  readonly format?: string
}

/** Checked options. */
export interface CsvFormat {
  readonly delimiter: string | undefined
  readonly quote: string
  readonly comment: string | undefined
  readonly decimal: Decimal | undefined
  readonly header: readonly string[] | undefined
  readonly missing: ReadonlySet<string>
  /** Whether a word such as `unknown` is a missing value in columns that are no text. */
  readonly hasMissingWords: boolean
  readonly onMissing: OnMissing
  /** The columns to read; undefined for all. */
  readonly columns: ReadonlyMap<string, GivenType> | undefined
  readonly types: ReadonlyMap<string, GivenType>
}

const TYPES: readonly CsvType[] = ['number', 'integer', 'string', 'boolean', 'date']
const FORMAT_OPTIONS = ['delimiter', 'quote', 'comment', 'decimal', 'header', 'missing', 'onMissing']
const READ_OPTIONS = ['columns', 'types', ...FORMAT_OPTIONS]
const BATCH_OPTIONS = [...READ_OPTIONS, 'batchRows', 'inferRows']
const INFERRED_MISSING = ['NA', 'N/A', 'n/a', 'NaN', 'nan', 'null', 'NULL', '#N/A', '<NA>', '?', '-']
const DEFAULT_ROWS = 10_000
const MAX_ROWS = 2 ** 31 - 1

/** @throws TypeError or RangeError for wrong options */
export const readOptions = (options: unknown): CsvFormat =>
  checkFormat(optionsObject(options, 'the options of readCsv', READ_OPTIONS))

/** @throws TypeError or RangeError for wrong options */
export function batchOptions(options: unknown): CsvFormat & { readonly batchRows: number; readonly inferRows: number } {
  const given = optionsObject(options, 'the options of csvBatches', BATCH_OPTIONS)
  return {
    ...checkFormat(given),
    batchRows: rowCount(given.batchRows, 'batchRows'),
    inferRows: rowCount(given.inferRows, 'inferRows'),
  }
}

/** A number of rows, by default 10,000. */
export const rowCount = (value: unknown, name: string): number =>
  value === undefined ? DEFAULT_ROWS : integer(value, name, 1, MAX_ROWS)

function checkFormat(given: Record<string, unknown>): CsvFormat {
  if (given.columns !== undefined && given.types !== undefined) {
    throw wrongSize('either columns or types', 'the options', 'both', 'columns has the type of each column to read.')
  }
  const columns = given.columns === undefined ? undefined : columnTypes(given.columns, 'columns')
  if (columns?.size === 0) throw wrongSize('at least one column', 'columns', 'none')
  const delimiter = given.delimiter === undefined ? undefined : character(given.delimiter, 'delimiter')
  const quote = given.quote === undefined ? '"' : character(given.quote, 'quote')
  if (delimiter === quote) throw wrongValue('another character than the delimiter', 'quote', quote)
  return {
    delimiter,
    quote,
    comment: given.comment === undefined ? undefined : text(given.comment, 'comment'),
    decimal: given.decimal === undefined ? undefined : decimalMark(given.decimal, 'decimal'),
    header: given.header === undefined ? undefined : names(given.header),
    missing: new Set(['', ...missingTexts(given.missing, columns === undefined ? INFERRED_MISSING : [])]),
    hasMissingWords: given.missing === undefined && columns === undefined,
    onMissing: missingRule(given.onMissing, columns === undefined ? 'null' : 'error'),
    columns,
    types: given.types === undefined ? new Map() : columnTypes(given.types, 'types'),
  }
}

function columnTypes(given: unknown, option: string): Map<string, GivenType> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw wrongType("an object such as { height: 'number' }", option, given)
  }
  return new Map(entriesOf(given, option).map(([name, type]) => [name, givenType(type, `${option}[${quoted(name)}]`)]))
}

function givenType(given: unknown, name: string): GivenType {
  if (typeof given !== 'object' || given === null) return { type: typeWord(given, name) }
  const { type: word, format, decimal } = optionsObject(given, name, ['type', 'format', 'decimal'])
  const type = typeWord(word, `${name}.type`)
  if (format !== undefined) {
    if (type !== 'date') throw wrongSize('a format only of dates', `${name}.format`, `one of the type ${type}`)
    // Refuses a wrong format before any work.
    dateReader(format, `${name}.format`)
    return { type, format: format as string }
  }
  if (decimal === undefined) return { type }
  if (type !== 'number' && type !== 'integer') {
    throw wrongSize('a decimal separator only of numbers', `${name}.decimal`, `one of the type ${type}`)
  }
  return { type, decimal: decimalMark(decimal, `${name}.decimal`) }
}

const typeWord = (given: unknown, name: string): CsvType => oneOf(given, name, 'the type of a column', TYPES) as CsvType

const decimalMark = (given: unknown, name: string): Decimal =>
  oneOf(given, name, 'a decimal separator', ['.', ',']) as Decimal

function character(given: unknown, name: string): string {
  const value = text(given, name, 'one character')
  if ([...value].length !== 1 || /[\r\n]/.test(value)) throw wrongValue('one character', name, value)
  return value
}

const names = (given: unknown): string[] =>
  list(given, 'header', 'names').map((value, i) => text(value, `header[${i}]`, 'the name of a column'))

function missingTexts(given: unknown, standard: readonly string[]): readonly string[] {
  if (given === undefined) return standard
  if (!Array.isArray(given)) throw wrongType('an array of texts', 'missing', given)
  const all: unknown[] = [...(given as unknown[])]
  for (const [i, value] of all.entries()) {
    if (typeof value !== 'string') throw wrongType('text', `missing[${i}]`, value)
  }
  return all as string[]
}

const missingRule = (given: unknown, standard: OnMissing): OnMissing =>
  given === undefined
    ? standard
    : (oneOf(given, 'onMissing', 'one of the known words', ['error', 'drop', 'null']) as OnMissing)
