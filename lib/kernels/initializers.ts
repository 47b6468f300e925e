/**
 * The table of initializers: the initial weights of a layer. Biases are 0 unless a layer chooses an initializer for
 * them. Only TypeScript needs this table: backends receive initialized parameters. fanIn and fanOut are the layer's
 * inputs and units.
 */
import { log } from './math.js'
import { type Configurable, finite, nonNegative } from './option-table.js'
import type { Random } from './random.js'

export interface Initializer extends Configurable {
  /** Whether it depends on the number of inputs, which a bias does not have. */
  readonly scaled: boolean
  /** Fills weights, [fanIn × fanOut], in index order. */
  fill(weights: Float64Array, fanIn: number, fanOut: number, random: Random, options: Float64Array): void
}

function fillUniform(weights: Float64Array, low: number, high: number, random: Random): void {
  for (let i = 0; i < weights.length; i++) weights[i] = low + (high - low) * random.uniform()
}

/**
 * Draws numbers of mean 0 and variance 1 by Marsaglia's polar method (1964), which needs no trigonometric functions.
 * Each pair of uniform numbers yields two of them.
 */
function standardNormals(random: Random): () => number {
  let second: number | null = null
  return () => {
    if (second !== null) {
      const value = second
      second = null
      return value
    }
    let u = 0
    let v = 0
    let square = 0
    do {
      u = 2 * random.uniform() - 1
      v = 2 * random.uniform() - 1
      square = u * u + v * v
    } while (square >= 1 || square === 0)
    const factor = Math.sqrt((-2 * log(square)) / square)
    second = v * factor
    return u * factor
  }
}

function fillNormal(weights: Float64Array, mean: number, stddev: number, random: Random): void {
  const next = standardNormals(random)
  for (let i = 0; i < weights.length; i++) weights[i] = mean + stddev * next()
}

// The bound of the truncated normal distribution, in standard deviations.
const TRUNCATION = 2

function fillTruncated(weights: Float64Array, mean: number, stddev: number, random: Random): void {
  const next = standardNormals(random)
  for (let i = 0; i < weights.length; i++) {
    let value = next()
    while (Math.abs(value) > TRUNCATION) value = next()
    weights[i] = mean + stddev * value
  }
}

const zeros = {
  scaled: false,
  options: {},
  fill(weights: Float64Array) {
    weights.fill(0)
  },
}

const uniform = {
  scaled: false,
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
  scaled: false,
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

/** Uniform from -limit to limit; the numbers of inputs and units determine the limit. */
const uniformWithin = (limit: (fanIn: number, fanOut: number) => number) => ({
  scaled: true,
  options: {},
  fill(weights: Float64Array, fanIn: number, fanOut: number, random: Random) {
    const max = limit(fanIn, fanOut)
    fillUniform(weights, -max, max, random)
  },
})

/** Normal with mean 0; the numbers of inputs and units determine the standard deviation. */
const normalWith = (stddev: (fanIn: number, fanOut: number) => number) => ({
  scaled: true,
  options: {},
  fill(weights: Float64Array, fanIn: number, fanOut: number, random: Random) {
    fillNormal(weights, 0, stddev(fanIn, fanOut), random)
  },
})

// Glorot and Bengio, AISTATS 2010: variance 2 / (fanIn + fanOut).
const glorotUniform = uniformWithin((fanIn, fanOut) => Math.sqrt(6 / (fanIn + fanOut)))
const glorotNormal = normalWith((fanIn, fanOut) => Math.sqrt(2 / (fanIn + fanOut)))

// He et al., ICCV 2015: variance 2 / fanIn, for the relu family.
const heUniform = uniformWithin((fanIn) => Math.sqrt(6 / fanIn))
const heNormal = normalWith((fanIn) => Math.sqrt(2 / fanIn))

// LeCun et al., "Efficient BackProp", 1998: variance 1 / fanIn.
const lecunUniform = uniformWithin((fanIn) => Math.sqrt(3 / fanIn))
const lecunNormal = normalWith((fanIn) => Math.sqrt(1 / fanIn))

const ones = {
  scaled: false,
  options: {},
  fill(weights: Float64Array) {
    weights.fill(1)
  },
}

const constant = {
  scaled: false,
  options: {
    /** The value of every weight. Default 0. */
    value: finite(0),
  },
  fill(weights: Float64Array, _fanIn: number, _fanOut: number, _random: Random, options: Float64Array) {
    weights.fill(options[0])
  },
}

const truncatedNormal = {
  scaled: false,
  options: {
    /** Default 0. */
    mean: finite(0),
    /**
     * The standard deviation before truncation, at least 0. Values beyond two standard deviations are drawn again.
     * Default 0.05.
     */
    stddev: nonNegative(0.05),
  },
  fill(weights: Float64Array, _fanIn: number, _fanOut: number, random: Random, options: Float64Array) {
    fillTruncated(weights, options[0], options[1], random)
  },
}

// Saxe, McClelland and Ganguli, ICLR 2014: orthogonal rows or columns, whichever are fewer, each of norm `gain`.
const orthogonal = {
  scaled: true,
  options: {
    /** The norm of the vectors, at least 0. Default 1. */
    gain: nonNegative(1),
  },
  fill(weights: Float64Array, fanIn: number, fanOut: number, random: Random, options: Float64Array) {
    const length = Math.max(fanIn, fanOut)
    const vectors = orthonormal(Math.min(fanIn, fanOut), length, random)
    for (let k = 0; k < fanIn; k++) {
      for (let j = 0; j < fanOut; j++) {
        const value = fanOut <= fanIn ? vectors[j * length + k] : vectors[k * length + j]
        weights[k * fanOut + j] = options[0] * value
      }
    }
  },
}

/**
 * Orthonormal vectors [count × length], made from normal vectors one after the other, so that no direction is
 * preferred.
 */
function orthonormal(count: number, length: number, random: Random): Float64Array {
  const next = standardNormals(random)
  const vectors = new Float64Array(count * length)
  for (let i = 0; i < count; i++) {
    const vector = vectors.subarray(i * length, (i + 1) * length)
    // The first pass loses digits where a vector is close to the span of the others; the second pass loses none.
    do {
      for (let k = 0; k < length; k++) vector[k] = next()
      removeOthers(vectors, i, length)
    } while (!normalize(vector))
    removeOthers(vectors, i, length)
    normalize(vector)
  }
  return vectors
}

/** Subtracts from vector i its projections on the vectors before it, one after the other (modified Gram-Schmidt). */
function removeOthers(vectors: Float64Array, i: number, length: number): void {
  const vector = vectors.subarray(i * length, (i + 1) * length)
  for (let other = 0; other < i * length; other += length) {
    let product = -0
    for (let k = 0; k < length; k++) product += vectors[other + k] * vector[k]
    for (let k = 0; k < length; k++) vector[k] = vector[k] - product * vectors[other + k]
  }
}

/** Scales a vector to norm 1; false where its norm is 0. */
function normalize(vector: Float64Array): boolean {
  let square = -0
  for (let k = 0; k < vector.length; k++) square += vector[k] * vector[k]
  const size = Math.sqrt(square)
  for (let k = 0; k < vector.length; k++) vector[k] = vector[k] / size
  return size > 0
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
  lecunUniform,
  lecunNormal,
  ones,
  constant,
  truncatedNormal,
  orthogonal,
} satisfies Record<string, Initializer>

export type InitializerName = keyof typeof initializers
