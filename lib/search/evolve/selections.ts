/** The table of selections: which members are parents. */
import { type Choice, Registry } from '../../checks/registry.js'
import type { ForeignNames } from '../../checks/validate.js'
import { type Configurable, integer, openFraction } from '../../kernels/option-table.js'
import type { Random } from '../../kernels/random.js'

export interface Selection extends Configurable {
  /**
   * A parent, as its place in the ranking: 0 is the best member.
   * @param members their number
   */
  pick(members: number, random: Random, options: Float64Array): number
}

const below = (count: number, random: Random): number => Math.floor(random.uniform() * count)

/** The best of some members that are drawn with replacement. */
const tournament = {
  options: {
    /** How many members are drawn, from 1 to 10,000. Default 3. */
    size: integer(1, 3, 10_000),
  },
  pick(members, random, [size]) {
    let best = members
    for (let i = 0; i < size; i++) best = Math.min(best, below(members, random))
    return best
  },
} satisfies Selection

/** Any of the best members, each equally likely. */
const truncation = {
  options: {
    /** Their share of all members, above 0 and below 1; the number is rounded up. Default 0.2. */
    share: openFraction(0.2),
  },
  pick: (members, random, [share]) => below(Math.ceil(share * members), random),
} satisfies Selection

/** By name. */
export const selections = { tournament, truncation }

/** A selection's name, or its name with options: `{ name: 'tournament', size: 5 }`. */
export type SelectionOption = keyof typeof selections | Choice<typeof selections>

const FOREIGN: ForeignNames = { tournamentselection: ['tournament'], truncationselection: ['truncation'] }

export const selectionRegistry = new Registry<Selection>(selections, 'the name of a selection', { foreign: FOREIGN })
