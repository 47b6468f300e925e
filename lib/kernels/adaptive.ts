/**
 * Optimizers that adapt the step of each parameter to its own gradients, other than adam: entries of the table in
 * optimizers.ts.
 */
import { exp } from './exp.js'
import { flag, fraction, nonNegative, positive } from './option-table.js'

// Hinton's lectures, 2012, with Graves' centering, 2013, and momentum, in PyTorch's form: epsilon outside the root.
export const rmsprop = {
  options: {
    /** The step size, above 0. Default 0.001. */
    learningRate: positive(0.001),
    /** Decay of the mean of squared gradients, from 0 to under 1. Default 0.9. */
    rho: fraction(0.9),
    /** The share of the last velocity that is kept, from 0 to under 1. Default 0. */
    momentum: fraction(0),
    /** Added to the root in the denominator, above 0. Default 1e-7. */
    epsilon: positive(1e-7),
    /** Divides by the root of an estimate of the gradients' variance instead of their mean square. Default false. */
    centered: flag(false),
  },
  slots: (options: Float64Array) => 1 + (options[2] === 0 ? 0 : 1) + (options[4] === 0 ? 0 : 1),
  scalars: [] as number[],
  update(p: Float64Array, g: Float64Array, state: Float64Array, count: number, options: Float64Array) {
    const learningRate = options[0]
    const rho = options[1]
    const momentum = options[2]
    const epsilon = options[3]
    const centered = options[4]
    const rest = 1 - rho
    // The state holds the squares, then the velocities, then the means, as far as the options need them.
    const means = momentum === 0 ? count : 2 * count
    for (let i = 0; i < count; i++) {
      const square = rho * state[i] + rest * g[i] * g[i]
      state[i] = square
      let spread = square
      if (centered !== 0) {
        const mean = rho * state[means + i] + rest * g[i]
        state[means + i] = mean
        // Rounding may make the difference negative.
        spread = square - mean * mean < 0 ? 0 : square - mean * mean
      }
      let step = g[i] / (Math.sqrt(spread) + epsilon)
      if (momentum !== 0) {
        step = momentum * state[count + i] + step
        state[count + i] = step
      }
      p[i] = p[i] - learningRate * step
    }
  },
}

// Duchi, Hazan and Singer, JMLR 12, 2011; epsilon outside the root, as in PyTorch.
export const adagrad = {
  options: {
    /** The step size, above 0. Default 0.01. */
    learningRate: positive(0.01),
    /** The initial value of the sums of squared gradients, at least 0. Default 0. */
    initialAccumulator: nonNegative(0),
    /** Added to the root in the denominator, above 0. Default 1e-10. */
    epsilon: positive(1e-10),
  },
  slots: () => 1,
  start: (options: Float64Array) => options[1],
  scalars: [] as number[],
  update(p: Float64Array, g: Float64Array, state: Float64Array, count: number, options: Float64Array) {
    const learningRate = options[0]
    const epsilon = options[2]
    for (let i = 0; i < count; i++) {
      const sum = state[i] + g[i] * g[i]
      state[i] = sum
      p[i] = p[i] - learningRate * (g[i] / (Math.sqrt(sum) + epsilon))
    }
  },
}

// Zeiler, 2012, algorithm 1: epsilon inside both roots.
export const adadelta = {
  options: {
    /** Multiplies the step, above 0. Default 1. */
    learningRate: positive(1),
    /** Decay of the means of squared gradients and of squared steps, from 0 to under 1. Default 0.95. */
    rho: fraction(0.95),
    /** Added under both roots, above 0. Default 1e-6. */
    epsilon: positive(1e-6),
  },
  slots: () => 2,
  scalars: [] as number[],
  update(p: Float64Array, g: Float64Array, state: Float64Array, count: number, options: Float64Array) {
    const learningRate = options[0]
    const rho = options[1]
    const epsilon = options[2]
    const rest = 1 - rho
    for (let i = 0; i < count; i++) {
      const square = rho * state[i] + rest * g[i] * g[i]
      const step = (Math.sqrt(state[count + i] + epsilon) / Math.sqrt(square + epsilon)) * g[i]
      state[i] = square
      state[count + i] = rho * state[count + i] + rest * step * step
      p[i] = p[i] - learningRate * step
    }
  },
}

// ln 0.96
const LN_DECAY = -0.040821994520255166

