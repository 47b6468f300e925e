/** Checks of arguments. Each returns the checked value, or throws an error that names the argument. */

import type { NumberOption, OptionTable, RecordsOption } from '../kernels/option-table.js'
import { isDetached, isFloat64Array, isResizable, lengthOf, overlap, plainArray } from './arrays.js'
import { unknownName, wrongSize, wrongType, wrongValue } from './errors.js'
import { elements, optionsObject } from './given.js'
import { listed, normalForm } from './words.js'

export { isFloat64Array } from './arrays.js'
export { checkedOptions, elements, entriesOf, optionsObject } from './given.js'

/** An integer from `min` to `max`. */
export function integer(value: unknown, name: string, min: number, max: number): number {
  const expected = `an integer from ${min} to ${max}`
  if (typeof value !== 'number') throw wrongType(expected, name, value)
  if (!Number.isInteger(value) || value < min || value > max) throw wrongValue(expected, name, value)
  return value
}

export function boolean(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw wrongType('true or false', name, value)
  return value
}

/** Other libraries' names, in normal form, and this library's names for them. */
export type ForeignNames = Readonly<Record<string, readonly string[]>>

/** One of the known names. */
export function oneOf(
  value: unknown,
  name: string,
  expected: string,
  known: readonly string[],
  foreign: ForeignNames = {},
): string {
  if (typeof value !== 'string') throw wrongType(expected, name, value, `Known: ${listed(known)}.`)
  if (known.includes(value)) return value
  const normal = normalForm(value)
  throw unknownName(expected, name, value, known, Object.hasOwn(foreign, normal) ? foreign[normal] : [])
}

/** A seed: an integer from 0 to 2^53 - 1. */
export function seed(value: unknown, name: string): number {
  return integer(value, name, 0, Number.MAX_SAFE_INTEGER)
}

/** A function of the caller; null where none is given. */
export function callback(given: unknown, name: string): unknown {
  if (given === undefined) return null
  if (typeof given !== 'function') throw wrongType('a function', name, given)
  return given
}

/** The most threads of one call. */
export const MAX_THREADS = 1024

/** The option `threads`, by default 1. */
export function threadCount(threads: unknown): number | 'auto' {
  if (threads === undefined) return 1
  if (typeof threads === 'string' && threads !== 'auto') throw wrongValue("a number or 'auto'", 'threads', threads)
  return threads === 'auto' ? threads : integer(threads, 'threads', 1, MAX_THREADS)
}

/** An option's value as a number: a flag as 0 or 1, a word as its index. */
function option(value: unknown, name: string, declared: NumberOption): number {
  if (declared.kind === 'flag') return boolean(value, name) ? 1 : 0
  if (declared.kind === 'integer') return integer(value, name, declared.min, declared.max)
  if (declared.kind === 'choice') {
    return declared.words.indexOf(oneOf(value, name, 'one of the known words', declared.words))
  }
  const { min, above, below } = declared
  const from =
    min === -Infinity
      ? 'a finite number'
      : above
        ? `a finite number above ${min}`
        : `a finite number of at least ${min}`
  const expected = below === Infinity ? from : `${from} and below ${below}`
  if (typeof value !== 'number') throw wrongType(expected, name, value)
  if (!Number.isFinite(value) || value < min || (above && value === min) || value >= below) {
    throw wrongValue(expected, name, value)
  }
  // A saved file would lose the sign of -0.
  return value === 0 ? 0 : value
}

/** The values of a list of objects: those of each object's fields in the order of the table. */
function recordValues(given: unknown, { fields }: RecordsOption, where: string): number[] {
  const names = Object.keys(fields)
  const expected = `an array of objects with ${names.join(', ')}`
  if (!Array.isArray(given)) throw wrongType(expected, where, given)
  if (given.length === 0) throw wrongSize('at least one object', where, 'an empty array')
  return elements(given, where).flatMap((one, i) => {
    const name = `${where}[${i}]`
    return [...optionValues(optionsObject(one, name, names), fields, name)]
  })
}

/** The values of a table's options in its order, with defaults for missing ones. */
export function optionValues(given: Record<string, unknown>, table: OptionTable, where: string): Float64Array {
  const values = Object.entries(table).flatMap(([name, declared]) => {
    const value = given[name]
    if (declared.kind === 'records') return recordValues(value, declared, `${where}.${name}`)
    if (value === undefined && 'automatic' in declared && declared.automatic === true) return NaN
    // A default of NaN means that there is none.
    const missing = value === undefined && !Number.isNaN(declared.default)
    return option(missing ? declared.default : value, `${where}.${name}`, declared)
  })
  return Float64Array.from(values)
}

/** A Float64Array that can be used in place, as it is: attached, with a buffer of fixed length. */
function inPlaceArray(value: unknown, name: string): Float64Array {
  if (!isFloat64Array(value)) {
    throw wrongType(
      'a Float64Array',
      name,
      value,
      ArrayBuffer.isView(value) ? 'Convert it with Float64Array.from().' : undefined,
    )
  }
  if (isResizable(value)) {
    throw wrongSize('a buffer of fixed length', name, 'a resizable one', 'Copy it with Float64Array.from().')
  }
  if (isDetached(value)) {
    throw wrongType('an attached buffer', name, value, 'Its ArrayBuffer was transferred.')
  }
  return value
}

/**
 * A Float64Array that can be used in place: attached, with a buffer of fixed length. The result is an ordinary array
 * over the same memory: the argument itself, unless it is of another realm or has properties of its own.
 */
export const float64Array = (value: unknown, name: string): Float64Array => plainArray(inPlaceArray(value, name))

/**
 * The same for code that uses no more of the array than its length and its elements, in less time: the array may have
 * other properties of its own.
 */
export function indexedArray(value: unknown, name: string): Float64Array {
  const array = inPlaceArray(value, name)
  return array.length === lengthOf(array) ? array : plainArray(array)
}

function requireLength(array: Float64Array, name: string, length: number): Float64Array {
  const given = lengthOf(array)
  if (given !== length) throw wrongSize(`a Float64Array of length ${length}`, name, `one of length ${given}`)
  return array
}

/** `float64Array` of exactly this length. */
export const float64ArrayOf = (value: unknown, name: string, length: number): Float64Array =>
  requireLength(float64Array(value, name), name, length)

/** `indexedArray` of exactly this length. */
export const indexedArrayOf = (value: unknown, name: string, length: number): Float64Array =>
  requireLength(indexedArray(value, name), name, length)

/** Requires that two arrays, of which one is written, share no memory. */
export function requireNoOverlap(a: Float64Array, aName: string, b: Float64Array, bName: string): void {
  if (overlap(a, b)) {
    throw wrongSize(
      `memory that does not overlap that of ${aName}`,
      bName,
      'an array that overlaps it',
      'Copy one of them.',
    )
  }
}
