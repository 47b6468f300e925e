/** Seeded orders of rows, from the one generator, in streams of their own (docs/numerics.md, "Random numbers"). */
import { Random } from '../kernels/random.js'
import { seedWords } from '../plan.js'

/** What a stream is for, far above the purposes of a training. */
export const SPLIT_STREAM = 2 ** 31 + 1
export const FOLDS_STREAM = 2 ** 31 + 2

/** 0 … rows - 1 as they are. */
export const inOrder = (rows: number): number[] => Array.from({ length: rows }, (_, i) => i)

/** 0 … rows - 1 in a seeded order, made as the shuffle of an epoch is. */
export function shuffled(rows: number, seed: number, stream: number): number[] {
  const order = inOrder(rows)
  const [low, high] = seedWords(seed)
  const random = new Random(low, high, stream, 0)
  for (let i = rows - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1))
    const kept = order[i]
    order[i] = order[j]
    order[j] = kept
  }
  return order
}
