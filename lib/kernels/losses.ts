/**
 * The table of losses. A row's loss is the sum over its outputs, before any mean: the sum of `term`, or what `forward`
 * computes where it depends on the whole row. `gradient` is the derivative by one output, before the scale of the mean:
 * dL/da, or dL/dz where the loss is fused with the last activation. `option` is `lossOption` of the plan.
 */
import { exp, tanh } from './exp.js'
import { log, log1pUnit, logCosh as logCoshOf } from './math.js'
import { type Configurable, fraction, type OptionTable, openFraction, positive } from './option-table.js'

/**
 * The targets that a loss accepts: any finite numbers, numbers within [0, 1], rows that are distributions, -1 or 1,
 * numbers of at least 0, or one column of class indices. Class indices become distributions before the kernels get
 * them.
 */
export type TargetKind = 'real' | 'unit' | 'distribution' | 'sign' | 'nonNegative' | 'index'

interface LossEntry extends Configurable {
  /** The kernels get `delta`; `labelSmoothing` is applied to the targets before. */
  readonly options: OptionTable
  /** The last layer's activation whose derivative `gradient` includes; null where any activation is allowed. */
  readonly fusedWith: 'sigmoid' | 'softmax' | null
  readonly targets: TargetKind
  /** Whether the mean is over samples and outputs, or over samples only. */
  readonly overOutputs: boolean
  /** loss = lossFactor / count · Σ rows; gradient = gradient(a, y) · gradientFactor / count */
  readonly lossFactor: number
  readonly gradientFactor: number
  gradient(a: number, y: number, options: Float64Array): number
}

export interface UnitLoss extends LossEntry {
  readonly kind: 'unit'
  term(z: number, a: number, y: number, options: Float64Array): number
}

export interface RowLoss extends LossEntry {
  readonly kind: 'row'
  /** z, y: [rows × units]; rowLoss: [rows] */
  forward(
    z: Float64Array,
    y: Float64Array,
    rowLoss: Float64Array,
    rows: number,
    units: number,
    options: Float64Array,
  ): void
}

export type Loss = UnitLoss | RowLoss

const smoothing = {
  /** The share of each target that is spread over all classes, from 0 to under 1. Default 0. */
  labelSmoothing: fraction(0),
}

const halfSquaredError = {
  kind: 'unit',
  options: {},
  fusedWith: null,
  targets: 'real',
  overOutputs: false,
  lossFactor: 0.5,
  gradientFactor: 1,
  term: (_z: number, a: number, y: number) => (a - y) * (a - y),
  gradient: (a: number, y: number) => a - y,
} as const

const meanSquaredError = {
  kind: 'unit',
  options: {},
  fusedWith: null,
  targets: 'real',
  overOutputs: true,
  lossFactor: 1,
  gradientFactor: 2,
  term: (_z: number, a: number, y: number) => (a - y) * (a - y),
  gradient: (a: number, y: number) => a - y,
} as const

// -y ln a - (1 - y) ln(1 - a) with a = sigmoid(z), as max(z, 0) - z y + ln(1 + e^-|z|), which neither overflows nor
// loses the digits of small losses.
const binaryCrossentropy = {
  kind: 'unit',
  options: smoothing,
  fusedWith: 'sigmoid',
  targets: 'unit',
  overOutputs: true,
  lossFactor: 1,
  gradientFactor: 1,
  term: (z: number, _a: number, y: number) => (z > 0 ? z : 0) - z * y + log1pUnit(exp(-Math.abs(z))),
  gradient: (a: number, y: number) => a - y,
} as const

// -Σ y_j ln a_j with a = softmax(z): ln a_j = (z_j - m) - ln Σ e^(z_k - m), m the row's largest logit. A class whose
// target is 0 contributes 0, whatever its logit.
const categoricalCrossentropy = {
  kind: 'row',
  options: smoothing,
  fusedWith: 'softmax',
  targets: 'distribution',
  overOutputs: false,
  lossFactor: 1,
  gradientFactor: 1,
  forward(z: Float64Array, y: Float64Array, rowLoss: Float64Array, rows: number, units: number) {
    for (let row = 0; row < rows; row++) {
      const first = row * units
      const largest = largestOf(z, first, units)
      const logTotal = log(totalOf(z, first, units, largest))
      let sum = -0
      for (let j = 0; j < units; j++) {
        const target = y[first + j]
        const difference = z[first + j] - largest
        if (!(target > 0)) sum += target
        else if (difference < -LARGEST) sum += target * largest - target * z[first + j]
        else sum += target * (logTotal - difference)
      }
      rowLoss[row] = sum
    }
  },
  gradient: (a: number, y: number) => a - y,
} as const

// The derivative at the target itself is 0.
const meanAbsoluteError = {
  kind: 'unit',
  options: {},
  fusedWith: null,
  targets: 'real',
  overOutputs: true,
  lossFactor: 1,
  gradientFactor: 1,
  term: (_z: number, a: number, y: number) => Math.abs(a - y),
  gradient(a: number, y: number) {
    const error = a - y
    return error > 0 ? 1 : error < 0 ? -1 : error
  },
} as const

