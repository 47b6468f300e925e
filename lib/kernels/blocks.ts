/** The forward pass over a block of rows: the layers one after the other, of whichever kind. */
import { layerKinds } from './kinds.js'
import type { Layer, LayerKind, Room, Seed } from './layer.js'
import { DROPOUT, type LayerPlan, type NetworkPlan } from './plan.js'

const KINDS: readonly LayerKind[] = Object.values(layerKinds)

// A block is as many rows as fit this many multiplications, so that a turn of the event loop can end in time.
const BLOCK_WORK = 6_600_000
const BLOCK_ROWS = 64

/** How many of these rows a block of this network has at most. */
export function blockRows({ parameterCount }: NetworkPlan, rows: number): number {
  const affordable = Math.max(1, Math.floor(BLOCK_WORK / parameterCount))
  return Math.min(rows, BLOCK_ROWS, affordable)
}

/** Hands out the pieces of a workspace. */
export function roomIn(workspace: Float64Array): Room {
  let at = 0
  return (length) => {
    const piece = workspace.subarray(at, at + length)
    at += length
    return piece
  }
}

/** The length of a block of so many rows: the rows themselves, then the layers. */
export function blockLength(plan: NetworkPlan, rows: number): number {
  let length = plan.inputs * rows
  for (const layer of plan.layers) length += KINDS[layer.kind].length(layer, rows)
  return length
}

/** The layers of a network, with room for a block of rows. */
export interface Block {
  readonly rows: number
  /** [rows × inputs] */
  readonly x: Float64Array
  readonly layers: readonly Layer[]
  readonly last: Layer
  /** A step of the training begins. */
  begin(step: number): void
  forward(p: Float64Array, rows: number): void
}

/** Without a seed, for predictions: layers that only training has are left out. */
export function blockOf(plan: NetworkPlan, rows: number, room: Room, seed: Seed | null): Block {
  const x = room(rows * plan.inputs)
  const layers: Layer[] = []
  plan.layers.forEach((layer: LayerPlan, l) => {
    if (seed === null && layer.kind === DROPOUT) return
    layers.push(KINDS[layer.kind].make(layer, l, rows, room, seed))
  })
  return {
    rows,
    x,
    layers,
    last: layers[layers.length - 1],
    begin(step) {
      for (let l = 0; l < layers.length; l++) layers[l].begin?.(step)
    },
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
