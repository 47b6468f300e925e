/** Samples and targets of the trainings: quotients of integers, so that they have the same bits everywhere. */
import { CLASSES, type Targets } from './choices.js'

/** A network's inputs: the first is an integer from 0 to 3, a category; the others are within −1 and 1. */
export const INPUTS = 5
export const ROWS = 45

/** [rows × INPUTS] */
export const samples = (rows: number): Float64Array =>
  Float64Array.from({ length: rows * INPUTS }, (_, i) => (i % INPUTS === 0 ? (i * 7) % 4 : ((i * 37) % 101) / 50 - 1))

/** [rows × inputs], four of five values are 0, as in images. */
export const sparseSamples = (rows: number, inputs: number): Float64Array =>
  Float64Array.from({ length: rows * inputs }, (_, i) => ((i * 13) % 17 < 3 ? ((i * 29) % 31) / 31 : 0))

export const outputsFor = (targets: Targets): number =>
  targets === 'oneHot' ? CLASSES : targets === 'classes' ? CLASSES : 1

/** The targets of samples, [rows × 1], for one-hot rows [rows × CLASSES]. */
export function targetsOf(x: Float64Array, inputs: number, kind: Targets): Float64Array {
  const rows = x.length / inputs
  const value = (row: number): number => x[row * inputs + 1] * x[row * inputs + 2] - x[row * inputs + 3]
  const label = (row: number): number => (value(row) > 0.4 ? 2 : value(row) > -0.2 ? 1 : 0)
  if (kind === 'oneHot') {
    return Float64Array.from({ length: rows * CLASSES }, (_, i) =>
      Number(label(Math.floor(i / CLASSES)) === i % CLASSES),
    )
  }
  const byKind = {
    numbers: value,
    flags: (row: number) => Number(value(row) > 0),
    signs: (row: number) => (value(row) > 0 ? 1 : -1),
    counts: (row: number) => label(row) + 1,
    classes: label,
  }
  return Float64Array.from({ length: rows }, (_, row) => byKind[kind](row))
}
