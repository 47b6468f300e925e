/** A seeded sample of rows, and the statistics of its columns. */
import { seedWords } from '../../backend/plan.js'
import { areFinite } from '../../checks/rows.js'
import { Random } from '../../kernels/random.js'
import type { GivenRows } from './options.js'

/** The purposes of streams, far above those of a training; lib/data/splits has those below. */
export const SAMPLE_STREAM = 2 ** 31 + 16
export const SIGNS_STREAM = 2 ** 31 + 17
export const PROJECTIONS_STREAM = 2 ** 31 + 18

/** The random numbers of one purpose. */
export function randomOf(seed: number, stream: number, index = 0): Random {
  const [low, high] = seedWords(seed)
  return new Random(low, high, stream, index)
}

/** The indices of the rows without a value that is not finite. */
export function finiteRows(x: GivenRows, y: GivenRows): Int32Array {
  const all = Int32Array.from({ length: x.rows }, (_, row) => row)
  if (areFinite(x.values) && areFinite(y.values)) return all
  return all.filter((row) => isFiniteRow(x, row) && isFiniteRow(y, row))
}

const isFiniteRow = ({ values, columns }: GivenRows, row: number): boolean =>
  areFinite(values.subarray(row * columns, (row + 1) * columns))

/** `count` of these rows in a random order, each at most once; all where there are fewer. Overwrites the array. */
export function drawRows(rows: Int32Array, count: number, random: Random): Int32Array {
  const drawn = Math.min(count, rows.length)
  for (let i = 0; i < drawn; i++) {
    const j = i + Math.floor(random.uniform() * (rows.length - i))
    const kept = rows[i]
    rows[i] = rows[j]
    rows[j] = kept
  }
  return rows.slice(0, drawn)
}

/** One column of these rows, for each column. */
export function columnsAt({ values, columns }: GivenRows, rows: Int32Array): Float64Array[] {
  const taken = Array.from({ length: columns }, () => new Float64Array(rows.length))
  rows.forEach((row, i) => {
    for (let j = 0; j < columns; j++) taken[j][i] = values[row * columns + j]
  })
  return taken
}

/** Statistics of a column of numbers. */
export interface ColumnStatistics {
  readonly mean: number
  /** The root of the mean square of the distances from the mean. */
  readonly deviation: number
  /** The root of the mean square: 1 for a standardized column. */
  readonly size: number
  readonly min: number
  readonly max: number
  /** The largest absolute value. */
  readonly largest: number
}

export function statisticsOf(values: Float64Array): ColumnStatistics {
  const n = values.length
  let [sum, min, max] = [0, values[0], values[0]]
  for (let i = 0; i < n; i++) {
    const value = values[i]
    sum += value
    if (value < min) min = value
    if (value > max) max = value
  }
  const mean = sum / n
  let [squares, distances] = [0, 0]
  for (let i = 0; i < n; i++) {
    squares += values[i] * values[i]
    distances += (values[i] - mean) * (values[i] - mean)
  }
  const largest = Math.max(Math.abs(min), Math.abs(max))
  // The squares of numbers above 1e154 are not finite.
  const finite = (value: number): number => (Number.isFinite(value) ? value : largest)
  return {
    mean: finite(mean),
    deviation: finite(Math.sqrt(distances / n)),
    size: finite(Math.sqrt(squares / n)),
    min,
    max,
    largest,
  }
}

/** Whether the values of a column are equal but for rounding. */
export const isConstant = ({ min, max, largest }: ColumnStatistics): boolean => max - min <= largest * 2 ** -40

/** (values - mean) / deviation, so that the sum of squares is their number. */
export function standardized(values: Float64Array, { mean, deviation }: ColumnStatistics): Float64Array {
  return values.map((value) => (value - mean) / deviation)
}

/** The mean product of two standardized columns: their correlation (Pearson). */
export function meanProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum / a.length
}

/** The rank of each value, from 0; equal values have the mean of their ranks. */
export function ranksOf(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b] || a - b)
  const ranks = new Float64Array(values.length)
  for (let first = 0; first < order.length; ) {
    let end = first + 1
    while (end < order.length && values[order[end]] === values[order[first]]) end++
    for (let i = first; i < end; i++) ranks[order[i]] = (first + end - 1) / 2
    first = end
  }
  return ranks
}
