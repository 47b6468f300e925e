/**
 * The table of losses. A row's loss is the sum over its outputs, before any mean: of `term`, or, where outputs belong
 * together, as the entry itself computes it. `gradient` is that of one output, before the scale of the mean: dL/da, or
 * dL/dz where the loss is fused with the last activation.
 */
import { exp, log, log1pUnit } from './math.js'

interface LossEntry {
  /** The activation of the last layer whose derivative `gradient` takes in; null where any activation may stand. */
  readonly fusedWith: 'sigmoid' | 'softmax' | null
  /** What the targets must be: any finite number, each within [0, 1], or each row a distribution. */
  readonly targets: 'real' | 'unit' | 'distribution'
  /** Whether the mean is taken over samples and outputs, or over samples alone. */
  readonly overOutputs: boolean
  /** loss = lossFactor / count · Σ rows; gradient = gradient(a, y) · gradientFactor / count */
  readonly lossFactor: number
  readonly gradientFactor: number
  gradient(a: number, y: number): number
}

export interface UnitLoss extends LossEntry {
  readonly kind: 'unit'
  term(z: number, a: number, y: number): number
}

export interface RowLoss extends LossEntry {
  readonly kind: 'row'
  /** z, y: [rows × units]; rowLoss: [rows] */
  forward(z: Float64Array, y: Float64Array, rowLoss: Float64Array, rows: number, units: number): void
}

export type Loss = UnitLoss | RowLoss

const halfSquaredError: UnitLoss = {
  kind: 'unit',
  fusedWith: null,
  targets: 'real',
  overOutputs: false,
  lossFactor: 0.5,
  gradientFactor: 1,
  term: (_z, a, y) => (a - y) * (a - y),
  gradient: (a, y) => a - y,
}

const meanSquaredError: UnitLoss = {
  kind: 'unit',
  fusedWith: null,
  targets: 'real',
  overOutputs: true,
  lossFactor: 1,
  gradientFactor: 2,
  term: (_z, a, y) => (a - y) * (a - y),
  gradient: (a, y) => a - y,
}

// -y ln a - (1 - y) ln(1 - a) with a = sigmoid(z), in the form that neither overflows nor loses small losses:
// max(z, 0) - z y + ln(1 + e^-|z|).
const binaryCrossentropy: UnitLoss = {
  kind: 'unit',
  fusedWith: 'sigmoid',
  targets: 'unit',
  overOutputs: true,
  lossFactor: 1,
  gradientFactor: 1,
  term: (z, _a, y) => (z > 0 ? z : 0) - z * y + log1pUnit(exp(-Math.abs(z))),
  gradient: (a, y) => a - y,
}

// -Σ y_j ln a_j with a = softmax(z): ln a_j = (z_j - m) - ln Σ e^(z_k - m), m the row's largest logit.
const categoricalCrossentropy: RowLoss = {
  kind: 'row',
  fusedWith: 'softmax',
  targets: 'distribution',
  overOutputs: false,
  lossFactor: 1,
  gradientFactor: 1,
  forward(z, y, rowLoss, rows, units) {
    for (let row = 0; row < rows; row++) {
      const first = row * units
      let largest = z[first]
      for (let j = 0; j < units; j++) largest = z[first + j] > largest ? z[first + j] : largest
      let total = -0
      for (let j = 0; j < units; j++) total += exp(z[first + j] - largest)
      const logTotal = log(total)
      let sum = -0
      for (let j = 0; j < units; j++) sum += y[first + j] * (logTotal - (z[first + j] - largest))
      rowLoss[row] = sum
    }
  },
  gradient: (a, y) => a - y,
}

/** By name; the order gives the codes and is that of native/kernels/losses.inl. */
export const losses = {
  halfSquaredError,
  meanSquaredError,
  binaryCrossentropy,
  categoricalCrossentropy,
} satisfies Record<string, Loss>
