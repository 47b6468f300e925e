/** Dense layers: z = input · weights + bias. */
import { activationLoopsOf, type Layer, type LayerKind, type Room, trainable } from './layer.js'
import { nonNegative } from './options.js'
import type { LayerPlan } from './plan.js'
import { specializedDense } from './specialize.js'
import { sparseLength, sparseProducts } from './zeros.js'

// Closures instead of a class: an engine that has compiled them for one network need not do so again for the next.
export const denseLayer = {
  options: {},
  training: {
    /** The factor of the sum of its weights' absolute values in the loss, at least 0; not of its bias. Default 0. */
    l1: nonNegative(0),
    /** The factor of the sum of its weights' squares in the loss, at least 0; not of its bias. Default 0. */
    l2: nonNegative(0),
    trainable,
  },
  sized: true,
  activated: true,
  parts: (inputs: number, units: number) => [
    { name: 'weights', count: inputs * units, start: 0 },
    { name: 'bias', count: units, start: 0 },
  ],
  length: ({ inputs, units }: LayerPlan, rows: number) => 2 * units * rows + sparseLength(inputs, units, rows),
  make(layer: LayerPlan, _l: number, most: number, room: Room): Layer {
    const { inputs, units, weights, bias } = layer
    const z = room(most * units)
    const a = room(most * units)
    const dense = specializedDense(inputs, units)
    const sparse = sparseProducts(inputs, units, most, room)
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
      gradient(input, d, g, rows, first) {
        if (sparse === null || !sparse.gradient(d, g, weights, bias, rows, first)) {
          dense.gradient(input, d, g, weights, bias, rows, inputs, units, first)
        }
      },
      backward(d, p, dInput, rows) {
        dense.backward(d, p, weights, dInput, rows, inputs, units)
      },
    }
  },
} satisfies LayerKind
