/**
 * Reads a caller's typed array by its internal slots, with getters that were stored when this module was loaded. So its
 * prototype, its own properties, its subclass and its realm (a vm context, a Jest test) make no difference.
 */

type Getter<Value> = (this: unknown) => Value

const getterOf = <Value>(prototype: object | undefined, name: PropertyKey): Getter<Value> | undefined =>
  prototype && (Object.getOwnPropertyDescriptor(prototype, name)?.get as Getter<Value> | undefined)

const PLAIN: object = Float64Array.prototype
const typedArrayPrototype = Object.getPrototypeOf(PLAIN) as Uint8Array
const kindOf = getterOf<string | undefined>(typedArrayPrototype, Symbol.toStringTag) as Getter<string | undefined>
const lengthGetter = getterOf<number>(typedArrayPrototype, 'length') as Getter<number>
const offsetGetter = getterOf<number>(typedArrayPrototype, 'byteOffset') as Getter<number>
const bufferGetter = getterOf<ArrayBufferLike>(typedArrayPrototype, 'buffer') as Getter<ArrayBufferLike>
const { set } = typedArrayPrototype

// A getter is missing in engines whose buffers all have a fixed length, or that share no memory.
const sharedPrototype = globalThis.SharedArrayBuffer?.prototype
const byteLengthGetter = getterOf<number>(ArrayBuffer.prototype, 'byteLength') as Getter<number>
const resizableGetter = getterOf<boolean>(ArrayBuffer.prototype, 'resizable')
const growableGetter = getterOf<boolean>(sharedPrototype, 'growable')

/** The kind of a typed array, such as `Float32Array`; undefined for anything else. */
export const typedArrayKind = (value: unknown): string | undefined => kindOf.call(value)

/** Whether a value is a Float64Array. */
export function isFloat64Array(value: unknown): value is Float64Array {
  return kindOf.call(value) === 'Float64Array'
}

/** How many elements a typed array has; 0 where its buffer was transferred. */
export const lengthOf = (array: ArrayBufferView): number => lengthGetter.call(array)

// An exception is slow, so this is asked first: whether a buffer seems to be shared memory.
const seemsShared = (buffer: ArrayBufferLike): boolean =>
  sharedPrototype !== undefined && Object.getPrototypeOf(buffer) === sharedPrototype

/** An array whose memory no code can transfer or shrink, where the host has such memory: shared memory. */
export const lastingArray = (length: number): Float64Array =>
  new Float64Array(sharedPrototype === undefined ? new ArrayBuffer(8 * length) : new SharedArrayBuffer(8 * length))

/** The bytes of an array's buffer; Infinity where it is in shared memory. */
export function bufferBytes(array: Float64Array): number {
  const buffer = bufferGetter.call(array)
  if (seemsShared(buffer)) return Infinity
  try {
    return byteLengthGetter.call(buffer)
  } catch {
    return Infinity
  }
}

/** Whether an array is in shared memory, which cannot be transferred: its buffer is then no ArrayBuffer. */
export function isShared(array: Float64Array): boolean {
  try {
    byteLengthGetter.call(bufferGetter.call(array))
    return false
  } catch {
    return true
  }
}

/** Whether the buffer of an array may change its length. A getter throws for a buffer of the other kind. */
export function isResizable(array: Float64Array): boolean {
  const buffer = bufferGetter.call(array)
  const isSharedFirst = seemsShared(buffer)
  try {
    return (isSharedFirst ? growableGetter : resizableGetter)?.call(buffer) === true
  } catch {
    return (isSharedFirst ? resizableGetter : growableGetter)?.call(buffer) === true
  }
}

/** Whether the buffer of an array was transferred. */
export function isDetached(array: Float64Array): boolean {
  if (lengthGetter.call(array) > 0) return false
  try {
    new Uint8Array(bufferGetter.call(array))
    return false
  } catch {
    return true
  }
}

/** Whether two arrays share memory. */
export function overlap(a: Float64Array, b: Float64Array): boolean {
  if (bufferGetter.call(a) !== bufferGetter.call(b)) return false
  const [from, to] = [offsetGetter.call(a), offsetGetter.call(b)]
  return from < to + 8 * lengthGetter.call(b) && to < from + 8 * lengthGetter.call(a)
}

/** Whether the properties that the library uses are those of this realm's Float64Array. */
function isPlain(array: Float64Array): boolean {
  const plain = PLAIN as Float64Array
  return (
    Object.getPrototypeOf(array) === PLAIN &&
    array.constructor === Float64Array &&
    array.length === lengthGetter.call(array) &&
    array.subarray === plain.subarray &&
    array.slice === plain.slice &&
    array.set === plain.set &&
    array.map === plain.map &&
    array.fill === plain.fill &&
    array.findIndex === plain.findIndex &&
    array[Symbol.iterator] === plain[Symbol.iterator]
  )
}

/** An ordinary Float64Array of this realm over the same memory: the array itself where it is one. */
export function plainArray(array: Float64Array): Float64Array {
  if (isPlain(array)) return array
  return new Float64Array(bufferGetter.call(array), offsetGetter.call(array), lengthGetter.call(array))
}

/** A copy in new memory. */
export function copyOf(array: Float64Array): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(lengthGetter.call(array))
  set.call(copy as unknown as Uint8Array, array)
  return copy
}

/** The bytes of a Uint8Array of any realm or class, in place. */
export const plainBytes = (array: Uint8Array): Uint8Array =>
  new Uint8Array(bufferGetter.call(array), offsetGetter.call(array), lengthGetter.call(array))
