/**
 * The table of activations. `forward` gives a = f(z) for a block of rows; `backward` turns d from dL/da into dL/dz in
 * place. Each loop stands on its own so that the engine compiles it for one function only.
 */
import { exp, sigmoid, softplus, tanh } from './math.js'
import { nonNegative, type OptionTable } from './options.js'

export interface Activation {
  /** At most one, handed to the kernels as `alpha`. */
  readonly options: OptionTable
  /** Set where a unit's output depends on the whole row: allowed on the last layer only. */
  readonly lastLayerOnly: boolean
  /** z, a: [rows × units] */
  forward(z: Float64Array, a: Float64Array, rows: number, units: number, alpha: number): void
  /** z, a, d: [rows × units] */
  backward(z: Float64Array, a: Float64Array, d: Float64Array, rows: number, units: number, alpha: number): void
}

const linear: Activation = {
  options: {},
  lastLayerOnly: false,
  forward(z, a, rows, units) {
    for (let i = 0; i < rows * units; i++) a[i] = z[i]
  },
  backward() {},
}

const sigmoidActivation: Activation = {
  options: {},
  lastLayerOnly: false,
  forward(z, a, rows, units) {
    for (let i = 0; i < rows * units; i++) a[i] = sigmoid(z[i])
  },
  backward(_z, a, d, rows, units) {
    for (let i = 0; i < rows * units; i++) d[i] = d[i] * (a[i] * (1 - a[i]))
  },
}

const tanhActivation: Activation = {
  options: {},
  lastLayerOnly: false,
  forward(z, a, rows, units) {
    for (let i = 0; i < rows * units; i++) a[i] = tanh(z[i])
  },
  backward(_z, a, d, rows, units) {
    for (let i = 0; i < rows * units; i++) d[i] = d[i] * (1 - a[i] * a[i])
  },
}

// The comparisons are written so that a NaN in z comes out as NaN; at 0 the derivative is that of the left side.
const relu: Activation = {
  options: {},
  lastLayerOnly: false,
  forward(z, a, rows, units) {
    for (let i = 0; i < rows * units; i++) a[i] = z[i] < 0 ? 0 : z[i]
  },
  backward(z, _a, d, rows, units) {
    for (let i = 0; i < rows * units; i++) d[i] = z[i] > 0 ? d[i] : 0
  },
}

const leakyRelu: Activation = {
  options: { alpha: nonNegative(0.3) },
  lastLayerOnly: false,
  forward(z, a, rows, units, alpha) {
    for (let i = 0; i < rows * units; i++) a[i] = z[i] < 0 ? alpha * z[i] : z[i]
  },
  backward(z, _a, d, rows, units, alpha) {
    for (let i = 0; i < rows * units; i++) d[i] = z[i] > 0 ? d[i] : alpha * d[i]
  },
}

const softplusActivation: Activation = {
  options: {},
  lastLayerOnly: false,
  forward(z, a, rows, units) {
    for (let i = 0; i < rows * units; i++) a[i] = softplus(z[i])
  },
  backward(z, _a, d, rows, units) {
    for (let i = 0; i < rows * units; i++) d[i] = d[i] * sigmoid(z[i])
  },
}

const softmax: Activation = {
  options: {},
  lastLayerOnly: true,
  // Shifted by the row's largest logit, so that no exponential overflows.
  forward(z, a, rows, units) {
    for (let row = 0; row < rows; row++) {
      const first = row * units
      let largest = z[first]
      for (let j = 1; j < units; j++) largest = z[first + j] > largest ? z[first + j] : largest
      for (let j = 0; j < units; j++) a[first + j] = exp(z[first + j] - largest)
      let sum = a[first]
      for (let j = 1; j < units; j++) sum += a[first + j]
      for (let j = 0; j < units; j++) a[first + j] = a[first + j] / sum
    }
  },
  // dL/dz_j = a_j (d_j - Σ_k d_k a_k)
  backward(_z, a, d, rows, units) {
    for (let row = 0; row < rows; row++) {
      const first = row * units
      let sum = d[first] * a[first]
      for (let j = 1; j < units; j++) sum += d[first + j] * a[first + j]
      for (let j = 0; j < units; j++) d[first + j] = a[first + j] * (d[first + j] - sum)
    }
  },
}

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
