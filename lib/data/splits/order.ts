/**
 * Seeded orders of rows, from the library's generator, in streams of their own (docs/numerics, "Random numbers").
 */

import { seedWords } from '../../backend/plan.js'
import { permute, Random } from '../../kernels/random.js'

/** The purpose of a stream, far above the purposes of a training. */
export const SPLIT_STREAM = 2 ** 31 + 1
export const FOLDS_STREAM = 2 ** 31 + 2
export const VALIDATION_STREAM = 2 ** 31 + 3
export const IMPORTANCE_STREAM = 2 ** 31 + 4

/** 0 … rows - 1 in order. */
export const inOrder = (rows: number): Int32Array => Int32Array.from({ length: rows }, (_, i) => i)

/** 0 … rows - 1 in a seeded order, made like the shuffle of an epoch. */
export function shuffled(rows: number, seed: number, stream: number, index = 0): Int32Array {
  const order = inOrder(rows)
  const [low, high] = seedWords(seed)
  permute(order, new Random(low, high, stream, index))
  return order
}
