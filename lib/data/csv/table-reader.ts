/** Rows of cells become records: each column has a reader of its type, given or inferred from the first rows. */
import { wrongSize, wrongValue } from '../../checks/errors.js'
import { quoted, shownList } from '../records/checks.js'
import { type CellReader, type CellType, type CsvValue, readerOf, refusedCell } from './cell-readers.js'
import type { CsvFormat, CsvType, GivenType } from './csv-options.js'
import { ColumnInference, sameType } from './infer-types.js'
import { isMissingWord } from './missing-words.js'
import type { Decimal } from './numbers.js'
import type { Rows } from './rows.js'

/** Records, and the rows that they were read from. */
export interface ReadRows {
  readonly records: Record<string, CsvValue>[]
  readonly rows: Rows
}

/** The values of a column; null for a missing one. */
export type ColumnValues = readonly CsvValue[]

interface Column {
  readonly name: string
  /** Its index in the header. */
  readonly place: number
  readonly given: GivenType | undefined
  /** What infers the type, or how its numbers are written; null where both are known. */
  readonly inference: ColumnInference | null
}

interface SettledColumn extends Column {
  readonly cellType: CellType
  readonly read: CellReader
}

const REPEATED = 'Rename one of them, or pass columns without it.'

export class TableReader {
  /** Whether the type of a column, or how its numbers are written, depends on rows. */
  readonly isInferred: boolean
  private readonly columns: readonly Column[]
  /** A record whose values are missing. */
  private readonly empty: Readonly<Record<string, CsvValue>>
  private settled: readonly SettledColumn[] | null = null
  /** The number of rows that types were inferred from. */
  private inferred = 0
  private readonly longestMissing: number
  /** By character code: whether the text of a missing value begins with it. */
  private readonly missingStarts = new Uint8Array(2 ** 16)

  /**
   * @param header the names of all columns
   * @param source the name of the source in errors
   * @throws RangeError for columns that are not there, or several times
   */
  constructor(
    private readonly header: readonly string[],
    private readonly format: CsvFormat,
    private readonly delimiter: string,
    private readonly source: string,
  ) {
    this.longestMissing = Math.max(...Array.from(format.missing, ({ length }) => length))
    for (const word of format.missing) if (word !== '') this.missingStarts[word.charCodeAt(0)] = 1
    this.columns = this.chosenColumns()
    // V8 copies objects that JSON.parse made faster than others. It also makes an own property of the name __proto__.
    this.empty = JSON.parse(JSON.stringify(Object.fromEntries(this.columns.map(({ name }) => [name, null]))))
    this.isInferred = this.columns.some(({ inference }) => inference !== null)
    if (!this.isInferred) this.settle()
  }

  /** Whether the types of all columns are known. */
  get isSettled(): boolean {
    return this.settled !== null
  }

  /** The types of the columns that are read. */
  get types(): Readonly<Record<string, CsvType>> {
    return Object.fromEntries((this.settled ?? []).map(({ name, cellType }) => [name, cellType.type]))
  }

  private chosenColumns(): Column[] {
    const { columns, types } = this.format
    const where = `the header of ${this.source}`
    const places = new Map<string, number>()
    const repeated = new Set<string>()
    for (const [place, name] of this.header.entries()) {
      if (places.has(name)) repeated.add(name)
      else places.set(name, place)
    }
    for (const name of (columns ?? types).keys()) {
      if (places.has(name)) continue
      const remedy = this.header.length === 1 ? 'Does the file use another delimiter?' : undefined
      throw wrongSize(`a column ${quoted(name)}`, where, `only ${shownList(this.header)}`, remedy)
    }
    return [...(columns ?? places).keys()].map((name) => {
      if (repeated.has(name)) {
        throw wrongSize(`one column ${quoted(name)}`, where, 'several', columns === undefined ? REPEATED : undefined)
      }
      const given = (columns ?? types).get(name)
      return { name, place: places.get(name) as number, given, inference: this.inferenceOf(given) }
    })
  }

  private inferenceOf(given: GivenType | undefined): ColumnInference | null {
    const { columns, decimal } = this.format
    if (given === undefined) return new ColumnInference(undefined, decimal, this.isMissingWord)
    if (given.type !== 'number' && given.type !== 'integer') return null
    const isKnown = (given.decimal ?? decimal) !== undefined || (columns !== undefined && this.delimiter !== ';')
    return isKnown
      ? null
      : new ColumnInference(given.type, undefined, columns === undefined ? this.isMissingWord : null)
  }

  /** Takes rows to infer types from. @throws RangeError for a row of another length, with its line */
  infer(rows: Rows): void {
    this.checkLengths(rows)
    this.inferred += rows.count
    for (const { inference, place } of this.columns) {
      if (inference === null || inference.isText) continue
      for (let i = 0; i < rows.count; i++) {
        const start = rows.start(i, place)
        const end = rows.end(i, place)
        if (!this.isMissing(rows.text, start, end)) inference.add(rows.text, start, end)
      }
    }
  }

  /** Chooses the types of the columns, by the rows so far. */
  settle(): void {
    const types = this.inferredTypes()
    this.settled = this.columns.map((column, i) => ({ ...column, cellType: types[i], read: readerOf(types[i]) }))
  }

