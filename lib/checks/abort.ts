/** The option `signal`: an AbortSignal that ends a call. */
import { wrongType } from './errors.js'

/** An AbortSignal, in the types of any platform. */
export interface Signal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** An AbortSignal of any realm; null for none. */
export function abortSignal(value: unknown): Signal | null {
  if (value === undefined) return null
  const { aborted, addEventListener, removeEventListener } = (value ?? {}) as Partial<Signal>
  const listens = typeof addEventListener === 'function' && typeof removeEventListener === 'function'
  if (typeof aborted === 'boolean' && listens) return value as Signal
  const remedy = value instanceof AbortController ? 'Give controller.signal.' : undefined
  throw wrongType('an AbortSignal', 'signal', value, remedy)
}

/**
 * The result of work that ends early once `cancelled[0]` is not 0. If the signal aborts before the work ends, the promise
 * is rejected with its reason at once, and the result is not used. If it has aborted before, no work begins.
 */
export function abortable<Result>(
  signal: Signal | null,
  work: (cancelled: Int32Array) => Promise<Result>,
): Promise<Result> {
  const cancelled = new Int32Array(1)
  if (signal === null) return work(cancelled)
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    const abort = (): void => {
      Atomics.store(cancelled, 0, 1)
      reject(signal.reason)
    }
    const forget = onAbort(signal, abort)
    work(cancelled).finally(forget).then(resolve, reject)
  })
}

/** The calls that a signal ends, and its one listener. */
interface Calls {
  readonly aborts: Set<() => void>
  readonly listener: () => void
}

// A listener for each call would give the warning of a leak, from the eleventh on.
const callsOf = new WeakMap<Signal, Calls>()

/** Calls `abort` once the signal aborts; returns a function that prevents it. */
export function onAbort(signal: Signal, abort: () => void): () => void {
  const { aborts, listener } = callsOf.get(signal) ?? listenTo(signal)
  aborts.add(abort)
  return () => {
    aborts.delete(abort)
    if (aborts.size > 0 || signal.aborted) return
    signal.removeEventListener('abort', listener)
    callsOf.delete(signal)
  }
}

function listenTo(signal: Signal): Calls {
  const aborts = new Set<() => void>()
  const listener = (): void => {
    callsOf.delete(signal)
    for (const abort of aborts) abort()
  }
  const calls = { aborts, listener }
  callsOf.set(signal, calls)
  signal.addEventListener('abort', listener, { once: true })
  return calls
}
