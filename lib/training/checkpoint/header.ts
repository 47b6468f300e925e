/** The header of a checkpoint: JSON with the identity, the values, and the names and lengths of the arrays. */
import type { CheckpointContent, DigestPart, Identity, PlainValue } from './content.js'
import { Damage } from './damage.js'

/** The lengths of the arrays by name. */
export type Lengths = readonly (readonly [name: string, length: number])[]

export interface Header {
  readonly identity: Identity
  readonly values: Readonly<Record<string, PlainValue>>
  readonly lengths: Lengths
}

type Part = PlainValue | DigestPart

/** A number that JSON does not have: NaN, an infinity or -0. */
interface SpecialNumber {
  readonly number: string
}

const SPECIAL: Readonly<Record<string, number>> = { NaN: NaN, Infinity, '-Infinity': -Infinity, '-0': -0 }

function encodePart(part: Part): Part | SpecialNumber {
  if (typeof part !== 'number') return part
  if (Object.is(part, -0)) return { number: '-0' }
  return Number.isFinite(part) ? part : { number: String(part) }
}

function decodePart(part: unknown): Part {
  if (typeof part !== 'object' || part === null) return part as PlainValue
  const { number, sha256 } = part as Record<string, unknown>
  if (typeof number === 'string' && Object.hasOwn(SPECIAL, number)) return SPECIAL[number]
  if (typeof sha256 === 'string') return { sha256 }
  throw new Damage('its header has a value of an unknown kind')
}

/** Pairs keep the order of names such as `0`. */
const encodeParts = (parts: Readonly<Record<string, Part>>) =>
  Object.entries(parts).map(([name, part]) => [name, encodePart(part)])

export function encodeHeader({ identity, values, arrays }: CheckpointContent): string {
  const lengths = Object.entries(arrays).map(([name, array]) => [name, array.length])
  return JSON.stringify({ identity: encodeParts(identity), values: encodeParts(values), arrays: lengths })
}

const isPair = (pair: unknown): pair is [string, unknown] =>
  Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string'

function pairs(list: unknown, what: string): [string, unknown][] {
  if (!Array.isArray(list) || !list.every(isPair)) throw new Damage(`its header has no ${what}`)
  return list
}

const decodeParts = (list: unknown, what: string) =>
  Object.fromEntries(pairs(list, what).map(([name, part]) => [name, decodePart(part)]))

function lengthOf([name, length]: [string, unknown]): readonly [string, number] {
  if (!Number.isSafeInteger(length) || (length as number) < 0) throw new Damage('its header has a wrong length')
  return [name, length as number]
}

/** @throws Damage for anything but a header */
export function decodeHeader(text: string): Header {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    throw new Damage('its header is not JSON')
  }
  if (typeof read !== 'object' || read === null) throw new Damage('its header is not an object')
  const { identity, values, arrays } = read as Record<string, unknown>
  return {
    identity: decodeParts(identity, 'identity'),
    values: decodeParts(values, 'values') as Record<string, PlainValue>,
    lengths: pairs(arrays, 'arrays').map(lengthOf),
  }
}
