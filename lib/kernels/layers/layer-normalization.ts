/** Layer normalization (Ba, Kiros and Hinton, 2016): each sample over its units. */
import type { Allocate } from '../arena.js'
import type { LayerPlan } from '../plan.js'
import { type Layer, type LayerDefinition, trainable } from './layer.js'
import { addGradients, epsilon, scaleTensors } from './normalization.js'

export const layerNormalizationLayer = {
  options: { epsilon },
  trainingOptions: { trainable },
  initializers: [],
  sized: false,
  activated: true,
  outputUnits: ([inputs]: readonly number[]) => inputs,
  tensors: ([units]: readonly number[]) => scaleTensors(units),
  bufferLength: ({ units }: LayerPlan, rows: number) => (2 * units + 1) * rows,
  create({ units, options, tensors }: LayerPlan, _l: number, maxRows: number, allocate: Allocate): Layer {
    const [epsilon] = options
    const [gamma, beta] = tensors.map(({ offset }) => offset)
    const z = allocate(maxRows * units)
    const normalized = allocate(maxRows * units)
    const inverse = allocate(maxRows)
    return {
      z,
      forward([input], p, rows) {
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
      },
      backward(_inputs, d, p, g, [dInput], rows, overwriteGradients, [overwrite]) {
        if (g !== null) addGradients(gamma, beta, normalized, d, g, rows, units, overwriteGradients)
        if (dInput === null) return
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
          for (let i = first, j = 0; j < units; i++, j++) {
            const value = inverse[row] * (d[i] * p[gamma + j] - (mean + normalized[i] * slope))
            dInput[i] = overwrite ? value : dInput[i] + value
          }
        }
      },
    }
  },
} as const satisfies LayerDefinition
