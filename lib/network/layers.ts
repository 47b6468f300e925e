/** The layers of a network: checks of the caller's options, descriptions, and the positions of their parameters. */

import { inputWidths, type LayerShape } from '../backend/plan.js'
import { wrongSize, wrongType, wrongValue } from '../checks/errors.js'
import { type Given, requireKnown, snapshot } from '../checks/given.js'
import { declareOptions } from '../checks/places.js'
import { activationRegistry, initializerRegistry, layerRegistry } from '../checks/registry.js'
import { areFinite } from '../checks/rows.js'
import { elements, integer, optionValues } from '../checks/validate.js'
import type { LayerDefinition } from '../kernels/layers/layer.js'
import { optionOf } from '../kernels/option-table.js'
import type { NetworkPlan } from '../kernels/plan.js'
import { LAYER_INITIALIZERS, type LayerInitializers, layerInitializers } from './initialize.js'

export const MAX_UNITS = 2 ** 24
/** Far more than any network that trains. A file with more is refused before its layers are checked. */
export const MAX_LAYERS = 10_000
/** How many blocks a layer may be inside of. */
const MAX_DEPTH = 100

/** A checked layer. */
export type CheckedLayer = LayerShape & LayerInitializers

const layerTables = layerRegistry.names.map((_, code) => layerRegistry.at(code).entry)

/** The options of all layer types with all activations. */
const LAYER_OPTIONS = declareOptions('layer', [
  ...new Set([
    'type',
    'units',
    'activation',
    ...LAYER_INITIALIZERS,
    ...layerTables.flatMap(({ options, trainingOptions }) => [
      ...Object.keys(options),
      ...Object.keys(trainingOptions),
    ]),
    ...activationRegistry.names.flatMap((_, code) => Object.keys(activationRegistry.at(code).entry.options)),
  ]),
])

/** What is read of a layer. An option `layers` that is given in a wrong place most likely belongs to a network. */
const READ = [...LAYER_OPTIONS, 'layers']

/** The fields of the options that are lists of objects. */
const RECORD_FIELDS = layerTables.flatMap(({ options }) =>
  Object.entries(options).flatMap(([name, option]) =>
    option.kind === 'records' ? [[name, Object.keys(option.fields), option.max] as const] : [],
  ),
)

/** Reads a caller's layers once. */
export function readLayers(given: unknown): Given[] {
  let count = 0
  function readList(list: unknown, name: string, depth: number): Given[] {
    if (!Array.isArray(list)) throw wrongType('an array of layers', name, list)
    count += list.length
    if (count > MAX_LAYERS) throw wrongSize(`at most ${MAX_LAYERS} layers`, 'layers', `${count}`)
    if (depth > MAX_DEPTH) throw wrongSize(`at most ${MAX_DEPTH} levels of blocks`, 'layers', 'more')
    return elements(list).map((one, i) => {
      const where = `${name}[${i}]`
      const layer = snapshot(one, where, READ)
      for (const option of LAYER_INITIALIZERS) {
        if (layer[option] !== undefined) layer[option] = initializerRegistry.read(layer[option], `${where}.${option}`)
      }
      for (const [option, fields, max] of RECORD_FIELDS) {
        const records = layer[option]
        if (Array.isArray(records)) {
          if (records.length > max) throw wrongSize(`at most ${max} objects`, `${where}.${option}`, `${records.length}`)
          layer[option] = elements(records).map((record, k) => snapshot(record, `${where}.${option}[${k}]`, fields))
        }
      }
      if (Array.isArray(layer.layers)) layer.layers = readList(layer.layers, `${where}.layers`, depth + 1)
      return layer
    })
  }
  return readList(given, 'layers', 0)
}

/** Checks the layers of `readLayers`. Those of a block precede the block. */
export function checkLayers(layers: readonly Given[], inputs: number): CheckedLayer[] {
  const checked: CheckedLayer[] = []
  // What each of them gives.
  const widths: { readonly units: number }[] = []

  /** Adds a list of layers, the first of which reads the layer `from`. Returns the index of the last. */
  function addList(list: readonly Given[], name: string, scope: string, from: number): number {
    if (list.length === 0) throw wrongSize('at least one layer', name, 'an empty array')
    let last = from
    for (const [i, layer] of list.entries()) {
      const isInner = scope !== ''
      const place = { where: `${name}[${i}]`, isLast: !isInner && i === list.length - 1, isFirst: !isInner && i === 0 }
      last = addLayer(layer, place, `${scope}${i}`, last)
    }
    return last
  }

  function addLayer(layer: Given, place: Place, scope: string, from: number): number {
    const shape = checkLayer(layer, place)
    const { entry } = layerRegistry.at(shape.kind)
    const { where } = place
    let inputLayers = [from]
    if (entry.block === true) {
      const inner = addList(layer.layers as Given[], `${where}.layers`, `${scope}.layers.`, from)
      inputLayers = [inner, from]
      requireWidth(inputWidths(inputs, widths, inputLayers), layer.layers as Given[], where)
    }
    const inputUnits = inputWidths(inputs, widths, inputLayers)
    requireFit(entry, inputUnits[0], shape.options, where)
    const units = entry.outputUnits(inputUnits, shape.units, shape.options)
    if (units > MAX_UNITS) throw wrongSize(`at most ${MAX_UNITS} units`, where, `${units}`)
    checked.push({ ...shape, inputLayers, scope })
    return widths.push({ units }) - 1
  }

  addList(layers, 'layers', '', -1)
  return checked
}

