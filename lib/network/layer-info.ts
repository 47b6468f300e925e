/** The layers of a network as the caller sees them: descriptions, parameters, saved forms, and tables as text. */

import { shownItems } from '../checks/inspect.js'
import { withJSON } from '../checks/json.js'
import {
  type ActivationName,
  activationRegistry,
  type EmbeddingColumn,
  type LayerType,
  layerRegistry,
} from '../checks/registry.js'
import type { TensorName } from '../kernels/layers/layer.js'
import { definitionOf } from '../kernels/layers/table.js'
import type { OptionTable, RecordsOption } from '../kernels/option-table.js'
import type { LayerPlan, NetworkPlan } from '../kernels/plan.js'

/** A layer of a network. */
export interface LayerInfo {
  readonly type: LayerType
  readonly inputs: number
  readonly units: number
  readonly activation: ActivationName
  /** The options of the activation, such as `alpha`, and of the layer type, such as `rate`. */
  readonly options: Readonly<Record<string, number>>
  /** The columns of an `embedding`. */
  readonly columns?: readonly EmbeddingColumn[]
  /** The layers of a `residual` block. */
  readonly layers?: readonly LayerInfo[]
  /** The factors of the penalties of its weights. */
  readonly l1: number
  readonly l2: number
  /** Whether training changes its parameters; of a block, those of one of its layers. */
  readonly trainable: boolean
}

/** The tensors of a layer, as live parts of the parameters: those that its type has; of a block, those of its layers. */
export type LayerParameters = { readonly [Name in TensorName]?: Float64Array } & {
  readonly layers?: readonly LayerParameters[]
}

/** A layer of a plan with the layers inside it; null where it is no block. */
export interface LayerNode {
  readonly plan: LayerPlan
  readonly layers: readonly LayerNode[] | null
}

/** The layers as the caller gave them: a plan has those of a block before the block. */
export function layerNodes({ layers }: Pick<NetworkPlan, 'layers'>): LayerNode[] {
  const nodes: { readonly node: LayerNode; readonly at: number }[] = []
  layers.forEach((plan, at) => {
    if (definitionOf(plan).block !== true) {
      nodes.push({ node: { plan, layers: null }, at })
      return
    }
    const [, input] = plan.inputLayers
    const first = nodes.findIndex((one) => one.at > input)
    nodes.push({ node: { plan, layers: nodes.splice(first).map(({ node }) => node) }, at })
  })
  return nodes.map(({ node }) => node)
}

/** The values of a table's options: numbers by name, and lists of records. */
function optionsBack(table: OptionTable, values: Float64Array) {
  const numbers: Record<string, number> = {}
  const lists: Record<string, readonly Record<string, number>[]> = {}
  let at = 0
  for (const [name, declared] of Object.entries(table)) {
    if (declared.kind === 'records') {
      lists[name] = Object.freeze(recordsBack(declared, values.subarray(at)))
      at = values.length
    } else numbers[name] = values[at++]
  }
  return { numbers, lists }
}

function recordsBack({ fields }: RecordsOption, values: Float64Array): Record<string, number>[] {
  const names = Object.keys(fields)
  return Array.from({ length: values.length / names.length }, (_, i) =>
    Object.freeze(Object.fromEntries(names.map((name, j) => [name, values[i * names.length + j]]))),
  )
}

export function describeLayer({ plan, layers }: LayerNode): LayerInfo {
  const { inputs, units, kind, tensors } = plan
  const { name: type, entry } = layerRegistry.at(kind)
  const activation = activationRegistry.at(plan.activation)
  const inner = layers?.map(describeLayer) ?? null
  const own = optionsBack(entry.options, plan.options)
  const { numbers } = optionsBack(activation.entry.options, plan.activationOptions)
  return Object.freeze({
    type: type as LayerType,
    inputs,
    units,
    activation: activation.name as ActivationName,
    options: Object.freeze({ ...numbers, ...own.numbers }),
    ...own.lists,
    ...(inner === null ? {} : { layers: Object.freeze(inner) }),
    l1: tensors.reduce((most, { l1 }) => Math.max(most, l1), 0),
    l2: tensors.reduce((most, { l2 }) => Math.max(most, l2), 0),
    trainable: inner === null ? plan.trainable === 1 : inner.some(({ trainable }) => trainable),
  })
}

