/** Numbers as a reader of the page sees them. No locale: the same data give the same page everywhere. */

const DIGITS = 4
/** From here on a number has an exponent. */
const LARGE = 1e9
const SMALL = 1e-4

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',')

/** Four significant digits; integers in full, with separators. */
export function shownNumber(value: number): string {
  if (Number.isNaN(value)) return 'not defined'
  if (!Number.isFinite(value)) return value > 0 ? 'infinite' : '−infinite'
  const size = Math.abs(value)
  const sign = value < 0 ? '−' : ''
  if (Number.isInteger(value) && size < LARGE) return `${sign}${grouped(String(size))}`
  if (size >= LARGE || size < SMALL) {
    const [digits, exponent] = size.toExponential(DIGITS - 1).split('e')
    return `${sign}${withoutZeros(digits)}e${exponent.replace('+', '').replace('-', '−')}`
  }
  // Above 1000, the digits before the point are all shown.
  const text = size >= 10 ** (DIGITS - 1) ? String(Math.round(size)) : withoutZeros(size.toPrecision(DIGITS))
  const [whole, fraction] = text.split('.')
  return `${sign}${grouped(whole)}${fraction === undefined ? '' : `.${fraction}`}`
}

const withoutZeros = (digits: string): string => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits)

/** A share as a percentage with one decimal, which stays in one line. */
export const shownShare = (share: number): string =>
  Number.isFinite(share) ? `${(100 * share).toFixed(1).replace(/^-/, '−')}\u00a0%` : 'not defined'

/** `1 row`, `2 rows`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${shownNumber(count)} ${count === 1 ? one : many}`
