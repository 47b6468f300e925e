/** The tensors of a network's layers: their names in files, their shapes, and their offsets into the parameters. */

import { versionRemedy } from '../checks/brand.js'
import { wrongType } from '../checks/errors.js'
import { type LayerType, layerRegistry } from '../checks/registry.js'
import type { LayerPlan, TensorForm } from '../kernels/plan.js'
import { Ensemble } from '../network/ensemble.js'
import { Network } from '../network/network.js'

export const kindOf = ({ kind }: LayerPlan): LayerType => layerRegistry.at(kind).name as LayerType

export interface Tensor {
  /** Such as `weights`; in a file `layers.0.weights`. */
  readonly name: string
  readonly form: TensorForm
  readonly shape: readonly number[]
  /** Its offset into the parameters. */
  readonly offset: number
}

/** All tensors of a network with their names in files, in the order of the parameters. */
export const namedTensors = (layers: readonly LayerPlan[]): Tensor[] =>
  layers.flatMap(({ tensors, scope }) =>
    tensors.map(({ name, form, rows, columns, offset }) => ({
      name: `layers.${scope}.${name}`,
      form,
      shape: form === 'vector' ? [columns] : [rows, columns],
      offset,
    })),
  )

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** The remedy for an ensemble where a network is wanted. */
const ensembleRemedy = (value: unknown): string | undefined =>
  value instanceof Ensemble ? 'Take one of ensemble.members.' : undefined

/** Checks the network that a caller wants to write or to fill. */
export function networkGiven(value: unknown): Network {
  if (value instanceof Network) return value
  throw wrongType('a Network', 'network', value, ensembleRemedy(value) ?? versionRemedy(value, 'Network', 'Ensemble'))
}

/** The network that a caller wants to export, where a model is allowed, too. */
export function networkOrModel(value: unknown): Network {
  if (value instanceof Network) return value
  const remedy = ensembleRemedy(value) ?? versionRemedy(value, 'Network', 'Ensemble', 'Model')
  throw wrongType('a Network or a Model', 'network', value, remedy)
}
