/** Dense layers: z = input · weights + bias. */

import type { Allocate } from '../arena.js'
import { generatedDense } from '../codegen/dense.js'
import { nonNegative } from '../option-table.js'
import type { LayerPlan } from '../plan.js'
import { sparseLength, sparseProducts } from '../products/sparse.js'
import { activationLoopsOf, type Layer, type LayerDefinition, trainable } from './layer.js'

// Closures instead of a class: the engine compiles them once, not once per network.
export const denseLayer = {
  options: {},
  training: {
    /** The factor of Σ|w| over the layer's weights in the loss, at least 0; the bias is not penalized. Default 0. */
    l1: nonNegative(0),
    /** The factor of Σ w² over the layer's weights in the loss, at least 0; the bias is not penalized. Default 0. */
    l2: nonNegative(0),
    trainable,
  },
  sized: true,
  activated: true,
  tensors: (inputs: number, units: number) => [
    { name: 'weights', count: inputs * units, start: 0 },
    { name: 'bias', count: units, start: 0 },
  ],
  bufferLength: ({ inputs, units }: LayerPlan, rows: number) => 2 * units * rows + sparseLength(inputs, units, rows),
  create(layer: LayerPlan, _l: number, maxRows: number, allocate: Allocate): Layer {
    const { inputs, units, weights, bias } = layer
    const z = allocate(maxRows * units)
    const a = allocate(maxRows * units)
    const dense = generatedDense(inputs, units)
    const sparse = sparseProducts(inputs, units, maxRows, allocate)
    const activation = activationLoopsOf(layer)
    return {
      z,
      a,
      forward(input, p, rows) {
        if (sparse === null || !sparse.forward(input, p, weights, bias, z, rows)) {
          dense.forward(input, p, weights, bias, z, rows, inputs, units)
        }
        activation.forward(z, a, rows)
      },
      backwardActivation: (d, rows) => activation.backward(z, a, d, rows),
      gradient(input, d, g, rows, overwrite) {
        if (sparse === null || !sparse.gradient(d, g, weights, bias, rows, overwrite)) {
          dense.gradient(input, d, g, weights, bias, rows, inputs, units, overwrite)
        }
      },
      backward(d, p, dInput, rows) {
        dense.backward(d, p, weights, dInput, rows, inputs, units)
      },
    }
  },
} satisfies LayerDefinition
