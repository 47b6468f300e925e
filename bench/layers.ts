import type { LayerOption } from 'lockstep-nn'

/** Layers of so many units: relu, and softmax at the end. */
export const classifier = (units: readonly number[]): LayerOption[] =>
  units.map((count, l) => ({ units: count, activation: l < units.length - 1 ? 'relu' : 'softmax' }))
