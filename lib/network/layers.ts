/** The layers of a network: checks of the caller's options, descriptions, and the positions of their parameters. */

import { type LayerShape, placedTensorsOf } from '../backend/plan.js'
import { wrongSize, wrongType, wrongValue } from '../checks/errors.js'
import { type Given, requireKnown, snapshot } from '../checks/given.js'
import { shownItems } from '../checks/inspect.js'
import { withJSON } from '../checks/json.js'
import { declareOptions } from '../checks/places.js'
import {
  type ActivationName,
  activationRegistry,
  initializerRegistry,
  type LayerType,
  layerRegistry,
} from '../checks/registry.js'
import { areFinite } from '../checks/rows.js'
import { elements, integer, optionValues } from '../checks/validate.js'
import type { TensorSpec } from '../kernels/layers/layer.js'
import type { LayerPlan, NetworkPlan } from '../kernels/plan.js'
import { LAYER_INITIALIZERS, type LayerInitializers, layerInitializers } from './initialize.js'

/** A layer of a network. */
export interface LayerInfo {
  readonly type: LayerType
  readonly inputs: number
  readonly units: number
  readonly activation: ActivationName
  /** The options of the activation, such as `alpha`, and of the layer type, such as `rate`. */
  readonly options: Readonly<Record<string, number>>
  /** The factors of the penalties of its weights. */
  readonly l1: number
  readonly l2: number
  /** Whether training changes its parameters. */
  readonly trainable: boolean
}

/** The tensors of a layer, as live parts of the parameters: those that its type has. */
export type LayerParameters = { readonly [Name in TensorSpec['name']]?: Float64Array }

export const MAX_UNITS = 2 ** 24
/** Far more than any network that trains. A file with more is refused before its layers are checked. */
export const MAX_LAYERS = 10_000

/** A checked layer. */
export type CheckedLayer = LayerShape & LayerInitializers

/** The options of all layer types with all activations. */
const LAYER_OPTIONS = declareOptions('layer', [
  ...new Set([
    'type',
    'units',
    'activation',
    ...LAYER_INITIALIZERS,
    ...layerRegistry.names.flatMap((_, code) => {
      const { options, training } = layerRegistry.at(code).entry
      return [...Object.keys(options), ...Object.keys(training)]
    }),
    ...activationRegistry.names.flatMap((_, code) => Object.keys(activationRegistry.at(code).entry.options)),
  ]),
])

/** Reads a caller's layers once. */
export function readLayers(given: unknown): Given[] {
  if (!Array.isArray(given)) throw wrongType('an array of layers', 'layers', given)
  if (given.length > MAX_LAYERS) throw wrongSize(`at most ${MAX_LAYERS} layers`, 'layers', `${given.length}`)
  return elements(given).map((one, i) => {
    const where = `layers[${i}]`
    const layer = snapshot(one, where, LAYER_OPTIONS)
    for (const name of LAYER_INITIALIZERS) {
      if (layer[name] !== undefined) layer[name] = initializerRegistry.read(layer[name], `${where}.${name}`)
    }
    return layer
  })
}

/** Checks the layers of `readLayers`. */
export function checkLayers(layers: readonly Given[]): CheckedLayer[] {
  if (layers.length === 0) throw wrongSize('at least one layer', 'layers', 'an empty array')
  return layers.map((layer, i) => checkLayer(layer, `layers[${i}]`, i === layers.length - 1))
}

function checkLayer(layer: Given, where: string, last: boolean): CheckedLayer {
  const { type = 'dense', activation: name = 'linear', ...rest } = layer
  const { code: kind, entry } = layerRegistry.find(type, `${where}.type`)
  const activation = activationRegistry.named(entry.activated ? name : 'linear', `${where}.activation`, rest, where)
  const choices = ['type', ...(entry.sized ? ['units'] : []), ...(entry.activated ? ['activation'] : [])]
  const options = { ...entry.options, ...entry.training, ...activation.entry.options }
  if (entry.sized) choices.push(...LAYER_INITIALIZERS)
  requireKnown(layer, where, [...choices, ...Object.keys(options)])
  if (last && !entry.sized) {
    throw wrongValue(
      '"dense"',
      `${where}.type`,
      type,
      'The last layer computes the outputs: add a dense layer after it.',
    )
  }
  if (activation.entry.kind === 'row' && !last) {
    throw wrongValue('an activation for any layer', `${where}.activation`, name, 'Only the last layer may have it.')
  }
  const units = entry.sized ? integer(rest.units, `${where}.units`, 1, MAX_UNITS) : 0
  if (activation.entry.kind === 'row' && units === 1) {
    const remedy = `It would always be 1. For two classes, use activation: 'sigmoid' with the loss binaryCrossentropy.`
    throw wrongValue(`at least 2 units for ${name}`, `${where}.units`, units, remedy)
  }
  const table = { ...entry.options, ...entry.training }
  const own = optionValues(rest, table, where)
  const value = (option: string) => own[Object.keys(table).indexOf(option)] ?? 0
  return {
    kind,
    units,
    activation: activation.code,
    alpha: activation.options[0] ?? 0,
    rate: value('rate'),
    momentum: value('momentum'),
    epsilon: value('epsilon'),
    trainable: value('trainable'),
    l1: value('l1'),
    l2: value('l2'),
    ...layerInitializers(entry.sized ? rest : {}, where),
  }
}

