/** The last snapshot for texts and charts: while the training runs, a new one at most ten times a second. */
import { effect, signal } from '@preact/signals'
import type { Snapshot } from '../training/snapshot/snapshot-types.js'
import { snapshot } from './page-state.js'

const INTERVAL_MS = 100

export const steady = signal<Snapshot | null>(null)

let changedAt = -Infinity

effect(() => {
  const taken = snapshot.value
  const now = performance.now()
  // The last snapshot of a run is never left out: it does not run any more.
  if (taken?.isRunning === true && now - changedAt < INTERVAL_MS) return
  changedAt = now
  steady.value = taken
})
