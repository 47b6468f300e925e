import type { LayerOption } from 'lockstep-nn'

/** Dense layers with these units: relu, and softmax in the last one, or sigmoid for a single unit. */
export const classifier = (units: readonly number[]): LayerOption[] =>
  units.map((count, l) => ({
    units: count,
    activation: l < units.length - 1 ? 'relu' : count === 1 ? 'sigmoid' : 'softmax',
  }))
