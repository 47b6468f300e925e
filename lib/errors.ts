/** The one maker of error messages: what was expected, for which argument, what came instead, what to do. */
import type { History } from './fitting/history.js'

/** A short description of a value and its kind, for an error message. */
function describe(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'undefined'
  if (typeof value === 'string')
    return `${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)} of type string`
  if (typeof value === 'bigint') return `${value}n of type bigint`
  if (typeof value === 'number') return `${Object.is(value, -0) ? '-0' : value} of type number`
  if (typeof value === 'boolean') return `${value} of type boolean`
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'symbol') return 'a symbol'
  if (Array.isArray(value)) return `an array of length ${value.length}`
  if (ArrayBuffer.isView(value)) {
    const name = Object.prototype.toString.call(value).slice(8, -1)
    return value instanceof DataView ? name : `a ${name} of length ${(value as Float64Array).length}`
  }
  const name = value.constructor?.name
  return name === undefined || name === 'Object' ? 'an object' : `an object of type ${name}`
}

function message(expected: string, name: string, received: string, remedy?: string): string {
  return `Expected ${expected} for ${name} but received ${received}.${remedy === undefined ? '' : ` ${remedy}`}`
}

/** For a value of a wrong kind. */
export function wrongType(expected: string, name: string, value: unknown, remedy?: string): TypeError {
  return new TypeError(message(expected, name, describe(value), remedy))
}

/** For a value of the right kind that is too small, too large, or otherwise impossible. */
export function wrongValue(expected: string, name: string, value: unknown, remedy?: string): RangeError {
  return new RangeError(message(expected, name, describe(value), remedy))
}

/** For a size that does not fit; `received` is told as it is. */
export function wrongSize(expected: string, name: string, received: string, remedy?: string): RangeError {
  return new RangeError(message(expected, name, received, remedy))
}

/** The number of insertions, deletions and replacements between two words (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]
}

/** "Did you mean …?" where a known word is near, and all known words. */
function suggestion(word: string, known: readonly string[]): string {
  const lower = word.toLowerCase()
  const ranked = known.map((name) => ({ name, far: distance(lower, name.toLowerCase()) })).sort((a, b) => a.far - b.far)
  const near =
    ranked.length > 0 && ranked[0].far <= Math.max(2, word.length / 3) ? `Did you mean "${ranked[0].name}"? ` : ''
  return `${near}Known are: ${known.join(', ')}.`
}

/** For an option that does not exist. */
export function unknownOption(option: string, where: string, known: readonly string[]): TypeError {
  return new TypeError(`Unknown option "${option}" in ${where}. ${suggestion(option, known)}`)
}

/** For a column that does not exist. */
export function unknownColumn(column: string, where: string, known: readonly string[]): TypeError {
  return new TypeError(`Unknown column "${column}" in ${where}. ${suggestion(column, known)}`)
}

/** For a name (of a loss, an activation, …) that does not exist. */
export function unknownName(expected: string, name: string, value: string, known: readonly string[]): RangeError {
  return wrongValue(expected, name, value, suggestion(value, known))
}

/** A training that left the finite numbers. The network has the parameters from before the epoch that failed, and the trainer the states. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError'
  /** The loss of each epoch before it. */
  readonly loss: Float64Array
  /** What is known of the epochs before it. Not shown where the error is printed. */
  declare readonly history: History

  /**
   * @param epoch the number of the first epoch whose loss, or a parameter after it, is not finite
   * @param history that of the epochs before it
   */
  constructor(
    message: string,
    readonly epoch: number,
    history: History,
  ) {
    super(message)
    this.loss = history.loss
    Object.defineProperty(this, 'history', { value: history, enumerable: false })
  }
}
