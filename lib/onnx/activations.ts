/**
 * Each activation in ONNX operators that runtimes implement for float64 with its precision. In ONNX Runtime, Softplus,
 * Elu, Selu, Gelu, Erf and Mish have no float64 kernel. LeakyRelu keeps its alpha as float32. Sigmoid loses digits
 * below 0 (its relative error is 1e-12 at -12 and 1e-3 at -30). The product of a value and its Sigmoid is replaced by a
 * float32 operator.
 */
import type { ActivationName } from '../checks/registry.js'
import type { Graph } from './graph.js'

/** Adds the nodes from z to a. */
type ActivationNodes = (graph: Graph, z: string, options: Float64Array) => string

const isNegative = (graph: Graph, z: string): string => graph.op('Less', [z, graph.number(0)])

/** `below` where z is negative, otherwise `above`. */
const bySign = (graph: Graph, z: string, below: string, above: string): string =>
  graph.op('Where', [isNegative(graph, z), below, above])

/** 1 + e^-z */
const onePlusExp = (graph: Graph, z: string): string =>
  graph.op('Add', [graph.op('Exp', [graph.op('Neg', [z])]), graph.number(1)])

/** e^z - 1 for z of at most 0: 2 t / (1 - t) with t = tanh(z / 2), without cancellation. */
function expm1(graph: Graph, z: string): string {
  const t = graph.op('Tanh', [graph.op('Mul', [z, graph.number(0.5)])])
  return graph.op('Div', [graph.op('Mul', [t, graph.number(2)]), graph.op('Sub', [graph.number(1), t])])
}

/** ln(1 + u): with w = 1 + u rounded, ln(w) · u / (w - 1), which corrects the rounding (Kahan). */
function log1p(graph: Graph, u: string): string {
  const one = graph.number(1)
  const w = graph.op('Add', [u, one])
  const mended = graph.op('Mul', [graph.op('Log', [w]), graph.op('Div', [u, graph.op('Sub', [w, one])])])
  return graph.op('Where', [graph.op('Equal', [w, one]), u, mended])
}

/** ln(1 + e^z) = max(z, 0) + ln(1 + e^-|z|) */
function softplus(graph: Graph, z: string): string {
  const u = graph.op('Exp', [graph.op('Neg', [graph.op('Abs', [z])])])
  return graph.op('Add', [graph.op('Relu', [z]), log1p(graph, u)])
}

const relu6 = (graph: Graph, z: string): string =>
  graph.op('Min', [graph.op('Max', [z, graph.number(0)]), graph.number(6)])

// erfc(t) · e^(t²) · (t + 3) for t >= 0 as a polynomial in (t - 3) / (t + 3), highest power first: a Chebyshev fit of
// degree 21, computed with 60 digits. The relative error of erfc(t) is under 5e-16 up to t = 26.
const ERFC = [
  -4.232896256131312e-9, -3.540176717834453e-9, 4.058994397377326e-8, 4.991865156114229e-8, -2.1964465355487621e-7,
  -4.116735857661039e-7, 9.869878793822319e-7, 2.7677778100941674e-6, -4.742707453845791e-6, -1.74716113106912e-5,
  3.0395885562610692e-5, 0.00010756179369087047, -0.00027677735244260426, -0.0005483097499605397, 0.003034061938959912,
  -0.0012124166205845952, -0.026827234620471114, 0.1195277612868928, -0.3104672619006675, 0.5902283571041115,
  -0.8833944531698832, 1.0740069070883396,
]

/** erfc(t) for t >= 0, until it underflows to 0. */
export function erfc(graph: Graph, t: string): string {
  const three = graph.number(3)
  const shifted = graph.op('Add', [t, three])
  const u = graph.op('Div', [graph.op('Sub', [t, three]), shifted])
  let sum = graph.number(ERFC[0])
  for (const coefficient of ERFC.slice(1)) {
    sum = graph.op('Add', [graph.op('Mul', [sum, u]), graph.number(coefficient)])
  }
  const bell = graph.op('Exp', [graph.op('Neg', [graph.op('Mul', [t, t])])])
  return graph.op('Div', [graph.op('Mul', [bell, sum]), shifted])
}

/** z/2 · (1 + erf(z / √2)); the second factor is erfc(|z| / √2) for z < 0, and 2 - erfc(|z| / √2) otherwise. */
function gelu(graph: Graph, z: string): string {
  const tail = erfc(graph, graph.op('Mul', [graph.op('Abs', [z]), graph.number(Math.SQRT1_2)]))
  const factor = bySign(graph, z, tail, graph.op('Sub', [graph.number(2), tail]))
  return graph.op('Mul', [graph.op('Mul', [z, graph.number(0.5)]), factor])
}

// Klambauer and others, 2017.
const SELU_SCALE = 1.0507009873554805
const SELU_ALPHA = 1.6732632423543772

function elu(graph: Graph, z: string, alpha: number): string {
  return bySign(graph, z, graph.op('Mul', [expm1(graph, z), graph.number(alpha)]), z)
}

/** z · relu6(z + 3) / 6 */
const hardSwish = (graph: Graph, z: string): string =>
  graph.op('Div', [graph.op('Mul', [z, relu6(graph, graph.op('Add', [z, graph.number(3)]))]), graph.number(6)])

export const ACTIVATION_NODES: Readonly<Record<ActivationName, ActivationNodes>> = {
  linear: (_graph, z) => z,
  sigmoid: (graph, z) => graph.op('Div', [graph.number(1), onePlusExp(graph, z)]),
  tanh: (graph, z) => graph.op('Tanh', [z]),
  relu: (graph, z) => graph.op('Relu', [z]),
  leakyRelu: (graph, z, [alpha]) => bySign(graph, z, graph.op('Mul', [z, graph.number(alpha)]), z),
  softplus,
  softmax: (graph, z) => graph.op('Softmax', [z], { axis: 1 }),
  elu: (graph, z, [alpha]) => elu(graph, z, alpha),
  selu: (graph, z) => graph.op('Mul', [elu(graph, z, SELU_ALPHA), graph.number(SELU_SCALE)]),
  gelu,
  silu: (graph, z) => graph.op('Div', [z, onePlusExp(graph, z)]),
  softsign: (graph, z) => graph.op('Div', [z, graph.op('Add', [graph.op('Abs', [z]), graph.number(1)])]),
  hardSigmoid: (graph, z) => graph.op('Div', [relu6(graph, graph.op('Add', [z, graph.number(3)])), graph.number(6)]),
  relu6,
  mish: (graph, z) => graph.op('Mul', [z, graph.op('Tanh', [softplus(graph, z)])]),
  exponential: (graph, z) => graph.op('Exp', [z]),
  hardSwish,
}
