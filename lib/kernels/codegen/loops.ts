/**
 * The tables' functions of one unit as loops over a block. An engine inlines a function into a loop well only if the
 * loop always calls the same function. So each function gets its own copy of the loop; where the host forbids code from
 * strings, all share one.
 */
import type { UnitActivation } from '../activations.js'
import type { Loss, UnitLoss } from '../losses.js'
import { functionsForLoops } from './branchless.js'
import { compile } from './source.js'

/** a = value(z). z, a: [count] */
export type ForwardLoop = (z: Float64Array, a: Float64Array, count: number, options: Float64Array) => void
/** d = gradient(z, a, d). z, a, d: [count] */
export type BackwardLoop = (
  z: Float64Array,
  a: Float64Array,
  d: Float64Array,
  count: number,
  options: Float64Array,
) => void
/** rowLoss = Σ terms. z, a, y: [rows × units] */
export type LossLoop = (
  z: Float64Array,
  a: Float64Array,
  y: Float64Array,
  rowLoss: Float64Array,
  rows: number,
  units: number,
  options: Float64Array,
) => void
/** d = gradient(a, y) · scale. a, y, d: [count] */
export type LossGradientLoop = (
  a: Float64Array,
  y: Float64Array,
  d: Float64Array,
  count: number,
  scale: number,
  options: Float64Array,
) => void

function forwardLoop({ value }: Pick<UnitActivation, 'value'>): ForwardLoop {
  return (z, a, count, options) => {
    for (let i = 0; i < count; i++) a[i] = value(z[i], options)
  }
}

function backwardLoop({ gradient }: Pick<UnitActivation, 'gradient'>): BackwardLoop {
  return (z, a, d, count, options) => {
    for (let i = 0; i < count; i++) d[i] = gradient(z[i], a[i], d[i], options)
  }
}

function lossLoop({ term }: UnitLoss): LossLoop {
  return (z, a, y, rowLoss, rows, units, options) => {
    for (let row = 0; row < rows; row++) {
      let sum = -0
      for (let j = row * units; j < (row + 1) * units; j++) sum += term(z[j], a[j], y[j], options)
      rowLoss[row] = sum
    }
  }
}

function lossGradientLoop({ gradient }: Loss): LossGradientLoop {
  return (a, y, d, count, scale, options) => {
    for (let i = 0; i < count; i++) d[i] = gradient(a[i], y[i], options) * scale
  }
}

/** Compiles each entry's loop from a copy of the maker's source, once. */
function ownLoops<Entry extends object, Loop>(make: (entry: Entry) => Loop): (entry: Entry) => Loop {
  const made = new WeakMap<Entry, Loop>()
  return (entry) => {
    let loop = made.get(entry)
    if (loop === undefined) {
      loop = copyOf(make)(entry)
      made.set(entry, loop)
    }
    return loop
  }
}

let copies = 0

/**
 * Compiles a function from its source; it must not refer to anything outside itself. The comment makes the sources
 * differ: an engine shares type feedback between functions with the same text.
 */
const copyOf = <F extends (...args: never[]) => unknown>(f: F): F => compile<F>(`/* ${copies++} */ ${f}`) ?? f

const ownForwardLoop = ownLoops(forwardLoop)
const ownBackwardLoop = ownLoops(backwardLoop)

export const forwardLoopOf = (entry: UnitActivation): ForwardLoop => ownForwardLoop(functionsForLoops(entry))
export const backwardLoopOf = (entry: UnitActivation): BackwardLoop => ownBackwardLoop(functionsForLoops(entry))
export const lossLoopOf = ownLoops(lossLoop)
export const lossGradientLoopOf = ownLoops(lossGradientLoop)

/** Fills rowLoss with the loss of each row of the block. */
export function rowLossesOf(loss: Loss): LossLoop {
  if (loss.kind === 'unit') return lossLoopOf(loss)
  return (z, _a, y, rowLoss, rows, units, options) => loss.forward(z, y, rowLoss, rows, units, options)
}

/** rowLoss = rowLoss · sampleWeights. Both: [rows] */
export function weighLosses(rowLoss: Float64Array, sampleWeights: Float64Array, rows: number): void {
  for (let i = 0; i < rows; i++) rowLoss[i] = rowLoss[i] * sampleWeights[i]
}

/** d = d · sampleWeights, one weight for a whole row. d: [rows × units], sampleWeights: [rows] */
export function weighGradients(d: Float64Array, sampleWeights: Float64Array, rows: number, units: number): void {
  for (let row = 0; row < rows; row++) {
    for (let j = row * units; j < (row + 1) * units; j++) d[j] = d[j] * sampleWeights[row]
  }
}
