/** Reads the JSON form of a space, for the command line and other machines. */
import { memberError, unknownName, wrongSize, wrongType } from '../../checks/errors.js'
import { elements } from '../../checks/validate.js'
import { choice, type IntegerOptions, integer, logUniform, uniform } from './makers.js'
import { itemPath, propertyPath } from './names.js'
import { MAX_DEPTH, objectOf } from './tree.js'

type Arguments = readonly unknown[]

/** Of the bounds of a range; the makers check their values. */
function boundsOf(given: unknown, where: string, most = 2): [low: number, high: number, options?: unknown] {
  if (!Array.isArray(given)) throw wrongType('an array of low and high', where, given)
  const all: Arguments = elements(given)
  if (all.length < 2 || all.length > most) {
    const expected = most === 2 ? 'low and high' : 'low, high and perhaps options'
    throw wrongSize(expected, where, `an array of length ${all.length}`)
  }
  return all as [number, number]
}

const NUMBERS: Readonly<Record<string, number>> = { NaN: NaN, Infinity: Infinity, '-Infinity': -Infinity, '-0': -0 }

function numberOf(given: unknown, where: string): number {
  if (typeof given === 'string' && Object.hasOwn(NUMBERS, given)) return NUMBERS[given]
  throw wrongType('one of "NaN", "Infinity", "-Infinity" and "-0"', where, given)
}

function float64Of(given: unknown, where: string): Float64Array {
  const expected = 'an array of numbers'
  if (!Array.isArray(given)) throw wrongType(expected, where, given)
  const numbers = elements(given).map((one, i) => {
    const read = fromJson(one, itemPath(where, i), MAX_DEPTH)
    if (typeof read !== 'number') throw wrongType('a number', itemPath(where, i), one)
    return read
  })
  return Float64Array.from(numbers)
}

/** What is written as an object with one key, by that key. */
const FORMS: Readonly<Record<string, (given: unknown, where: string, depth: number) => unknown>> = {
  $choice(given, where, depth) {
    if (!Array.isArray(given)) throw wrongType('an array of values', where, given)
    return choice(elements(given).map((one, i) => fromJson(one, itemPath(where, i), depth + 1)))
  },
  $integer(given, where) {
    const [low, high, options] = boundsOf(given, where, 3)
    return integer(low, high, options as IntegerOptions | undefined)
  },
  $uniform(given, where) {
    const [low, high] = boundsOf(given, where)
    return uniform(low, high)
  },
  $logUniform(given, where) {
    const [low, high] = boundsOf(given, where)
    return logUniform(low, high)
  },
  $float64Array: float64Of,
  $number: numberOf,
  $undefined: () => undefined,
}

const KNOWN = Object.keys(FORMS)

/** The value of an object with one key of FORMS. */
function formed(key: string, given: unknown, path: string, depth: number): unknown {
  try {
    return FORMS[key](given, `${path}.${key}`, depth)
  } catch (error) {
    // The makers' messages name their own arguments only.
    const isNamed = error instanceof Error && error.message.includes(path)
    throw isNamed ? error : memberError(error, path)
  }
}

function fromJson(value: unknown, path: string, depth: number): unknown {
  if (depth > MAX_DEPTH + 1) throw wrongSize(`at most ${MAX_DEPTH} levels of objects and arrays`, path, 'more')
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return elements(value).map((one, i) => fromJson(one, itemPath(path, i), depth + 1))
  const entries = Object.entries(value)
  if (entries.length === 1 && Object.hasOwn(FORMS, entries[0][0])) return formed(...entries[0], path, depth)
  return objectOf(
    entries.map(([key, one]) => {
      if (Object.hasOwn(FORMS, key)) {
        const remedy = 'A parameter has no other properties: options of an integer follow its bounds.'
        throw wrongSize('one property', path, `${key} and ${entries.length - 1} more`, remedy)
      }
      if (key.startsWith('$') && !key.startsWith('$$')) {
        throw unknownName('a parameter, or a property that begins with "$$" instead of "$",', path, key, KNOWN)
      }
      return [key.startsWith('$$') ? key.slice(1) : key, fromJson(one, propertyPath(path, key), depth + 1)] as const
    }),
  )
}

/**
 * The space of a JSON value: `{ "$choice": [16, 32] }`, `{ "$integer": [8, 64] }` or `{ "$integer": [8, 64, { "step": 8
 * }] }`, `{ "$uniform": [0, 1] }` and `{ "$logUniform": [0.0001, 0.1] }` are parameters. A property `$name` is written
 * as `$$name`.
 * @param json what JSON.parse returns
 * @param name what errors call it
 * @returns what `readSpace` and `search` take
 */
export const spaceFromJson = (json: unknown, name: string): unknown => fromJson(json, name, 0)
