/** No pruning: each trial trains all its epochs. */
import type { Pruner } from './pruner.js'

export const none = {
  options: {},
  usualBatch: () => null,
  plan: () => ({ rungs: [], survivors: (_rung, _scores, active) => [...active] }),
} satisfies Pruner
