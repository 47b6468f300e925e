/** The TypeScript functions against what the C++ ones gave: not near it, but the same bits. */
import { readFileSync } from 'node:fs'
import { erf, exp, expm1Negative, log, log1pUnit, logCosh, sigmoid, softplus, tanh } from '#lib/kernels/math.js'
import { type Point, SAMPLE_FILE } from './program.js'

export const FUNCTIONS = { exp, log, tanh, softplus, sigmoid, log1pUnit, erf, expm1Negative, logCosh }

export interface Comparison {
  readonly points: number
  readonly differing: number
  /** The first point at which they differ: `exact` is what C++ gave. */
  readonly first: Point | null
}

/** Compares on the points that the last measurement, which was of this function, left in the sample file. */
export function compareWithSample(name: keyof typeof FUNCTIONS): Comparison {
  const evaluate = FUNCTIONS[name]
  const bytes = readFileSync(SAMPLE_FILE)
  const values = new Float64Array(bytes.length / 8)
  new Uint8Array(values.buffer).set(bytes)
  let differing = 0
  let first: Point | null = null
  for (let i = 0; i < values.length; i += 2) {
    const computed = evaluate(values[i])
    // Tells the zeros apart, and takes any NaN for NaN.
    if (Object.is(computed, values[i + 1])) continue
    differing++
    first ??= { x: values[i], computed, exact: values[i + 1] }
  }
  return { points: values.length / 2, differing, first }
}
