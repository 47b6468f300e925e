/** Compares the TypeScript functions with the C++ ones, bit by bit. */
import { readFileSync } from 'node:fs'
import { exp, expm1Negative, sigmoid, tanh } from '#lib/kernels/exp.js'
import { erf, log, log1pUnit, logCosh, softplus } from '#lib/kernels/math.js'
import { type Point, SAMPLE_FILE } from './program.js'

export const FUNCTIONS = { exp, log, tanh, softplus, sigmoid, log1pUnit, erf, expm1Negative, logCosh }

export interface Comparison {
  readonly points: number
  readonly differing: number
  /** The first point at which they differ: `exact` is the value of C++. */
  readonly first: Point | null
}

/** Compares on the points of the sample file, which the last measurement wrote for this function. */
export function compareWithSample(name: keyof typeof FUNCTIONS): Comparison {
  const evaluate = FUNCTIONS[name]
  const bytes = readFileSync(SAMPLE_FILE)
  const values = new Float64Array(bytes.length / 8)
  new Uint8Array(values.buffer).set(bytes)
  let differing = 0
  let first: Point | null = null
  for (let i = 0; i < values.length; i += 2) {
    const computed = evaluate(values[i])
    // Distinguishes 0 and -0; all NaN are equal.
    if (Object.is(computed, values[i + 1])) continue
    differing++
    first ??= { x: values[i], computed, exact: values[i + 1] }
  }
  return { points: values.length / 2, differing, first }
}
