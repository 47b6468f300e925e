/** How many threads a training runs on. */
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { encodePlan } from '#lib/backend/encode.js'
import { type Case, isDense, unitsOf } from './case.js'
import { type Job, jobOf } from './job.js'

const addon = loadAddon() as Addon

/** The index of the kernel set of a native backend. */
export const setOf = (path: string): number => addon.kernelSets.findIndex(({ name }) => path === `native/${name}`)

/** Whether a network may go through the tiled products. */
export const isWide = (drawn: Pick<Case, 'inputs' | 'layers'>): boolean =>
  !isDense(drawn) || unitsOf(drawn).some((units) => units >= 16)

/** How many of these threads a kernel set can use for one network. */
export const usableThreads = (set: number, { plan }: Pick<Job, 'plan'>, threads: number): number =>
  addon.usableThreads(set, encodePlan(addon, plan), 1, threads)

/** The size of the team that trains a case on the best kernel set; 1 where none runs here. */
export function teamOf(drawn: Case): number {
  const best = (addon?.kernelSets ?? []).findIndex(({ available }) => available)
  return best < 0 ? 1 : usableThreads(best, jobOf(drawn), drawn.threads)
}
