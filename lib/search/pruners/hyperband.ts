/**
 * Hyperband (Li et al., JMLR 18, 2018): successive halving with several first rungs at once, as the best one is unknown.
 * The trials of a batch are divided among these brackets by their place in it.
 */
import { integer } from '../../kernels/option-table.js'
import type { Pruner, Rungs } from './pruner.js'
import { ascending, best, distinctRungs, power, wholeLog } from './ranking.js'
import { kept, requireFirst, rungsFrom } from './successive-halving.js'

/** The first rung of the earliest bracket where none is given: a share of the epochs. */
const LEAST_SHARE = 81

/** The shares of brackets with s = last … 0 rungs: ceil((last + 1) / (s + 1) · factor^s) trials, as in Li et al. */
export function bracketSizes(last: number, factor: number): number[] {
  return Array.from({ length: last + 1 }, (_, i) => Math.ceil(((last + 1) * power(factor, last - i)) / (last - i + 1)))
}

/**
 * The bracket of each trial of a batch: each trial goes to the bracket that lacks most of its share; of equal ones to
 * the first.
 */
export function bracketsOf(count: number, sizes: readonly number[]): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const filled = sizes.map(() => 0)
  return Array.from({ length: count }, (_, i) => {
    // Times `total`, so that the comparison is of integers.
    const lacks = sizes.map((size, s) => size * (i + 1) - filled[s] * total)
    const bracket = lacks.indexOf(Math.max(...lacks))
    filled[bracket]++
    return bracket
  })
}

export const hyperband = {
  options: {
    /** One in `factor` trials of a bracket goes on after each of its rungs, an integer from 2. Default 3. */
    factor: integer(2, 3, 1000),
    /**
     * The epochs of the first rung of the earliest bracket, at least 1 and below the epochs of a trial. Default: the
     * epochs divided by the largest power of `factor` that is at most 81 and at most the epochs, rounded up.
     */
    first: { ...integer(1, NaN), automatic: true },
  },
  // A bracket with three rungs has factor^3 trials.
  usualBatch: ([factor]) => bracketSizes(3, factor).reduce((sum, size) => sum + size, 0),
  plan(epochs, count, [factor, given], name): Rungs {
    const automatic = Number.isNaN(given)
    if (!automatic) requireFirst(given, epochs, name)
    const first = automatic ? Math.ceil(epochs / power(factor, wholeLog(factor, Math.min(epochs, LEAST_SHARE)))) : given
    const rungs = distinctRungs(rungsFrom(first, epochs, factor), epochs)
    const brackets = bracketsOf(count, bracketSizes(rungs.length, factor))
    return {
      rungs,
      // Bracket b begins at rung b; the last has none.
      survivors: (rung, scores, active) =>
        ascending(
          [...new Set(active.map((trial) => brackets[trial]))].flatMap((bracket) => {
            const own = active.filter((trial) => brackets[trial] === bracket)
            if (bracket > rung) return own
            const all = brackets.filter((one) => one === bracket).length
            return best(scores, own, kept(all, factor, rung - bracket))
          }),
        ),
    }
  },
} satisfies Pruner
