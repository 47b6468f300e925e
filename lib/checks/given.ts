/**
 * Reads a caller's objects of options and arrays once. A getter, a proxy or an iterator may return another value the
 * second time, which no check would see.
 */
import { unknownOption, wrongType } from './errors.js'
import { belongsTo, meantOption } from './places.js'

/** The copy of a caller's object. */
export type Given = Record<string, unknown>

const AWAIT = 'It is a promise: await it first.'
/** The tags of objects that may hold options: plain objects, instances of classes, and modules. */
const OPTION_TAGS = ['[object Object]', '[object Module]']
/** From this number of known names on, a set looks them up. */
const MANY = 32

/** Refuses what is not an object of options: a Map, a Date, a promise, … */
function requireOptions(value: unknown, name: string): asserts value is Given {
  if (typeof value === 'object' && value !== null) {
    if (Object.getPrototypeOf(value) === Object.prototype) return
    const thenable = typeof (value as { then?: unknown }).then === 'function'
    const tag = Object.prototype.toString.call(value)
    if (thenable || tag === '[object Promise]') throw wrongType('an object', name, value, AWAIT)
    if (OPTION_TAGS.includes(tag)) return
  }
  throw wrongType('an object', name, value)
}

/** Refuses unknown keys, own or inherited. For a plain object it allocates nothing. */
export function requireKnown(value: Given, name: string, known: readonly string[]): void {
  const many = known.length > MANY ? new Set(known) : null
  for (const key in value) {
    if (many === null ? known.includes(key) : many.has(key)) continue
    // A property that a script added to all objects is not an option.
    if (key in Object.prototype && !Object.hasOwn(value, key)) continue
    throw unknownOption(key, name, known, meantOption(key), belongsTo(key, name))
  }
}

/** The object itself, after a check of its keys: for callers that read each option once and need no copy. */
export function checkedOptions(value: unknown, name: string, known: readonly string[]): Given {
  requireOptions(value, name)
  requireKnown(value, name, known)
  return value
}

/** The values of an object whose keys are all known, each read once; undefined values are omitted. */
export function optionsObject(value: unknown, name: string, known: readonly string[]): Given {
  requireOptions(value, name)
  requireKnown(value, name, known)
  return picked(value, known)
}

/** The values of some keys of an object of options, each read once. `others` of the result are checked later. */
export function snapshot(value: unknown, name: string, wanted: readonly string[]): Given {
  requireOptions(value, name)
  const copy = picked(value, wanted)
  for (const key in value) {
    if (wanted.includes(key)) continue
    if (key in Object.prototype && !Object.hasOwn(value, key)) continue
    // Its value is not read: the key is refused by name.
    Object.defineProperty(copy, key, { value: undefined, enumerable: true })
  }
  return copy
}

function picked(value: Given, known: readonly string[]): Given {
  const copy: Given = {}
  for (const key of known) {
    // A known name may be the caller's own, such as a label, and also the name of a method of all objects.
    if (key in Object.prototype && !Object.hasOwn(value, key)) continue
    const one = value[key]
    if (one === undefined) continue
    Object.defineProperty(copy, key, { value: one, enumerable: true, writable: true, configurable: true })
  }
  return copy
}

/** An array with more holes than this is not read to its end: its caller refuses the first of them. */
const MAX_HOLES = 1000

/**
 * The elements of an array, each read once. A hole (`[, 1]`) is undefined; with a name, a hole is refused. An array of
 * holes can be as long as 2^32 - 1, which no copy is: after MAX_HOLES of them the rest is omitted.
 */
export function elements(array: readonly unknown[], name?: string): unknown[] {
  const length = array.length >>> 0
  const all: unknown[] = []
  for (let i = 0, holes = 0; i < length && holes <= MAX_HOLES; i++) {
    const one = array[i]
    if (one === undefined && name !== undefined) throw wrongType('a value', `${name}[${i}]`, one)
    if (one === undefined && !(i in array)) holes++
    all.push(one)
  }
  return all
}

/** The entries of an object whose keys are the caller's own, such as names of columns; each value is read once. */
export function entriesOf(value: unknown, name: string): [key: string, value: unknown][] {
  requireOptions(value, name)
  const entries: [string, unknown][] = []
  for (const key in value) {
    if (key in Object.prototype && !Object.hasOwn(value, key)) continue
    entries.push([key, value[key]])
  }
  return entries
}
