/** A network's plan as an ONNX graph. */

import { activationRegistry } from '../checks/registry.js'
import { kindOf, sizeOf, tensorsOf } from '../formats/tensors.js'
import type { NetworkPlan } from '../kernels/plan.js'
import { ACTIVATION_NODES } from './activations.js'
import { Graph } from './graph.js'
import { LAYER_NODES } from './layers.js'
import type { Message, Precision } from './schema.js'

/** The graph of a network: from `x` [rows × inputs] to `y` [rows × outputs]. */
export function graphOf(
  { inputs, outputs, layers }: NetworkPlan,
  parameters: Float64Array,
  precision: Precision,
): Message {
  const graph = new Graph(precision)
  let value = 'x'
  layers.forEach((layer, i) => {
    const scope = `layers.${i}`
    graph.enter(scope)
    const tensors = tensorsOf(layer)
    const z = LAYER_NODES[kindOf(layer)](graph, value, layer, (wanted) => {
      const { name, shape, offset } = tensors.find(({ name }) => name === wanted) as (typeof tensors)[number]
      return graph.tensor(`${scope}.${name}`, shape, parameters.subarray(offset, offset + sizeOf(shape)))
    })
    value = ACTIVATION_NODES[activationRegistry.at(layer.activation).name](graph, z, layer.alpha)
  })
  return graph.message(inputs, value, outputs)
}
