/** From checked options to the numbers that both sides run on. */

import type { Chosen } from '../checks/registry.js'
import { definitionOf, needsWholeBatch } from '../kernels/layers/table.js'
import type { Loss } from '../kernels/losses.js'
import type { Optimizer } from '../kernels/optimizers.js'
import type { EvaluationPlan, LayerPlan, NetworkPlan, TensorPlan, TrainingPlan } from '../kernels/plan.js'

// Plans are written out field by field: objects made by spreading others differ in their hidden class from one plan to the
// next, and the engine would throw away what it compiled for the last one.

/** A layer as the network describes it: what it does, without its widths and tensors. */
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

/** The widths of what a layer reads. */
export const inputWidths = (
  inputs: number,
  layers: readonly { readonly units: number }[],
  inputLayers: readonly number[],
): number[] => inputLayers.map((from) => (from < 0 ? inputs : layers[from].units))

/** Lays the parameters out: layer by layer, in the order of the tensors of each. */
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

/** How many terms the mean of a loss is over. */
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
 * What becomes of the rows that are left where the rows are no multiple of the batches: a smaller batch of their own, a part of
 * the batch before them, or nothing.
 */
export const LAST_BATCHES = ['keep', 'merge', 'drop'] as const

export type LastBatch = (typeof LAST_BATCHES)[number]

/** How the rows of an epoch go into batches: each has `batchSize` rows, the last one `lastBatchSize`. */
export interface Batches {
  readonly batchSize: number
  readonly lastBatchSize: number
  readonly stepsPerEpoch: number
  /** The rows of all batches. */
  readonly epochRows: number
}

/** `lastBatch` null: `keep`, but a single row is merged where its batch would be normalized, as its variance would be 0. */
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

/** The numbers of one call of `fit`, checked. */
export interface EpochRange {
  readonly rows: number
  /** The number of the first epoch of this call. */
  readonly firstEpoch: number
  /** How many epochs this call runs. */
  readonly epochs: number
  readonly batchSize: number
  /** Null: as `batchesOf` chooses. */
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

/** The optimizer's state before its first step: its vectors, then its scalars. */
export function freshState({ entry, options }: Chosen<Optimizer>, parameterCount: number): Float64Array {
  const vectors = entry.slots(options) * parameterCount
  const state = new Float64Array(vectors + entry.scalars.length)
  state.fill(entry.start?.(options) ?? 0, 0, vectors)
  state.set(entry.scalars, vectors)
  return state
}
