/** The instances of the WebAssembly module: which one has the memory of a use, and which ones are dropped. */

import type { Names } from '../addon.js'
import { Area, Instance } from './instance.js'
import { MAX_WASM_BYTES, notEnoughMemory } from './memory-error.js'
import { type Exports, namesOf } from './module.js'

/** Uses of more bytes get an instance of their own, so that their memory is freed once they have ended. */
const SHARED_BYTES = 2 ** 24

/** The most bytes of shared uses in one instance. */
const CAPACITY = 2 ** 28

/** An instance without users is dropped where its memory is larger: memory never shrinks. */
const IDLE_BYTES = 2 ** 26

/** Engines reserve addresses for 8 GiB and more for each instance; above this number, large uses share them too. */
const MAX_INSTANCES = 16

export class Instances {
  readonly names: Names
  private all: Instance[] = []

  /**
   * @param instantiate makes a new instance of the module
   * @throws Error where the module is of another version
   */
  constructor(private readonly instantiate: () => Exports) {
    const functions = instantiate()
    this.names = namesOf(functions)
    this.all.push(new Instance(functions, this.names))
  }

  /** The number of instances, and the bytes of their memories. */
  get size(): { readonly count: number; readonly bytes: number } {
    return { count: this.all.length, bytes: this.all.reduce((sum, { bytes }) => sum + bytes, 0) }
  }

  /**
   * Memory for one use.
   * @param isCache whether it can be made again, so that it does not keep its instance: see `isOpen` of an instance
   * @throws RangeError where there is not enough memory; nothing has changed
   */
  open(doubles: number, isCache = false): Area {
    const bytes = 8 * doubles
    if (bytes > MAX_WASM_BYTES) throw notEnoughMemory(bytes)
    for (const place of this.placesFor(bytes)) {
      const area = this.take(place, doubles, isCache)
      if (area !== null) return area
    }
    throw notEnoughMemory(bytes)
  }

  /** Memory for one use in an instance that has another one of its areas. */
  openIn(instance: Instance, doubles: number): Area {
    const area = this.take(instance, doubles, false)
    if (area === null) throw notEnoughMemory(8 * doubles)
    return area
  }

  /** Uses memory during a call. */
  use<Result>(doubles: number, call: (area: Area) => Result): Result {
    const area = this.open(doubles)
    try {
      return call(area)
    } finally {
      area.close()
    }
  }

  /** The instances to try, best first: those with room for it, a new one, and all others. */
  private *placesFor(bytes: number): Generator<Instance> {
    const isLarge = bytes > SHARED_BYTES
    const most = isLarge ? 0 : CAPACITY - bytes
    const fitting = this.all.filter(({ taken, large }) => taken <= most && large === 0)
    const others = this.all.filter((one) => !fitting.includes(one))
    yield* fitting
    const made = !isLarge || this.all.length < MAX_INSTANCES ? this.started() : null
    if (made !== null) yield made
    yield* others.sort((a, b) => a.taken - b.taken)
  }

  /** A new instance; null where the engine has no memory for it. */
  private started(): Instance | null {
    try {
      const made = new Instance(this.instantiate(), this.names)
      this.all.push(made)
      return made
    } catch (error) {
      if (error instanceof RangeError) return null
      throw error
    }
  }

  private take(instance: Instance, doubles: number, isCache: boolean): Area | null {
    const at = instance.allocate(doubles)
    if (at === null) {
      this.dropIdle(instance)
      return null
    }
    const isLarge = 8 * doubles > SHARED_BYTES
    if (!isCache) instance.users++
    if (isLarge) instance.large++
    return new Area(instance, at, doubles, () => {
      if (!isCache) instance.users--
      if (isLarge) instance.large--
      this.dropIdle(instance)
    })
  }

  /**
   * Drops an instance that has failed, and one without users where its memory is large or another one is kept for the next
   * uses.
   */
  private dropIdle(instance: Instance): void {
    if (instance.isOpen) {
      if (instance.users > 0) return
      const isLarge = instance.bytes > IDLE_BYTES
      const hasOther = this.all.some((one) => one !== instance && one.isOpen && one.taken <= CAPACITY / 2)
      if (!isLarge && !(hasOther && instance.taken === 0)) return
      instance.end('This instance of the WebAssembly module was dropped.')
    }
    this.all = this.all.filter((one) => one !== instance)
  }
}
