/** Unusual Float64Arrays: of another realm, of a subclass, with properties of their own. */
import { runInNewContext } from 'node:vm'

/** Copies values to an array of another realm, like every array in a Jest test. */
export const foreign = runInNewContext('(values) => Float64Array.from(values)') as (
  values: ArrayLike<number>,
) => Float64Array<ArrayBuffer>

/** The same in shared memory of another realm. */
export const foreignShared = runInNewContext(`(values) => {
  const array = new Float64Array(new SharedArrayBuffer(8 * values.length))
  array.set(values)
  return array
}`) as (values: ArrayLike<number>) => Float64Array<SharedArrayBuffer>

/** A subclass whose methods and species give anything but what they should. */
class Lying extends Float64Array {
  static get [Symbol.species]() {
    return Float32Array as unknown as Float64ArrayConstructor
  }
  override get length(): number {
    return 3
  }
  override slice(): Float64Array<ArrayBuffer> {
    return new Float64Array(1)
  }
  override subarray(): Float64Array<ArrayBuffer> {
    return new Float64Array(1)
  }
  override set(): void {}
  override map(): Float64Array<ArrayBuffer> {
    return new Float64Array(1)
  }
  override findIndex(): number {
    return 0
  }
  override *[Symbol.iterator](): ArrayIterator<number> {
    yield 7
  }
}

const withOwn = (property: PropertyKey, value: unknown) => (values: ArrayLike<number>) =>
  Object.defineProperty(Float64Array.from(values), property, { value })

/** Functions that make such an array of given values, by kind. */
export const strangeArrays: Readonly<Record<string, (values: ArrayLike<number>) => Float64Array>> = {
  'of another realm': foreign,
  'in shared memory of another realm': foreignShared,
  'of a subclass': (values) => {
    const array = new Lying(values.length)
    Float64Array.prototype.set.call(array, values)
    return array
  },
  'with a length of its own': withOwn('length', 1),
  'with a buffer of its own': withOwn('buffer', new SharedArrayBuffer(8)),
  'with a subarray of its own': withOwn('subarray', () => new Float64Array(1)),
  'with a constructor of its own': withOwn('constructor', { [Symbol.species]: Float32Array }),
  'with no prototype': (values) => Object.setPrototypeOf(Float64Array.from(values), null),
  'with the prototype of an array': (values) => Object.setPrototypeOf(Float64Array.from(values), Array.prototype),
}
