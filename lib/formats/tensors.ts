/** The tensors of a network's layers: what they are called in files, their shapes, and where they stand in the parameters. */
import { Ensemble } from '../ensemble.js'
import { wrongType } from '../errors.js'
import type { LayerPlan } from '../kernels/plan.js'
import { Network } from '../network.js'

/** The kinds of layers, by their codes. */
export const LAYER_KINDS = ['dense', 'dropout', 'batchNormalization', 'layerNormalization'] as const
export type LayerKind = (typeof LAYER_KINDS)[number]

/** What files need to know of a layer of a plan; what is left out is dense. */
export interface FormatLayer extends Pick<LayerPlan, 'inputs' | 'units' | 'activation' | 'alpha' | 'weights' | 'bias'> {
  readonly kind?: number
  /** Of the normalizations. */
  readonly epsilon?: number
  /** Of a batch normalization: where its moving mean and then its moving variance stand. */
  readonly statistics?: number
}

export const kindOf = ({ kind = 0 }: FormatLayer): LayerKind => LAYER_KINDS[kind]

export interface Tensor {
  /** As in `weights`; in a file `layers.0.weights`. */
  readonly name: string
  readonly shape: readonly number[]
  /** Where it begins among the parameters. */
  readonly offset: number
}

/** By kind; in the order of the parameters. */
const TENSORS: Readonly<Record<LayerKind, (layer: FormatLayer) => Tensor[]>> = {
  dense: ({ inputs, units, weights, bias }) => [
    { name: 'weights', shape: [inputs, units], offset: weights },
    { name: 'bias', shape: [units], offset: bias },
  ],
  dropout: () => [],
  batchNormalization: ({ units, weights, bias, statistics = -1 }) => [
    { name: 'gamma', shape: [units], offset: weights },
    { name: 'beta', shape: [units], offset: bias },
    { name: 'movingMean', shape: [units], offset: statistics },
    { name: 'movingVariance', shape: [units], offset: statistics + units },
  ],
  layerNormalization: ({ units, weights, bias }) => [
    { name: 'gamma', shape: [units], offset: weights },
    { name: 'beta', shape: [units], offset: bias },
  ],
}

export const tensorsOf = (layer: FormatLayer): Tensor[] => TENSORS[kindOf(layer)](layer)

/** All tensors of a network under their names in files. */
export const namedTensors = (layers: readonly FormatLayer[]): Tensor[] =>
  layers.flatMap((layer, i) => tensorsOf(layer).map((tensor) => ({ ...tensor, name: `layers.${i}.${tensor.name}` })))

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** The network that a caller wants to write or to fill. */
export function networkGiven(value: unknown): Network {
  if (value instanceof Network) return value
  const remedy = value instanceof Ensemble ? 'Take one of ensemble.members.' : undefined
  throw wrongType('a Network', 'network', value, remedy)
}
