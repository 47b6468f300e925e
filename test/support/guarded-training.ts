/** Trainings by the addon with any encoded plan, in arrays whose surroundings must not change. */
import assert from 'node:assert/strict'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import type { SessionArrays } from '#lib/kernels/plan.js'
import { Guarded, type Results } from './guarded.js'
import { guardedArrays, type Job, type Surroundings } from './job.js'
import { plainArrays } from './train-with.js'

const addon = loadAddon() as Addon
const NONE = new Float64Array(0)
// A plan of billions of rows is refused for its samples, whatever its workspace.
const MAX_WORKSPACE = 1e6

export interface EncodedTraining {
  /** The index of the kernel set. */
  readonly set: number
  readonly plan: Float64Array
  readonly members: Float64Array
  /** The number of members that the arrays are for. */
  readonly count: number
  readonly job: Job
}

/** Trains all epochs of the plan; null where the addon refuses it. */
export function guardedTraining(
  { set, plan, members, count, job }: EncodedTraining,
  { byte, guard, offset, threads }: Surroundings,
): Results | null {
  const guarded = new Guarded(guard, offset)
  const given = guarded.of(members, 'members')
  const epochs = plan[addon.planFields.indexOf('epochs')]
  const series = guarded.bytes(count * (epochs >= 0 && epochs <= 50 ? Math.floor(epochs) : 1), 0, 'series')
  const shape = {
    plan: job.plan,
    members: { count, seeds: new Int32Array(0), optimizerOptions: NONE, layerOptions: NONE },
  }
  const plain = plainArrays(shape, { ...guardedArrays(guarded, job), series })
  const others = ['currentParameters', 'currentState', 'position', 'outcomes'] as const
  const own = Object.fromEntries(others.map((name) => [name, guarded.of(plain[name], name)]))
  let ran = false
  const arrays = { ...plain, ...own, workspace: NONE } as { -readonly [Name in keyof SessionArrays]: Float64Array }
  try {
    const length = addon.sessionWorkspace(set, plan, count, threads, NONE)
    arrays.workspace = guarded.bytes(Math.min(length, MAX_WORKSPACE), byte, 'workspace')
    const inOrder = addon.sessionArrays.map((name) => arrays[name])
    const session = addon.openSession(set, plan, given, threads, NONE, inOrder)
    try {
      addon.runSession(session, 0, epochs, Infinity)
      ran = true
    } finally {
      addon.closeSession(session)
    }
  } catch (error) {
    assert.ok(error instanceof RangeError, String(error))
  }
  guarded.check(addon.kernelSets[set].name)
  const { outcomes, parameters, state, x, y } = arrays
  return ran ? { numbers: outcomes, parameters, state, series, members: given, x, y } : null
}
