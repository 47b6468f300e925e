/**
 * A network over a block of rows: its layers in order, and in training the loss and its layers in reverse order. The graph
 * owns the activations: a layer computes z and takes dL/dz. Arrays of a block are row-major: [block rows × units].
 */
import { type Activation, activations } from '../activations.js'
import type { Allocate } from '../arena.js'
import {
  backwardLoopOf,
  forwardLoopOf,
  lossGradientLoopOf,
  rowLossesOf,
  weighGradients,
  weighLosses,
} from '../codegen/loops.js'
import type { Layer, Seed } from '../layers/layer.js'
import { definitionOf } from '../layers/table.js'
import { type Loss, losses } from '../losses.js'
import type { LayerPlan, NetworkPlan, TrainingPlan } from '../plan.js'

const ACTIVATIONS: readonly Activation[] = Object.values(activations)
const LOSSES: readonly Loss[] = Object.values(losses)

// A block costs at most this many multiplications, so that an asynchronous training returns to the event loop in time.
const BLOCK_WORK = 6_600_000
const BLOCK_ROWS = 64

/** How many multiplications a row takes, about. */
function workOf(layer: LayerPlan): number {
  const parameters = layer.tensors.reduce((sum, { rows, columns }) => sum + rows * columns, 0)
  return definitionOf(layer).work?.(layer) ?? parameters
}

/** How many of these rows a block of this network has at most. */
export function blockRows({ layers }: NetworkPlan, rows: number): number {
  const work = layers.reduce((sum, layer) => sum + workOf(layer), 0)
  return Math.min(rows, BLOCK_ROWS, Math.max(1, Math.floor(BLOCK_WORK / work)))
}

/** Whether a layer's values after the activation are those before it, so that both are one array. */
const isLinear = ({ activation }: LayerPlan): boolean => ACTIVATIONS[activation] === activations.linear

/** The length of the workspace of a block of `rows` rows: the rows themselves, then the layers. */
export function blockLength(plan: NetworkPlan, rows: number): number {
  let length = plan.inputs * rows
  for (const layer of plan.layers) {
    length += definitionOf(layer).bufferLength(layer, rows) + (isLinear(layer) ? 0 : layer.units * rows)
  }
  return length
}

/** A layer of a network with its buffers and those that it reads. */
export interface BlockLayer {
  readonly layer: Layer
  /** [rows × units] */
  readonly z: Float64Array
  /** [rows × units]: the activation of z; z itself where that is linear. */
  readonly a: Float64Array
  readonly inputs: readonly Float64Array[]
  /** a from z; null where they are one array. */
  readonly activate: ((rows: number) => void) | null
  /** d from dL/da to dL/dz, in place; null where the activation is linear. */
  readonly backwardActivation: ((d: Float64Array, rows: number) => void) | null
}

/** The layers of a network with their buffers for a block of rows. */
export interface Block {
  readonly rows: number
  /** [rows × inputs] */
  readonly x: Float64Array
  readonly layers: readonly BlockLayer[]
  readonly last: BlockLayer
  /** Begins a step of the training. */
  begin(step: number): void
  forward(p: Float64Array, rows: number): void
}

/** Adds the activation of a layer to the layer. */
function withActivation(plan: LayerPlan, layer: Layer, inputs: readonly Float64Array[], a: Float64Array): BlockLayer {
  const { activation, activationOptions: options, units } = plan
  const { z } = layer
  if (isLinear(plan)) return { layer, z, a, inputs, activate: null, backwardActivation: null }
  const entry = ACTIVATIONS[activation]
  if (entry.kind === 'row') {
    return {
      layer,
      z,
      a,
      inputs,
      activate: (rows) => entry.forward(z, a, rows, units, options),
      backwardActivation: (d, rows) => entry.backward(a, d, rows, units, options),
    }
  }
  const forwardActivation = forwardLoopOf(entry)
  const backwardActivation = backwardLoopOf(entry)
  return {
    layer,
    z,
    a,
    inputs,
    activate: (rows) => forwardActivation(z, a, rows * units, options),
    backwardActivation: (d, rows) => backwardActivation(z, a, d, rows * units, options),
  }
}

