/**
 * The products of products/dense.ts for layers with few weights, generated for one shape: no inner loops, weights in
 * local variables. Measured: 1.3 to 1.6 times as fast. The statements run in the same order, hence the same bits. Where
 * the host forbids code from strings, the loops of products/dense.ts run.
 */
import {
  type DenseBackward,
  type DenseForward,
  type DenseGradient,
  denseBackward,
  denseForward,
  denseGradient,
} from '../products/dense.js'
import { compile, each, eachWeight, terms } from './source.js'

export interface DenseProducts {
  readonly forward: DenseForward
  readonly backward: DenseBackward
  readonly gradient: DenseGradient
}

const LOOPS: DenseProducts = { forward: denseForward, backward: denseBackward, gradient: denseGradient }

// Beyond this number of weights the local variables do not fit the registers, and the loops are as fast.
const MAX_WEIGHTS = 24

const made = new Map<string, DenseProducts>()

/** The products for this shape: generated where that is possible and pays, otherwise the loops. */
export function generatedDense(inputs: number, units: number): DenseProducts {
  if (inputs * units > MAX_WEIGHTS) return LOOPS
  const key = `${inputs}x${units}`
  let dense = made.get(key)
  if (dense === undefined) {
    dense = generate(inputs, units)
    made.set(key, dense)
  }
  return dense
}

function generate(inputs: number, units: number): DenseProducts {
  const forward = compile<DenseForward>(forwardSource(inputs, units))
  const backward = compile<DenseBackward>(backwardSource(inputs, units))
  const gradient = compile<DenseGradient>(gradientSource(inputs, units))
  return forward === null || backward === null || gradient === null ? LOOPS : { forward, backward, gradient }
}

function forwardSource(inputs: number, units: number): string {
  return `(a, p, weights, bias, z, rows) => {
${eachWeight(inputs, units, (k, j) => `const w${k}_${j} = p[weights + ${k * units + j}]`)}
${each(units, (j) => `const b${j} = p[bias + ${j}]`)}
for (let row = 0, from = 0, to = 0; row < rows; row++, from += ${inputs}, to += ${units}) {
${each(inputs, (k) => `const a${k} = a[from + ${k}]`)}
${each(units, (j) => `z[to + ${j}] = b${j} + ${terms(inputs, (k) => `a${k} * w${k}_${j}`)}`)}
}
}`
}

function backwardSource(inputs: number, units: number): string {
  return `(d, p, weights, dInput, rows) => {
${eachWeight(inputs, units, (k, j) => `const w${k}_${j} = p[weights + ${k * units + j}]`)}
for (let row = 0, from = 0, to = 0; row < rows; row++, from += ${units}, to += ${inputs}) {
${each(units, (j) => `const d${j} = d[from + ${j}]`)}
${each(inputs, (k) => `dInput[to + ${k}] = ${terms(units, (j) => `d${j} * w${k}_${j}`)}`)}
}
}`
}

function gradientSource(inputs: number, units: number): string {
  return `(a, d, g, weights, bias, rows, inputs, units, overwrite) => {
${eachWeight(inputs, units, (k, j) => `let g${k}_${j} = overwrite ? -0 : g[weights + ${k * units + j}]`)}
${each(units, (j) => `let h${j} = overwrite ? -0 : g[bias + ${j}]`)}
for (let row = 0, at = 0, from = 0; row < rows; row++, at += ${inputs}, from += ${units}) {
${each(inputs, (k) => `const a${k} = a[at + ${k}]`)}
${each(units, (j) => `const d${j} = d[from + ${j}]`)}
${eachWeight(inputs, units, (k, j) => `g${k}_${j} += a${k} * d${j}`)}
${each(units, (j) => `h${j} += d${j}`)}
}
${eachWeight(inputs, units, (k, j) => `g[weights + ${k * units + j}] = g${k}_${j}`)}
${each(units, (j) => `g[bias + ${j}] = h${j}`)}
}`
}
