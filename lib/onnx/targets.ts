/** Each type of target in ONNX operators: from the outputs of the network to predictions. */
import { wrongSize } from '../checks/errors.js'
import { LEAST } from '../data/calibration/temperature.js'
import type { Category } from '../data/encoding/category-places.js'
import type { CountTarget } from '../data/targets/count.js'
import type { LabelTarget } from '../data/targets/label.js'
import type { NumberTarget } from '../data/targets/number.js'
import type { OrderedTarget } from '../data/targets/ordered.js'
import type { Target, TargetType } from '../data/targets/targets.js'
import type { Graph } from './graph.js'
import { unscaled } from './scaling.js'
import { BOOL, PRECISIONS, TEXT } from './schema.js'

/** Adds the nodes from outputs [rows × units] to numbers [rows × 1], or to probabilities [rows × labels]. */
type TargetNodes<T> = (graph: Graph, target: T, outputs: string, units: number) => string

function numberNodes(graph: Graph, { name, scaler, transform }: NumberTarget, outputs: string): string {
  const value = scaler === null ? outputs : unscaled(graph, `targets.${name}`, scaler, outputs)
  return transform === 'log' ? graph.op('Exp', [value]) : value
}

/** softmax(ln p / T). */
function atTemperature(graph: Graph, probabilities: string, labels: number, temperature?: number): string {
  if (temperature === undefined) return probabilities
  const logits = graph.op('Log', [graph.op('Max', [probabilities, graph.number(LEAST)])])
  // For each label, as ONNX Runtime removes a division by a single number that is 1 in float32.
  const divisor = graph.tensor(`${temperature} by label`, [1, labels], new Float64Array(labels).fill(temperature))
  return graph.op('Softmax', [graph.op('Div', [logits, divisor])], { axis: 1 })
}

function labelNodes(graph: Graph, { encoder, temperature }: LabelTarget, outputs: string, units: number): string {
  if (units > 1) return atTemperature(graph, outputs, encoder.labels.length, temperature)
  const both = graph.op('Concat', [graph.op('Sub', [graph.number(1), outputs]), outputs], { axis: 1 })
  return atTemperature(graph, both, encoder.labels.length, temperature)
}

/** The means of all neighbours of n values are n² numbers for each row. */
const MAX_ORDERED = 32

/** The means of values i to j of [rows × n], for i <= j, as column i · n + j of [rows × n²]. */
function meansOf(graph: Graph, values: string, n: number): string {
  const weights = new Float64Array(n * n * n)
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) for (let k = i; k <= j; k++) weights[k * n * n + i * n + j] = 1 / (j - i + 1)
  }
  // Not MatMul: ONNX Runtime moves the division of an ensemble's mean into it as a float32.
  return graph.op('Gemm', [values, graph.tensor(`means of ${n}`, [n, n * n], weights)])
}

/**
 * The nearest series without a rise of each row [rows × n]: value k is min over i <= k of max over j >= k of the mean of
 * values i to j (the min-max formula of isotonic regression; Robertson, Wright and Dykstra 1988).
 */
function falling(graph: Graph, values: string, n: number): string {
  const means = meansOf(graph, values, n)
  const results = Array.from({ length: n }, (_, k) => {
    const [rows, columns] = [k + 1, n - k]
    const places = Array.from({ length: rows * columns }, (_, i) => Math.floor(i / columns) * n + k + (i % columns))
    const block = graph.op('Reshape', [
      graph.op('Gather', [means, graph.integers(places)], { axis: 1 }),
      graph.integers([-1, rows, columns]),
    ])
    const largest = graph.op('ReduceMax', [block], { axes: [2], keepdims: 0 })
    return graph.op('ReduceMin', [largest], { axes: [1], keepdims: 1 })
  })
  return graph.op('Concat', results, { axis: 1 })
}

/** The differences of the probabilities that the label is above label k, from 1 before the first to 0 after the last. */
function orderedNodes(graph: Graph, target: OrderedTarget, outputs: string, units: number): string {
  const { name, encoder, temperature } = target
  if (encoder.labels.length > MAX_ORDERED) {
    const received = `${encoder.labels.length}`
    const remedy = 'ONNX has no operator for the order of their outputs. Export the model with toModule().'
    throw wrongSize(`at most ${MAX_ORDERED} ordered labels`, `column ${JSON.stringify(name)}`, received, remedy)
  }
  const above = units === 1 ? outputs : falling(graph, outputs, units)
  const first = graph.op('Gather', [above, graph.integers([0])], { axis: 1 })
  const last = graph.op('Gather', [above, graph.integers([units - 1])], { axis: 1 })
  const parts = [graph.op('Sub', [graph.number(1), first])]
  if (units > 1) {
    const places = Array.from({ length: units - 1 }, (_, k) => k)
    const before = graph.op('Gather', [above, graph.integers(places)], { axis: 1 })
    const after = graph.op('Gather', [above, graph.integers(places.map((k) => k + 1))], { axis: 1 })
    parts.push(graph.op('Sub', [before, after]))
  }
  return atTemperature(graph, graph.op('Concat', [...parts, last], { axis: 1 }), encoder.labels.length, temperature)
}

/** By type of target. */
const TARGET_NODES: { readonly [Type in TargetType]: TargetNodes<Extract<Target, { type: Type }>> } = {
  number: numberNodes,
  count: (_graph, _target: CountTarget, outputs) => outputs,
  label: labelNodes,
  ordered: orderedNodes,
}

export const targetNodes = (graph: Graph, target: Target, outputs: string, units: number): string =>
  (TARGET_NODES[target.type] as TargetNodes<Target>)(graph, target, outputs, units)

/** The label of the greatest probability of each row, the first of equal ones: [rows]. */
export function labelNode(graph: Graph, name: string, labels: readonly Category[], probabilities: string): string {
  const place = graph.op('ArgMax', [probabilities], { axis: 1, keepdims: 0 })
  const list =
    typeof labels[0] === 'number'
      ? graph.tensor(`targets.${name}.labels`, [labels.length], Float64Array.from(labels as readonly number[]))
      : graph.list(`targets.${name}.labels`, labels as readonly string[] | readonly boolean[])
  return graph.op('Gather', [list, place], { axis: 0 })
}

/** The type of labels. */
export const labelType = ([label]: readonly Category[]): number =>
  typeof label === 'string' ? TEXT : typeof label === 'boolean' ? BOOL : PRECISIONS.float64.dataType
