/** Numbers as people write them in tables: `-1.5e3`, `1,234.5`, `12 %`; or with a decimal comma: `1.234,5`. */

export type Decimal = '.' | ','

const ZERO = 48
const PLUS = 43
const MINUS = 45
const SPACE = 32
const COMMA = 44
const POINT = 46
const PERCENT = 37
const isDigit = (code: number): boolean => code >= ZERO && code <= ZERO + 9

/** What `scanNumber` finds. */
export interface ScannedNumber {
  /** Whether the thousands are separated. */
  isGrouped: boolean
  hasExponent: boolean
  /** The digits of the fraction; -1 without a decimal separator. */
  fraction: number
  /** The number without its separators, sign and exponent, as an integer; rounded where it has over 15 digits. */
  mantissa: number
  /** The number of digits. */
  digits: number
}

export const newScanned = (): ScannedNumber => ({
  ...{ isGrouped: false, hasExponent: false },
  ...{ fraction: -1, mantissa: 0, digits: 0 },
})

/**
 * Whether the characters from `from` to `end` are a number: digits with an optional sign, fraction and exponent. Thousands
 * are separated everywhere or nowhere, after a first group of one to three digits that does not begin with 0.
 * @param found receives the parts of a number
 */
export function scanNumber(text: string, from: number, end: number, decimal: Decimal, found: ScannedNumber): boolean {
  const mark = decimal === '.' ? POINT : COMMA
  const separator = decimal === '.' ? COMMA : POINT
  const start = afterSign(text, from)
  let mantissa = 0
  let digits = 0
  let fraction = -1
  let isGrouped = false
  // The digits after the last separator.
  let grouped = 0
  let at = start
  for (; at < end; at++) {
    const code = text.charCodeAt(at)
    if (isDigit(code)) {
      mantissa = mantissa * 10 + code - ZERO
      digits++
      if (fraction >= 0) fraction++
      else grouped++
    } else if (code === mark) {
      if (fraction >= 0) return false
      fraction = 0
    } else if (code === separator) {
      if (fraction >= 0) return false
      if (isGrouped ? grouped !== 3 : digits < 1 || digits > 3 || text.charCodeAt(start) === ZERO) return false
      isGrouped = true
      grouped = 0
    } else break
  }
  if (digits === 0 || (isGrouped && grouped !== 3)) return false
  found.isGrouped = isGrouped
  found.hasExponent = at < end
  found.fraction = fraction
  found.mantissa = mantissa
  found.digits = digits
  return at === end || isExponent(text, at, end)
}

const afterSign = (text: string, from: number): number => {
  const first = text.charCodeAt(from)
  return first === PLUS || first === MINUS ? from + 1 : from
}

function isExponent(text: string, start: number, end: number): boolean {
  const code = text.charCodeAt(start)
  // e or E
  if (code !== 101 && code !== 69) return false
  const sign = text.charCodeAt(start + 1)
  const first = sign === PLUS || sign === MINUS ? start + 2 : start + 1
  for (let at = first; at < end; at++) if (!isDigit(text.charCodeAt(at))) return false
  return first < end
}

/** Whether a cell that is not empty ends with a percent sign. */
export const isPercent = (text: string, end: number): boolean => text.charCodeAt(end - 1) === PERCENT

/** The end of the number before a percent sign. */
export function endBeforePercent(text: string, from: number, percentEnd: number): number {
  let end = percentEnd - 1
  while (end > from && text.charCodeAt(end - 1) === SPACE) end--
  return end
}

/** The powers of ten that are exact. */
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`))
const scanned = newScanned()

/**
 * The value of the number that a cell is, exactly rounded; NaN where it is none. The cell is not empty.
 * @param from the cell's first character
 * @param to the end of the cell
 * @param percent whether a percent sign follows the number: `12 %` is 0.12
 */
export function numberOf(text: string, from: number, to: number, decimal: Decimal, percent: boolean): number {
  if (percent && !isPercent(text, to)) return NaN
  const end = percent ? endBeforePercent(text, from, to) : to
  if (!scanNumber(text, from, end, decimal, scanned)) return NaN
  const { isGrouped, hasExponent, fraction, mantissa, digits } = scanned
  const shift = (fraction > 0 ? fraction : 0) + (percent ? 2 : 0)
  // Both operands are exact, so that the quotient is exactly rounded (Clinger, How to Read Floating Point Numbers
  // Accurately, 1990).
  if (digits <= 15 && shift < POWERS.length && !hasExponent) {
    const size = shift === 0 ? mantissa : mantissa / POWERS[shift]
    return text.charCodeAt(from) === MINUS ? -size : size
  }
  let written = text.slice(from, end)
  if (isGrouped) written = written.replaceAll(decimal === '.' ? ',' : '.', '')
  if (decimal === ',') written = written.replace(',', '.')
  if (!percent) return Number(written)
  return hasExponent ? Number(written) / 100 : Number(`${written}e-2`)
}

/** Whether a number begins with a zero before another digit, as codes do: 007. */
export function hasLeadingZero(text: string, from: number, end: number): boolean {
  const start = afterSign(text, from)
  return start + 1 < end && text.charCodeAt(start) === ZERO && isDigit(text.charCodeAt(start + 1))
}
