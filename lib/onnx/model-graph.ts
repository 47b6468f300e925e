/** A model as an ONNX graph: raw columns in, labels and probabilities or numbers out. */
import { wrongValue } from '../checks/errors.js'
import type { TargetUnits } from '../data/model/decode.js'
import type { ExportedHead, ExportedModel } from '../data/model/exported.js'
import type { Target } from '../data/targets/targets.js'
import { columnNodes, rawType } from './columns.js'
import { Graph, ML_DOMAIN, type Port } from './graph.js'
import { networkNodes } from './model.js'
import { FLOAT64, type Message, PRECISIONS, type Precision } from './schema.js'
import { labelNode, labelType, targetNodes } from './targets.js'

/** The outputs of a target: its number; or its label, and the probabilities of all. */
type Outputs = readonly [number: Port] | readonly [label: Port, probabilities: Port]

/** The outputs of all targets. A target alone that is a label has short names, unless a column has one of them. */
function outputsOf(targets: readonly Target[], inputs: readonly Port[]): Outputs[] {
  const names = new Set(inputs.map(({ name }) => name))
  const isShort = targets.length === 1 && !names.has('label') && !names.has('probabilities')
  const all = targets.map((target): Outputs => {
    if (!('encoder' in target)) return [{ name: target.name, dataType: FLOAT64, columns: 1 }]
    const prefix = isShort ? '' : `${target.name}.`
    const { labels } = target.encoder
    return [
      { name: `${prefix}label`, dataType: labelType(labels), columns: null },
      { name: `${prefix}probabilities`, dataType: FLOAT64, columns: labels.length },
    ]
  })
  for (const { name } of all.flat()) {
    if (names.has(name)) {
      const remedy = 'It is the name of an output of the ONNX model: rename the column.'
      throw wrongValue('a name that no output has', 'the name of a column', name, remedy)
    }
    names.add(name)
  }
  return all
}

/** The outputs of a head's network in float64; of an ensemble their mean, as `meanOutputs` of lib/network/mean.ts. */
function headNodes(graph: Graph, { networks, weights }: ExportedHead, x: string, prefix: string, precision: Precision) {
  const outputs = graph.within(precision, () =>
    networks.map((network, i) => {
      const own = weights === null ? prefix : `${prefix}members.${i}.`
      return networkNodes(graph, network.plan, network.copyToSave(), x, own)
    }),
  )
  const wide = precision === 'float64' ? outputs : outputs.map((one) => graph.op('Cast', [one], { to: FLOAT64 }))
  if (weights === null) return wide[0]
  const weighted = wide.map((one, i) => (weights[i] === 1 ? one : graph.op('Mul', [one, graph.number(weights[i])])))
  const sum = weighted.reduce((total, one) => graph.op('Add', [total, one]))
  return graph.op('Div', [sum, graph.number(weights.reduce((total, one) => total + one, 0))])
}

/** The predictions of a head's targets, each from its own outputs. */
function predictedBy(graph: Graph, targets: readonly TargetUnits[], outputs: string): string[] {
  let first = 0
  return targets.map(({ target, units }) => {
    graph.enter(`targets.${target.name}`)
    const places = Array.from({ length: units }, (_, i) => first + i)
    first += units
    const own = targets.length === 1 ? outputs : graph.op('Gather', [outputs, graph.integers(places)], { axis: 1 })
    return targetNodes(graph, target, own, units)
  })
}

/** The graph of a model. Its networks have this precision, everything else is float64. */
export function modelGraph(
  { columns, heads, targets }: ExportedModel,
  precision: Precision,
): { graph: Message; usesMl: boolean } {
  const inputs = columns.map(({ column }): Port => ({ name: column.name, dataType: rawType(column), columns: 1 }))
  const outputs = outputsOf(targets, inputs)
  const graph = new Graph('float64', new Set([...inputs, ...outputs.flat()].map(({ name }) => name)))
  const parts = columns.flatMap(({ column }) => {
    graph.enter(`columns.${column.name}`)
    return columnNodes(graph, column)
  })
  graph.enter('inputs')
  const all = parts.length === 1 ? parts[0] : graph.op('Concat', parts, { axis: 1 })
  const { dataType } = PRECISIONS[precision]
  const x = dataType === FLOAT64 ? all : graph.op('Cast', [all], { to: dataType })
  const predictions = heads.flatMap((head, i) => {
    const prefix = heads.length === 1 ? '' : `heads.${i}.`
    const values = headNodes(graph, head, x, prefix, precision)
    return predictedBy(graph, head.targets, values)
  })
  for (const [i, target] of targets.entries()) {
    const [first, second] = outputs[i]
    if (second === undefined || !('encoder' in target)) {
      graph.result(predictions[i], first.name)
      continue
    }
    graph.enter(`targets.${target.name}`)
    graph.result(labelNode(graph, target.name, target.encoder.labels, predictions[i]), first.name)
    graph.result(predictions[i], second.name)
  }
  return { graph: graph.message(inputs, outputs.flat(), 'model'), usesMl: graph.uses(ML_DOMAIN) }
}
