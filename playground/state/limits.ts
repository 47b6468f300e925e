/** The smallest and largest values of the settings, for the checks and the controls. */

interface Limit {
  readonly min: number
  readonly max: number
}

export const LIMITS = {
  rows: { min: 10, max: 2000 },
  points: { min: 0, max: 1000 },
  /** The distance of one's own points from 0, in each coordinate. */
  coordinate: { min: -10, max: 10 },
  label: { min: 0, max: 3 },
  /** Characters of one's own CSV, and its rows and inputs. */
  csvText: { min: 0, max: 1_000_000 },
  csvRows: { min: 4, max: 10_000 },
  csvColumns: { min: 0, max: 64 },
  noise: { min: 0, max: 1 },
  validation: { min: 0, max: 0.9 },
  layers: { min: 0, max: 8 },
  units: { min: 1, max: 64 },
  batchSize: { min: 1, max: 2000 },
  members: { min: 1, max: 32 },
  seed: { min: 0, max: 2 ** 53 - 33 },
} as const satisfies Record<string, Limit>

/**
 * The most products of an epoch: training rows × parameters × members. WebAssembly computes about 5e8 a second, and an
 * epoch is not interrupted.
 */
export const MAX_EPOCH_PRODUCTS = 5e8
