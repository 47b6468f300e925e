/** From checked options to the numbers that both paths run on. */
import type { Loss } from './kernels/losses.js'
import type { Optimizer } from './kernels/optimizers.js'
import type { Configurable } from './kernels/options.js'
import type { EvaluationPlan, LayerPlan, NetworkPlan, PredictionPlan, TrainingPlan } from './kernels/plan.js'
import type { Chosen } from './registry.js'

// Plans are written out field by field: objects made by spreading others differ in their hidden class from one plan to the
// next, and the engine would throw away what it compiled for the last one.

/** A layer as the network describes it: what it does, without where its parameters are. */
export type LayerShape = Pick<LayerPlan, 'units' | 'activation' | 'alpha'>

/** Lays the parameters out: per layer the weights [inputs × units] row-major, then the bias [units]. */
export function networkPlan(inputs: number, shapes: readonly LayerShape[]): NetworkPlan {
  const layers: LayerPlan[] = []
  let width = inputs
  let offset = 0
  for (const shape of shapes) {
    const weights = offset
    const bias = weights + width * shape.units
    const { units, activation, alpha } = shape
    layers.push({ inputs: width, units, activation, alpha, weights, bias })
    offset = bias + shape.units
    width = shape.units
  }
  return { inputs, outputs: width, parameterCount: offset, layers }
}

/** The value of an option by its name; 0 where the entry has no such option. */
export function optionOf({ entry, options }: Pick<Chosen<Configurable>, 'entry' | 'options'>, name: string): number {
  const at = Object.keys(entry.options).indexOf(name)
  return at < 0 ? 0 : options[at]
}

/** How many terms the mean of a loss is over. */
const terms = (loss: Loss, rows: number, outputs: number): number => (loss.overOutputs ? rows * outputs : rows)

export function predictionPlan({ inputs, outputs, parameterCount, layers }: NetworkPlan, rows: number): PredictionPlan {
  return { inputs, outputs, parameterCount, layers, rows }
}

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

/** The numbers of one call of `fit`, checked. */
export interface Schedule {
  readonly rows: number
  readonly epochs: number
  readonly batchSize: number
  readonly shuffle: boolean
  readonly seed: number
}

export function trainingPlan(
  network: NetworkPlan,
  loss: Chosen<Loss>,
  optimizer: Chosen<Optimizer>,
  schedule: Schedule,
): TrainingPlan {
  const { rows, epochs, shuffle, seed } = schedule
  const batchSize = Math.min(schedule.batchSize, rows)
  const lastBatch = rows % batchSize === 0 ? batchSize : rows % batchSize
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
  } = evaluationPlan(network, loss, rows)
  return {
    inputs,
    outputs,
    parameterCount,
    layers,
    rows,
    loss: lossCode,
    lossOption,
    lossScale,
    epochs,
    batchSize,
    gradientScale: gradientFactor / terms(loss.entry, batchSize, network.outputs),
    lastGradientScale: gradientFactor / terms(loss.entry, lastBatch, network.outputs),
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
