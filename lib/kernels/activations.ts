/**
 * The table of activations. `value` computes a = f(z) of one unit; `gradient` computes dL/dz = d · f'(z) from d =
 * dL/da. Where a unit's output depends on its whole row, the entry computes blocks of rows; only the last layer may
 * have such an activation.
 */
import { exp, expm1Negative, sigmoid, tanh } from './exp.js'
import type { InitializerName } from './initializers.js'
import { erf, normalDensity, softplus } from './math.js'
import { type Configurable, nonNegative } from './option-table.js'

interface ActivationEntry extends Configurable {
  /**
   * The initializer of the weights of a layer with this activation, unless the network or the layer chooses another.
   */
  readonly initializer: InitializerName
}

export interface UnitActivation extends ActivationEntry {
  readonly kind: 'unit'
  /** `options`: the values of the entry's options in the order of its table. */
  value(z: number, options: Float64Array): number
  gradient(z: number, a: number, d: number, options: Float64Array): number
}

export interface RowActivation extends ActivationEntry {
  readonly kind: 'row'
  /** z, a: [rows × units] */
  forward(z: Float64Array, a: Float64Array, rows: number, units: number, options: Float64Array): void
  /** Turns d from dL/da into dL/dz, in place. a, d: [rows × units] */
  backward(a: Float64Array, d: Float64Array, rows: number, units: number, options: Float64Array): void
}

export type Activation = UnitActivation | RowActivation

const linear = {
  kind: 'unit',
  initializer: 'glorotUniform',
  options: {},
  value: (z: number) => z,
  gradient: (_z: number, _a: number, d: number) => d,
} as const

const sigmoidActivation = {
  kind: 'unit',
  initializer: 'glorotUniform',
  options: {},
  value: (z: number) => sigmoid(z),
  gradient: (_z: number, a: number, d: number) => d * (a * (1 - a)),
} as const

const tanhActivation = {
  kind: 'unit',
  initializer: 'glorotUniform',
  options: {},
  value: (z: number) => tanh(z),
  gradient: (_z: number, a: number, d: number) => d * (1 - a * a),
} as const

// The comparisons keep a NaN in z a NaN. At 0 the derivative is that of the left side.
const relu = {
  kind: 'unit',
  initializer: 'heUniform',
  options: {},
  value: (z: number) => (z < 0 ? 0 : z),
  gradient: (z: number, _a: number, d: number) => (z > 0 ? d : 0),
} as const

const leakyRelu = {
  kind: 'unit',
  initializer: 'heUniform',
  options: {
    /** The slope below 0, at least 0. Default 0.3. */
    alpha: nonNegative(0.3),
  },
  value: (z: number, options: Float64Array) => (z < 0 ? options[0] * z : z),
  gradient: (z: number, _a: number, d: number, options: Float64Array) => (z > 0 ? d : options[0] * d),
} as const

const softplusActivation = {
  kind: 'unit',
  initializer: 'glorotUniform',
  options: {},
  value: (z: number) => softplus(z),
  gradient: (z: number, _a: number, d: number) => d * sigmoid(z),
} as const

