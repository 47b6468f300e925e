/**
 * The table of optimizers. `update` makes one step over the flat array of all parameters, so that weights and biases
 * are treated alike. `options` holds the option values in the order of the entry's table, flags as 0 or 1. `state`
 * holds `slots` vectors as long as the parameters, then the scalars. training/step.ts does what all optimizers share.
 */
import { adadelta, adagrad, lion, nadam, radam, rmsprop } from './adaptive.js'
import { type Configurable, type Conflict, flag, fraction, nonNegative, positive } from './option-table.js'

/** The options that every optimizer has, after its own. */
const common = (weightDecay: number) => ({
  /**
   * The share of each parameter, times the learning rate, that is subtracted before each step, at least 0. It does not
   * pass through the gradient, unlike `l2` of a layer.
   */
  weightDecay: nonNegative(weightDecay),
  /**
   * The largest absolute value of a gradient, at least 0; 0: no limit. Default 0. At most one of the three clips is
   * given.
   */
  clipValue: nonNegative(0),
  /** The largest norm of the gradients of each layer's weights, and of its bias, at least 0; 0: no limit. Default 0. */
  clipNorm: nonNegative(0),
  /** The largest norm of all gradients together, at least 0; 0: no limit. Default 0. */
  globalClipNorm: nonNegative(0),
})

/** The index of `learningRate` in the options of every optimizer. */
export const LEARNING_RATE = 0

export const learningRateOf = (options: Float64Array): number => options[LEARNING_RATE]

export function setLearningRate(options: Float64Array, rate: number): void {
  options[LEARNING_RATE] = rate
}

export const COMMON_OPTIONS = Object.keys(common(0))

/** Allows at most one of the three clips. */
function clipConflict(options: Float64Array): Conflict | null {
  const clips = COMMON_OPTIONS.slice(1)
  const given = clips.filter((_, i) => options[options.length - clips.length + i] !== 0)
  if (given.length < 2) return null
  return {
    option: given[1],
    expected: `0 together with ${given[0]}`,
    remedy: `Give at most one of ${clips.join(', ')}.`,
  }
}

/** An entry with its own options and the common ones; `weightDecay` is that option's default. */
function withCommon<Entry extends Configurable>(entry: Entry, weightDecay = 0) {
  const options: Entry['options'] & ReturnType<typeof common> = { ...entry.options, ...common(weightDecay) }
  const conflict = (values: Float64Array): Conflict | null => entry.conflict?.(values) ?? clipConflict(values)
  return { ...entry, options, conflict }
}

export interface Optimizer extends Configurable {
  /** How many numbers of state each parameter has with these options. */
  slots(options: Float64Array): number
  /** The initial value of the vectors; 0 without this function. */
  start?(options: Float64Array): number
  /** The initial values of the scalars. */
  readonly scalars: readonly number[]
  /** p, g: [count]; state: [slots × count + scalars] */
  update(p: Float64Array, g: Float64Array, state: Float64Array, count: number, options: Float64Array): void
}

// w -= lr g; with momentum v = m v + g and w -= lr v; Nesterov's: w -= lr (g + m v) with the new v
// (Sutskever et al., ICML 2013, in the form that PyTorch uses).
const sgd = {
  options: {
    /** The step size, above 0. Default 0.01. */
    learningRate: positive(0.01),
    /** The share of the last velocity that is kept, from 0 to under 1. Default 0. */
    momentum: fraction(0),
    /**
     * Whether the step uses the gradient one step ahead along the velocity (Nesterov). Needs momentum. Default false.
     */
    nesterov: flag(false),
  },
  conflict: (options: Float64Array) =>
    options[2] === 1 && options[1] === 0
      ? { option: 'momentum', expected: 'a number above 0', remedy: 'nesterov: true needs a velocity.' }
      : null,
  slots: (options: Float64Array) => (options[1] === 0 ? 0 : 1),
  scalars: [] as number[],
  update(p: Float64Array, g: Float64Array, state: Float64Array, count: number, options: Float64Array) {
    const learningRate = options[0]
    const momentum = options[1]
    const nesterov = options[2]
    if (momentum === 0) {
      for (let i = 0; i < count; i++) p[i] = p[i] - learningRate * g[i]
    } else if (nesterov === 0) {
      for (let i = 0; i < count; i++) {
        const velocity = momentum * state[i] + g[i]
        state[i] = velocity
        p[i] = p[i] - learningRate * velocity
      }
    } else {
      for (let i = 0; i < count; i++) {
        const velocity = momentum * state[i] + g[i]
        state[i] = velocity
        p[i] = p[i] - learningRate * (g[i] + momentum * velocity)
      }
    }
  },
}

