/** Arrays in the middle of larger ones whose other values must not change. */
import assert from 'node:assert/strict'
import { bitsOf, sameBits } from './bits.js'

const GUARDS = 64

export class Guarded {
  private readonly watched: { whole: Float64Array; from: number; length: number; name: string }[] = []

  /**
   * @param guard the values around the arrays
   * @param offset how many values after 64 each array begins, so that its alignment differs
   */
  constructor(
    private readonly guard: number,
    private readonly offset: number,
  ) {}

  /** An array with these values. */
  of(values: Float64Array, name: string): Float64Array {
    const from = GUARDS + this.offset
    const whole = new Float64Array(from + values.length + GUARDS).fill(this.guard)
    whole.set(values, from)
    this.watched.push({ whole, from, length: values.length, name })
    return whole.subarray(from, from + values.length)
  }

  /** An array of which every byte is the same. */
  bytes(length: number, byte: number, name: string): Float64Array {
    const array = this.of(new Float64Array(length), name)
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).fill(byte)
    return array
  }

  /** Fails if a value around an array has changed. */
  check(where: string): void {
    const [expected] = bitsOf(Float64Array.of(this.guard))
    for (const { whole, from, length, name } of this.watched) {
      const changed = bitsOf(whole).findIndex((bits, i) => (i < from || i >= from + length) && bits !== expected)
      assert.equal(changed, -1, `${where}: ${name}[${changed - from}] was written, outside its ${length} values`)
    }
  }
}

/** The results of one use of a backend, by name. */
export type Results = Readonly<Record<string, Float64Array>>

export function sameResults(actual: Results, expected: Results, where: string): void {
  assert.deepEqual(Object.keys(actual), Object.keys(expected))
  for (const name of Object.keys(expected)) sameBits(actual[name], expected[name], `${where}: ${name}`)
}
