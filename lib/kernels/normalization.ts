/**
 * Normalizations: z = gamma · x̂ + beta, where x̂ is the input less its mean, over the root of its variance. gamma is at
 * `weights`, beta at `bias`; the variance is the mean of squares, not corrected for the number of samples.
 */
import { activationLoopsOf, type Layer, type LayerKind, type Part, type Room, type Seed, trainable } from './layer.js'
import { fraction, positive } from './options.js'
import { BATCH_NORMALIZATION, type LayerPlan } from './plan.js'

/** Whether a layer, in training, needs a step's whole batch at once. One that stays as it is takes its moving statistics. */
export const takesWholeBatch = ({ kind, trainable }: LayerPlan): boolean =>
  kind === BATCH_NORMALIZATION && trainable === 1

/** Added to the variance under the root, above 0. Default 0.001. */
const epsilon = positive(1e-3)

const scaleParts = (units: number): Part[] => [
  { name: 'gamma', count: units, start: 1 },
  { name: 'beta', count: units, start: 0 },
]

/** g_gamma[j] += Σ_r d[r][j] x̂[r][j] and g_beta[j] += Σ_r d[r][j], from -0 where `first`. d, normalized: [rows × units] */
function addGradients(
  { units, weights: gamma, bias: beta }: LayerPlan,
  normalized: Float64Array,
  d: Float64Array,
  g: Float64Array,
  rows: number,
  first: boolean,
): void {
  if (first) {
    for (let j = 0; j < units; j++) {
      g[gamma + j] = -0
      g[beta + j] = -0
    }
  }
  for (let row = 0, i = 0; row < rows; row++) {
    for (let j = 0; j < units; j++, i++) {
      g[gamma + j] += d[i] * normalized[i]
      g[beta + j] += d[i]
    }
  }
}

/**
 * Over the samples of a batch, each unit on its own (Ioffe and Szegedy, ICML 2015). In training the mean and the variance
 * are those of the step's batch, and the moving ones follow them; a network that predicts takes the moving ones.
 */
export const batchNormalizationLayer = {
  options: {
    /** How much of the moving statistics a step keeps, from 0 to under 1. Default 0.99. */
    momentum: fraction(0.99),
    epsilon,
  },
  training: { trainable },
  sized: false,
  activated: true,
  parts: (_inputs: number, units: number) => [
    ...scaleParts(units),
    { name: 'movingMean', count: units, start: 0 },
    { name: 'movingVariance', count: units, start: 1 },
  ],
  length: ({ units }: LayerPlan, rows: number) => 3 * units * rows + 4 * units,
  make(layer: LayerPlan, _l: number, most: number, room: Room, seed: Seed | null): Layer {
    const { units, weights: gamma, bias: beta, statistics, momentum, epsilon } = layer
    const z = room(most * units)
    const a = room(most * units)
    const normalized = room(most * units)
    const mean = room(units)
    const inverse = room(units)
    const dGamma = room(units)
    const dBeta = room(units)
    const activation = activationLoopsOf(layer)
    const byBatch = seed !== null && takesWholeBatch(layer)
    const rest = 1 - momentum

    /** The mean, and for now in `inverse` the variance, of a batch; the moving ones follow. */
    function batchStatistics(input: Float64Array, p: Float64Array, rows: number): void {
      for (let j = 0; j < units; j++) mean[j] = -0
      for (let row = 0, i = 0; row < rows; row++) {
        for (let j = 0; j < units; j++, i++) mean[j] += input[i]
      }
      for (let j = 0; j < units; j++) {
        mean[j] = mean[j] / rows
        inverse[j] = -0
      }
      for (let row = 0, i = 0; row < rows; row++) {
        for (let j = 0; j < units; j++, i++) inverse[j] += (input[i] - mean[j]) * (input[i] - mean[j])
      }
      for (let j = 0; j < units; j++) {
        inverse[j] = inverse[j] / rows
        p[statistics + j] = p[statistics + j] * momentum + mean[j] * rest
        p[statistics + units + j] = p[statistics + units + j] * momentum + inverse[j] * rest
      }
    }

    function movingStatistics(p: Float64Array): void {
      for (let j = 0; j < units; j++) {
        mean[j] = p[statistics + j]
        inverse[j] = p[statistics + units + j]
      }
    }

    return {
      z,
      a,
      forward(input, p, rows) {
        if (byBatch) batchStatistics(input, p, rows)
        else movingStatistics(p)
        for (let j = 0; j < units; j++) inverse[j] = 1 / Math.sqrt(inverse[j] + epsilon)
        for (let row = 0, i = 0; row < rows; row++) {
          for (let j = 0; j < units; j++, i++) {
            normalized[i] = (input[i] - mean[j]) * inverse[j]
            z[i] = p[gamma + j] * normalized[i] + p[beta + j]
          }
        }
        activation.forward(z, a, rows)
      },
      backwardActivation: (d, rows) => activation.backward(z, a, d, rows),
      gradient(_input, d, g, rows, first) {
        addGradients(layer, normalized, d, g, rows, first)
        for (let j = 0; j < units; j++) {
          dGamma[j] = g[gamma + j]
          dBeta[j] = g[beta + j]
        }
      },
      backward(d, p, dInput, rows) {
        if (!byBatch) {
          for (let row = 0, i = 0; row < rows; row++) {
            for (let j = 0; j < units; j++, i++) dInput[i] = p[gamma + j] * inverse[j] * d[i]
          }
          return
        }
        for (let row = 0, i = 0; row < rows; row++) {
          for (let j = 0; j < units; j++, i++) {
            dInput[i] = p[gamma + j] * inverse[j] * (d[i] - (dBeta[j] / rows + normalized[i] * (dGamma[j] / rows)))
          }
        }
      },
    }
  },
} satisfies LayerKind