const softmax = {
  kind: 'row',
  initializer: 'glorotUniform',
  options: {},
  // z is shifted by the row's largest logit, so that no exponential overflows.
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

// Clevert, Unterthiner and Hochreiter, ICLR 2016. Below 0, alpha e^z is a + alpha.
const elu = {
  kind: 'unit',
  initializer: 'heUniform',
  options: {
    /** Minus the limit of the values below 0, at least 0. Default 1. */
    alpha: nonNegative(1),
  },
  value: (z: number, options: Float64Array) => (z > 0 ? z : options[0] * expm1Negative(z)),
  gradient: (z: number, a: number, d: number, options: Float64Array) => (z > 0 ? d : d * (a + options[0])),
} as const

// Klambauer et al., NeurIPS 2017: λ, and λ α of the fixed point of mean 0 and variance 1.
const SELU_SCALE = 1.0507009873554805
const SELU_SCALE_ALPHA = 1.7580993408473768

const selu = {
  kind: 'unit',
  initializer: 'lecunNormal',
  options: {},
  value: (z: number) => (z > 0 ? SELU_SCALE * z : SELU_SCALE_ALPHA * expm1Negative(z)),
  gradient: (z: number, a: number, d: number) => (z > 0 ? d * SELU_SCALE : d * (a + SELU_SCALE_ALPHA)),
} as const

const ROOT_HALF = 0.7071067811865476

// Hendrycks and Gimpel, 2016: z times the normal distribution function at z, exactly, not approximated by tanh.
const gelu = {
  kind: 'unit',
  initializer: 'heUniform',
  options: {},
  value: (z: number) => 0.5 * z * (1 + erf(z * ROOT_HALF)),
  gradient: (z: number, _a: number, d: number) => d * (0.5 * (1 + erf(z * ROOT_HALF)) + z * normalDensity(z)),
} as const

const silu = {
  kind: 'unit',
  initializer: 'heUniform',
  options: {},
  value: (z: number) => z * sigmoid(z),
  gradient(z: number, _a: number, d: number) {
    const s = sigmoid(z)
    return d * (s * (1 + z * (1 - s)))
  },
} as const

const softsign = {
  kind: 'unit',
  initializer: 'glorotUniform',
  options: {},
  value: (z: number) => z / (1 + Math.abs(z)),
  gradient(z: number, _a: number, d: number) {
    const size = 1 + Math.abs(z)
    return d / (size * size)
  },
} as const

const hardSigmoid = {
  kind: 'unit',
  initializer: 'glorotUniform',
  options: {},
  value: (z: number) => (z < -3 ? 0 : z > 3 ? 1 : (z + 3) / 6),
  gradient: (z: number, _a: number, d: number) => (z > -3 ? (z < 3 ? d / 6 : 0) : 0),
} as const

const relu6 = {
  kind: 'unit',
  initializer: 'heUniform',
  options: {},
  value: (z: number) => (z < 0 ? 0 : z > 6 ? 6 : z),
  gradient: (z: number, _a: number, d: number) => (z > 0 ? (z < 6 ? d : 0) : 0),
} as const

// Misra, BMVC 2020: z tanh(softplus(z)). With u = e^-|z| it is z n / m, which neither overflows nor loses digits:
// tanh(ln(1 + e^z)) = ((1 + e^z)² - 1) / ((1 + e^z)² + 1), both sides of the fraction multiplied by a power of e^z.
const mish = {
  kind: 'unit',
  initializer: 'heUniform',
  options: {},
  value(z: number) {
    const u = exp(-Math.abs(z))
    const n = z > 0 ? 1 + 2 * u : u * (u + 2)
    const m = n + (z > 0 ? 2 * (u * u) : 2)
    return z * (n / m)
  },
  // n / m + z · 4 e^z (1 + e^z) / ((1 + e^z)² + 1)²
  gradient(z: number, _a: number, d: number) {
    const u = exp(-Math.abs(z))
    const n = z > 0 ? 1 + 2 * u : u * (u + 2)
    const m = n + (z > 0 ? 2 * (u * u) : 2)
    const slope = (4 * ((z > 0 ? u * u : u) * (1 + u))) / (m * m)
    return d * (n / m + z * slope)
  },
} as const

const exponential = {
  kind: 'unit',
  initializer: 'glorotUniform',
  options: {},
  value: (z: number) => exp(z),
  gradient: (_z: number, a: number, d: number) => d * a,
} as const

// Howard et al., "Searching for MobileNetV3", ICCV 2019: z times hardSigmoid(z).
const hardSwish = {
  kind: 'unit',
  initializer: 'heUniform',
  options: {},
  value: (z: number) => (z < -3 ? 0 : z > 3 ? z : (z * (z + 3)) / 6),
  gradient: (z: number, _a: number, d: number) => (z > -3 ? (z < 3 ? d * ((2 * z + 3) / 6) : d) : 0),
} as const

/** By name. The order defines the codes; native/kernels/activations.inl has the same order. */
export const activations = {
  linear,
  sigmoid: sigmoidActivation,
  tanh: tanhActivation,
  relu,
  leakyRelu,
  softplus: softplusActivation,
  softmax,
  elu,
  selu,
  gelu,
  silu,
  softsign,
  hardSigmoid,
  relu6,
  mish,
  exponential,
  hardSwish,
} satisfies Record<string, Activation>

/** Other names of entries. */
export const activationAliases = { swish: 'silu' } as const satisfies Record<string, keyof typeof activations>
