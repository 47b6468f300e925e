/**
 * The three products of a dense layer, over a block of rows. Sums run in index order: a forward sum starts at the
 * bias, the others at -0, the neutral element of addition, so that a kernel may as well begin with the first product. Four
 * rows (or four weights) go side by side: they are different sums, so the order within each is untouched.
 */

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
  first: boolean,
) => void

/** z[r][j] = bias[j] + Σ_k a[r][k] w[k][j]. a: [rows × inputs], z: [rows × units] */
export const denseForward: DenseForward = (a, p, weights, bias, z, rows, inputs, units) => {
  let row = 0
  for (; row + 4 <= rows; row += 4) {
    const first = row * inputs
    for (let j = 0; j < units; j++) {
      let sum0 = p[bias + j]
      let sum1 = sum0
      let sum2 = sum0
      let sum3 = sum0
      for (let k = 0, at = first, from = weights + j; k < inputs; k++, at++, from += units) {
        const weight = p[from]
        sum0 += a[at] * weight
        sum1 += a[at + inputs] * weight
        sum2 += a[at + 2 * inputs] * weight
        sum3 += a[at + 3 * inputs] * weight
      }
      const to = row * units + j
      z[to] = sum0
      z[to + units] = sum1
      z[to + 2 * units] = sum2
      z[to + 3 * units] = sum3
    }
  }
  for (; row < rows; row++) {
    for (let j = 0; j < units; j++) {
      let sum = p[bias + j]
      for (let k = 0; k < inputs; k++) sum += a[row * inputs + k] * p[weights + k * units + j]
      z[row * units + j] = sum
    }
  }
}

/** dInput[r][k] = Σ_j d[r][j] w[k][j]. d: [rows × units], dInput: [rows × inputs] */
export const denseBackward: DenseBackward = (d, p, weights, dInput, rows, inputs, units) => {
  let row = 0
  for (; row + 4 <= rows; row += 4) {
    const first = row * units
    for (let k = 0; k < inputs; k++) {
      let sum0 = -0
      let sum1 = -0
      let sum2 = -0
      let sum3 = -0
      for (let j = 0, at = first, from = weights + k * units; j < units; j++, at++, from++) {
        const weight = p[from]
        sum0 += d[at] * weight
        sum1 += d[at + units] * weight
        sum2 += d[at + 2 * units] * weight
        sum3 += d[at + 3 * units] * weight
      }
      const to = row * inputs + k
      dInput[to] = sum0
      dInput[to + inputs] = sum1
      dInput[to + 2 * inputs] = sum2
      dInput[to + 3 * inputs] = sum3
    }
  }
  for (; row < rows; row++) {
    for (let k = 0; k < inputs; k++) {
      let sum = -0
      for (let j = 0; j < units; j++) sum += d[row * units + j] * p[weights + k * units + j]
      dInput[row * inputs + k] = sum
    }
  }
}

/**
 * g_w[k][j] += Σ_r a[r][k] d[r][j] and g_b[j] += Σ_r d[r][j]; on the first block of a step the sums begin anew.
 * a: [rows × inputs], d: [rows × units]
 */
export const denseGradient: DenseGradient = (a, d, g, weights, bias, rows, inputs, units, first) => {
  for (let k = 0; k < inputs; k++) {
    const row0 = weights + k * units
    let j = 0
    for (; j + 4 <= units; j += 4) {
      const to = row0 + j
      let sum0 = first ? -0 : g[to]
      let sum1 = first ? -0 : g[to + 1]
      let sum2 = first ? -0 : g[to + 2]
      let sum3 = first ? -0 : g[to + 3]
      for (let row = 0, at = k, from = j; row < rows; row++, at += inputs, from += units) {
        const input = a[at]
        sum0 += input * d[from]
        sum1 += input * d[from + 1]
        sum2 += input * d[from + 2]
        sum3 += input * d[from + 3]
      }
      g[to] = sum0
      g[to + 1] = sum1
      g[to + 2] = sum2
      g[to + 3] = sum3
    }
    for (; j < units; j++) {
      let sum = first ? -0 : g[row0 + j]
      for (let row = 0; row < rows; row++) sum += a[row * inputs + k] * d[row * units + j]
      g[row0 + j] = sum
    }
  }
  for (let j = 0; j < units; j++) {
    let sum = first ? -0 : g[bias + j]
    for (let row = 0; row < rows; row++) sum += d[row * units + j]
    g[bias + j] = sum
  }
}