/** Over the units of a sample, each sample on its own (Ba, Kiros and Hinton, 2016). */
export const layerNormalizationLayer = {
  options: { epsilon },
  training: { trainable },
  sized: false,
  activated: true,
  parts: (_inputs: number, units: number) => scaleParts(units),
  length: ({ units }: LayerPlan, rows: number) => (3 * units + 1) * rows,
  make(layer: LayerPlan, _l: number, most: number, room: Room): Layer {
    const { units, weights: gamma, bias: beta, epsilon } = layer
    const z = room(most * units)
    const a = room(most * units)
    const normalized = room(most * units)
    const inverse = room(most)
    const activation = activationLoopsOf(layer)
    return {
      z,
      a,
      forward(input, p, rows) {
        for (let row = 0; row < rows; row++) {
          const first = row * units
          let sum = -0
          for (let j = 0; j < units; j++) sum += input[first + j]
          const mean = sum / units
          let squares = -0
          for (let j = 0; j < units; j++) squares += (input[first + j] - mean) * (input[first + j] - mean)
          // Where the squares overflow NaN: by a variance of Infinity all would be 0.
          inverse[row] = 1 / Math.sqrt(squares / units + 0 * squares + epsilon)
          for (let j = 0; j < units; j++) {
            normalized[first + j] = (input[first + j] - mean) * inverse[row]
            z[first + j] = p[gamma + j] * normalized[first + j] + p[beta + j]
          }
        }
        activation.forward(z, a, rows)
      },
      backwardActivation: (d, rows) => activation.backward(z, a, d, rows),
      gradient(_input, d, g, rows, first) {
        addGradients(layer, normalized, d, g, rows, first)
      },
      backward(d, p, dInput, rows) {
        for (let row = 0; row < rows; row++) {
          const first = row * units
          let sum = -0
          let product = -0
          for (let j = 0; j < units; j++) {
            const scaled = d[first + j] * p[gamma + j]
            sum += scaled
            product += scaled * normalized[first + j]
          }
          const mean = sum / units
          const slope = product / units
          for (let j = 0; j < units; j++) {
            dInput[first + j] = inverse[row] * (d[first + j] * p[gamma + j] - (mean + normalized[first + j] * slope))
          }
        }
      },
    }
  },
} satisfies LayerKind
