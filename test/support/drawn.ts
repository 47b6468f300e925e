/**
 * How many cases the drawn tests draw: all in CI, few elsewhere, as a save in the editor should not wait for all.
 * LOCKSTEP_DRAWN chooses: `all`, `third` or `few`, a sixteenth.
 */
import { env } from 'node:process'

const DIVISORS: Readonly<Record<string, number>> = { all: 1, third: 3, few: 16 }

function chosenDraws(): string {
  const { LOCKSTEP_DRAWN: chosen, CI: ci } = env
  if (chosen === undefined) return ci !== undefined && !['', '0', 'false'].includes(ci) ? 'all' : 'few'
  if (!Object.hasOwn(DIVISORS, chosen)) {
    throw new RangeError(`Expected all, third or few for LOCKSTEP_DRAWN but received "${chosen}"`)
  }
  return chosen
}

const DRAWS = chosenDraws()
const DIVISOR = DIVISORS[DRAWS]

export const DRAWS_ALL = DRAWS === 'all'

/** The number of cases to draw, out of `all`. */
export const drawCount = (all: number): number => Math.ceil(all / DIVISOR)

/**
 * How many cases of a kind there must be where all draws have `least`: far fewer of a part of the draws, as their relative spread is
 * larger, and as a build with one kernel set counts fewer.
 */
export const leastCount = (least: number): number => (DRAWS_ALL ? least : Math.floor(least / (12 * DIVISOR)))

/** Every third item of a list of similar ones where few are drawn, otherwise all. */
export const someOf = <Item>(items: readonly Item[]): readonly Item[] =>
  DRAWS === 'few' ? items.filter((_, i) => i % 3 === 0) : items
