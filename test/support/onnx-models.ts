/** The models of the ONNX tests. */
import { type ActivationName, type LayerOption, Network } from 'lockstep-nn'
import { ACTIVATION_NODES } from '#lib/onnx/activations.js'
import { Graph } from '#lib/onnx/graph.js'
import { PRECISIONS } from '#lib/onnx/schema.js'
import { modelOf } from './onnx.js'
import { simpleTypes } from './tables.js'

/** The activation alone, as a model. */
export function activationModel(name: string, alpha: number): Uint8Array {
  const graph = new Graph('float64', new Set(['x', 'y']))
  graph.enter('layer')
  const z = graph.op('Identity', ['x'])
  const a = ACTIVATION_NODES[name as ActivationName](graph, z, Float64Array.of(alpha))
  graph.result(a, 'y')
  const port = { dataType: PRECISIONS.float64.dataType, columns: 1 }
  return modelOf(graph.message([{ name: 'x', ...port }], [{ name: 'y', ...port }]))
}

export const newNetwork = (options: object = {}): Network =>
  new Network({ inputs: 2, layers: [{ units: 3, activation: 'tanh' }, { units: 2 }], seed: 1, ...options })

/** A network of two layers with this activation, on the last if it is allowed there only. */
export function networkWith(activation: string): Network {
  const layers = [
    { units: 6, activation: activation === 'softmax' ? 'tanh' : activation },
    { units: 4, activation },
  ]
  return new Network({ inputs: 3, layers: layers as LayerOption[], seed: 5 })
}

export function networkOfAllKinds(): Network {
  const special = simpleTypes.map((type) => ({ type, ...(type === 'dropout' ? { rate: 0.5 } : {}) })) as LayerOption[]
  const columns = [{ column: 1, categories: 3, units: 2 }]
  const block = { type: 'residual', layers: special } as LayerOption
  return new Network({ inputs: 3, layers: [{ type: 'embedding', columns }, ...special, block, { units: 2 }] })
}
