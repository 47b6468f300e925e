/** Each layer type in ONNX operators: z = T(x). */

import type { LayerType } from '../checks/registry.js'
import { embeddingLayer } from '../kernels/layers/embedding.js'
import type { TensorName } from '../kernels/layers/layer.js'
import type { LayerPlan } from '../kernels/plan.js'
import type { Graph } from './graph.js'
import { INT64 } from './schema.js'

/** `tensor` returns a tensor of the layer by its name. */
type LayerNodes = (
  graph: Graph,
  inputs: readonly string[],
  layer: LayerPlan,
  tensor: (name: TensorName) => string,
) => string

/** (x - mean) / sqrt(variance + epsilon) · gamma + beta */
function normalized(
  graph: Graph,
  centered: string,
  variance: string,
  epsilon: number,
  tensor: (name: TensorName) => string,
): string {
  // As an attribute of ONNX's own operators, epsilon would be a float32.
  const deviation = graph.op('Sqrt', [graph.op('Add', [variance, graph.number(epsilon)])])
  const scaled = graph.op('Mul', [graph.op('Div', [centered, deviation]), tensor('gamma')])
  return graph.op('Add', [scaled, tensor('beta')])
}

export const LAYER_NODES: Readonly<Record<LayerType, LayerNodes>> = {
  dense: (graph, [x], _layer, tensor) => graph.op('Gemm', [x, tensor('weights'), tensor('bias')]),
  dropout: (_graph, [x]) => x,
  batchNormalization(graph, [x], { options: [, epsilon] }, tensor) {
    const centered = graph.op('Sub', [x, tensor('movingMean')])
    return normalized(graph, centered, tensor('movingVariance'), epsilon, tensor)
  },
  layerNormalization(graph, [x], { options: [epsilon] }, tensor) {
    const overUnits = { axes: [1], keepdims: 1 }
    const centered = graph.op('Sub', [x, graph.op('ReduceMean', [x], overUnits)])
    const variance = graph.op('ReduceMean', [graph.op('Mul', [centered, centered])], overUnits)
    return normalized(graph, centered, variance, epsilon, tensor)
  },
  residual: (graph, [inner, x]) => graph.op('Add', [inner, x]),
  embedding(graph, [x], { inputs, options }, tensor) {
    const columns = embeddingLayer.categories(options)
    const embedded = new Set(columns.map(({ column }) => column))
    const others = Array.from({ length: inputs }, (_, k) => k).filter((k) => !embedded.has(k))
    const parts = others.length === 0 ? [] : [graph.op('Gather', [x, graph.integers(others)], { axis: 1 })]
    for (const { column } of columns) {
      const values = graph.op('Gather', [x, graph.integers(column)], { axis: 1 })
      const categories = graph.op('Cast', [values], { to: INT64 })
      parts.push(graph.op('Gather', [tensor(`column${column}`), categories], { axis: 0 }))
    }
    return parts.length === 1 ? parts[0] : graph.op('Concat', parts, { axis: 1 })
  },
}