export function describeLayer(layer: LayerPlan): LayerInfo {
  const { inputs, units, kind, alpha, l1, l2 } = layer
  const { name: type, entry } = layerRegistry.at(kind)
  const activation = activationRegistry.at(layer.activation)
  const options: Record<string, number> = {}
  for (const option of Object.keys(activation.entry.options)) options[option] = alpha
  for (const option of Object.keys(entry.options)) options[option] = layer[option as 'rate' | 'momentum' | 'epsilon']
  const name = activation.name as ActivationName
  const described = { type: type as LayerType, inputs, units, activation: name, options: Object.freeze(options) }
  return Object.freeze({ ...described, l1, l2, trainable: layer.trainable === 1 })
}

/** A layer's part of a digest. */
export function digestOf({ type, ...layer }: LayerInfo): object {
  const { inputs, units, activation, options } = layer
  const described = { inputs, units, activation, options }
  return type === 'dense' ? described : { type, ...described }
}

/** A layer as an option of a network, with those options for training that differ from their defaults. */
export function saveLayer({ type, units, activation, options, ...all }: LayerInfo): Record<string, unknown> {
  const { sized, activated, training } = layerRegistry.find(type, 'type').entry
  const own = Object.entries(training).flatMap(([name, { default: usual }]) => {
    const value = all[name as 'l1' | 'l2' | 'trainable']
    return value === usual ? [] : [[name, value]]
  })
  return {
    ...(type === 'dense' ? {} : { type }),
    ...(sized ? { units } : {}),
    ...(activated ? { activation } : {}),
    ...options,
    ...Object.fromEntries(own),
  }
}

export function layerParameters(layer: LayerPlan, parameters: Float64Array): LayerParameters {
  const parts = placedTensorsOf(layer).map(({ name, at, count }) => [name, parameters.subarray(at, at + count)])
  return withJSON(Object.fromEntries(parts))
}

/** The name of a parameter's tensor: `the weights of layer 2`. */
export function parameterName({ layers }: NetworkPlan, parameter: number): string {
  for (let l = 0; l < layers.length; l++) {
    const part = placedTensorsOf(layers[l]).find(({ at, count }) => parameter >= at && parameter < at + count)
    if (part !== undefined) return `the ${part.name} of layer ${l}`
  }
  return `parameter ${parameter}`
}

/**
 * @param owner the owner of the layers in an error message: ` of the saved network`
 * @throws RangeError that names the tensor with a value that is not finite
 */
export function requireFiniteParameters(
  plan: NetworkPlan,
  parameters: Float64Array,
  owner: string,
  remedy: string,
): void {
  if (areFinite(parameters)) return
  const at = parameters.findIndex((value) => !Number.isFinite(value))
  throw wrongValue('finite numbers', `${parameterName(plan, at)}${owner}`, parameters[at], remedy)
}

/** A table of the layers and their sizes, as text; with a column of types where not all layers are dense. */
export function summaryOf({ layers, parameterCount }: NetworkPlan): string {
  const rows = layers.map((layer, l) => {
    const { type, inputs, units, activation } = describeLayer(layer)
    const count = placedTensorsOf(layer).reduce((sum, part) => sum + part.count, 0)
    return [String(l), type, activation, `${inputs} × ${units}`, String(count)]
  })
  const mixed = rows.some(([, type]) => type !== 'dense')
  const table = [['layer', 'type', 'activation', 'inputs × units', 'parameters'], ...rows].map((row) =>
    row.filter((_, column) => mixed || column !== 1),
  )
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)))
  const end = widths.length - 1
  const line = (row: string[]) =>
    row.map((cell, column) => (column === end ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  ')
  return [...table.map(line), `${parameterCount} parameters in all`].join('\n')
}

/** A line per layer; of many layers the first and the last. */
export const layerLines = ({ layers }: NetworkPlan): string[] =>
  shownItems(
    layers,
    (layer) => {
      const { type, inputs, units, activation } = describeLayer(layer)
      return `${type} ${inputs} × ${units}${layerRegistry.at(layer.kind).entry.activated ? `, ${activation}` : ''}`
    },
    'layers',
  )
