/** Scalers in ONNX operators, for values of any shape that broadcasts with [rows × 1]. */
import {
  MIDDLE_DENOMINATOR,
  MIDDLE_NUMERATOR,
  MIDDLE_SQUARE,
  MIDDLE_WIDTH,
  TAIL_DENOMINATOR,
  TAIL_NUMERATOR,
  TAIL_SHIFT,
} from '../data/encoding/normal.js'
import { BOUND, CLIPPED, type Scaling } from '../data/encoding/scaling.js'
import { erfc } from './activations.js'
import type { Graph } from './graph.js'
import { FLOAT64, INT64 } from './schema.js'

/** z / sqrt(1 + (z / 3)²). */
function smoothlyClipped(graph: Graph, z: string): string {
  const far = graph.op('Less', [graph.number(CLIPPED), graph.op('Abs', [z])])
  const bound = graph.op('Where', [graph.op('Less', [z, graph.number(0)]), graph.number(-BOUND), graph.number(BOUND)])
  const part = graph.op('Div', [z, graph.number(BOUND)])
  const root = graph.op('Sqrt', [graph.op('Add', [graph.op('Mul', [part, part]), graph.number(1)])])
  return graph.op('Where', [far, bound, graph.op('Div', [z, root])])
}

/** The inverse of `smoothlyClipped`. */
function unclipped(graph: Graph, y: string): string {
  const part = graph.op('Div', [y, graph.number(BOUND)])
  return graph.op('Div', [y, graph.op('Sqrt', [graph.op('Sub', [graph.number(1), graph.op('Mul', [part, part])])])])
}

/** A polynomial by its coefficients, from that of power 0 on. */
function polynomial(graph: Graph, coefficients: readonly number[], r: string): string {
  const [highest, ...others] = [...coefficients].reverse()
  let sum = graph.number(highest)
  for (const coefficient of others) {
    sum = graph.op('Add', [graph.op('Mul', [sum, r]), graph.number(coefficient)])
  }
  return sum
}

/** The quantile of the normal distribution, as lib/data/encoding/normal.ts computes it. */
function normalQuantile(graph: Graph, p: string): string {
  const q = graph.op('Sub', [p, graph.number(0.5)])
  const r = graph.op('Sub', [graph.number(MIDDLE_SQUARE), graph.op('Mul', [q, q])])
  const middle = graph.op('Div', [
    graph.op('Mul', [q, polynomial(graph, MIDDLE_NUMERATOR, r)]),
    polynomial(graph, MIDDLE_DENOMINATOR, r),
  ])
  const isLow = graph.op('Less', [q, graph.number(0)])
  const tail = graph.op('Where', [isLow, p, graph.op('Sub', [graph.number(1), p])])
  const root = graph.op('Sqrt', [graph.op('Neg', [graph.op('Log', [tail])])])
  const far = graph.op('Sub', [root, graph.number(TAIL_SHIFT)])
  const z = graph.op('Div', [polynomial(graph, TAIL_NUMERATOR, far), polynomial(graph, TAIL_DENOMINATOR, far)])
  const outer = graph.op('Where', [isLow, graph.op('Neg', [z]), z])
  return graph.op('Where', [graph.op('Less', [graph.number(MIDDLE_WIDTH), graph.op('Abs', [q])]), outer, middle])
}

/** How many of the quantiles [1 × k] have a relation to each value: [rows × 1]. */
function countOf(graph: Graph, relation: 'Less' | 'Equal', quantiles: string, z: string): string {
  const holds = graph.op('Cast', [graph.op(relation, [quantiles, z])], { to: FLOAT64 })
  return graph.op('ReduceSum', [holds, graph.integers([1])])
}

/** The element of a list at each index from 0 to last; other indices count as the nearest. */
function elementAt(graph: Graph, list: string, index: string, last: number): string {
  const inside = graph.op('Min', [graph.op('Max', [index, graph.number(0)]), graph.number(last)])
  return graph.op('Gather', [list, graph.op('Cast', [inside], { to: INT64 })])
}

/**
 * The normal score of each value's place among k quantiles: between two of them linear, the middle of those that are
 * equal to it, and the place of the end beyond the ends.
 */
