/**
 * The type of a column from its cells: boolean, number, date, or else text. A column has a type where all of its cells
 * have it.
 */
import { dateOf } from '../records/dates.js'
import {
  type Decimal,
  endBeforePercent,
  hasLeadingZero,
  isPercent,
  newScanned,
  numberOf,
  scanNumber,
} from './numbers.js'
import { sameUnit, type Unit, unitOf, withoutUnit } from './units.js'

/** The types that are still possible, as bits. */
const BOOLEAN = 1
const DATE = 2
const WITH_POINT = 4
const WITH_COMMA = 8
const PERCENT_WITH_POINT = 16
const PERCENT_WITH_COMMA = 32
const NUMBERS = WITH_POINT | WITH_COMMA | PERCENT_WITH_POINT | PERCENT_WITH_COMMA
const POINTS = WITH_POINT | PERCENT_WITH_POINT
const COMMAS = WITH_COMMA | PERCENT_WITH_COMMA
const ANY = BOOLEAN | DATE | NUMBERS

/** An inferred type, with what reading its cells needs. */
export type InferredType = { readonly type: 'string' | 'boolean' | 'date' } | NumberType

interface NumberType {
  readonly type: 'number' | 'integer'
  readonly decimal: Decimal
  readonly percent: boolean
  /** The unit of all cells. Default: none. */
  readonly unit?: Unit
}

const scanned = newScanned()

export class ColumnInference {
  private possible: number
  /** The types of numbers by which a cell has a fraction or an exponent, as bits. */
  private fractions = 0
  /** The unit of all cells so far; undefined: none. */
  private unit: Unit | undefined
  /** Whether there was no cell. */
  private isEmpty = true

  /**
   * @param declared the type of a column of numbers, if it is known: what is inferred then is the form of the numbers
   * @param decimal the decimal separator, if it is known
   * @param isMissingWord whether text among values of another type means a missing one; null: the columns are strict, and
   *   have no units either
   */
  constructor(
    private readonly declared?: 'number' | 'integer',
    decimal?: Decimal,
    private readonly isMissingWord: ((text: string) => boolean) | null = null,
  ) {
    this.possible = declared === undefined ? ANY : NUMBERS
    if (decimal !== undefined) this.possible &= ~(decimal === '.' ? COMMAS : POINTS)
  }

  /** Takes a cell that is not missing: the characters from `from` to `end`. */
  add(text: string, from: number, end: number): void {
    let types = this.possible === 0 || this.unit !== undefined ? 0 : this.typesOf(text, from, end) & this.possible
    if (types === 0 && this.possible !== 0) {
      // Quoted cells have their spaces, which are of text only.
      const trimmed = text.slice(from, end).trim()
      if (trimmed === '' || this.isMissingWord?.(trimmed) === true) return
      const { length } = trimmed
      types = this.unit === undefined && length !== end - from ? this.typesOf(trimmed, 0, length) & this.possible : 0
      if (types === 0) types = this.typesWithUnit(trimmed) & this.possible
    }
    this.isEmpty = false
    this.possible = types
  }

  /** The types of a number with a unit, which is that of all cells. */
  private typesWithUnit(cell: string): number {
    if (this.isEmpty && this.isMissingWord !== null) this.unit = unitOf(cell) ?? undefined
    const written = this.unit === undefined ? null : withoutUnit(cell, this.unit)
    return written === null ? 0 : this.typesOf(written, 0, written.length) & (WITH_POINT | WITH_COMMA)
  }

  private typesOf(text: string, from: number, to: number): number {
    const first = text.charCodeAt(from) | 32
    // t or f
    if (first === 116 || first === 102) return isBoolean(text, from, to) ? BOOLEAN : 0
    let types = 0
    if ((this.possible & NUMBERS) !== 0) {
      const percent = isPercent(text, to)
      const end = percent ? endBeforePercent(text, from, to) : to
      const point = this.possible & (percent ? PERCENT_WITH_POINT : WITH_POINT)
      const comma = this.possible & (percent ? PERCENT_WITH_COMMA : WITH_COMMA)
      if (point !== 0 && this.isNumber(text, from, end, '.')) types |= point
      if (comma !== 0 && this.isNumber(text, from, end, ',')) types |= comma
    }
    if ((this.possible & DATE) !== 0 && !Number.isNaN(dateOf(text.slice(from, to)))) types |= DATE
    return types
  }

  /** Whether a number keeps what the cell says: a code such as 007 and an integer above 2^53 would not. */
  private isNumber(text: string, from: number, end: number, decimal: Decimal): boolean {
    if (!scanNumber(text, from, end, decimal, scanned)) return false
    const { fraction, hasExponent, digits } = scanned
    const isInteger = fraction < 0 && !hasExponent
    if (!isInteger) this.fractions |= decimal === '.' ? POINTS : COMMAS
    if (this.declared !== undefined) return true
    if (hasLeadingZero(text, from, end)) return false
    // 15 digits are exact, and 300 finite.
    if (!hasExponent && digits <= (isInteger ? 15 : 300)) return true
    const value = numberOf(text, from, end, decimal, false)
    return isInteger ? Number.isSafeInteger(value) : Number.isFinite(value)
  }

  /** Whether it has a cell that is of no type but text. */
  get isText(): boolean {
    return this.possible === 0
  }

  /** The only decimal separator that all cells allow; null where they allow both or none. */
  get decimal(): Decimal | null {
    const point = (this.possible & POINTS) !== 0
    const comma = (this.possible & COMMAS) !== 0
    return this.isEmpty || point === comma ? null : point ? '.' : ','
  }

  /** @param preferred the decimal separator of numbers that allow both */
  typeWith(preferred: Decimal): InferredType {
    const possible = this.possible
    const decimal = this.decimal ?? preferred
    const bits = possible & (decimal === '.' ? POINTS : COMMAS)
    const percent = bits !== 0 && (bits & (WITH_POINT | WITH_COMMA)) === 0
    const unit = this.unit === undefined || bits === 0 ? {} : { unit: this.unit }
    if (this.declared !== undefined) return { type: this.declared, decimal, percent, ...unit }
    if (this.isEmpty || possible === 0) return { type: 'string' }
    // Of eight digits each: 20261128.
    if ((possible & DATE) !== 0) return { type: 'date' }
    if (bits !== 0)
      return { type: percent || (this.fractions & bits) !== 0 ? 'number' : 'integer', decimal, percent, ...unit }
    return { type: 'boolean' }
  }
}

type TypeOfCells = { readonly type: string } & Partial<Omit<NumberType, 'type'>>

/** Whether two types are written alike. */
export const sameType = (a: TypeOfCells, b: TypeOfCells): boolean =>
  a.type === b.type && a.decimal === b.decimal && a.percent === b.percent && sameUnit(a.unit, b.unit)

/** Only these words: of others, such as yes and no, the spelling matters where they are labels. */
function isBoolean(text: string, from: number, end: number): boolean {
  if (end - from !== 4 && end - from !== 5) return false
  const lower = text.slice(from, end).toLowerCase()
  return lower === 'true' || lower === 'false'
}
