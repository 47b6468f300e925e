/**
 * What both normalizations share: z = gamma · x̂ + beta, where x̂ = (input - mean) / sqrt(variance + epsilon). The variance
 * is the mean of squares, not corrected for the number of samples.
 */
import { positive } from '../option-table.js'
import type { TensorSpec } from './layer.js'

/** Added to the variance under the root, above 0. Default 0.001. */
export const epsilon = positive(1e-3)

export const scaleTensors = (units: number): TensorSpec[] => [
  { name: 'gamma', form: 'vector', rows: 1, columns: units, initial: 1 },
  { name: 'beta', form: 'vector', rows: 1, columns: units, initial: 0 },
]

/** g_gamma[j] += Σ_r d[r][j] x̂[r][j] and g_beta[j] += Σ_r d[r][j], from -0 where `overwrite`. d, normalized: [rows × units] */
export function addGradients(
  gamma: number,
  beta: number,
  normalized: Float64Array,
  d: Float64Array,
  g: Float64Array,
  rows: number,
  units: number,
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
