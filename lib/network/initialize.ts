/** The initial parameters of a network. */

import { inputWidths, seedWords } from '../backend/plan.js'
import { wrongType, wrongValue } from '../checks/errors.js'
import { activationRegistry, type Chosen, initializerRegistry, type LayerOption } from '../checks/registry.js'
import type { Initializer } from '../kernels/initializers.js'
import type { LayerInitializerName } from '../kernels/layers/layer.js'
import { definitionOf } from '../kernels/layers/table.js'
import type { NetworkPlan } from '../kernels/plan.js'
import { Random, WEIGHTS_STREAM } from '../kernels/random.js'

/** The options of a layer that choose initializers. */
export const LAYER_INITIALIZERS: readonly LayerInitializerName[] = ['weightsInitializer', 'biasInitializer']

/** A layer's own initializers; null where it has none. */
export type LayerInitializers = Readonly<Record<LayerInitializerName, Chosen<Initializer> | null>>

/** Checks the initializers of a layer whose type has initializers of these names. */
export function layerInitializers(
  layer: Record<string, unknown>,
  names: readonly LayerInitializerName[],
  where: string,
): LayerInitializers {
  const [weights, bias] = LAYER_INITIALIZERS.map((name) =>
    layer[name] === undefined || !names.includes(name)
      ? null
      : initializerRegistry.choose(layer[name], `${where}.${name}`),
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
  requireNoneInLayers(options.layers as Layers, 'layers')
}

/** Layers that have been checked. */
type Layers = readonly { readonly layers?: Layers }[]

function requireNoneInLayers(layers: Layers, name: string): void {
  for (const [l, layer] of layers.entries()) {
    for (const option of LAYER_INITIALIZERS) requireNone(layer, option, `${name}[${l}].${option}`)
    if (layer.layers !== undefined) requireNoneInLayers(layer.layers, `${name}[${l}].layers`)
  }
}

/** The same layers without their initializers. */
export const withoutInitializers = (layers: readonly LayerOption[]): LayerOption[] =>
  layers.map(({ weightsInitializer: _weights, biasInitializer: _bias, ...rest }) => {
    const { layers: inner } = rest
    return (inner === undefined ? rest : { ...rest, layers: withoutInitializers(inner) }) as LayerOption
  })

/**
 * The initial parameters of a seed, [parameterCount]: by each layer's own initializers, or by the common one, or by the one
 * that suits its activation. Always the same array.
 */
export type ParameterDraw = (seed: number) => Float64Array

/** Draws the initial parameters of networks of one architecture, one after the other. */
export function parameterDraw(
  plan: NetworkPlan,
  layers: readonly LayerInitializers[],
  initializer: unknown,
): ParameterDraw {
  const common = initializer === undefined ? null : initializerRegistry.choose(initializer, 'initializer')
  const parameters = new Float64Array(plan.parameterCount)
  const draws = plan.layers.map((layer, l) => {
    const definition = definitionOf(layer)
    const { tensors, inputLayers, activation } = layer
    const specs = definition.tensors(inputWidths(plan.inputs, plan.layers, inputLayers), layer.units, layer.options)
    const suitable = activationRegistry.at(activation).entry.initializer
    const usual =
      definition.usualInitializer === undefined
        ? (common ?? initializerRegistry.choose(suitable, 'initializer'))
        : initializerRegistry.choose(definition.usualInitializer, 'initializer')
    return tensors.map(({ offset, rows, columns }, i) => {
      const { initial } = specs[i]
      const chosen =
        typeof initial === 'number' ? null : (layers[l][initial] ?? (initial === 'weightsInitializer' ? usual : null))
      return { values: parameters.subarray(offset, offset + rows * columns), rows, columns, initial, chosen }
    })
  })
  return (seed) => {
    const [seedLow, seedHigh] = seedWords(seed)
    parameters.fill(0)
    draws.forEach((tensors, l) => {
      // The bias is drawn after the weights from the same stream, so that the weights do not depend on it.
      const random = new Random(seedLow, seedHigh, WEIGHTS_STREAM, l)
      for (const { values, rows, columns, initial, chosen } of tensors) {
        if (typeof initial === 'number') values.fill(initial)
        else chosen?.entry.fill(values, rows, columns, random, chosen.options)
      }
    })
    return parameters
  }
}

/** New parameters, as by `parameterDraw`. */
export const initialParameters = (
  plan: NetworkPlan,
  layers: readonly LayerInitializers[],
  initializer: unknown,
  seed: number,
): Float64Array => parameterDraw(plan, layers, initializer)(seed)
