/**
 * The table of initializers: how the weights of a layer start (biases start at 0). Only this side needs them: the native
 * path is handed the parameters. fanIn and fanOut are the layer's inputs and units.
 */
import { log } from './math.js'
import { type Configurable, finite, nonNegative } from './options.js'
import type { Random } from './random.js'

export interface Initializer extends Configurable {
  /** Fills weights, [fanIn × fanOut], in index order. */
  fill(weights: Float64Array, fanIn: number, fanOut: number, random: Random, options: Float64Array): void
}

function fillUniform(weights: Float64Array, low: number, high: number, random: Random): void {
  for (let i = 0; i < weights.length; i++) weights[i] = low + (high - low) * random.uniform()
}

/** Marsaglia's polar method (1964), without the trigonometry of Box and Muller; the second value of each pair is used next. */
function fillNormal(weights: Float64Array, mean: number, stddev: number, random: Random): void {
  for (let i = 0; i < weights.length; i += 2) {
    let u = 0
    let v = 0
    let square = 0
    do {
      u = 2 * random.uniform() - 1
      v = 2 * random.uniform() - 1
      square = u * u + v * v
    } while (square >= 1 || square === 0)
    const factor = Math.sqrt((-2 * log(square)) / square)
    weights[i] = mean + stddev * (u * factor)
    if (i + 1 < weights.length) weights[i + 1] = mean + stddev * (v * factor)
  }
}

const zeros = {
  options: {},
  fill(weights: Float64Array) {
    weights.fill(0)
  },
}

const uniform = {
  options: {
    /** The lower end. Default -0.05. */
    min: finite(-0.05),
    /** The upper end, not below `min`. Default 0.05. */
    max: finite(0.05),
  },
  conflict: (options: Float64Array) =>
    options[0] > options[1]
      ? { option: 'max', expected: 'a number not below min', remedy: 'Values are drawn from [min, max).' }
      : null,
  fill(weights: Float64Array, _fanIn: number, _fanOut: number, random: Random, options: Float64Array) {
    fillUniform(weights, options[0], options[1], random)
  },
}

const normal = {
  options: {
    /** Default 0. */
    mean: finite(0),
    /** The standard deviation, at least 0. Default 0.05. */
    stddev: nonNegative(0.05),
  },
  fill(weights: Float64Array, _fanIn: number, _fanOut: number, random: Random, options: Float64Array) {
    fillNormal(weights, options[0], options[1], random)
  },
}

// Glorot and Bengio, AISTATS 2010: variance 2 / (fanIn + fanOut).
const glorotUniform = {
  options: {},
  fill(weights: Float64Array, fanIn: number, fanOut: number, random: Random) {
    const limit = Math.sqrt(6 / (fanIn + fanOut))
    fillUniform(weights, -limit, limit, random)
  },
}

const glorotNormal = {
  options: {},
  fill(weights: Float64Array, fanIn: number, fanOut: number, random: Random) {
    fillNormal(weights, 0, Math.sqrt(2 / (fanIn + fanOut)), random)
  },
}

// He et al., ICCV 2015: variance 2 / fanIn, for the rectifiers.
const heUniform = {
  options: {},
  fill(weights: Float64Array, fanIn: number, _fanOut: number, random: Random) {
    const limit = Math.sqrt(6 / fanIn)
    fillUniform(weights, -limit, limit, random)
  },
}

const heNormal = {
  options: {},
  fill(weights: Float64Array, fanIn: number, _fanOut: number, random: Random) {
    fillNormal(weights, 0, Math.sqrt(2 / fanIn), random)
  },
}

/** By name. */
export const initializers = {
  zeros,
  uniform,
  normal,
  glorotUniform,
  glorotNormal,
  heUniform,
  heNormal,
} satisfies Record<string, Initializer>
