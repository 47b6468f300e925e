/** The tensors of a network's layers: their names in files, their shapes, and their offsets into the parameters. */

import { placedTensorsOf } from '../backend/plan.js'
import { copyRemedy, wrongType } from '../checks/errors.js'
import { type LayerType, layerRegistry } from '../checks/registry.js'
import type { LayerPlan } from '../kernels/plan.js'
import { Ensemble } from '../network/ensemble.js'
import { Network } from '../network/network.js'

export const kindOf = ({ kind }: LayerPlan): LayerType => layerRegistry.at(kind).name as LayerType

export interface Tensor {
  /** Such as `weights`; in a file `layers.0.weights`. */
  readonly name: string
  readonly shape: readonly number[]
  /** Its offset into the parameters. */
  readonly offset: number
}

/** The tensors of a layer, in the order of the parameters. */
export const tensorsOf = (layer: LayerPlan): Tensor[] =>
  placedTensorsOf(layer).map(({ name, count, at }) => ({
    name,
    shape: name === 'weights' ? [layer.inputs, layer.units] : [count],
    offset: at,
  }))

/** All tensors of a network with their names in files. */
export const namedTensors = (layers: readonly LayerPlan[]): Tensor[] =>
  layers.flatMap((layer, i) => tensorsOf(layer).map((tensor) => ({ ...tensor, name: `layers.${i}.${tensor.name}` })))

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** Checks the network that a caller wants to write or to fill. */
export function networkGiven(value: unknown): Network {
  if (value instanceof Network) return value
  const remedy = value instanceof Ensemble ? 'Take one of ensemble.members.' : copyRemedy(value, 'Network', 'Ensemble')
  throw wrongType('a Network', 'network', value, remedy)
}
