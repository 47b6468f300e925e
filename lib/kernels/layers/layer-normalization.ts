/** Layer normalization (Ba, Kiros and Hinton, 2016): each sample over its units. */
import type { Allocate } from '../arena.js'
import type { LayerPlan } from '../plan.js'
import { activationLoopsOf, type Layer, type LayerDefinition, trainable } from './layer.js'
import { addGradients, epsilon, scaleTensors } from './normalization.js'

export const layerNormalizationLayer = {
  options: { epsilon },
  training: { trainable },
  sized: false,
  activated: true,
  tensors: (_inputs: number, units: number) => scaleTensors(units),
  bufferLength: ({ units }: LayerPlan, rows: number) => (3 * units + 1) * rows,
  create(layer: LayerPlan, _l: number, maxRows: number, allocate: Allocate): Layer {
    const { units, weights: gamma, bias: beta, epsilon } = layer
    const z = allocate(maxRows * units)
    const a = allocate(maxRows * units)
    const normalized = allocate(maxRows * units)
    const inverse = allocate(maxRows)
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
          // NaN where the squares overflow: a variance of Infinity would make all outputs 0.
          inverse[row] = 1 / Math.sqrt(squares / units + 0 * squares + epsilon)
          for (let j = 0; j < units; j++) {
            normalized[first + j] = (input[first + j] - mean) * inverse[row]
            z[first + j] = p[gamma + j] * normalized[first + j] + p[beta + j]
          }
        }
        activation.forward(z, a, rows)
      },
      backwardActivation: (d, rows) => activation.backward(z, a, d, rows),
      gradient(_input, d, g, rows, overwrite) {
        addGradients(layer, normalized, d, g, rows, overwrite)
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
} satisfies LayerDefinition
