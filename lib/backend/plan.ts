/** Makes plans, the numbers that all backends execute, from checked options. */

import { type Chosen, layerRegistry } from '../checks/registry.js'
import type { TensorSpec } from '../kernels/layers/layer.js'
import { needsWholeBatch } from '../kernels/layers/normalization.js'
import type { Loss } from '../kernels/losses.js'
import type { Optimizer } from '../kernels/optimizers.js'
import type { Configurable } from '../kernels/option-table.js'
import type { EvaluationPlan, LayerPlan, NetworkPlan, TrainingPlan } from '../kernels/plan.js'

// Plans are written out field by field: objects made by spreading others have varying hidden classes, and the engine
// would discard the code that it compiled for the last plan.

/** What a layer computes, without its inputs and the offsets of its parameters. Only dense layers choose `units`. */
export type LayerShape = Omit<LayerPlan, 'inputs' | 'weights' | 'bias' | 'statistics'>

/** The offsets of a layer's tensors, and the end of its parameters. */
function offsets(
  tensors: readonly TensorSpec[],
  offset: number,
): [weights: number, bias: number, statistics: number, end: number] {
  const [first, second, ...rest] = tensors.map(({ count }) => count)
  const bias = offset + (first ?? 0)
  const statistics = bias + (second ?? 0)
  return [offset, bias, rest.length === 0 ? -1 : statistics, rest.reduce((end, count) => end + count, statistics)]
}

/**
 * Lays out the parameters, layer by layer. Dense: the weights [inputs × units] row-major, then the bias [units].
 * Normalizations: gamma, beta, and in a batch normalization the moving mean and variance, each [units].
 */
export function networkPlan(inputs: number, shapes: readonly LayerShape[]): NetworkPlan {
  const layers: LayerPlan[] = []
  let width = inputs
  let offset = 0
  for (const shape of shapes) {
    const { kind, activation, alpha, rate, momentum, epsilon, l1, l2 } = shape
    const entry = layerRegistry.at(kind).entry
    const units = entry.sized ? shape.units : width
    const tensors = entry.tensors(width, units)
    const [weights, bias, statistics, end] = offsets(tensors, offset)
    const trainable = tensors.length === 0 ? 0 : shape.trainable
    layers.push({
      kind,
      inputs: width,
      units,
      activation,
      alpha,
      rate,
      momentum,
      epsilon,
      weights,
      bias,
      statistics,
      trainable,
      l1,
      l2,
    })
    offset = end
    width = units
  }
  return { inputs, outputs: width, parameterCount: offset, layers }
}

/** A tensor of a layer and its offset. */
export type PlacedTensor = TensorSpec & { readonly at: number }

/** The tensors of a layer, in the order of the parameters. */
export function placedTensorsOf({ kind, inputs, units, weights }: LayerPlan): PlacedTensor[] {
  let at = weights
  return layerRegistry
    .at(kind)
    .entry.tensors(inputs, units)
    .map((part) => {
      const placed = { ...part, at }
      at += part.count
      return placed
    })
}

/** The value of an option by name; 0 where the entry has no such option. */
export function optionOf({ entry, options }: Pick<Chosen<Configurable>, 'entry' | 'options'>, name: string): number {
  const at = Object.keys(entry.options).indexOf(name)
  return at < 0 ? 0 : options[at]
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
    lossOption: optionOf(loss, 'delta'),
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
    lossOption,
    lossScale,
  } = evaluationPlan(network, loss, epochRows)
  return {
    inputs,
    outputs,
    parameterCount,
    layers,
    rows,
    loss: lossCode,
    lossOption,
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
