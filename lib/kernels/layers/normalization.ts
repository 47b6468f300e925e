/**
 * What both normalizations share: z = gamma · x̂ + beta, where x̂ = (input - mean) / sqrt(variance + epsilon). The variance
 * is the mean of squares, not corrected for the number of samples. gamma is at `weights`, beta at `bias`.
 */
import { positive } from '../option-table.js'
import { BATCH_NORMALIZATION, type LayerPlan } from '../plan.js'
import type { TensorSpec } from './layer.js'

/** Whether a layer, in training, computes statistics over a step's whole batch. A frozen one uses its moving statistics. */
export const needsWholeBatch = ({ kind, trainable }: LayerPlan): boolean =>
  kind === BATCH_NORMALIZATION && trainable === 1

/** Added to the variance under the root, above 0. Default 0.001. */
export const epsilon = positive(1e-3)

export const scaleTensors = (units: number): TensorSpec[] => [
  { name: 'gamma', count: units, start: 1 },
  { name: 'beta', count: units, start: 0 },
]

/** g_gamma[j] += Σ_r d[r][j] x̂[r][j] and g_beta[j] += Σ_r d[r][j], from -0 where `overwrite`. d, normalized: [rows × units] */
export function addGradients(
  { units, weights: gamma, bias: beta }: LayerPlan,
  normalized: Float64Array,
  d: Float64Array,
  g: Float64Array,
  rows: number,
  overwrite: boolean,
): void {
  if (overwrite) {
    for (let j = 0; j < units; j++) {
      g[gamma + j] = -0
      g[beta + j] = -0
    }
  }
  for (let row = 0, i = 0; row < rows; row++) {
    for (let j = 0; j < units; j++, i++) {
      g[gamma + j] += d[i] * normalized[i]
      g[beta + j] += d[i]
    }
  }
}
