/** Equality of float64 values bit for bit. A NaN equals a NaN: its payload is the one thing that may differ. */
import assert from 'node:assert/strict'

const ONE_NAN = 0x7ff8000000000000n

/** The bits of each value, with one pattern for every NaN. */
export function bitsOf(values: Float64Array): BigUint64Array {
  const bits = new BigUint64Array(Float64Array.from(values).buffer)
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) bits[i] = ONE_NAN
  return bits
}

const hex = (bits: bigint): string => bits.toString(16).padStart(16, '0')

/** Fails with the first value whose bits differ. */
export function sameBits(actual: Float64Array, expected: Float64Array, what: string): void {
  assert.equal(actual.length, expected.length, `${what}: the lengths differ`)
  const [left, right] = [bitsOf(actual), bitsOf(expected)]
  if (Buffer.from(left.buffer).equals(Buffer.from(right.buffer))) return
  const at = left.findIndex((bits, i) => bits !== right[i])
  assert.fail(`${what}[${at}] is ${actual[at]} (${hex(left[at])}), expected ${expected[at]} (${hex(right[at])})`)
}

export function sameNumber(actual: number, expected: number, what: string): void {
  sameBits(Float64Array.of(actual), Float64Array.of(expected), what)
}
