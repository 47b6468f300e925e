/**
 * The table of losses. `forward` gives each row's sum over its outputs, before any mean; `backward` gives the gradient at
 * the last layer, scaled by the mean: dL/da, or dL/dz where the loss is fused with the last activation.
 */
import { exp, log, log1pUnit } from './math.js'

export interface Loss {
  /** The activation of the last layer whose derivative `backward` takes in; null where any activation may stand. */
  readonly fusedWith: 'sigmoid' | 'softmax' | null
  /** What the targets must be: any finite number, each within [0, 1], or each row a distribution. */
  readonly targets: 'real' | 'unit' | 'distribution'
  /** Whether the mean is taken over samples and outputs, or over samples alone. */
  readonly overOutputs: boolean
  /** loss = lossFactor / count · Σ rows; gradient = gradientFactor / count · Σ … */
  readonly lossFactor: number
  readonly gradientFactor: number
  /** z, a, y: [rows × units]; rowLoss: [rows] */
  forward(z: Float64Array, a: Float64Array, y: Float64Array, rowLoss: Float64Array, rows: number, units: number): void
  /** a, y, d: [rows × units] */
  backward(a: Float64Array, y: Float64Array, d: Float64Array, rows: number, units: number, scale: number): void
}

function squaredErrors(
  _z: Float64Array,
  a: Float64Array,
  y: Float64Array,
  rowLoss: Float64Array,
  rows: number,
  units: number,
): void {
  for (let row = 0; row < rows; row++) {
    let sum = -0
    for (let j = row * units; j < (row + 1) * units; j++) {
      const error = a[j] - y[j]
      sum += error * error
    }
    rowLoss[row] = sum
  }
}

function scaledErrors(
  a: Float64Array,
  y: Float64Array,
  d: Float64Array,
  rows: number,
  units: number,
  scale: number,
): void {
  for (let i = 0; i < rows * units; i++) d[i] = (a[i] - y[i]) * scale
}

const halfSquaredError: Loss = {
  fusedWith: null,
  targets: 'real',
  overOutputs: false,
  lossFactor: 0.5,
  gradientFactor: 1,
  forward: squaredErrors,
  backward: scaledErrors,
}

const meanSquaredError: Loss = {
  fusedWith: null,
  targets: 'real',
  overOutputs: true,
  lossFactor: 1,
  gradientFactor: 2,
  forward: squaredErrors,
  backward: scaledErrors,
}

// -y ln a - (1 - y) ln(1 - a) with a = sigmoid(z), in the form that neither overflows nor loses small losses:
// max(z, 0) - z y + ln(1 + e^-|z|).
const binaryCrossentropy: Loss = {
  fusedWith: 'sigmoid',
  targets: 'unit',
  overOutputs: true,
  lossFactor: 1,
  gradientFactor: 1,
  forward(z, _a, y, rowLoss, rows, units) {
    for (let row = 0; row < rows; row++) {
      let sum = -0
      for (let j = row * units; j < (row + 1) * units; j++) {
        const logit = z[j]
        sum += (logit > 0 ? logit : 0) - logit * y[j] + log1pUnit(exp(-Math.abs(logit)))
      }
      rowLoss[row] = sum
    }
  },
  backward: scaledErrors,
}

// -Σ y_j ln a_j with a = softmax(z): ln a_j = (z_j - m) - ln Σ e^(z_k - m), m the row's largest logit.
const categoricalCrossentropy: Loss = {
  fusedWith: 'softmax',
  targets: 'distribution',
  overOutputs: false,
  lossFactor: 1,
  gradientFactor: 1,
  forward(z, _a, y, rowLoss, rows, units) {
    for (let row = 0; row < rows; row++) {
      const first = row * units
      let largest = z[first]
      for (let j = 1; j < units; j++) largest = z[first + j] > largest ? z[first + j] : largest
      let total = -0
      for (let j = 0; j < units; j++) total += exp(z[first + j] - largest)
      const logTotal = log(total)
      let sum = -0
      for (let j = 0; j < units; j++) sum += y[first + j] * (logTotal - (z[first + j] - largest))
      rowLoss[row] = sum
    }
  },
  backward: scaledErrors,
}

/** By name; the order gives the codes and is that of native/kernels/losses.inl. */
export const losses = {
  halfSquaredError,
  meanSquaredError,
  binaryCrossentropy,
  categoricalCrossentropy,
} satisfies Record<string, Loss>
