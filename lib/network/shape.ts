/** The options of a network and the plan that they describe. */
import { networkPlan } from '../backend/plan.js'
import { wrongSize } from '../checks/errors.js'
import type { Given } from '../checks/given.js'
import { declareOptions } from '../checks/places.js'
import type { InitializerOption, LayerOption } from '../checks/registry.js'
import { integer } from '../checks/validate.js'
import type { NetworkPlan } from '../kernels/plan.js'
import { parameterDraw } from './initialize.js'
import { type CheckedLayer, checkLayers, MAX_UNITS, readLayers } from './layers.js'

export interface NetworkOptions {
  /** The number of values in a sample. */
  inputs: number
  /** At least one layer. The last one is dense; only the last one may have `softmax`. */
  layers: readonly LayerOption[]
  /**
   * The initializer of the weights of dense layers without a `weightsInitializer`. Biases start at 0 without a
   * `biasInitializer`, betas at 0, gammas at 1. Default: the one that suits the layer's activation, `heUniform` for the
   * relu family.
   */
  initializer?: InitializerOption
  /**
   * The seed of the initializers: an integer from 0 to 2^53 - 1. The same seed gives the same parameters. Default 0.
   */
  seed?: number
  /**
   * The parameters, used in place: per dense layer the weights [inputs × units] row-major, then the bias [units]; per
   * normalization gamma, beta and, in a batch normalization, the moving mean and variance; per embedding a table
   * [categories × units] for each column. Over an ArrayBuffer or a
   * SharedArrayBuffer. For an array of another realm, `network.parameters` is a view of the same memory. Excludes
   * `initializer`, `seed` and the layers' initializers.
   */
  parameters?: Float64Array
}

/** The names of all options. @internal */
export const NETWORK_OPTIONS = declareOptions<readonly (keyof NetworkOptions)[]>('network', [
  'inputs',
  'layers',
  'initializer',
  'seed',
  'parameters',
])
const MAX_PARAMETERS = 2 ** 31 - 1

/** The checked options of a network and its plan; layers are read once. */
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

/**
 * The initial parameters of networks of checked options, one for each seed: [seeds × parameters of one]. They are those of
 * `new Network({ …, seed })`.
 */
export function memberParameters(
  { inputs, layers, initializer }: Readonly<Record<string, unknown>>,
  seeds: readonly number[],
): Float64Array {
  const { plan, shapes } = shapeOf(inputs, layers)
  const draw = parameterDraw(plan, shapes, initializer)
  const all = new Float64Array(seeds.length * plan.parameterCount)
  seeds.forEach((seed, i) => {
    all.set(draw(seed), i * plan.parameterCount)
  })
  return all
}

/** The plan of a network of these inputs and layers, before it is made. @internal */
export const planOf = (inputs: unknown, layers: unknown): NetworkPlan => shapeOf(inputs, layers).plan
