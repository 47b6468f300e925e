/** Actual and predicted numbers: all rows, or a seeded sample of them. */
import { trainTestSplit } from '../../../data/index.js'
import type { Scatter } from '../parts/data.js'
import type { NumberOutcomes } from './outcomes.js'

const MAX_POINTS = 2000

export function scatterOf({ actual, predicted }: NumberOutcomes, seed: number): Scatter {
  const rows = actual.length
  const places = sampleOf(rows, MAX_POINTS, seed)
  return { actual: places.map((i) => actual[i]), predicted: places.map((i) => predicted[i]), rows }
}

/** At most `count` of the places 0 … rows - 1, drawn by a seed, rising. */
export function sampleOf(rows: number, count: number, seed: number): number[] {
  if (rows <= count) return Array.from({ length: rows }, (_, i) => i)
  return trainTestSplit(rows, { testSize: count, seed }).test.sort((a, b) => a - b)
}
