/** The forward pass over a block of rows: the arrays of each layer, and which loops run on them. */
import { type Activation, activations } from './activations.js'
import { backwardLoopOf, forwardLoopOf } from './loops.js'
import type { LayerPlan, NetworkPlan, PredictionPlan } from './plan.js'
import { specializedDense } from './specialize.js'

const ACTIVATIONS: readonly Activation[] = Object.values(activations)

// A block is as many rows as fit this many multiplications, so that a turn of the event loop can end in time.
const BLOCK_WORK = 2_000_000
const BLOCK_ROWS = 64

/** How many rows a block of this network has at most. */
export function blockRows(plan: PredictionPlan): number {
  const affordable = Math.max(1, Math.floor(BLOCK_WORK / plan.parameterCount))
  return Math.min(plan.rows, BLOCK_ROWS, affordable)
}

/** Hands out consecutive pieces of the workspace. */
export type Room = (length: number) => Float64Array

export function roomIn(workspace: Float64Array): Room {
  let at = 0
  return (length) => {
    const piece = workspace.subarray(at, at + length)
    at += length
    return piece
  }
}

/** The length of a block: the rows themselves, then z and a of each layer. */
export function blockLength(plan: PredictionPlan): number {
  let columns = plan.inputs
  for (const { units } of plan.layers) columns += 2 * units
  return columns * blockRows(plan)
}

/** A layer with its part of the block. z, a: [rows × units] */
export interface Layer {
  readonly z: Float64Array
  readonly a: Float64Array
  /** z and a from the layer's input. */
  forward(input: Float64Array, p: Float64Array, rows: number): void
  /** d from dL/da to dL/dz, in place. */
  backwardActivation(d: Float64Array, rows: number): void
  /** Adds to the gradients of weights and bias; begins them anew where this is the first block of a step. */
  gradient(input: Float64Array, d: Float64Array, g: Float64Array, rows: number, first: boolean): void
  /** dInput from d = dL/dz. */
  backward(d: Float64Array, p: Float64Array, dInput: Float64Array, rows: number): void
}

// Closures instead of a class: an engine that has compiled them for one network need not do so again for the next.
function layerOf({ inputs, units, weights, bias, alpha, activation }: LayerPlan, most: number, room: Room): Layer {
  const z = room(most * units)
  const a = room(most * units)
  const entry = ACTIVATIONS[activation]
  const dense = specializedDense(inputs, units)
  const activate = entry.kind === 'unit' ? forwardLoopOf(entry) : null
  const deactivate = entry.kind === 'unit' ? backwardLoopOf(entry) : null
  return {
    z,
    a,
    forward(input, p, rows) {
      dense.forward(input, p, weights, bias, z, rows, inputs, units)
      if (activate !== null) activate(z, a, rows * units, alpha)
      else if (entry.kind === 'row') entry.forward(z, a, rows, units)
    },
    backwardActivation(d, rows) {
      if (deactivate !== null) deactivate(z, a, d, rows * units, alpha)
      else if (entry.kind === 'row') entry.backward(a, d, rows, units)
    },
    gradient(input, d, g, rows, first) {
      dense.gradient(input, d, g, weights, bias, rows, inputs, units, first)
    },
    backward(d, p, dInput, rows) {
      dense.backward(d, p, weights, dInput, rows, inputs, units)
    },
  }
}

/** The layers of a network, with room for a block of rows. */
export interface Block {
  readonly rows: number
  /** [rows × inputs] */
  readonly x: Float64Array
  readonly layers: readonly Layer[]
  readonly last: Layer
  forward(p: Float64Array, rows: number): void
}

export function blockOf(plan: NetworkPlan, rows: number, room: Room): Block {
  const x = room(rows * plan.inputs)
  const layers = plan.layers.map((layer) => layerOf(layer, rows, room))
  return {
    rows,
    x,
    layers,
    last: layers[layers.length - 1],
    forward(p, count) {
      let input = x
      for (let l = 0; l < layers.length; l++) {
        layers[l].forward(input, p, count)
        input = layers[l].a
      }
    },
  }
}

/** to = the rows of `from` that begin at row `first`; with an order, the rows that it names from there on. */
export function copyRows(
  from: Float64Array,
  to: Float64Array,
  order: Int32Array | null,
  first: number,
  rows: number,
  columns: number,
): void {
  if (order === null) {
    for (let i = 0, at = first * columns; i < rows * columns; i++, at++) to[i] = from[at]
    return
  }
  for (let i = 0; i < rows; i++) {
    const row = order[first + i]
    for (let k = 0; k < columns; k++) to[i * columns + k] = from[row * columns + k]
  }
}
