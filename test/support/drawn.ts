/**
 * How many cases the drawn tests draw: all in CI, a third elsewhere, as a save in the editor should not wait for all.
 * LOCKSTEP_DRAWN=all or LOCKSTEP_DRAWN=third says which.
 */
import { env } from 'node:process'

function drawsAll(): boolean {
  const { LOCKSTEP_DRAWN: chosen, CI: ci } = env
  if (chosen === undefined) return ci !== undefined && !['', '0', 'false'].includes(ci)
  if (chosen !== 'all' && chosen !== 'third') {
    throw new RangeError(`Expected all or third for LOCKSTEP_DRAWN but received "${chosen}"`)
  }
  return chosen === 'all'
}

export const DRAWS_ALL = drawsAll()

/** How many cases to draw where all are `all`. */
export const drawCount = (all: number): number => (DRAWS_ALL ? all : Math.ceil(all / 3))

/** How many cases of a kind there must be where all draws have `least`: far fewer of a third, as chance weighs more. */
export const leastCount = (least: number): number => (DRAWS_ALL ? least : Math.floor(least / 8))
