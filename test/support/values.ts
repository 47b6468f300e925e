/** Numbers for samples, targets and parameters: made from a seed, with a few special ones. */

import type { TargetKind } from '#lib/kernels/losses.js'

/** Kinds of numbers: `sensible` ones are within [-1, 1], `small` ones few and round, `wide` ones of any size. */
export type Style = 'sensible' | 'small' | 'wide' | 'wild'

export interface Values {
  readonly style: Style
  readonly seed: number
  /** Values that replace others; positions wrap around. */
  readonly odd: readonly { readonly at: number; readonly value: number }[]
}

export const ODD_VALUES = [
  -0,
  0,
  5e-324,
  -5e-324,
  2 ** -1022,
  -(2 ** -1022 - 2 ** -1074),
  1e-300,
  1 - 2 ** -53,
  1 + 2 ** -52,
  37,
  -746,
  1e10,
  -1e154,
  1e300,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
]

/** Uniform in [0, 1): mulberry32, unrelated to the library's generator. */
export function uniform(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const SMALL = [0, 1, -1, 0.5, -0, 2]

function draw(style: Style, next: () => number): number {
  if (style === 'sensible') return 2 * next() - 1
  if (style === 'small') return SMALL[Math.floor(next() * SMALL.length)]
  const sign = next() < 0.5 ? -1 : 1
  return style === 'wide' ? sign * 10 ** (8 * next() - 4) : sign * 10 ** (600 * next() - 300)
}

/** An array over memory of its own, or over shared memory; not at its buffer's start, so that alignment varies. */
export function newArray(length: number, shared: boolean): Float64Array {
  const bytes = 8 * (length + 1)
  return new Float64Array(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes), 8, length)
}

/** Fills an array with any finite numbers. */
export function fillReal(target: Float64Array, { style, seed, odd }: Values): void {
  const next = uniform(seed)
  for (let i = 0; i < target.length; i++) target[i] = draw(style, next)
  for (const { at, value } of odd) target[at % target.length] = value
}

/** Numbers within [-most, most]. */
export function numbers(length: number, seed: number, most = 1): Float64Array {
  const values = new Float64Array(length)
  if (length > 0) fillReal(values, { style: 'sensible', seed, odd: [] })
  return values.map((value) => value * most)
}

/** Fills an array with numbers from 0 to 1, many of them at the ends. */
export function fillUnit(target: Float64Array, { style, seed, odd }: Values): void {
  const next = uniform(seed)
  for (let i = 0; i < target.length; i++) target[i] = style === 'sensible' ? next() : Math.round(next())
  for (const { at, value } of odd) if (value >= 0 && value <= 1) target[at % target.length] = value
}

/** Fills rows with probabilities that add up to 1: one of them 1, or all above 0. */
export function fillDistributions(target: Float64Array, columns: number, { style, seed, odd }: Values): void {
  const next = uniform(seed)
  for (let first = 0; first < target.length; first += columns) {
    const row = target.subarray(first, first + columns)
    if (style === 'sensible') {
      for (let j = 0; j < columns; j++) row[j] = next() + 2 ** -10
      const sum = row.reduce((a, b) => a + b)
      for (let j = 0; j < columns; j++) row[j] /= sum
    } else {
      row[Math.floor(next() * columns)] = 1
    }
  }
  for (const { at, value } of odd) {
    const i = at % target.length
    if (target[i] === 0 && value >= 0 && value < 1e-200) target[i] = value
  }
}

/** Fills targets with values that a loss of this kind takes, for a network with this number of outputs. */
export function fillTargets(target: Float64Array, kind: TargetKind, outputs: number, values: Values): void {
  const next = uniform(values.seed)
  if (kind === 'real' || kind === 'nonNegative') fillReal(target, values)
  else if (kind === 'unit') fillUnit(target, values)
  else if (kind === 'distribution') fillDistributions(target, outputs, values)
  else for (let i = 0; i < target.length; i++) target[i] = Math.floor(next() * (kind === 'sign' ? 2 : outputs))
  for (let i = 0; i < target.length; i++) {
    if (kind === 'nonNegative') target[i] = Math.abs(target[i])
    if (kind === 'sign') target[i] = 2 * target[i] - 1
  }
}
