/** The addon's slots for predictions, shared by all networks of one architecture. */
import { createHash } from 'node:crypto'
import type { Addon } from './addon.js'
import type { Predictor } from './backend.js'

/** The contents of a slot of the addon. */
interface Prepared {
  readonly key: string
  readonly predict: Predictor
  /** False once another plan uses the slot. */
  current: boolean
}

// The contents of the slots, and the same by kernel set and plan. Once all are used, the oldest is reused.
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
 * A function that predicts with a kernel set by an encoded plan, for any number of rows. If another plan has used its
 * slot since the last call, it prepares a slot again.
 */
export function predictorOf(addon: Addon, set: number, encode: () => Float64Array): Predictor {
  let prepared = prepare(addon, set, encode())
  return (parameters, x, output) => {
    if (!prepared.current) prepared = prepare(addon, set, encode())
    prepared.predict(parameters, x, output)
  }
}
