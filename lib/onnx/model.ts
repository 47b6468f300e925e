/** A network's plan as ONNX nodes, and as a graph. */

import { type ActivationName, activationRegistry } from '../checks/registry.js'
import { kindOf } from '../formats/tensors.js'
import type { NetworkPlan, TensorPlan } from '../kernels/plan.js'
import { ACTIVATION_NODES } from './activations.js'
import { Graph } from './graph.js'
import { LAYER_NODES } from './layers.js'
import { type Message, PRECISIONS, type Precision } from './schema.js'

/** Adds the nodes of a network from x [rows × inputs] to its outputs [rows × outputs]. `prefix` is that of its names. */
export function networkNodes(
  graph: Graph,
  { layers }: NetworkPlan,
  parameters: Float64Array,
  x: string,
  prefix = '',
): string {
  // The output of each layer.
  const values: string[] = []
  for (const layer of layers) {
    const scope = `${prefix}layers.${layer.scope}`
    graph.enter(scope)
    const read = layer.inputLayers.map((from) => (from < 0 ? x : values[from]))
    const z = LAYER_NODES[kindOf(layer)](graph, read, layer, (wanted) => {
      const { form, rows, columns, offset } = layer.tensors.find(({ name }) => name === wanted) as TensorPlan
      const shape = form === 'vector' ? [columns] : [rows, columns]
      return graph.tensor(`${scope}.${wanted}`, shape, parameters.subarray(offset, offset + rows * columns))
    })
    const activation = activationRegistry.at(layer.activation).name as ActivationName
    values.push(ACTIVATION_NODES[activation](graph, z, layer.activationOptions))
  }
  return values[values.length - 1]
}

/** The graph of a network: from `x` [rows × inputs] to `y` [rows × outputs]. */
export function graphOf(plan: NetworkPlan, parameters: Float64Array, precision: Precision): Message {
  const graph = new Graph(precision, new Set(['x', 'y']))
  graph.result(networkNodes(graph, plan, parameters, 'x'), 'y')
  const { dataType } = PRECISIONS[precision]
  return graph.message(
    [{ name: 'x', dataType, columns: plan.inputs }],
    [{ name: 'y', dataType, columns: plan.outputs }],
  )
}
