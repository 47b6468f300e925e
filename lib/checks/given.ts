/**
 * What a caller gives, read once: objects of options and arrays. A getter, a proxy or an iterator may give another answer the
 * second time, which no check has seen.
 */
import { unknownOption, wrongType } from './errors.js'
import { belongsTo, meantOption } from './places.js'

/** What a caller's object is read into. */
export type Given = Record<string, unknown>

const AWAIT = 'It is a promise: await it first.'
/** The tags of objects that hold options: plain ones, instances of classes, and modules. */
const OPTION_TAGS = ['[object Object]', '[object Module]']
/** From how many known names on they are looked up in a set. */
const MANY = 32

/** Refuses what is no object of options: a Map, a Date, a promise, … */
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

/** Refuses keys that are not known, own or inherited. For a plain object this makes nothing. */
export function requireKnown(value: Given, name: string, known: readonly string[]): void {
  const many = known.length > MANY ? new Set(known) : null
  for (const key in value) {
    if (many === null ? known.includes(key) : many.has(key)) continue
    // What some script added to all objects was not given here.
    if (key in Object.prototype && !Object.hasOwn(value, key)) continue
    throw unknownOption(key, name, known, meantOption(key), belongsTo(key, name))
  }
}

/** An object whose keys are all known, itself: for where each is read once and no copy should be made. */
export function checkedOptions(value: unknown, name: string, known: readonly string[]): Given {
  requireOptions(value, name)
  requireKnown(value, name, known)
  return value
}

/** The values of an object whose keys are all known, each read once; without those that are undefined. */
export function optionsObject(value: unknown, name: string, known: readonly string[]): Given {
  requireOptions(value, name)
  requireKnown(value, name, known)
  return picked(value, known)
}

/** The values of some keys of an object of options, each read once. Other keys are checked later, in `others`. */
export function snapshot(value: unknown, name: string, wanted: readonly string[]): Given {
  requireOptions(value, name)
  const copy = picked(value, wanted)
  for (const key in value) {
    if (wanted.includes(key)) continue
    if (key in Object.prototype && !Object.hasOwn(value, key)) continue
    // Not read: it is refused by its name.
    Object.defineProperty(copy, key, { value: undefined, enumerable: true })
  }
  return copy
}

function picked(value: Given, known: readonly string[]): Given {
  const copy: Given = {}
  for (const key of known) {
    // A known name may be the caller's own, such as a label, and that of a method which all objects have.
    if (key in Object.prototype && !Object.hasOwn(value, key)) continue
    const one = value[key]
    if (one === undefined) continue
    Object.defineProperty(copy, key, { value: one, enumerable: true, writable: true, configurable: true })
  }
  return copy
}

/** The elements of an array, each read once. What is left out (`[, 1]`) is undefined, or refused where that has a meaning. */
export function elements(array: readonly unknown[], name?: string): unknown[] {
  const length = array.length >>> 0
  const all: unknown[] = []
  for (let i = 0; i < length; i++) {
    const one = array[i]
    if (one === undefined && name !== undefined) throw wrongType('a value', `${name}[${i}]`, one)
    all.push(one)
  }
  return all
}

/** The entries of an object whose keys are the caller's own, such as names of columns; each value read once. */
export function entriesOf(value: unknown, name: string): [key: string, value: unknown][] {
  requireOptions(value, name)
  const entries: [string, unknown][] = []
  for (const key in value) {
    if (key in Object.prototype && !Object.hasOwn(value, key)) continue
    entries.push([key, value[key]])
  }
  return entries
}
