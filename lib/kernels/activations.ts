/**
 * The table of activations. `value` gives a unit's a = f(z), `gradient` takes dL/da to dL/dz = d · f'(z). Where a unit's
 * output depends on its whole row, the entry works on blocks of rows instead, and may stand on the last layer only.
 */
import { exp, sigmoid, softplus, tanh } from './math.js'
import { type Configurable, nonNegative } from './options.js'

export interface UnitActivation extends Configurable {
  readonly kind: 'unit'
  /** `alpha` is the entry's one option, or 0. */
  value(z: number, alpha: number): number
  gradient(z: number, a: number, d: number, alpha: number): number
}

export interface RowActivation extends Configurable {
  readonly kind: 'row'
  /** z, a: [rows × units] */
  forward(z: Float64Array, a: Float64Array, rows: number, units: number): void
  /** a, d: [rows × units]; d from dL/da to dL/dz, in place */
  backward(a: Float64Array, d: Float64Array, rows: number, units: number): void
}

export type Activation = UnitActivation | RowActivation

const linear = {
  kind: 'unit',
  options: {},
  value: (z: number) => z,
  gradient: (_z: number, _a: number, d: number) => d,
} as const

const sigmoidActivation = {
  kind: 'unit',
  options: {},
  value: (z: number) => sigmoid(z),
  gradient: (_z: number, a: number, d: number) => d * (a * (1 - a)),
} as const

const tanhActivation = {
  kind: 'unit',
  options: {},
  value: (z: number) => tanh(z),
  gradient: (_z: number, a: number, d: number) => d * (1 - a * a),
} as const

// The comparisons are written so that a NaN in z comes out as NaN; at 0 the derivative is that of the left side.
const relu = {
  kind: 'unit',
  options: {},
  value: (z: number) => (z < 0 ? 0 : z),
  gradient: (z: number, _a: number, d: number) => (z > 0 ? d : 0),
} as const

const leakyRelu = {
  kind: 'unit',
  options: {
    /** The slope below 0, at least 0. Default 0.3. */
    alpha: nonNegative(0.3),
  },
  value: (z: number, alpha: number) => (z < 0 ? alpha * z : z),
  gradient: (z: number, _a: number, d: number, alpha: number) => (z > 0 ? d : alpha * d),
} as const

const softplusActivation = {
  kind: 'unit',
  options: {},
  value: (z: number) => softplus(z),
  gradient: (z: number, _a: number, d: number) => d * sigmoid(z),
} as const

const softmax = {
  kind: 'row',
  options: {},
  // Shifted by the row's largest logit, so that no exponential overflows.
  forward(z: Float64Array, a: Float64Array, rows: number, units: number) {
    for (let row = 0; row < rows; row++) {
      const first = row * units
      let largest = z[first]
      for (let j = 0; j < units; j++) largest = z[first + j] > largest ? z[first + j] : largest
      for (let j = 0; j < units; j++) a[first + j] = exp(z[first + j] - largest)
      let sum = -0
      for (let j = 0; j < units; j++) sum += a[first + j]
      for (let j = 0; j < units; j++) a[first + j] = a[first + j] / sum
    }
  },
  // dL/dz_j = a_j (d_j - Σ_k d_k a_k)
  backward(a: Float64Array, d: Float64Array, rows: number, units: number) {
    for (let row = 0; row < rows; row++) {
      const first = row * units
      let sum = -0
      for (let j = 0; j < units; j++) sum += d[first + j] * a[first + j]
      for (let j = 0; j < units; j++) d[first + j] = a[first + j] * (d[first + j] - sum)
    }
  },
} as const

/** By name; the order gives the codes and is that of native/kernels/activations.inl. */
export const activations = {
  linear,
  sigmoid: sigmoidActivation,
  tanh: tanhActivation,
  relu,
  leakyRelu,
  softplus: softplusActivation,
  softmax,
} satisfies Record<string, Activation>
