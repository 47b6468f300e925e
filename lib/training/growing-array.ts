/** An array of numbers whose final length is unknown. */

const FIRST_LENGTH = 64

/** An array of at most `max` numbers, which doubles its memory as it grows. */
export class GrowingArray {
  private values: Float64Array = new Float64Array(0)

  constructor(private readonly max: number) {}

  at(i: number): number {
    return this.values[i]
  }

  set(i: number, value: number): void {
    this.reserve(i + 1)
    this.values[i] = value
  }

  /** Writes values from index `i` on; values that fill the whole array are used in place. */
  put(i: number, values: Float64Array): void {
    if (values.length === this.max) {
      this.values = values
      return
    }
    this.reserve(i + values.length)
    this.values.set(values, i)
  }

  /** The first `count` numbers, in an array of that length. */
  first(count: number): Float64Array {
    return count === this.values.length ? this.values : this.values.slice(0, count)
  }

  private reserve(length: number): void {
    if (length <= this.values.length) return
    const grown = new Float64Array(Math.min(Math.max(length, 2 * this.values.length, FIRST_LENGTH), this.max))
    grown.set(this.values)
    this.values = grown
  }
}
