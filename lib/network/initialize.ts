/** The initial parameters of a network. */

import { placedTensorsOf, seedWords } from '../backend/plan.js'
import { wrongType, wrongValue } from '../checks/errors.js'
import { activationRegistry, type Chosen, initializerRegistry, type LayerOption } from '../checks/registry.js'
import type { Initializer } from '../kernels/initializers.js'
import { DENSE, type NetworkPlan } from '../kernels/plan.js'
import { Random, WEIGHTS_STREAM } from '../kernels/random.js'

/** The options of a layer that choose initializers. */
export const LAYER_INITIALIZERS = ['weightsInitializer', 'biasInitializer'] as const

/** A layer's own initializers; null where it has none. */
export interface LayerInitializers {
  readonly weightsInitializer: Chosen<Initializer> | null
  readonly biasInitializer: Chosen<Initializer> | null
}

/** Checks the initializers of a layer. */
export function layerInitializers(layer: Record<string, unknown>, where: string): LayerInitializers {
  const [weights, bias] = LAYER_INITIALIZERS.map((name) =>
    layer[name] === undefined ? null : initializerRegistry.choose(layer[name], `${where}.${name}`),
  )
  if (bias?.entry.scaled) {
    const fitting = initializerRegistry.names.filter((_, code) => !initializerRegistry.at(code).entry.scaled)
    const remedy = `It depends on the number of inputs, which a bias does not have. Use one of: ${fitting.join(', ')}.`
    throw wrongValue('an initializer for a bias', `${where}.biasInitializer`, bias.name, remedy)
  }
  return { weightsInitializer: weights, biasInitializer: bias }
}

/** Refuses an option that initializes parameters, where parameters are given. */
function requireNone(options: object, name: string, where: string): void {
  const value: unknown = (options as Record<string, unknown>)[name]
  if (value === undefined) return
  const remedy = 'It has no effect where parameters are given: leave one of them out.'
  throw wrongType('nothing', where, value, remedy)
}

/** Refuses all options that initialize parameters; the layers of these options have been checked. */
export function requireNoInitializers(options: Record<string, unknown>): void {
  for (const name of ['initializer', 'seed']) requireNone(options, name, name)
  for (const [l, layer] of (options.layers as object[]).entries()) {
    for (const name of LAYER_INITIALIZERS) requireNone(layer, name, `layers[${l}].${name}`)
  }
}

/** The same layers without their initializers. */
export const withoutInitializers = (layers: readonly LayerOption[]): LayerOption[] =>
  layers.map(({ weightsInitializer: _weights, biasInitializer: _bias, ...rest }) => rest as LayerOption)

/** New parameters: by each layer's own initializers, or by the common one, or by the one that suits its activation. */
export function initialParameters(
  plan: NetworkPlan,
  layers: readonly LayerInitializers[],
  initializer: unknown,
  seed: number,
): Float64Array {
  const common = initializer === undefined ? null : initializerRegistry.choose(initializer, 'initializer')
  const parameters = new Float64Array(plan.parameterCount)
  const [seedLow, seedHigh] = seedWords(seed)
  plan.layers.forEach((layer, l) => {
    const { inputs, units, activation, kind, weights, bias } = layer
    for (const { at, count, start } of placedTensorsOf(layer)) parameters.fill(start, at, at + count)
    if (kind !== DENSE) return
    const { weightsInitializer, biasInitializer } = layers[l]
    const suitable = activationRegistry.at(activation).entry.initializer
    const { entry, options } = weightsInitializer ?? common ?? initializerRegistry.choose(suitable, 'initializer')
    const random = new Random(seedLow, seedHigh, WEIGHTS_STREAM, l)
    entry.fill(parameters.subarray(weights, weights + inputs * units), inputs, units, random, options)
    // The bias is drawn after the weights from the same stream, so that the weights do not depend on it.
    biasInitializer?.entry.fill(parameters.subarray(bias, bias + units), 1, units, random, biasInitializer.options)
  })
  return parameters
}
