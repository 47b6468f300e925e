/** How many trials ended how. */
import type { Trial, TrialState } from '../../space/trial.js'
import type { Plot } from './plot.js'

export type CountedStates = Readonly<Record<TrialState, number>>

export function countsOf(trials: readonly Trial[]): CountedStates {
  const count = (state: TrialState) => trials.filter((trial) => trial.state === state).length
  return { complete: count('complete'), pruned: count('pruned'), failed: count('failed') }
}

/** The marks of the states that occur. */
export const keyOfStates = (counts: CountedStates): Plot['key'] =>
  (['complete', 'pruned', 'failed'] as const).filter((state) => counts[state] > 0).map((state) => [state, state])