function normalScore(graph: Graph, name: string, quantiles: readonly number[], z: string): string {
  const k = quantiles.length
  const values = Float64Array.from(quantiles)
  const row = graph.tensor(`${name}.quantiles`, [1, k], values)
  const list = graph.tensor(`${name}.list`, [k], values)
  const [below, equal] = [countOf(graph, 'Less', row, z), countOf(graph, 'Equal', row, z)]
  const one = graph.number(1)
  const before = graph.op('Sub', [below, one])
  const low = elementAt(graph, list, before, k - 1)
  const distance = graph.op('Sub', [elementAt(graph, list, below, k - 1), low])
  const share = graph.op('Div', [graph.op('Sub', [z, low]), distance])
  const between = graph.op('Add', [before, share])
  const half = graph.op('Mul', [graph.op('Sub', [equal, one]), graph.number(0.5)])
  const among = graph.op('Where', [graph.op('Less', [graph.number(0), equal]), graph.op('Add', [below, half]), between])
  const last = graph.number(k - 1)
  const upper = graph.op('Where', [graph.op('Less', [graph.number(quantiles[k - 1]), z]), last, among])
  const place = graph.op('Where', [graph.op('Less', [z, graph.number(quantiles[0])]), graph.number(0), upper])
  const p = graph.op('Div', [graph.op('Add', [place, graph.number(0.5)]), graph.number(k)])
  return normalQuantile(graph, p)
}

/** Φ(z) = erfc(-z / √2) / 2 */
function normalProbability(graph: Graph, z: string): string {
  const tail = erfc(graph, graph.op('Div', [graph.op('Abs', [z]), graph.number(Math.SQRT2)]))
  const half = graph.op('Mul', [tail, graph.number(0.5)])
  const isLow = graph.op('Less', [z, graph.number(0)])
  return graph.op('Where', [isLow, half, graph.op('Sub', [graph.number(1), half])])
}

/** The inverse of `normalScore`, from the first to the last quantile. */
function valueOfScore(graph: Graph, name: string, quantiles: readonly number[], score: string): string {
  const k = quantiles.length
  const list = graph.tensor(`${name}.list`, [k], Float64Array.from(quantiles))
  const scaled = graph.op('Mul', [normalProbability(graph, score), graph.number(k)])
  const free = graph.op('Sub', [scaled, graph.number(0.5)])
  const place = graph.op('Min', [graph.op('Max', [free, graph.number(0)]), graph.number(k - 1)])
  const below = graph.op('Floor', [place])
  const low = elementAt(graph, list, below, k - 1)
  const high = elementAt(graph, list, graph.op('Add', [below, graph.number(1)]), k - 1)
  const share = graph.op('Sub', [place, below])
  return graph.op('Add', [low, graph.op('Mul', [graph.op('Sub', [high, low]), share])])
}

/**
 * A number twice, [1 × 2]. ONNX Runtime removes an addition of a single number that is 0 in float32, and a product with
 * one that is 1 in float32, although the numbers are float64; it leaves pairs alone.
 */
const pair = (graph: Graph, value: number): string =>
  graph.tensor(`${value} twice`, [1, 2], Float64Array.of(value, value))

/** One of the two equal columns that pairs make. */
const single = (graph: Graph, values: string): string => graph.op('Gather', [values, graph.integers([0])], { axis: 1 })

/** (x - center) / scale */
const shifted = (graph: Graph, x: string, center: number, scale: number): string =>
  single(graph, graph.op('Div', [graph.op('Sub', [x, pair(graph, center)]), pair(graph, scale)]))

/** z · scale + center */
const shiftedBack = (graph: Graph, z: string, scale: number, center: number): string =>
  single(graph, graph.op('Add', [graph.op('Mul', [z, pair(graph, scale)]), pair(graph, center)]))

/** Scales values [rows × 1] as column j of a scaler. `name` begins the names of its tensors. */
export function scaled(graph: Graph, name: string, scaling: Scaling, j: number, x: string): string {
  const { center, scale, range, clip, quantiles } = scaling
  const z = shifted(graph, x, center[j], scale[j])
  if (range !== null) return shiftedBack(graph, z, range[1] - range[0], range[0])
  if (clip !== null) return smoothlyClipped(graph, z)
  return quantiles === null ? z : normalScore(graph, name, quantiles[j], z)
}

/** The inverse of `scaled` for a scaler of one column. */
export function unscaled(graph: Graph, name: string, scaling: Scaling, y: string): string {
  const { center, scale, range, clip, quantiles } = scaling
  let z = y
  if (range !== null) z = shifted(graph, y, range[0], range[1] - range[0])
  else if (clip !== null) z = unclipped(graph, y)
  else if (quantiles !== null) z = valueOfScore(graph, name, quantiles[0], y)
  return shiftedBack(graph, z, scale[0], center[0])
}
