/** The checks of arguments. Each returns the value it was given, or throws an error that names the argument. */
import { unknownName, unknownOption, wrongSize, wrongType, wrongValue } from './errors.js'
import type { Option, OptionTable } from './kernels/options.js'

/** A plain object whose keys are all known. */
export function optionsObject(value: unknown, name: string, known: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
    throw wrongType('an object', name, value)
  }
  // Unlike Object.keys, this makes no array.
  for (const key in value) {
    if (!known.includes(key) && Object.hasOwn(value, key)) throw unknownOption(key, name, known)
  }
  return value as Record<string, unknown>
}

/** An integer from `least` to `most`. */
export function integer(value: unknown, name: string, least: number, most: number): number {
  const expected = `an integer from ${least} to ${most}`
  if (typeof value !== 'number') throw wrongType(expected, name, value)
  if (!Number.isInteger(value) || value < least || value > most) throw wrongValue(expected, name, value)
  return value
}

export function boolean(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw wrongType('true or false', name, value)
  return value
}

/** One of the known names. */
export function oneOf(value: unknown, name: string, expected: string, known: readonly string[]): string {
  if (typeof value !== 'string') throw wrongType(expected, name, value, `Known are: ${known.join(', ')}.`)
  if (!known.includes(value)) throw unknownName(expected, name, value, known)
  return value
}

/** A seed: an integer from 0 to 2^53 - 1. */
export function seed(value: unknown, name: string): number {
  return integer(value, name, 0, Number.MAX_SAFE_INTEGER)
}

/** The number that stands for an option's value: flags as 0 or 1, a word as its place. */
function option(value: unknown, name: string, declared: Option): number {
  if (declared.kind === 'flag') return boolean(value, name) ? 1 : 0
  if (declared.kind === 'integer') return integer(value, name, declared.least, 2 ** 31 - 1)
  if (declared.kind === 'choice') {
    return declared.words.indexOf(oneOf(value, name, 'one of the known words', declared.words))
  }
  const { least, above, below } = declared
  const from =
    least === -Infinity
      ? 'a finite number'
      : above
        ? `a finite number above ${least}`
        : `a finite number of at least ${least}`
  const expected = below === Infinity ? from : `${from} and below ${below}`
  if (typeof value !== 'number') throw wrongType(expected, name, value)
  if (!Number.isFinite(value) || value < least || (above && value === least) || value >= below) {
    throw wrongValue(expected, name, value)
  }
  // -0 would come out of a saved file as 0.
  return value === 0 ? 0 : value
}

/** The values of a table's options in its order, defaults where nothing is given. */
export function optionValues(given: Record<string, unknown>, table: OptionTable, where: string): Float64Array {
  return Float64Array.from(Object.entries(table), ([name, declared]) => {
    const value = given[name]
    if (value === undefined && declared.kind === 'real' && declared.automatic === true) return NaN
    // A default of NaN stands for none.
    const missing = value === undefined && !Number.isNaN(declared.default)
    return option(missing ? declared.default : value, `${where}.${name}`, declared)
  })
}

// The getter that names the kind of a typed array: of whichever realm, and whatever its prototype or its properties say.
const { get: kindOf } = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Float64Array.prototype),
  Symbol.toStringTag,
) as { get(this: unknown): string | undefined }

/** Whether a value is a Float64Array, of whichever realm. */
export function isFloat64Array(value: unknown): value is Float64Array {
  return kindOf.call(value) === 'Float64Array'
}

/** A Float64Array that can be worked on in place: attached, and of a buffer that keeps its size. */
export function float64Array(value: unknown, name: string): Float64Array {
  if (!isFloat64Array(value)) {
    throw wrongType(
      'a Float64Array',
      name,
      value,
      ArrayBuffer.isView(value) ? 'Convert it with Float64Array.from().' : undefined,
    )
  }
  const buffer = value.buffer as ArrayBufferLike & { resizable?: boolean; growable?: boolean }
  if (buffer.resizable === true || buffer.growable === true) {
    throw wrongSize('a buffer of fixed length', name, 'a resizable one', 'Copy it with Float64Array.from().')
  }
  if (value.length === 0 && isDetached(buffer)) {
    throw wrongType('an attached buffer', name, value, 'Its ArrayBuffer has been transferred away.')
  }
  return value
}

function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    new Uint8Array(buffer)
    return false
  } catch {
    return true
  }
}

/** The same, of exactly this length. */
export function float64ArrayOf(value: unknown, name: string, length: number): Float64Array {
  const array = float64Array(value, name)
  if (array.length !== length)
    throw wrongSize(`a Float64Array of length ${length}`, name, `one of length ${array.length}`)
  return array
}

/** Two arrays of which one is written must not share memory. */
export function apart(a: Float64Array, aName: string, b: Float64Array, bName: string): void {
  if (
    a.buffer === b.buffer &&
    a.byteOffset < b.byteOffset + b.byteLength &&
    b.byteOffset < a.byteOffset + a.byteLength
  ) {
    throw wrongSize(`memory apart from that of ${aName}`, bName, 'an array that overlaps it', 'Copy one of them.')
  }
}
