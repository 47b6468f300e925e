/** Plans that are open in an instance of the WebAssembly module, with memory for their calls. */
import { type Area, areaLength } from './instance.js'
import type { Instances } from './instances.js'
import type { Exports } from './module.js'

/** A plan in an area of its own. */
export class OpenPlan {
  readonly handle: number
  private isClosed = false

  constructor(
    readonly area: Area,
    encoded: Float64Array,
    purpose: number,
  ) {
    try {
      const numbers = area.put(encoded)
      this.handle = area.instance.call(({ openPlan }) => openPlan(8 * numbers, encoded.length, purpose))
    } catch (error) {
      area.close()
      throw error
    }
  }

  /** Whether it can be used: it is not closed, and its instance works. */
  get isOpen(): boolean {
    return !this.isClosed && this.area.instance.isOpen
  }

  /** The length of its area. */
  get doubles(): number {
    return this.area.length
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    const { instance } = this.area
    if (instance.isOpen) instance.call(({ closePlan }) => closePlan(this.handle))
    this.area.close()
  }
}

/** Opens a plan for a call, in an area that also has memory for `doubles` numbers. */
export function usePlan<Result>(
  instances: Instances,
  encoded: Float64Array,
  purpose: number,
  doubles: number,
  call: (plan: OpenPlan) => Result,
): Result {
  const plan = new OpenPlan(instances.open(areaLength(encoded.length) + doubles), encoded, purpose)
  try {
    return call(plan)
  } finally {
    plan.close()
  }
}

/** A number that the module computes of a plan. */
export const numberOf = (
  instances: Instances,
  encoded: Float64Array,
  purpose: number,
  compute: (functions: Exports, handle: number) => number,
): number =>
  usePlan(instances, encoded, purpose, 0, ({ area, handle }) =>
    area.instance.call((functions) => compute(functions, handle)),
  )

/** An open plan in the memory of an instance, which can be made again. */
interface CacheEntry {
  readonly isOpen: boolean
  readonly doubles: number
  close(): void
}

/** The last entries by key: a limited number, with limited memory for all but the newest. */
export class Cache<Entry extends CacheEntry> {
  private readonly entries = new Map<string, Entry>()

  constructor(
    private readonly maxCount: number,
    private readonly maxDoubles: number,
  ) {}

  /** The entry of a key if it is open. */
  get(key: string): Entry | undefined {
    const entry = this.entries.get(key)
    return entry?.isOpen === true ? entry : undefined
  }

  /**
   * Makes and keeps an entry, in place of the old one of its key; closes the oldest ones where there are too many. That may
   * drop the instance of the new one too: then it is made again. Each time there are fewer others to close.
   */
  add(key: string, make: () => Entry): Entry {
    this.remove(key)
    const entry = make()
    this.entries.set(key, entry)
    let doubles = 0
    for (const one of this.entries.values()) doubles += one.doubles
    for (const [oldest, one] of this.entries) {
      const isTooMuch = this.entries.size > this.maxCount || doubles > this.maxDoubles
      if (!isTooMuch || one === entry) break
      doubles -= one.doubles
      this.remove(oldest)
    }
    return entry.isOpen ? entry : this.add(key, make)
  }

  private remove(key: string): void {
    this.entries.get(key)?.close()
    this.entries.delete(key)
  }
}
