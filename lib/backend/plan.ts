/** Makes plans, the numbers that all backends execute, from checked options. */

import type { Chosen } from '../checks/registry.js'
import { definitionOf, needsWholeBatch } from '../kernels/layers/table.js'
import type { Loss } from '../kernels/losses.js'
import type { Optimizer } from '../kernels/optimizers.js'
import type { EvaluationPlan, LayerPlan, NetworkPlan, TensorPlan, TrainingPlan } from '../kernels/plan.js'

// Plans are written out field by field: objects made by spreading others have varying hidden classes, and the engine
// would discard the code that it compiled for the last plan.

/** What a layer computes, without its widths and tensors. */
export interface LayerShape {
  readonly kind: number
  /** The caller's number of units, if the kind of layer is sized. */
  readonly units: number
  readonly activation: number
  readonly activationOptions: Float64Array
  readonly options: Float64Array
  readonly trainable: boolean
  readonly l1: number
  readonly l2: number
  readonly inputLayers: readonly number[]
  readonly scope: string
}

/** The widths of a layer's inputs. */
export const inputWidths = (
  inputs: number,
  layers: readonly { readonly units: number }[],
  inputLayers: readonly number[],
): number[] => inputLayers.map((from) => (from < 0 ? inputs : layers[from].units))

/** Lays out the parameters: layer by layer, and within a layer tensor by tensor. */
export function networkPlan(inputs: number, shapes: readonly LayerShape[]): NetworkPlan {
  const layers: LayerPlan[] = []
  let offset = 0
  for (const { kind, activation, activationOptions, options, inputLayers, scope, ...shape } of shapes) {
    const definition = definitionOf({ kind })
    const widths = inputWidths(inputs, layers, inputLayers)
    const units = definition.outputUnits(widths, shape.units, options)
    const tensors = definition.tensors(widths, units, options).map((tensor): TensorPlan => {
      const { name, form, rows, columns, moving = false, penalized = false } = tensor
      const trained = shape.trainable && !moving ? 1 : 0
      const [l1, l2] = penalized ? [shape.l1, shape.l2] : [0, 0]
      const placed = { name, form, rows, columns, offset, trained, l1, l2 }
      offset += rows * columns
      return placed
    })
    const trainable = tensors.some(({ trained }) => trained === 1) ? 1 : 0
    layers.push({
      kind,
      inputs: widths[0],
      units,
      activation,
      activationOptions,
      options,
      trainable,
      inputLayers,
      tensors,
      scope,
    })
  }
  return { inputs, outputs: layers[layers.length - 1].units, parameterCount: offset, layers }
}

/**
 * The network as `predict` computes it: without the layers that only training has; and with gradients of all tensors but
 * moving statistics, whatever `trainable` says.
 */
export function differentiablePlan({ inputs, layers }: NetworkPlan): NetworkPlan {
  const shapes: LayerShape[] = []
  // Of each layer, the index in `shapes` of the layer that has its output.
  const places: number[] = []
  for (const { kind, units, activation, activationOptions, options, inputLayers: readLayers, scope } of layers) {
    const inputLayers = readLayers.map((from) => (from < 0 ? from : places[from]))
    if (definitionOf({ kind }).trainingOnly === true) {
      places.push(inputLayers[0])
      continue
    }
    places.push(shapes.length)
    const shape = { kind, units, activation, activationOptions, options, inputLayers, scope }
    shapes.push({ ...shape, trainable: true, l1: 0, l2: 0 })
  }
  return networkPlan(inputs, shapes)
}

/** The same network without penalties. */
export function unpenalizedPlan({ inputs, outputs, parameterCount, layers }: NetworkPlan): NetworkPlan {
  const withoutPenalties = layers.map((layer) => ({
    ...layer,
    tensors: layer.tensors.map((tensor) => ({ ...tensor, l1: 0, l2: 0 })),
  }))
  return { inputs, outputs, parameterCount, layers: withoutPenalties }
}

/** The number of terms in the mean of a loss. */
const terms = (loss: Loss, rows: number, outputs: number): number => (loss.overOutputs ? rows * outputs : rows)

export function evaluationPlan(network: NetworkPlan, loss: Chosen<Loss>, rows: number): EvaluationPlan {
  const { inputs, outputs, parameterCount, layers } = network
  return {
    inputs,
    outputs,
    parameterCount,
    layers,
    rows,
    loss: loss.code,
    lossOptions: loss.options,
    lossScale: loss.entry.lossFactor / terms(loss.entry, rows, outputs),
  }
}