/** A layer's part of a digest. */
export function digestOf({ type, inputs, units, activation, options, columns, layers }: LayerInfo): object {
  const described = {
    inputs,
    units,
    activation,
    options,
    ...(columns === undefined ? {} : { columns }),
    ...(layers === undefined ? {} : { layers: layers.map(digestOf) }),
  }
  return type === 'dense' ? described : { type, ...described }
}

/** A layer as an option of a network, with those options for training that differ from their defaults. */
export function saveLayer({ type, units, activation, options, columns, layers, ...all }: LayerInfo): SavedLayer {
  const { sized, activated, trainingOptions } = layerRegistry.find(type, 'type').entry
  const own = Object.entries(trainingOptions).flatMap(([name, declared]) => {
    const value = all[name as 'l1' | 'l2' | 'trainable']
    return 'default' in declared && value === declared.default ? [] : [[name, value]]
  })
  return {
    ...(type === 'dense' ? {} : { type }),
    ...(sized ? { units } : {}),
    ...(activated ? { activation } : {}),
    ...options,
    ...(columns === undefined ? {} : { columns }),
    ...(layers === undefined ? {} : { layers: layers.map(saveLayer) }),
    ...Object.fromEntries(own),
  }
}

export type SavedLayer = Record<string, unknown>

export function layerParameters({ plan, layers }: LayerNode, parameters: Float64Array): LayerParameters {
  const tensors = plan.tensors.map(({ name, offset, rows, columns }) => [
    name,
    parameters.subarray(offset, offset + rows * columns),
  ])
  const inner = layers === null ? {} : { layers: layers.map((one) => layerParameters(one, parameters)) }
  return withJSON({ ...Object.fromEntries(tensors), ...inner })
}

const parametersIn = ({ plan, layers }: LayerNode): number =>
  plan.tensors.reduce((sum, { rows, columns }) => sum + rows * columns, 0) +
  (layers ?? []).reduce((sum, inner) => sum + parametersIn(inner), 0)

/** The cells of a layer in a summary, and of the layers inside it. */
function summaryRows(node: LayerNode): string[][] {
  const { scope } = node.plan
  const { type, inputs, units, activation } = describeLayer(node)
  const indent = '  '.repeat(scope.split('.layers.').length - 1)
  const width = node.layers === null ? inputs : units
  const row = [`${indent}${scope}`, type, activation, `${width} × ${units}`, String(parametersIn(node))]
  return [row, ...(node.layers ?? []).flatMap(summaryRows)]
}

/** A table of the layers and their sizes, as text; with a column of types where not all layers are dense. */
export function summaryOf(plan: NetworkPlan): string {
  const rows = layerNodes(plan).flatMap(summaryRows)
  const mixed = rows.some(([, type]) => type !== 'dense')
  const table = [['layer', 'type', 'activation', 'inputs × units', 'parameters'], ...rows].map((row) =>
    row.filter((_, column) => mixed || column !== 1),
  )
  const widths = table[0].map((_, column) => table.reduce((most, row) => Math.max(most, row[column].length), 0))
  const end = widths.length - 1
  const line = (row: string[]) =>
    row.map((cell, column) => (column === end ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  ')
  return [...table.map(line), `${plan.parameterCount} parameters in all`].join('\n')
}

/** A line per layer; of many layers the first and the last. */
export const layerLines = (plan: NetworkPlan): string[] =>
  shownItems(
    layerNodes(plan),
    (node) => {
      const { type, inputs, units, activation, layers } = describeLayer(node)
      const inside = layers === undefined ? '' : ` of ${layers.length} layer${layers.length === 1 ? '' : 's'}`
      const own = definitionOf(node.plan).activated ? `, ${activation}` : ''
      return `${type} ${inputs} × ${units}${inside}${own}`
    },
    'layers',
  )
