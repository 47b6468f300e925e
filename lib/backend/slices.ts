/** Work in slices on the event loop: one slice per turn, of all work alternately. */
import { nextTurn } from '#platform'

// The time of a slice in milliseconds: half of what is promised, because units of work vary.
const TIME_SLICE_MS = 10
const MAX_UNITS = 1 << 20

/**
 * Does at most this many more units of work; returns whether the work is done. A unit takes at most some milliseconds. It
 * must not run the caller's code, which expects its own asynchronous context.
 */
export type Advance = (units: number) => boolean

interface Work {
  readonly advance: Advance
  /** The number of units in its next slice. */
  units: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

// In the order of their next slices.
const waiting: Work[] = []
// Those who wait for a turn without a slice, in the order of their calls.
const turns: (() => void)[] = []
let lastWasTurn = false
let isScheduled = false

/**
 * Runs work in slices of about 10 ms, each in a turn of the event loop of its own. All work takes turns, in the order in
 * which it began. The promise is rejected if `advance` throws.
 */
export function runSliced(advance: Advance): Promise<void> {
  return new Promise((resolve, reject) => {
    waiting.push({ advance, units: 1, resolve, reject })
    // In a new turn, so that the caller's own work does not count.
    schedule()
  })
}

function schedule(): void {
  if (isScheduled || waiting.length + turns.length === 0) return
  isScheduled = true
  nextTurn(runNext)
}

/** Where both wait, turns and slices alternate, so that neither waits for all of the other. */
function runNext(): void {
  isScheduled = false
  lastWasTurn = turns.length > 0 && !(lastWasTurn && waiting.length > 0)
  if (lastWasTurn) turns.shift()?.()
  else runSlice(waiting.shift() as Work)
  schedule()
}

function runSlice(work: Work): void {
  const begun = performance.now()
  try {
    if (work.advance(work.units)) {
      work.resolve()
    } else {
      waiting.push(work)
    }
  } catch (error) {
    work.reject(error)
  }
  work.units = nextUnits(work.units, performance.now() - begun, TIME_SLICE_MS)
}

/**
 * The units that take about `milliseconds`, where the last ones took `took` milliseconds. At most twice as many, so that
 * a short slice does not cause a long one.
 */
export const nextUnits = (units: number, took: number, milliseconds: number): number =>
  Math.max(1, Math.min(Math.floor((units * milliseconds) / Math.max(took, 0.001)), 2 * units, MAX_UNITS))

/** A turn of the event loop for what the caller does next, which takes at most some milliseconds. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    turns.push(resolve)
    schedule()
  })
}