// Huber, Annals of Mathematical Statistics 35, 1964: half the square up to delta, linear beyond.
const huber = {
  kind: 'unit',
  options: {
    /** The error from which the loss is linear, above 0. Default 1. */
    delta: positive(1),
  },
  fusedWith: null,
  targets: 'real',
  overOutputs: true,
  lossFactor: 1,
  gradientFactor: 1,
  term(_z: number, a: number, y: number, options: Float64Array) {
    const delta = options[0]
    const size = Math.abs(a - y)
    return size > delta ? delta * (size - 0.5 * delta) : 0.5 * size * size
  },
  gradient(a: number, y: number, options: Float64Array) {
    const delta = options[0]
    const error = a - y
    return error > delta ? delta : error < -delta ? -delta : error
  },
} as const

const logCosh = {
  kind: 'unit',
  options: {},
  fusedWith: null,
  targets: 'real',
  overOutputs: true,
  lossFactor: 1,
  gradientFactor: 1,
  term: (_z: number, a: number, y: number) => logCoshOf(a - y),
  gradient: (a: number, y: number) => tanh(a - y),
} as const

const hinge = {
  kind: 'unit',
  options: {},
  fusedWith: null,
  targets: 'sign',
  overOutputs: true,
  lossFactor: 1,
  gradientFactor: 1,
  term(_z: number, a: number, y: number) {
    const margin = 1 - y * a
    return margin < 0 ? 0 : margin
  },
  gradient: (a: number, y: number) => (1 - y * a > 0 ? -y : 0),
} as const

// a - y ln a, without Stirling's term; 0 ln 0 is 0.
const poisson = {
  kind: 'unit',
  options: {},
  fusedWith: null,
  targets: 'nonNegative',
  overOutputs: true,
  lossFactor: 1,
  gradientFactor: 1,
  term: (_z: number, a: number, y: number) => (y > 0 ? a - y * log(a) : a),
  gradient: (a: number, y: number) => (y > 0 ? 1 - y / a : 1),
} as const

// Σ y_j (ln y_j - ln a_j) with a = softmax(z) and ln a_j as in categoricalCrossentropy; 0 ln 0 is 0.
const kullbackLeiblerDivergence = {
  kind: 'row',
  options: {},
  fusedWith: 'softmax',
  targets: 'distribution',
  overOutputs: false,
  lossFactor: 1,
  gradientFactor: 1,
  forward(z: Float64Array, y: Float64Array, rowLoss: Float64Array, rows: number, units: number) {
    for (let row = 0; row < rows; row++) {
      const first = row * units
      const largest = largestOf(z, first, units)
      const logTotal = log(totalOf(z, first, units, largest))
      let sum = -0
      for (let j = 0; j < units; j++) {
        const target = y[first + j]
        const difference = z[first + j] - largest
        if (!(target > 0)) sum += 0
        else if (difference < -LARGEST) sum += target * largest - target * z[first + j]
        else sum += target * (log(target) + (logTotal - difference))
      }
      rowLoss[row] = sum
    }
  },
  gradient: (a: number, y: number) => a - y,
} as const

// Koenker and Bassett, Econometrica 46, 1978: the mean is least where the output is the quantile tau of the targets. The
// gradient is 0 where output and target are equal.
const quantile = {
  kind: 'unit',
  options: {
    /** The quantile, above 0 and below 1. Default 0.5, the median. */
    tau: openFraction(0.5),
  },
  fusedWith: null,
  targets: 'real',
  overOutputs: true,
  lossFactor: 1,
  gradientFactor: 1,
  term(_z: number, a: number, y: number, options: Float64Array) {
    const tau = options[0]
    const error = y - a
    return error > 0 ? tau * error : (tau - 1) * error
  },
  gradient(a: number, y: number, options: Float64Array) {
    const tau = options[0]
    const error = y - a
    return error > 0 ? -tau : error < 0 ? 1 - tau : error
  },
} as const

// A difference of two logits below -LARGEST is -Infinity. Its product with a target may still be finite, so it is
// computed term by term; the logarithm is negligible beside it.
const LARGEST = Number.MAX_VALUE

/** The largest logit of a row. */
function largestOf(z: Float64Array, first: number, units: number): number {
  let largest = z[first]
  for (let j = 0; j < units; j++) largest = z[first + j] > largest ? z[first + j] : largest
  return largest
}

/** Σ e^(z_j - largest) */
function totalOf(z: Float64Array, first: number, units: number, largest: number): number {
  let total = -0
  for (let j = 0; j < units; j++) total += exp(z[first + j] - largest)
  return total
}

/** By name. The order defines the codes; native/kernels/losses.inl has the same order. */
export const losses = {
  halfSquaredError,
  meanSquaredError,
  binaryCrossentropy,
  categoricalCrossentropy,
  sparseCategoricalCrossentropy: { ...categoricalCrossentropy, targets: 'index' },
  meanAbsoluteError,
  huber,
  logCosh,
  hinge,
  poisson,
  kullbackLeiblerDivergence,
  quantile,
} as const satisfies Record<string, Loss>