/** The low and the high word of a seed. */
export const seedWords = (seed: number): [low: number, high: number] => [
  (seed % 2 ** 32) | 0,
  Math.floor(seed / 2 ** 32) | 0,
]

/**
 * What happens to the remaining rows where the number of rows is no multiple of the batch size: they are a smaller
 * batch, join the batch before them, or are not used.
 */
export const LAST_BATCHES = ['keep', 'merge', 'drop'] as const

export type LastBatch = (typeof LAST_BATCHES)[number]

/** The batches of an epoch: each has `batchSize` rows, the last one `lastBatchSize`. */
export interface Batches {
  readonly batchSize: number
  readonly lastBatchSize: number
  readonly stepsPerEpoch: number
  /** The number of rows in all batches. */
  readonly epochRows: number
}

/**
 * `lastBatch` null: `keep`, except that a single remaining row is merged where a layer normalizes its batch, because
 * the variance of one row is 0.
 */
export function batchesOf(
  { layers }: NetworkPlan,
  rows: number,
  mostRows: number,
  lastBatch: LastBatch | null,
): Batches {
  const batchSize = Math.min(mostRows, rows)
  const whole = Math.floor(rows / batchSize)
  const left = rows - whole * batchSize
  const chosen = lastBatch ?? (left === 1 && layers.some(needsWholeBatch) ? 'merge' : 'keep')
  if (left === 0 || chosen === 'drop') {
    return { batchSize, lastBatchSize: batchSize, stepsPerEpoch: whole, epochRows: rows - left }
  }
  if (chosen === 'merge') return { batchSize, lastBatchSize: batchSize + left, stepsPerEpoch: whole, epochRows: rows }
  return { batchSize, lastBatchSize: left, stepsPerEpoch: whole + 1, epochRows: rows }
}

/** The epochs of one call of a backend, and their batches. */
export interface EpochRange {
  readonly rows: number
  /** The number of the first epoch of this call. */
  readonly firstEpoch: number
  /** The number of epochs in this call. */
  readonly epochs: number
  readonly batchSize: number
  /** Null: the default of `batchesOf`. */
  readonly lastBatch?: LastBatch | null
  readonly shuffle: boolean
  readonly seed: number
}

export function trainingPlan(
  network: NetworkPlan,
  loss: Chosen<Loss>,
  optimizer: Chosen<Optimizer>,
  schedule: EpochRange,
): TrainingPlan {
  const { rows, firstEpoch, epochs, shuffle, seed } = schedule
  const batches = batchesOf(network, rows, schedule.batchSize, schedule.lastBatch ?? null)
  const { batchSize, lastBatchSize, stepsPerEpoch, epochRows } = batches
  const { gradientFactor } = loss.entry
  const [seedLow, seedHigh] = seedWords(seed)
  const {
    inputs,
    outputs,
    parameterCount,
    layers,
    loss: lossCode,
    lossOptions,
    lossScale,
  } = evaluationPlan(network, loss, epochRows)
  return {
    inputs,
    outputs,
    parameterCount,
    layers,
    rows,
    loss: lossCode,
    lossOptions,
    lossScale,
    firstEpoch,
    epochs,
    batchSize,
    lastBatchSize,
    stepsPerEpoch,
    epochRows,
    gradientScale: gradientFactor / terms(loss.entry, batchSize, network.outputs),
    lastGradientScale: gradientFactor / terms(loss.entry, lastBatchSize, network.outputs),
    shuffle: shuffle ? 1 : 0,
    seedLow,
    seedHigh,
    optimizer: optimizer.code,
    optimizerOptions: optimizer.options,
  }
}

/** The length of an optimizer's state: its vectors and its scalars. */
export const stateLength = ({ entry, options }: Chosen<Optimizer>, parameterCount: number): number =>
  entry.slots(options) * parameterCount + entry.scalars.length

/** Writes the optimizer's state before its first step into zeros, from index `from` on: its vectors, then its scalars. */
export function writeFreshState(
  { entry, options }: Chosen<Optimizer>,
  parameterCount: number,
  states: Float64Array,
  from: number,
): void {
  const scalars = from + entry.slots(options) * parameterCount
  const start = entry.start?.(options) ?? 0
  if (start !== 0) states.fill(start, from, scalars)
  for (let i = 0; i < entry.scalars.length; i++) states[scalars + i] = entry.scalars[i]
}

export function freshState(optimizer: Chosen<Optimizer>, parameterCount: number): Float64Array {
  const state = new Float64Array(stateLength(optimizer, parameterCount))
  writeFreshState(optimizer, parameterCount, state, 0)
  return state
}
