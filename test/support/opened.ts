/** Open sessions of the addon, and what their functions refuse. */
import assert from 'node:assert/strict'
import { type Addon, loadAddon, type SessionHandle } from '#lib/backend/addon.js'
import type { SessionArrays } from '#lib/kernels/plan.js'
import { bitsOf } from './bits.js'
import { argumentsOf, openWith, SMALL, WIDE } from './calls.js'
import { type EnsembleJob, ensembleJobOf } from './ensemble-job.js'
import { errorOf } from './error-of.js'
import { type Job, jobOf } from './job.js'

export const addon = loadAddon() as Addon
export const best = addon.kernelSets.findIndex(({ available }) => available)

export interface Opened {
  readonly handle: SessionHandle
  readonly arrays: SessionArrays
  readonly epochs: number
}

/** A session with arrays for all of its epochs, which computes everything after each. */
export function openedFor(job: Job | EnsembleJob, set: number, threads = 1): Opened {
  const given = argumentsOf(addon, 'train', set, job, threads)
  const arrays = Object.fromEntries(given.filter(([name]) => (addon.sessionArrays as readonly string[]).includes(name)))
  const handle = openWith(
    addon,
    given.map(([, value]) => value),
  )
  return { handle, arrays: arrays as unknown as SessionArrays, epochs: job.plan.epochs }
}

/** In batches of 4, 4 and 1 rows. */
export const TEN_EPOCHS = { ...SMALL, fit: { ...SMALL.fit, epochs: 10 } }

/** A training of some seconds, whose arrays have 3 MB. */
export const LONG = { ...WIDE, rows: 500, fit: { ...WIDE.fit, batchSize: 50, epochs: 20_000 } }

export const openedNetwork = (threads = 1): Opened => openedFor(jobOf(TEN_EPOCHS), best, threads)
export const openedEnsemble = (): Opened => openedFor(ensembleJobOf(5, TEN_EPOCHS), best, 2)

/** Opens a session for a check, and closes it. */
export async function withSession(opened: Opened, check: (opened: Opened) => unknown): Promise<void> {
  try {
    await check(opened)
  } finally {
    addon.closeSession(opened.handle)
  }
}

export const SESSION_FUNCTIONS = ['runSession', 'runSessionAsync', 'cancelSession', 'closeSession'] as const
type SessionFunction = (typeof SESSION_FUNCTIONS)[number]

/** The error of a function of a session with any arguments. */
export async function errorFrom(name: SessionFunction, ...given: readonly unknown[]): Promise<Error> {
  const error = await errorOf(() => (addon[name] as (...all: unknown[]) => unknown)(...given))
  assert.ok(error instanceof Error, `${name} took them`)
  return error
}

const isAttached = ({ length }: Float64Array): boolean => length > 0

/** What both kinds of runs with these limits are refused with. They must not change any array. */
export async function refusal(
  { handle, arrays }: Opened,
  from: unknown,
  until: unknown,
  time: unknown,
): Promise<string> {
  const all = (Object.values(arrays) as Float64Array[]).filter(isAttached)
  const before = all.map(bitsOf)
  const error = await errorFrom('runSession', handle, from, until, time)
  const other = await errorFrom('runSessionAsync', handle, from, until, time)
  assert.deepEqual([other.name, other.message], [error.name, error.message])
  for (const [i, array] of all.entries()) assert.deepEqual(bitsOf(array), before[i])
  return `${error.name}: ${error.message}`
}