/** Without a seed, for predictions, the layers that only training has are omitted. */
export function blockOf(plan: NetworkPlan, rows: number, allocate: Allocate, seed: Seed | null): Block {
  const x = allocate(rows * plan.inputs)
  const layers: BlockLayer[] = []
  // The output of each layer of the plan.
  const outputs: Float64Array[] = []
  plan.layers.forEach((layer, l) => {
    const definition = definitionOf(layer)
    const inputs = layer.inputLayers.map((from) => (from < 0 ? x : outputs[from]))
    if (seed === null && definition.trainingOnly === true) {
      outputs.push(inputs[0])
      return
    }
    const own = definition.create(layer, l, rows, allocate, seed)
    const a = isLinear(layer) ? own.z : allocate(rows * layer.units)
    layers.push(withActivation(layer, own, inputs, a))
    outputs.push(a)
  })
  return {
    rows,
    x,
    layers,
    last: layers[layers.length - 1],
    begin(step) {
      for (let l = 0; l < layers.length; l++) layers[l].layer.begin?.(step)
    },
    forward(p, count) {
      for (let l = 0; l < layers.length; l++) {
        const { layer, inputs, activate } = layers[l]
        layer.forward(inputs, p, count)
        activate?.(count)
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
    copyNumbers(from, first * columns, to, 0, rows * columns)
    return
  }
  for (let i = 0; i < rows; i++) copyNumbers(from, order[first + i] * columns, to, i * columns, columns)
}

// From this length on a loop takes longer than an object for the range, which `set` copies.
const LONG_COPY = 256

function copyNumbers(from: Float64Array, from0: number, to: Float64Array, to0: number, count: number): void {
  if (count < LONG_COPY) for (let i = 0; i < count; i++) to[to0 + i] = from[from0 + i]
  else to.set(from.subarray(from0, from0 + count), to0)
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

/**
 * Which layers need dL/dz: those that are trained, and those that read such a layer, directly or not; all where the samples
 * need dL/dx.
 */
function neededDerivatives({ layers }: NetworkPlan, ofSamples: boolean): boolean[] {
  const needed: boolean[] = []
  for (const { trainable, inputLayers } of layers) {
    needed.push(ofSamples || trainable === 1 || inputLayers.some((from) => from >= 0 && needed[from]))
  }
  return needed
}

/** How the walk in reverse order goes through one layer. */
interface BackwardStep {
  readonly trained: boolean
  /** Of each input, where its dL/da goes; null where none is needed. */
  readonly dInputs: readonly (Float64Array | null)[]
  /** Of each input, whether this layer is the first to write there in the walk: the last in the plan that reads that input. */
  readonly overwriteInputs: readonly boolean[]
}

function backwardStepsOf(
  plan: NetworkPlan,
  needed: readonly boolean[],
  derivatives: readonly Float64Array[],
  dX: Float64Array | null,
): BackwardStep[] {
  const written = new Set<number>()
  const steps: BackwardStep[] = []
  const dOf = (from: number): Float64Array | null => (from < 0 ? dX : needed[from] ? derivatives[from] : null)
  for (let l = plan.layers.length - 1; l >= 0; l--) {
    const { trainable, inputLayers } = plan.layers[l]
    const overwriteInputs: boolean[] = []
    for (const from of inputLayers) {
      overwriteInputs.push(!written.has(from))
      written.add(from)
    }
    steps[l] = { trained: trainable === 1, dInputs: inputLayers.map(dOf), overwriteInputs }
  }
  return steps
}

/**
 * Backward over the first `rows` rows of the block, from dL/da of the last layer, or from dL/dz where that `isFused` with the
 * loss.
 * @param g [parameterCount]; null: no gradients of parameters
 * @param overwrite as in `TrainingPass`
 */
export type BackwardPass = (
  p: Float64Array,
  g: Float64Array | null,
  rows: number,
  overwrite: boolean,
  isFused: boolean,
) => void

/**
 * @param derivatives as in `PassBuffers`; the last one has the derivatives that the pass starts with
 * @param dX where dL/dx goes, [block rows × inputs]; null: not needed
 */
export function backwardPassOf(
  plan: NetworkPlan,
  { layers }: Block,
  derivatives: readonly Float64Array[],
  dX: Float64Array | null,
): BackwardPass {
  const needed = neededDerivatives(plan, dX !== null)
  const steps = backwardStepsOf(plan, needed, derivatives, dX)
  const last = layers.length - 1
  return (p, g, rows, overwrite, isFused) => {
    for (let l = last; l >= 0; l--) {
      if (!needed[l]) continue
      const { layer, inputs, backwardActivation } = layers[l]
      const { trained, dInputs, overwriteInputs } = steps[l]
      const d = derivatives[l]
      if (l < last || !isFused) backwardActivation?.(d, rows)
      layer.backward(inputs, d, p, trained ? g : null, dInputs, rows, overwrite, overwriteInputs)
    }
  }
}

export function trainingPassOf(plan: TrainingPlan, buffers: PassBuffers, weighted: boolean): TrainingPass {
  const { block, targets, rowLoss, sampleWeights, derivatives, g } = buffers
  const { last, forward } = block
  const { outputs, lossOptions } = plan
  const loss = LOSSES[plan.loss]
  const rowLosses = rowLossesOf(loss)
  const lossGradient = lossGradientLoopOf(loss)
  const isFused = loss.fusedWith !== null
  const backward = backwardPassOf(plan, block, derivatives, null)
  const trains = plan.layers.some(({ trainable }) => trainable === 1)
  const dLast = derivatives[derivatives.length - 1]
  return (p, sum, rows, scale, overwrite) => {
    // Forward.
    forward(p, rows)
    // Loss.
    rowLosses(last.z, last.a, targets, rowLoss, rows, outputs, lossOptions)
    if (weighted) weighLosses(rowLoss, sampleWeights, rows)
    for (let i = 0; i < rows; i++) sum[0] += rowLoss[i]
    if (!trains) return
    // dL/da of the last layer, or dL/dz where the loss is fused with its activation.
    lossGradient(last.a, targets, dLast, rows * outputs, scale, lossOptions)
    if (weighted) weighGradients(dLast, sampleWeights, rows, outputs)
    // Backward.
    backward(p, g, rows, overwrite, isFused)
  }
}