// Dozat, ICLR 2016 workshop, with the momenta μ_t = β1 (1 - 0.96^(ψ t) / 2) as in PyTorch. The scalars are β2^t, the
// product μ_1 … μ_t and 0.96^(ψ t); ψ is momentumDecay.
export const nadam = {
  options: {
    /** The step size, above 0. Default 0.002. */
    learningRate: positive(0.002),
    /** Decay of the mean of gradients, the limit of the momenta, from 0 to under 1. Default 0.9. */
    beta1: fraction(0.9),
    /** Decay of the mean of squared gradients, from 0 to under 1. Default 0.999. */
    beta2: fraction(0.999),
    /** Added to the root in the denominator, above 0. Default 1e-8. */
    epsilon: positive(1e-8),
    /** The speed at which the momenta approach beta1, at least 0. Default 0.004. */
    momentumDecay: nonNegative(0.004),
  },
  slots: () => 2,
  scalars: [1, 1, 1],
  update(p: Float64Array, g: Float64Array, state: Float64Array, count: number, options: Float64Array) {
    const learningRate = options[0]
    const beta1 = options[1]
    const beta2 = options[2]
    const epsilon = options[3]
    const decay = exp(options[4] * LN_DECAY)
    const scalars = 2 * count
    const power2 = state[scalars] * beta2
    const power = state[scalars + 2] * decay
    const momentum = beta1 * (1 - 0.5 * power)
    const nextMomentum = beta1 * (1 - 0.5 * (power * decay))
    const product = state[scalars + 1] * momentum
    state[scalars] = power2
    state[scalars + 1] = product
    state[scalars + 2] = power
    const rest1 = 1 - beta1
    const rest2 = 1 - beta2
    const rate = (learningRate * (1 - momentum)) / (1 - product)
    const meanRate = (learningRate * nextMomentum) / (1 - product * nextMomentum)
    const perRoot = 1 / Math.sqrt(1 - power2)
    for (let i = 0; i < count; i++) {
      const mean = beta1 * state[i] + rest1 * g[i]
      const square = beta2 * state[count + i] + rest2 * g[i] * g[i]
      state[i] = mean
      state[count + i] = square
      p[i] = p[i] - (rate * g[i] + meanRate * mean) / (Math.sqrt(square) * perRoot + epsilon)
    }
  },
}

// Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023: the step has the same size for all
// parameters.
export const lion = {
  options: {
    /** The step size, above 0. Default 0.0001. */
    learningRate: positive(1e-4),
    /**
     * The weight of the mean, against that of the gradient, in the direction of a step, from 0 to under 1. Default 0.9.
     */
    beta1: fraction(0.9),
    /** Decay of the mean of gradients, from 0 to under 1. Default 0.99. */
    beta2: fraction(0.99),
  },
  slots: () => 1,
  scalars: [] as number[],
  update(p: Float64Array, g: Float64Array, state: Float64Array, count: number, options: Float64Array) {
    const learningRate = options[0]
    const beta1 = options[1]
    const beta2 = options[2]
    const rest1 = 1 - beta1
    const rest2 = 1 - beta2
    for (let i = 0; i < count; i++) {
      const direction = beta1 * state[i] + rest1 * g[i]
      const sign = direction > 0 ? 1 : direction < 0 ? -1 : direction
      state[i] = beta2 * state[i] + rest2 * g[i]
      p[i] = p[i] - learningRate * sign
    }
  },
}

// From this length of the average of squares on, the variance of 1 / sqrt(square) is known well enough to divide by it.
const MIN_LENGTH = 5

// Liu et al., "On the variance of the adaptive learning rate and beyond", ICLR 2020: adam, but the first steps do not divide by
// the root, and the later ones have a factor that grows to 1. epsilon is added to the root before its correction, as in
// PyTorch. The scalars are β1^t, β2^t and t.
export const radam = {
  options: {
    /** The step size, above 0. Default 0.001. */
    learningRate: positive(0.001),
    /** Decay of the mean of gradients, from 0 to under 1. Default 0.9. */
    beta1: fraction(0.9),
    /** Decay of the mean of squared gradients, from 0 to under 1; up to 2/3, no step divides by the root. Default 0.999. */
    beta2: fraction(0.999),
    /** Added to the root in the denominator, above 0. Default 1e-8. */
    epsilon: positive(1e-8),
  },
  slots: () => 2,
  scalars: [1, 1, 0],
  update(p: Float64Array, g: Float64Array, state: Float64Array, count: number, options: Float64Array) {
    const learningRate = options[0]
    const beta1 = options[1]
    const beta2 = options[2]
    const epsilon = options[3]
    const scalars = 2 * count
    const power1 = state[scalars] * beta1
    const power2 = state[scalars + 1] * beta2
    const t = state[scalars + 2] + 1
    state[scalars] = power1
    state[scalars + 1] = power2
    state[scalars + 2] = t
    const rest1 = 1 - beta1
    const rest2 = 1 - beta2
    const rate = learningRate / (1 - power1)
    // The length of the average of squares in the limit, and now.
    const longest = 2 / (1 - beta2) - 1
    const length = longest - (2 * t * power2) / (1 - power2)
    const rectified = longest > MIN_LENGTH && length > MIN_LENGTH
    const rectification = ((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length)
    const step = rectified ? rate * Math.sqrt(rectification) * Math.sqrt(1 - power2) : rate
    for (let i = 0; i < count; i++) {
      const mean = beta1 * state[i] + rest1 * g[i]
      const square = beta2 * state[count + i] + rest2 * g[i] * g[i]
      state[i] = mean
      state[count + i] = square
      p[i] = p[i] - step * (rectified ? mean / (Math.sqrt(square) + epsilon) : mean)
    }
  },
}
