/** Dense layers: z = input · weights + bias. */

import type { Allocate } from '../arena.js'
import { generatedDense } from '../codegen/dense.js'
import { nonNegative } from '../option-table.js'
import type { LayerPlan } from '../plan.js'
import { denseBackward } from '../products/dense.js'
import { sparseLength, sparseProducts } from '../products/sparse.js'
import { type Layer, type LayerDefinition, type TensorSpec, trainable } from './layer.js'

// Closures instead of a class: the engine compiles them once, not once per network.
export const denseLayer = {
  options: {},
  trainingOptions: {
    /** The factor of Σ|w| over the layer's weights in the loss, at least 0; the bias is not penalized. Default 0. */
    l1: nonNegative(0),
    /** The factor of Σ w² over the layer's weights in the loss, at least 0; the bias is not penalized. Default 0. */
    l2: nonNegative(0),
    trainable,
  },
  initializers: ['weightsInitializer', 'biasInitializer'],
  sized: true,
  activated: true,
  outputUnits: (_inputUnits: readonly number[], units: number) => units,
  tensors: ([inputs]: readonly number[], units: number): TensorSpec[] => [
    { name: 'weights', form: 'weights', rows: inputs, columns: units, initial: 'weightsInitializer', penalized: true },
    { name: 'bias', form: 'vector', rows: 1, columns: units, initial: 'biasInitializer' },
  ],
  bufferLength: ({ inputs, units }: LayerPlan, rows: number) => units * rows + sparseLength(inputs, units, rows),
  create({ inputs, units, tensors }: LayerPlan, _l: number, maxRows: number, allocate: Allocate): Layer {
    const [weights, bias] = tensors.map(({ offset }) => offset)
    const z = allocate(maxRows * units)
    const dense = generatedDense(inputs, units)
    const sparse = sparseProducts(inputs, units, maxRows, allocate)
    return {
      z,
      forward([a], p, rows) {
        if (sparse === null || !sparse.forward(a, p, weights, bias, z, rows)) {
          dense.forward(a, p, weights, bias, z, rows, inputs, units)
        }
      },
      backward([a], d, p, g, [dInput], rows, overwriteGradients, [overwriteInput]) {
        if (g !== null && (sparse === null || !sparse.gradient(d, g, weights, bias, rows, overwriteGradients))) {
          dense.gradient(a, d, g, weights, bias, rows, inputs, units, overwriteGradients)
        }
        if (dInput === null) return
        if (overwriteInput) dense.backward(d, p, weights, dInput, rows, inputs, units)
        else denseBackward(d, p, weights, dInput, rows, inputs, units, false)
      },
    }
  },
} as const satisfies LayerDefinition