  /** Whether the types that were chosen are those of all rows so far. */
  get isRight(): boolean {
    const types = this.inferredTypes()
    return (this.settled ?? []).every(({ cellType }, i) => sameType(types[i], cellType))
  }

  private inferredTypes(): CellType[] {
    const marks = new Set(this.columns.flatMap(({ inference }) => inference?.decimal ?? []))
    // Numbers such as 1,234 allow both separators: those of other columns decide, or what is usual with the delimiter.
    const usual: Decimal = this.delimiter === ';' ? ',' : '.'
    const [first] = marks
    const preferred = this.format.decimal ?? (marks.size === 1 ? first : usual)
    return this.columns.map(({ given, inference }) => {
      const known = inference?.typeWith(preferred) ?? { decimal: this.format.decimal, ...(given as GivenType) }
      return { ...known, isInferred: given === undefined }
    })
  }

  /**
   * The records of rows, once the types are chosen.
   * @throws TypeError or RangeError for a cell of another type or a missing value that is refused, with line and column
   */
  read(rows: Rows): ReadRows {
    const columns = this.settled as readonly SettledColumn[]
    const isDropped = this.format.onMissing === 'drop'
    const records: Record<string, CsvValue>[] = []
    const kept: number[] = []
    for (let i = 0; i < rows.count; i++) {
      this.checkLength(rows, i)
      const record = { ...this.empty }
      let hasMissing = false
      for (const column of columns) {
        const value = this.value(rows, i, column)
        hasMissing ||= value === null
        record[column.name] = value
      }
      if (hasMissing && isDropped) continue
      records.push(record)
      kept.push(i)
    }
    return { records, rows: kept.length === rows.count ? rows : rows.pick(kept) }
  }

  /**
   * The values of some columns, once the types are chosen. No row is dropped.
   * @throws as `read`
   */
  readColumns(rows: Rows, wanted: ReadonlySet<string>): Map<string, ColumnValues> {
    this.checkLengths(rows)
    const columns = (this.settled as readonly SettledColumn[]).filter(({ name }) => wanted.has(name))
    return new Map(columns.map((column) => [column.name, this.valuesOf(column, rows)]))
  }

  private valuesOf(column: SettledColumn, rows: Rows): ColumnValues {
    const values: CsvValue[] = []
    for (let i = 0; i < rows.count; i++) values.push(this.value(rows, i, column))
    return values
  }

  /** The value of a cell. */
  private value(rows: Rows, i: number, column: SettledColumn): CsvValue {
    const { text } = rows
    const start = rows.start(i, column.place)
    const end = rows.end(i, column.place)
    let value = this.isMissing(text, start, end) ? null : column.read(text, start, end)
    if (value === undefined) value = this.readTrimmed(column, text.slice(start, end), rows.line(i))
    if (value === null && this.format.onMissing === 'error') {
      throw this.missingValue(column, text.slice(start, end), rows.line(i))
    }
    return value
  }

  private isMissing(text: string, start: number, end: number): boolean {
    if (start === end) return true
    const mayBe = end - start <= this.longestMissing && this.missingStarts[text.charCodeAt(start)] === 1
    return mayBe && this.format.missing.has(text.slice(start, end))
  }

  /** A cell that is of another type as it is: without spaces, which quoted cells may have, or a missing value. */
  private readTrimmed(column: SettledColumn, cell: string, line: number): CsvValue {
    const trimmed = cell.trim()
    if (this.format.missing.has(trimmed) || this.isMissingWord(trimmed)) return null
    const value = trimmed === cell ? undefined : column.read(trimmed, 0, trimmed.length)
    if (value === undefined) throw this.refused(column, cell, line)
    return value
  }

  private isMissingWord = (text: string): boolean => this.format.hasMissingWords && isMissingWord(text)

  private checkLengths(rows: Rows): void {
    for (let i = 0; i < rows.count; i++) this.checkLength(rows, i)
  }

  private checkLength(rows: Rows, i: number): void {
    const { length } = this.header
    const width = rows.width(i)
    if (width === length) return
    const cells = `${length} ${length === 1 ? 'cell' : 'cells'}, as in the header,`
    const remedy = length === 1 ? 'Does the file use another delimiter? Pass delimiter.' : undefined
    throw wrongSize(cells, `line ${rows.line(i)} of ${this.source}`, `${width}`, remedy)
  }

  private where = ({ name }: Column, line: number): string => `column ${quoted(name)} in line ${line} of ${this.source}`

  private missingValue(column: Column, cell: string, line: number): RangeError {
    const remedy = "Fill it in, or pass onMissing: 'drop' or 'null'."
    return wrongValue('a value', this.where(column, line), cell, remedy)
  }

  private refused({ cellType, ...column }: SettledColumn, cell: string, line: number): Error {
    const way = `Pass types: { ${quoted(column.name)}: 'string' }, or another type.`
    const remedy = cellType.isInferred ? `The type is that of the first ${this.inferred} rows. ${way}` : undefined
    return refusedCell(cellType, cell, this.where(column, line), remedy)
  }
}