// Kingma and Ba, "Adam", ICLR 2015, algorithm 1; epsilon is added to the corrected root. The scalars are β1^t and β2^t.
// amsgrad (Reddi, Kale and Kumar, ICLR 2018) divides by the root of the largest mean of squares so far.
const adam = {
  options: {
    /** The step size, above 0. Default 0.001. */
    learningRate: positive(0.001),
    /** Decay of the mean of gradients, from 0 to under 1. Default 0.9. */
    beta1: fraction(0.9),
    /** Decay of the mean of squared gradients, from 0 to under 1. Default 0.999. */
    beta2: fraction(0.999),
    /** Added to the root in the denominator, above 0. Default 1e-8. */
    epsilon: positive(1e-8),
    /**
     * Whether to divide by the root of the largest mean of squares so far, which takes one more vector. Default false.
     */
    amsgrad: flag(false),
  },
  slots: (options: Float64Array) => (options[4] === 0 ? 2 : 3),
  scalars: [1, 1],
  update(p: Float64Array, g: Float64Array, state: Float64Array, count: number, options: Float64Array) {
    const learningRate = options[0]
    const beta1 = options[1]
    const beta2 = options[2]
    const epsilon = options[3]
    const amsgrad = options[4]
    const powers = (amsgrad === 0 ? 2 : 3) * count
    const power1 = state[powers] * beta1
    const power2 = state[powers + 1] * beta2
    state[powers] = power1
    state[powers + 1] = power2
    const rest1 = 1 - beta1
    const rest2 = 1 - beta2
    const rate = learningRate / (1 - power1)
    const perRoot = 1 / Math.sqrt(1 - power2)
    if (amsgrad === 0) {
      for (let i = 0; i < count; i++) {
        const mean = beta1 * state[i] + rest1 * g[i]
        const square = beta2 * state[count + i] + rest2 * g[i] * g[i]
        state[i] = mean
        state[count + i] = square
        p[i] = p[i] - rate * (mean / (Math.sqrt(square) * perRoot + epsilon))
      }
    } else {
      for (let i = 0; i < count; i++) {
        const mean = beta1 * state[i] + rest1 * g[i]
        const square = beta2 * state[count + i] + rest2 * g[i] * g[i]
        const largest = state[2 * count + i] < square ? square : state[2 * count + i]
        state[i] = mean
        state[count + i] = square
        state[2 * count + i] = largest
        p[i] = p[i] - rate * (mean / (Math.sqrt(largest) * perRoot + epsilon))
      }
    }
  },
}

/**
 * By name. The order defines the codes; native/kernels/optimizers.inl has the same order. adamw is adam with weight
 * decay.
 */
export const optimizers = {
  sgd: withCommon(sgd),
  adam: withCommon(adam),
  adamw: withCommon(adam, 0.01),
  rmsprop: withCommon(rmsprop),
  adagrad: withCommon(adagrad),
  adadelta: withCommon(adadelta),
  nadam: withCommon(nadam),
  lion: withCommon(lion),
  radam: withCommon(radam),
} satisfies Record<string, Optimizer>
