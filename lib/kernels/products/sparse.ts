/**
 * Products that skip the terms of zero inputs: most pixels of an image, one-hot classes, units that a relu sets to 0.
 * Measured: twice as fast where a quarter of the inputs are not 0. The bits are those of dense.ts:
 *
 * - A term of ±0 changes no sum except -0.
 * - Forward, a skipped term is 0 · w, which is ±0 because w is finite. A sum that starts at a bias other than -0 never
 *   becomes -0, because x + (-x) is +0.
 * - In the gradients, a skipped term is +0 · d, which is ±0 because d is finite. A sum with at least one remaining term
 *   does not end as -0: the input is above 0, and d is not -0 and, like the input, not so small that the product could
 *   underflow. A sum without remaining terms is its start plus the sum of the skipped terms, which is -0 where all d
 *   are below 0, and else +0. So each sum may start with that.
 *
 * Where a condition does not hold for a block of rows, the products of dense.ts compute it.
 */

import type { Allocate } from '../arena.js'
import { addBias } from './dense.js'
import { addListProduct, type Lists, listOf, listsLength, transpose, WIDTH } from './lists.js'

/** The product of two numbers of at least this absolute value never underflows to 0. */
export const MIN_FACTOR = 2 ** -500

// The smallest sizes for which the search for zeros pays.
const MIN_ROWS = 8
const MIN_INPUTS = 16
const MIN_UNITS = 16

// Above this share of nonzero inputs the tiles of product.ts are faster.
const MAX_SHARE = 0.4

/** The products of one layer over a block of rows. Each returns false where its conditions do not hold. */
export interface SparseProducts {
  /** z = bias + a · weights, as denseForward; on false, z is undefined. Stores the nonzero inputs for `gradient`. */
  forward(a: Float64Array, p: Float64Array, weights: number, bias: number, z: Float64Array, rows: number): boolean
  /** The gradients, as denseGradient, for the inputs of the last `forward`; on false, g is unchanged. */
  gradient(d: Float64Array, g: Float64Array, weights: number, bias: number, rows: number, overwrite: boolean): boolean
}

const pays = (inputs: number, units: number, rows: number): boolean =>
  rows >= MIN_ROWS && inputs >= MIN_INPUTS && units >= MIN_UNITS

/** The length of the buffers of such a layer for `rows` rows. */
export const sparseLength = (inputs: number, units: number, rows: number): number =>
  pays(inputs, units, rows)
    ? listsLength(rows, rows * inputs) + listsLength(inputs, rows * inputs) + units + WIDTH * Math.max(inputs, rows)
    : 0

/** The products of a layer; null where they would not pay. */
export function sparseProducts(
  inputs: number,
  units: number,
  maxRows: number,
  allocate: Allocate,
): SparseProducts | null {
  if (!pays(inputs, units, maxRows)) return null
  const byRow = listOf(maxRows, maxRows * inputs, allocate)
  const byInput = listOf(inputs, maxRows * inputs, allocate)
  const zeroSums = allocate(units)
  const rest = allocate(WIDTH * Math.max(inputs, maxRows))
  let found = false
  return {
    forward(a, p, weights, bias, z, rows) {
      found = rows >= MIN_ROWS && findNonzeros(a, rows, inputs, byRow)
      // biome-ignore format: a matrix a line
      return found && mayBegin(p, bias, units) && addListProduct(
        p, bias,
        byRow, rows,
        p, weights, inputs,
        z, 0, units,
        rest, false,
      )
    },
    gradient(d, g, weights, bias, rows, overwrite) {
      if (!found || !sumZeros(d, zeroSums, rows, units)) return false
      transpose(byRow, byInput, rows, inputs)
      // biome-ignore format: a matrix a line
      addListProduct(
        zeroSums, 0,
        byInput, inputs,
        d, 0, rows,
        g, weights, units,
        rest, !overwrite,
      )
      addBias(d, g, bias, rows, units, overwrite)
      return true
    },
  }
}

/** Fills a list for each row. False where too many inputs are nonzero, or one is negative or too small. */
function findNonzeros(a: Float64Array, rows: number, inputs: number, { ends, places, values }: Lists): boolean {
  let found = 0
  // Numbers instead of branches, which a processor would predict wrongly for every other unit of a relu.
  let refused = 0
  for (let r = 0, at = 0; r < rows; r++) {
    for (let k = 0; k < inputs; k++, at++) {
      const value = a[at]
      const isNonzero = value >= MIN_FACTOR
      places[found] = k
      values[found] = value
      found += +isNonzero
      refused |= +!isNonzero & (+(value !== 0) | +Object.is(value, -0))
    }
    ends[r] = found
    // The first rows may have more nonzero inputs than the others.
    if (refused !== 0 || found > MAX_SHARE * inputs * (r + 4)) return false
  }
  return true
}

/** Whether no sum starts at -0. */
function mayBegin(p: Float64Array, bias: number, units: number): boolean {
  for (let j = 0; j < units; j++) {
    if (p[bias + j] === 0 && 1 / p[bias + j] < 0) return false
  }
  return true
}

/** The sums of the skipped terms of each unit's gradients. False where a derivative does not permit skipping. */
function sumZeros(d: Float64Array, zeroSums: Float64Array, rows: number, units: number): boolean {
  for (let j = 0; j < units; j++) zeroSums[j] = -0
  for (let r = 0, at = 0; r < rows; r++) {
    for (let j = 0; j < units; j++, at++) {
      const value = d[at]
      const size = Math.abs(value)
      if (!(size >= MIN_FACTOR && size <= Number.MAX_VALUE) && (value !== 0 || 1 / value < 0)) return false
      if (value >= 0) zeroSums[j] = 0
    }
  }
  return true
}
