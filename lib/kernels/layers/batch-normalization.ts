/**
 * Batch normalization (Ioffe and Szegedy, ICML 2015): each unit over the samples of a batch. In training the mean and the
 * variance are those of the step's batch, and the moving statistics follow them; a prediction uses the moving statistics.
 */
import type { Allocate } from '../arena.js'
import { fraction } from '../option-table.js'
import type { LayerPlan } from '../plan.js'
import { activationLoopsOf, type Layer, type LayerDefinition, type Seed, trainable } from './layer.js'
import { addGradients, epsilon, needsWholeBatch, scaleTensors } from './normalization.js'

export const batchNormalizationLayer = {
  options: {
    /** The share of the moving statistics that a step keeps, from 0 to under 1. Default 0.99. */
    momentum: fraction(0.99),
    epsilon,
  },
  training: { trainable },
  sized: false,
  activated: true,
  tensors: (_inputs: number, units: number) => [
    ...scaleTensors(units),
    { name: 'movingMean', count: units, start: 0 },
    { name: 'movingVariance', count: units, start: 1 },
  ],
  bufferLength: ({ units }: LayerPlan, rows: number) => 3 * units * rows + 4 * units,
  create(layer: LayerPlan, _l: number, maxRows: number, allocate: Allocate, seed: Seed | null): Layer {
    const { units, weights: gamma, bias: beta, statistics, momentum, epsilon } = layer
    const z = allocate(maxRows * units)
    const a = allocate(maxRows * units)
    const normalized = allocate(maxRows * units)
    const mean = allocate(units)
    const inverse = allocate(units)
    const dGamma = allocate(units)
    const dBeta = allocate(units)
    const activation = activationLoopsOf(layer)
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
      gradient(_input, d, g, rows, overwrite) {
        addGradients(layer, normalized, d, g, rows, overwrite)
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
} satisfies LayerDefinition
