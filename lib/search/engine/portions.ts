/** Portions of a batch without rungs: trials that fit in memory together. */
import { planOf } from '../../network/shape.js'
import type { TrialSetup } from './trial-setup.js'

/** The most parameters of all trials of a portion. Their training needs about six arrays of this length, 0.8 GB. */
export const MAX_PARAMETERS = 2 ** 24

/** What a group needs besides, as parameters: 0.3 MB. */
const GROUP = 2 ** 13

/**
 * Consecutive trials, in order. Trials whose layers are refused have no parameters: a batch refuses them.
 * @param most the most parameters of a portion; a trial with more has a portion of its own
 */
export function portionsOf(setups: readonly TrialSetup[], most = MAX_PARAMETERS): (readonly TrialSetup[])[] {
  const counts = new Map<string, number>()
  const portions: TrialSetup[][] = []
  let groups = new Set<string>()
  let total = Infinity
  for (const setup of setups) {
    const { key } = setup
    const count = counts.get(key) ?? parametersOf(setup)
    counts.set(key, count)
    total += groups.has(key) ? count : count + GROUP
    if (total > most) {
      portions.push([])
      groups = new Set()
      total = count + GROUP
    }
    groups.add(key)
    portions[portions.length - 1].push(setup)
  }
  return portions
}

function parametersOf({ networks: [{ inputs, layers }], folds }: TrialSetup): number {
  try {
    return planOf(inputs, layers).parameterCount * folds.length
  } catch {
    return 0
  }
}
