/**
 * The layers of a network over a block of rows, one after the other: forward, and in training the loss and backward.
 * Arrays of a block are row-major: [block rows × units].
 */
import type { Allocate } from '../arena.js'
import { lossGradientLoopOf, rowLossesOf, weighGradients, weighLosses } from '../codegen/loops.js'
import type { Layer, LayerDefinition, Seed } from '../layers/layer.js'
import { layerDefinitions } from '../layers/table.js'
import { type Loss, losses } from '../losses.js'
import { DROPOUT, type LayerPlan, type NetworkPlan, type TrainingPlan } from '../plan.js'

const DEFINITIONS: readonly LayerDefinition[] = Object.values(layerDefinitions)
const LOSSES: readonly Loss[] = Object.values(losses)

// A block costs at most this many multiplications, so that an asynchronous training returns to the event loop in time.
const BLOCK_WORK = 6_600_000
const BLOCK_ROWS = 64

/** How many of these rows a block of this network has at most. */
export function blockRows({ parameterCount }: NetworkPlan, rows: number): number {
  const affordable = Math.max(1, Math.floor(BLOCK_WORK / parameterCount))
  return Math.min(rows, BLOCK_ROWS, affordable)
}

/** The workspace of a block of `rows` rows: the rows themselves, then the layers. */
export function blockLength(plan: NetworkPlan, rows: number): number {
  let length = plan.inputs * rows
  for (const layer of plan.layers) length += DEFINITIONS[layer.kind].bufferLength(layer, rows)
  return length
}

/** The layers of a network with their buffers for a block of rows. */
export interface Block {
  readonly rows: number
  /** [rows × inputs] */
  readonly x: Float64Array
  readonly layers: readonly Layer[]
  readonly last: Layer
  /** Begins a step of the training. */
  begin(step: number): void
  forward(p: Float64Array, rows: number): void
}

/** Without a seed, for predictions, the layers that only training has are omitted. */
export function blockOf(plan: NetworkPlan, rows: number, allocate: Allocate, seed: Seed | null): Block {
  const x = allocate(rows * plan.inputs)
  const layers: Layer[] = []
  plan.layers.forEach((layer: LayerPlan, l) => {
    if (seed === null && layer.kind === DROPOUT) return
    layers.push(DEFINITIONS[layer.kind].create(layer, l, rows, allocate, seed))
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

/** to = `rows` rows of `from`: those at first, first + 1, …, or, with an order, those at order[first], order[first + 1], … */
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

/** What a forward and a backward pass of a training work on. */
export interface PassBuffers {
  readonly block: Block
  /** [block rows × outputs] */
  readonly targets: Float64Array
  /** [block rows] */
  readonly rowLoss: Float64Array
  /** [block rows] */
  readonly sampleWeights: Float64Array
  /** Of each layer, [block rows × units]: dL/da, then dL/dz in place. */
  readonly derivatives: readonly Float64Array[]
  /** [parameterCount] */
  readonly g: Float64Array
}

/**
 * Forward and backward over the first `rows` rows of the block. Adds their losses to sum[0] and their gradients, times
 * `scale`, to g; `overwrite`: the gradients overwrite g, in the first block of a step.
 */
export type TrainingPass = (p: Float64Array, sum: Float64Array, rows: number, scale: number, overwrite: boolean) => void

export function trainingPassOf(plan: TrainingPlan, buffers: PassBuffers, weighted: boolean): TrainingPass {
  const { block, targets, rowLoss, sampleWeights, derivatives, g } = buffers
  const { layers, last, x, forward } = block
  const { outputs, lossOption } = plan
  const loss = LOSSES[plan.loss]
  const rowLosses = rowLossesOf(loss)
  const lossGradient = lossGradientLoopOf(loss)
  const fused = loss.fusedWith !== null
  // No layer below the first trainable one needs a derivative.
  const trains = plan.layers.map(({ trainable }) => trainable === 1)
  const firstTrainable = trains.indexOf(true)
  return (p, sum, rows, scale, overwrite) => {
    // Forward.
    forward(p, rows)
    // Loss.
    rowLosses(last.z, last.a, targets, rowLoss, rows, outputs, lossOption)
    if (weighted) weighLosses(rowLoss, sampleWeights, rows)
    for (let i = 0; i < rows; i++) sum[0] += rowLoss[i]
    if (firstTrainable < 0) return
    // dL/dz of the last layer.
    let l = layers.length - 1
    lossGradient(last.a, targets, derivatives[l], rows * outputs, scale, lossOption)
    if (weighted) weighGradients(derivatives[l], sampleWeights, rows, outputs)
    if (!fused) last.backwardActivation(derivatives[l], rows)
    // Backward: the gradients of each layer's parameters, then the derivative of its input.
    for (; l > firstTrainable; l--) {
      if (trains[l]) layers[l].gradient(layers[l - 1].a, derivatives[l], g, rows, overwrite)
      layers[l].backward(derivatives[l], p, derivatives[l - 1], rows)
      layers[l - 1].backwardActivation(derivatives[l - 1], rows)
    }
    layers[l].gradient(l === 0 ? x : layers[l - 1].a, derivatives[l], g, rows, overwrite)
  }
}
