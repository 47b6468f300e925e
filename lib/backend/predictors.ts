/** The addon's slots for predictions, shared by all networks of one architecture. */
import { createHash } from 'node:crypto'
import type { Addon } from './addon.js'
import type { Predictor } from './backend.js'

/** What a slot of the addon predicts by. */
interface Prepared {
  readonly key: string
  readonly predict: Predictor
  /** False once the slot is used by another. */
  current: boolean
}

// What is in the slots, and the same by kernel set and plan. When all are used, the oldest is used again.
const slots: (Prepared | undefined)[] = []
const byKey = new Map<string, Prepared>()
let next = 0

function prepare(addon: Addon, set: number, plan: Float64Array): Prepared {
  const digest = createHash('sha256').update(new Uint8Array(plan.buffer)).digest('base64')
  const key = `${set} ${digest}`
  const known = byKey.get(key)
  if (known !== undefined) return known
  const slot = next
  next = (slot + 1) % addon.predictorSlots
  const old = slots[slot]
  if (old !== undefined) {
    old.current = false
    byKey.delete(old.key)
    slots[slot] = undefined
  }
  const prepared = { key, predict: addon.predictor(set, plan, slot), current: true }
  slots[slot] = prepared
  byKey.set(key, prepared)
  return prepared
}

/**
 * What predicts with a kernel set by an encoded plan, for any number of rows. Its slot may have been used by others since
 * its last call; then it is prepared again.
 */
export function predictorOf(addon: Addon, set: number, encode: () => Float64Array): Predictor {
  let prepared = prepare(addon, set, encode())
  return (parameters, x, output) => {
    if (!prepared.current) prepared = prepare(addon, set, encode())
    prepared.predict(parameters, x, output)
  }
}
