/**
 * The three matrix products of a dense layer over a block of rows. Sums run in index order: a forward sum starts at the
 * bias. The others start at -0, the neutral element of addition, so that a kernel may as well start with the first
 * product.
 */
import { addProduct } from './product.js'

export type DenseForward = (
  a: Float64Array,
  p: Float64Array,
  weights: number,
  bias: number,
  z: Float64Array,
  rows: number,
  inputs: number,
  units: number,
) => void

export type DenseBackward = (
  d: Float64Array,
  p: Float64Array,
  weights: number,
  dInput: Float64Array,
  rows: number,
  inputs: number,
  units: number,
  overwrite?: boolean,
) => void

export type DenseGradient = (
  a: Float64Array,
  d: Float64Array,
  g: Float64Array,
  weights: number,
  bias: number,
  rows: number,
  inputs: number,
  units: number,
  overwrite: boolean,
) => void

// A matrix in which all values are equal: its strides are 0.
const NEUTRAL = Float64Array.of(-0)

/** z[r][j] = bias[j] + Σ_k a[r][k] w[k][j]. a: [rows × inputs], z: [rows × units] */
export const denseForward: DenseForward = (a, p, weights, bias, z, rows, inputs, units) => {
  // biome-ignore format: a matrix a line
  addProduct(
    p, bias, 0, 1,
    a, 0, inputs, 1,
    p, weights, units, 1,
    z, 0, units,
    rows, units, inputs,
  )
}

/**
 * dInput[r][k] = Σ_j d[r][j] w[k][j]; with `overwrite` false the sums start at what is in dInput.
 * d: [rows × units], dInput: [rows × inputs]
 */
export const denseBackward: DenseBackward = (d, p, weights, dInput, rows, inputs, units, overwrite = true) => {
  // biome-ignore format: a matrix a line
  addProduct(
    overwrite ? NEUTRAL : dInput, 0, overwrite ? 0 : inputs, overwrite ? 0 : 1,
    d, 0, units, 1,
    p, weights, 1, units,
    dInput, 0, inputs,
    rows, inputs, units,
  )
}

/**
 * g_w[k][j] += Σ_r a[r][k] d[r][j] and g_b[j] += Σ_r 1 · d[r][j]; with `overwrite` the sums start at -0. a: [rows ×
 * inputs], d: [rows × units]
 */
export const denseGradient: DenseGradient = (a, d, g, weights, bias, rows, inputs, units, overwrite) => {
  if (rows === 1 && overwrite) {
    outerProduct(a, d, g, weights, bias, inputs, units)
    return
  }
  const start = overwrite ? NEUTRAL : g
  const startRow = overwrite ? 0 : units
  const startColumn = overwrite ? 0 : 1
  // biome-ignore format: a matrix a line
  addProduct(
    start, overwrite ? 0 : weights, startRow, startColumn,
    a, 0, 1, inputs,
    d, 0, units, 1,
    g, weights, units,
    inputs, units, rows,
  )
  addBias(d, g, bias, rows, units, overwrite)
}

/** The gradient of the bias: g_b[j] += Σ_r d[r][j] */
export function addBias(
  d: Float64Array,
  g: Float64Array,
  bias: number,
  rows: number,
  units: number,
  overwrite: boolean,
): void {
  const end = rows * units
  let j = 0
  for (; j + 4 <= units; j += 4) {
    const to = bias + j
    let sum0 = overwrite ? -0 : g[to]
    let sum1 = overwrite ? -0 : g[to + 1]
    let sum2 = overwrite ? -0 : g[to + 2]
    let sum3 = overwrite ? -0 : g[to + 3]
    for (let i = j; i < end; i += units) {
      sum0 += d[i]
      sum1 += d[i + 1]
      sum2 += d[i + 2]
      sum3 += d[i + 3]
    }
    g[to] = sum0
    g[to + 1] = sum1
    g[to + 2] = sum2
    g[to + 3] = sum3
  }
  for (; j < units; j++) {
    let sum = overwrite ? -0 : g[bias + j]
    for (let i = j; i < end; i += units) sum += d[i]
    g[bias + j] = sum
  }
}

/** The gradient for one sample: each sum has one term. */
function outerProduct(
  a: Float64Array,
  d: Float64Array,
  g: Float64Array,
  weights: number,
  bias: number,
  inputs: number,
  units: number,
): void {
  let k = 0
  for (; k + 4 <= inputs; k += 4) {
    const to0 = weights + k * units
    const to1 = to0 + units
    const to2 = to1 + units
    const to3 = to2 + units
    const input0 = a[k]
    const input1 = a[k + 1]
    const input2 = a[k + 2]
    const input3 = a[k + 3]
    for (let j = 0; j < units; j++) {
      const derivative = d[j]
      g[to0 + j] = input0 * derivative
      g[to1 + j] = input1 * derivative
      g[to2 + j] = input2 * derivative
      g[to3 + j] = input3 * derivative
    }
  }
  for (; k < inputs; k++) {
    const input = a[k]
    for (let j = 0, to = weights + k * units; j < units; j++, to++) g[to] = input * d[j]
  }
  for (let j = 0; j < units; j++) g[bias + j] = d[j]
}
