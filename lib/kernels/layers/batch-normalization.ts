/**
 * Batch normalization (Ioffe and Szegedy, ICML 2015): each unit over the samples of a batch. In training the mean and the
 * variance are those of the step's batch, and the moving statistics follow them; a prediction uses the moving statistics.
 */
import type { Allocate } from '../arena.js'
import { fraction } from '../option-table.js'
import type { LayerPlan } from '../plan.js'
import { type Layer, type LayerDefinition, type Seed, type TensorSpec, trainable } from './layer.js'
import { addGradients, epsilon, scaleTensors } from './normalization.js'

// A frozen one uses its moving statistics in training too.
const needsWholeBatch = ({ trainable }: LayerPlan): boolean => trainable === 1

export const batchNormalizationLayer = {
  options: {
    /** The share of the moving statistics that a step keeps, from 0 to under 1. Default 0.99. */
    momentum: fraction(0.99),
    epsilon,
  },
  trainingOptions: { trainable },
  initializers: [],
  sized: false,
  activated: true,
  needsWholeBatch,
  outputUnits: ([inputs]: readonly number[]) => inputs,
  tensors: ([units]: readonly number[]): TensorSpec[] => [
    ...scaleTensors(units),
    { name: 'movingMean', form: 'vector', rows: 1, columns: units, initial: 0, moving: true },
    { name: 'movingVariance', form: 'vector', rows: 1, columns: units, initial: 1, moving: true },
  ],
  bufferLength: ({ units }: LayerPlan, rows: number) => 2 * units * rows + 4 * units,
  create(layer: LayerPlan, _l: number, maxRows: number, allocate: Allocate, seed: Seed | null): Layer {
    const { units, options, tensors } = layer
    const [momentum, epsilon] = options
    const [gamma, beta, movingMean, movingVariance] = tensors.map(({ offset }) => offset)
    const z = allocate(maxRows * units)
    const normalized = allocate(maxRows * units)
    const mean = allocate(units)
    const inverse = allocate(units)
    const dGamma = allocate(units)
    const dBeta = allocate(units)
    const byBatch = seed !== null && needsWholeBatch(layer)
    const rest = 1 - momentum

    /** Computes the batch's mean, and its variance in `inverse`, and updates the moving statistics. */
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
        p[movingMean + j] = p[movingMean + j] * momentum + mean[j] * rest
        p[movingVariance + j] = p[movingVariance + j] * momentum + inverse[j] * rest
      }
    }

    function movingStatistics(p: Float64Array): void {
      for (let j = 0; j < units; j++) {
        mean[j] = p[movingMean + j]
        inverse[j] = p[movingVariance + j]
      }
    }

    return {
      z,
      forward([input], p, rows) {
        if (byBatch) batchStatistics(input, p, rows)
        else movingStatistics(p)
        for (let j = 0; j < units; j++) inverse[j] = 1 / Math.sqrt(inverse[j] + epsilon)
        for (let row = 0, i = 0; row < rows; row++) {
          for (let j = 0; j < units; j++, i++) {
            normalized[i] = (input[i] - mean[j]) * inverse[j]
            z[i] = p[gamma + j] * normalized[i] + p[beta + j]
          }
        }
      },
      backward(_inputs, d, p, g, [dInput], rows, overwriteGradients, [overwrite]) {
        if (g !== null) {
          addGradients(gamma, beta, normalized, d, g, rows, units, overwriteGradients)
          for (let j = 0; j < units; j++) {
            dGamma[j] = g[gamma + j]
            dBeta[j] = g[beta + j]
          }
        }
        if (dInput === null) return
        for (let row = 0, i = 0; row < rows; row++) {
          for (let j = 0; j < units; j++, i++) {
            const change = byBatch ? d[i] - (dBeta[j] / rows + normalized[i] * (dGamma[j] / rows)) : d[i]
            const value = p[gamma + j] * inverse[j] * change
            dInput[i] = overwrite ? value : dInput[i] + value
          }
        }
      },
    }
  },
} as const satisfies LayerDefinition
