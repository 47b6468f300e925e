/** One instance of the WebAssembly module: its functions, its memory in doubles, and what happens when it fails. */

import { messageOf } from '../../checks/errors.js'
import type { Names } from '../addon.js'
import { MAX_WASM_BYTES } from './memory-error.js'
import { type Exports, textAt } from './module.js'

/** The bytes that an area takes besides its numbers: those of the allocator. */
const OVERHEAD = 64

const NONE = new Float64Array(0)

/**
 * An instance. Addresses in its memory are indices of doubles, which are always even. JavaScript runs WebAssembly in the
 * default rounding mode with subnormal numbers, so no control register has to be set.
 */
export class Instance {
  /** The number of uses that are not caches. Without any, the instance may be dropped. */
  users = 0
  /** The bytes of all areas. */
  taken = 0
  /** The number of areas that are too large to share their instance with small ones. */
  large = 0
  // Why it has ended; null while it works.
  private ended: string | null = null
  // Null once it has ended, so that what still has the instance does not keep its memory.
  private exports: Exports | null
  private all: Float64Array

  constructor(
    functions: Exports,
    readonly names: Names,
  ) {
    this.exports = functions
    this.all = new Float64Array(functions.memory.buffer)
  }

  /** The functions of the module. @throws Error once the instance has ended */
  get functions(): Exports {
    if (this.exports === null) throw new Error(this.ended as string)
    return this.exports
  }

  /**
   * The whole memory. Memory that grows detaches earlier arrays, so it is read again after each call of a function.
   * @throws Error once the instance has ended
   */
  get values(): Float64Array {
    if (this.all.length === 0) this.all = new Float64Array(this.functions.memory.buffer)
    return this.all
  }

  /** Copies numbers from an address to an array. */
  read(at: number, to: Float64Array): void {
    to.set(this.values.subarray(at, at + to.length))
  }

  /** Whether it has neither failed nor been dropped. */
  get isOpen(): boolean {
    return this.ended === null
  }

  /** The size of its memory in bytes; 0 once it has ended. */
  get bytes(): number {
    return this.exports?.memory.buffer.byteLength ?? 0
  }

  /**
   * Calls functions of the module. Whatever they throw ends the instance, because its memory may then hold anything: what
   * else uses it gets an error.
   */
  call<Result>(use: (functions: Exports) => Result): Result {
    const { functions } = this
    try {
      return use(functions)
    } catch (error) {
      throw this.failed(error)
    }
  }

  /** Ends the instance after an error of one of its functions; returns the error for the caller. */
  failed(error: unknown): Error {
    const why = this.message() ?? messageOf(error)
    this.end(`The WebAssembly module failed in another call (${why}), which also ended this one.`)
    return new Error(`The WebAssembly module failed: ${why}`, { cause: error })
  }

  /** Ends the instance: later calls throw an error with this message. */
  end(message: string): void {
    if (this.ended !== null) return
    this.ended = message
    this.exports = null
    this.all = NONE
  }

  private message(): string | null {
    try {
      const pointer = this.functions.failure()
      return pointer === 0 ? null : textAt(this.functions, pointer)
    } catch {
      return null
    }
  }

  /** The address of new memory for doubles; null where the memory cannot grow. */
  allocate(doubles: number): number | null {
    const bytes = 8 * doubles + OVERHEAD
    if (bytes > MAX_WASM_BYTES) return null
    // Memory of no bytes would have no address.
    const pointer = this.call(({ allocate }) => allocate(8 * Math.max(2, doubles)))
    if (pointer === 0) return null
    this.taken += bytes
    return (pointer >>> 0) / 8
  }

  /** Frees the memory of `allocate`. */
  release(at: number, doubles: number): void {
    if (!this.isOpen) return
    this.taken -= 8 * doubles + OVERHEAD
    this.call(({ release }) => release(8 * at))
  }
}

/** Memory of an instance for one use, which is given out from its beginning. */
export class Area {
  private next: number
  private isClosed = false

  constructor(
    readonly instance: Instance,
    private readonly at: number,
    readonly length: number,
    private readonly closed: () => void,
  ) {
    this.next = at
  }

  /** The address of the next doubles. */
  reserve(doubles: number): number {
    const at = this.next
    this.next += paddedLength(doubles)
    if (this.next > this.at + this.length) throw new Error('An area of the WebAssembly module is too small.')
    return at
  }

  /** Copies numbers to the next doubles; returns their address. */
  put(values: ArrayLike<number>): number {
    const at = this.reserve(values.length)
    this.instance.values.set(values, at)
    return at
  }

  /** Copies numbers unless there are none; returns a pointer for the module. */
  pointerTo(values: Float64Array): number {
    return values.length === 0 ? 0 : 8 * this.put(values)
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.instance.release(this.at, this.length)
    this.closed()
  }
}

/** A number of doubles that ends at an even address. */
const paddedLength = (doubles: number): number => doubles + (doubles % 2)

/** The length of an area for arrays of these lengths. */
export const areaLength = (...lengths: readonly number[]): number =>
  lengths.reduce((sum, length) => sum + paddedLength(length), 0)
