/** Values of another realm, compared by their bits. */
import { bitsOf } from './bits.js'

/** The same value with the bits of its numbers, in objects of this realm; keys keep their order. */
export function plainBits(value: unknown): unknown {
  if (typeof value === 'number') return String(bitsOf(Float64Array.of(value)))
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return Array.from(value, plainBits)
  return Object.entries(value).map(([key, one]) => [key, plainBits(one)])
}
