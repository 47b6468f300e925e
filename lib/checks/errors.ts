/**
 * The makers of error messages, all of one shape: what was expected, for which argument, what was received, what to do.
 */
import { lengthOf, typedArrayKind } from './arrays.js'
import { shortened, suggestion, withoutMiddle } from './words.js'

/** The name of an object's class, where it has one. */
function className(value: object): string | undefined {
  try {
    const { name } = value.constructor
    return typeof name === 'string' && name !== '' && name !== 'Object' ? shortened(name) : undefined
  } catch {
    return undefined
  }
}

/** A short description of a value and its type. */
function describe(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'undefined'
  if (typeof value === 'string') return `${JSON.stringify(shortened(value))} of type string`
  if (typeof value === 'bigint') {
    // Converting a large one to digits takes long.
    return BigInt.asIntN(128, value) === value
      ? `${value}n of type bigint`
      : 'a value of more than 128 bits of type bigint'
  }
  if (typeof value === 'number') return `${Object.is(value, -0) ? '-0' : value} of type number`
  if (typeof value === 'boolean') return `${value} of type boolean`
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'symbol') return 'a symbol'
  if (Array.isArray(value)) return `an array of length ${value.length}`
  const kind = typedArrayKind(value)
  if (kind !== undefined) return `a ${kind} of length ${lengthOf(value as ArrayBufferView)}`
  if (ArrayBuffer.isView(value)) return 'DataView'
  const name = className(value)
  return name === undefined ? 'an object' : `an object of type ${name}`
}

// The largest lengths of a message's parts, so that a message has about a thousand letters at most.
const MAX_OF_PART = 180
const MAX_OF_REMEDY = 600

function message(expected: string, name: string, received: string, remedy?: string): string {
  const [what, where, instead] = [expected, name, received].map((part) => withoutMiddle(part, MAX_OF_PART))
  const end = remedy === undefined ? '' : ` ${withoutMiddle(remedy, MAX_OF_REMEDY)}`
  return `Expected ${what} for ${where} but received ${instead}.${end}`
}

/** For a value of a wrong type. */
export function wrongType(expected: string, name: string, value: unknown, remedy?: string): TypeError {
  return new TypeError(message(expected, name, describe(value), remedy))
}

/** For a value of the right type that is out of range or otherwise impossible. */
export function wrongValue(expected: string, name: string, value: unknown, remedy?: string): RangeError {
  return new RangeError(message(expected, name, describe(value), remedy))
}

/** For a wrong size; the message contains `received` unchanged. */
export function wrongSize(expected: string, name: string, received: string, remedy?: string): RangeError {
  return new RangeError(message(expected, name, received, remedy))
}

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** An error of one of several things, with the name of that one. */
export function memberError(error: unknown, name: string): unknown {
  if (!(error instanceof TypeError || error instanceof RangeError)) return error
  const Kind = error instanceof TypeError ? TypeError : RangeError
  return new Kind(`${error.message} This is ${name}.`, { cause: error })
}

function unknown(kind: string, word: string, where: string, hint: string): TypeError {
  const place = withoutMiddle(where, MAX_OF_PART)
  return new TypeError(`Unknown ${kind} "${shortened(word)}" in ${place}. ${withoutMiddle(hint, MAX_OF_REMEDY)}`)
}

/**
 * For an option that does not exist.
 * @param meant what this library calls it, where that is known
 * @param belongs where it belongs, as a sentence
 */
export function unknownOption(
  option: string,
  where: string,
  known: readonly string[],
  meant: readonly string[] = [],
  belongs = '',
): TypeError {
  return unknown('option', option, where, suggestion(option, known, meant, belongs))
}

/** For a column that does not exist. */
export function unknownColumn(column: string, where: string, known: readonly string[]): TypeError {
  return unknown('column', column, where, suggestion(column, known))
}

/**
 * For a name (of a loss, an activation, …) that does not exist.
 * @param meant what this library calls it, where that is known
 */
export function unknownName(
  expected: string,
  name: string,
  value: string,
  known: readonly string[],
  meant: readonly string[] = [],
): RangeError {
  return wrongValue(expected, name, value, suggestion(value, known, meant))
}

/** For an assignment to a fixed property. */
export function notAssignable(property: string, owner: string, remedy: string): TypeError {
  return new TypeError(`${property} of ${owner} cannot be assigned. ${remedy}`)
}
