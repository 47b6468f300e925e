/** The addon's slots for predictions and gradients, shared by all networks of one architecture. */
import { newSha256 } from '#platform'
import { lastingArray } from '../checks/arrays.js'
import type { NetworkPlan } from '../kernels/plan.js'
import type { Addon } from './addon.js'
import type { Gradients, Predictor } from './backend.js'

/** The contents of a slot of the addon. */
interface Prepared<Call> {
  readonly key: string
  readonly call: Call
  /** False once another plan uses the slot. */
  current: boolean
}

/** The functions of a slot for predictions: for any rows, and for a single row in `ROW`, if there is one. */
interface Predictors {
  readonly many: Predictor
  readonly one: ((parameters: Float64Array) => void) | undefined
}

/** Prepares a slot of the addon for a plan. */
type Prepare<Call> = (set: number, plan: Float64Array, slot: number) => Call

/** The slots of one function of the addon. Once all are used, the oldest is reused. */
class Slots<Call> {
  private readonly slots: (Prepared<Call> | undefined)[] = []
  // The contents of the slots by kernel set and plan.
  private readonly byKey = new Map<string, Prepared<Call>>()
  private next = 0

  constructor(
    private readonly count: number,
    private readonly make: Prepare<Call>,
  ) {}

  prepare(set: number, plan: Float64Array): Prepared<Call> {
    const digest = newSha256().update(new Uint8Array(plan.buffer)).hex()
    const key = `${set} ${digest}`
    const known = this.byKey.get(key)
    if (known !== undefined) return known
    const slot = this.next
    this.next = (slot + 1) % this.count
    const old = this.slots[slot]
    if (old !== undefined) {
      old.current = false
      this.byKey.delete(old.key)
      this.slots[slot] = undefined
    }
    const prepared = { key, call: this.make(set, plan, slot), current: true }
    this.slots[slot] = prepared
    this.byKey.set(key, prepared)
    return prepared
  }
}

interface AddonSlots {
  readonly row: Float64Array
  readonly predictors: Slots<Predictors>
  readonly gradients: Slots<Gradients>
}

/**
 * The most inputs and outputs of a row that is copied to memory whose address the addon has. A copy of more numbers takes
 * longer than the addon needs for the addresses of two arrays.
 */
const MAX_ROW = 128

// On the addon itself: all modules that use it share its slots, in other contexts of the thread too (Jest has one for each
// file of tests). A change of this form is a change of the addon's interface.
const SLOTS = Symbol.for('lockstep-nn.slots')

function slotsOf(addon: Addon & { [SLOTS]?: AddonSlots }): AddonSlots {
  let slots = addon[SLOTS]
  if (slots === undefined) {
    // Inputs, then outputs.
    const row = lastingArray(MAX_ROW)
    slots = {
      row,
      predictors: new Slots(addon.predictorSlots, (set, plan, slot) => ({
        many: addon.predictor(set, plan, slot),
        one: addon.rowPredictor(slot, row),
      })),
      gradients: new Slots(addon.predictorSlots, (set, plan, slot) => addon.gradients(set, plan, slot)),
    }
    Object.defineProperty(addon, SLOTS, { value: slots })
  }
  return slots
}

/**
 * A function that predicts with a kernel set by an encoded plan, for any number of rows. If another plan has used its
 * slot since the last call, it prepares a slot again.
 */
export function predictorOf(
  addon: Addon,
  set: number,
  { inputs, outputs }: NetworkPlan,
  encode: () => Float64Array,
): Predictor {
  const { predictors, row } = slotsOf(addon)
  let prepared = predictors.prepare(set, encode())
  return (parameters, x, output) => {
    if (!prepared.current) prepared = predictors.prepare(set, encode())
    const { many, one } = prepared.call
    if (one === undefined || x.length !== inputs || output.length !== outputs) {
      many(parameters, x, output)
      return
    }
    for (let i = 0; i < inputs; i++) row[i] = x[i]
    one(parameters)
    for (let i = 0; i < outputs; i++) output[i] = row[inputs + i]
  }
}

/** The same for gradients. */
export function gradientsOf(addon: Addon, set: number, encode: () => Float64Array): Gradients {
  const { gradients } = slotsOf(addon)
  let prepared = gradients.prepare(set, encode())
  return (parameters, x, dOutput, dParameters, dInputs) => {
    if (!prepared.current) prepared = gradients.prepare(set, encode())
    prepared.call(parameters, x, dOutput, dParameters, dInputs)
  }
}