/** A block adds its input to the output of its last layer. */
function requireWidth([units, inputs]: readonly number[], layers: readonly Given[], where: string): void {
  if (units === inputs) return
  const last = `${where}.layers[${layers.length - 1}]`
  const received = `${units} units`
  throw wrongSize(`${inputs} units, the width of the block's input,`, last, received, 'A block adds the two.')
}

function requireFit(entry: LayerDefinition, inputUnits: number, options: Float64Array, where: string): void {
  const misfit = entry.misfit?.(inputUnits, options) ?? null
  if (misfit !== null) {
    throw wrongValue(misfit.expected, `${where}.${misfit.option}`, misfit.value, misfit.remedy)
  }
}

/** Where a layer is given. */
interface Place {
  readonly where: string
  readonly isFirst: boolean
  readonly isLast: boolean
}

/** Checks a layer by itself. */
function checkLayer(layer: Given, { where, isFirst, isLast }: Place): Omit<CheckedLayer, 'inputLayers' | 'scope'> {
  const { type = 'dense', activation: name = 'linear', ...rest } = layer
  const { code: kind, entry } = layerRegistry.find(type, `${where}.type`)
  const activation = activationRegistry.named(entry.activated ? name : 'linear', `${where}.activation`, rest, where)
  const choices = [
    'type',
    ...(entry.sized ? ['units'] : []),
    ...(entry.activated ? ['activation'] : []),
    ...entry.initializers,
    ...(entry.block === true ? ['layers'] : []),
  ]
  requireKnown(layer, where, [
    ...choices,
    ...Object.keys({ ...entry.options, ...entry.trainingOptions, ...activation.entry.options }),
  ])
  if (isLast && !entry.sized) {
    throw wrongValue(
      '"dense"',
      `${where}.type`,
      type,
      'The last layer computes the outputs: add a dense layer after it.',
    )
  }
  if (entry.firstOnly === true && !isFirst) {
    const remedy = `Only the first layer of a network may be of the type ${type}.`
    throw wrongValue('another type', `${where}.type`, type, remedy)
  }
  if (entry.block === true && !Array.isArray(layer.layers)) {
    throw wrongType('an array of layers', `${where}.layers`, layer.layers)
  }
  if (activation.entry.kind === 'row' && !isLast) {
    throw wrongValue('an activation for any layer', `${where}.activation`, name, 'Only the last layer may have it.')
  }
  const units = entry.sized ? integer(rest.units, `${where}.units`, 1, MAX_UNITS) : 0
  if (activation.entry.kind === 'row' && units === 1) {
    const remedy = `It would always be 1. For two classes, use activation: 'sigmoid' with the loss binaryCrossentropy.`
    throw wrongValue(`at least 2 units for ${name}`, `${where}.units`, units, remedy)
  }
  const options = optionValues(rest, entry.options, where)
  const training = optionValues(rest, entry.trainingOptions, where)
  const trainingOption = (option: string) => optionOf({ options: entry.trainingOptions }, training, option)
  return {
    kind,
    units,
    activation: activation.code,
    activationOptions: activation.options,
    options,
    trainable: trainingOption('trainable') === 1,
    l1: trainingOption('l1') ?? 0,
    l2: trainingOption('l2') ?? 0,
    ...layerInitializers(rest, entry.initializers, where),
  }
}

/** The name of a parameter's tensor: `the weights of layer 2`. */
export function parameterName({ layers }: NetworkPlan, parameter: number): string {
  for (const { tensors, scope } of layers) {
    const tensor = tensors.find(
      ({ offset, rows, columns }) => parameter >= offset && parameter < offset + rows * columns,
    )
    if (tensor !== undefined) return `the ${tensor.name} of layer ${scope}`
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
