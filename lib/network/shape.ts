/** The options of a network: what they are, and the plan that they describe. */
import { networkPlan } from '../backend/plan.js'
import { wrongSize } from '../checks/errors.js'
import type { Given } from '../checks/given.js'
import { declareOptions } from '../checks/places.js'
import type { InitializerOption, LayerOption } from '../checks/registry.js'
import { integer } from '../checks/validate.js'
import type { NetworkPlan } from '../kernels/plan.js'
import { type CheckedLayer, checkLayers, MAX_UNITS, readLayers } from './layers.js'

export interface NetworkOptions {
  /** How many values a sample has. */
  inputs: number
  /** At least one layer, the last of them dense; `softmax` may stand on the last only. */
  layers: readonly LayerOption[]
  /**
   * How the weights of every dense layer start that has no `weightsInitializer`; biases start at 0 where there is no
   * `biasInitializer`, betas at 0, gammas at 1. Default: what suits the layer's activation, `heUniform` for the relu family.
   */
  initializer?: InitializerOption
  /** For the initializer: an integer from 0 to 2^53 - 1. The same seed gives the same weights. Default 0. */
  seed?: number
  /**
   * The parameters, used in place: per dense layer the weights [inputs × units] row-major, then the bias [units]; per
   * normalization gamma, beta and, with batch normalization, the moving mean and variance. Over an ArrayBuffer or a
   * SharedArrayBuffer; of another realm's array `network.parameters` is a view of the same memory. Excludes `initializer`, `seed` and the layers' initializers.
   */
  parameters?: Float64Array
}

/** The names of all of them. @internal */
export const NETWORK_OPTIONS = declareOptions<readonly (keyof NetworkOptions)[]>('network', [
  'inputs',
  'layers',
  'initializer',
  'seed',
  'parameters',
])
const MAX_PARAMETERS = 2 ** 31 - 1

/** What the options of a network describe, checked; its layers read once. */
export function shapeOf(
  givenInputs: unknown,
  givenLayers: unknown,
): { layers: readonly Given[]; shapes: CheckedLayer[]; plan: NetworkPlan } {
  const inputs = integer(givenInputs, 'inputs', 1, MAX_UNITS)
  const layers = readLayers(givenLayers)
  const shapes = checkLayers(layers, inputs)
  const plan = networkPlan(inputs, shapes)
  if (plan.parameterCount > MAX_PARAMETERS) {
    throw wrongSize(`at most ${MAX_PARAMETERS} parameters`, 'layers', `layers with ${plan.parameterCount}`)
  }
  return { layers, shapes, plan }
}

/** How a network of these inputs and layers lays its parameters out, before it is made. @internal */
export const planOf = (inputs: unknown, layers: unknown): NetworkPlan => shapeOf(inputs, layers).plan
