/** The formulas of scalers, for a scaler or its plain form. ES modules of models have the text of these functions. */
import { wrongValue } from '../../checks/errors.js'
import { normalScore, valueOfScore } from './quantiles.js'

/** What the formulas need of a scaler. */
export interface Scaling {
  /** By column. */
  readonly center: readonly number[]
  readonly scale: readonly number[]
  readonly range: readonly [number, number] | null
  readonly clip: 'smooth' | null
  readonly quantiles: readonly (readonly number[])[] | null
}

/** The bound of smooth clipping, and the size from which the result is the bound itself. */
export const BOUND = 3
export const CLIPPED = 1e9

/**
 * z / sqrt(1 + (z / 3)²), which is nearly z around 0 and always between -3 and 3: the smooth clipping of RealMLP
 * (D. Holzmüller, L. Grinsztajn, I. Steinwart, NeurIPS 2024).
 */
function smoothlyClipped(z: number): number {
  if (!(Math.abs(z) < CLIPPED)) return z > 0 ? BOUND : -BOUND
  const part = z / BOUND
  return z / Math.sqrt(1 + part * part)
}

/** The inverse of `smoothlyClipped`. */
function unclipped(y: number, name: string): number {
  if (!(Math.abs(y) < BOUND)) {
    throw wrongValue('a number between -3 and 3, as smooth clipping gives them,', name, y)
  }
  const part = y / BOUND
  return y / Math.sqrt(1 - part * part)
}

/** The most scores that are kept for values that occur again. */
export const KEPT_SCORES = 4096

/** Scales every `stride`-th of some values in place, from index `start` on, as column j. */
export function scaleValues(scaling: Scaling, values: Float64Array, start: number, stride: number, j: number): void {
  const { range, clip } = scaling
  const [center, scale] = [scaling.center[j], scaling.scale[j]]
  const quantiles = scaling.quantiles?.[j]
  const [low, high] = range ?? [0, 1]
  const scores = new Map<number, number>()
  for (let i = start; i < values.length; i += stride) {
    const z = (values[i] - center) / scale
    if (range !== null) values[i] = z * (high - low) + low
    else if (clip !== null) values[i] = smoothlyClipped(z)
    else if (quantiles !== undefined) {
      const known = scores.get(z)
      const score = known ?? normalScore(quantiles, z)
      if (known === undefined && scores.size < KEPT_SCORES) scores.set(z, score)
      values[i] = score
    } else values[i] = z
  }
}

/**
 * The original values of scaled ones [rows × columns].
 * @throws RangeError for a value that smooth clipping cannot give
 */
export function unscaledValues({ center, scale, range, clip, quantiles }: Scaling, values: Float64Array): Float64Array {
  const columns = center.length
  const [low, high] = range ?? [0, 1]
  return values.map((value, i) => {
    const j = i % columns
    let z = value
    if (range !== null) z = (value - low) / (high - low)
    else if (clip !== null) z = unclipped(value, `x[${Math.floor(i / columns)}][${j}]`)
    else if (quantiles !== null) z = valueOfScore(quantiles[j], value)
    return z * scale[j] + center[j]
  })
}
