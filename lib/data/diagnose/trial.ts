/** Trial steps on a copy of the network, by the trainer's loss, optimizer and backend. */
import type { Chosen, LossOption, OptimizerOption } from '../../checks/registry.js'
import type { Configurable } from '../../kernels/option-table.js'
import type { Network } from '../../network/network.js'
import { DivergenceError } from '../../training/history.js'
import { Trainer } from '../../training/trainer.js'

/** Samples for trial steps. */
export interface Probe {
  readonly trainer: Trainer
  readonly rows: number
  /** [rows × inputs] */
  readonly x: Float64Array
  /** [rows × yColumns] */
  readonly y: Float64Array
  readonly yColumns: number
}

/** What a caller writes for a chosen entry of a table. */
export function optionBack({ name, entry, options }: Chosen<Configurable>): Record<string, unknown> {
  const values = Object.entries(entry.options).map(([option, declared], i) => {
    const value = options[i]
    if (declared.kind === 'flag') return [option, value === 1]
    return [option, declared.kind === 'choice' ? declared.words[value] : value]
  })
  return { name, ...Object.fromEntries(values) }
}

/** What a trainer like this one is made with, besides its optimizer. */
export function likeTrainer(trainer: Trainer): { loss: LossOption; backend: string } {
  const { compiled } = trainer.parts
  return { loss: optionBack(compiled.loss) as LossOption, backend: trainer.backend.name }
}

/** All rows in one step. */
const WHOLE = { batchSize: 2 ** 31 - 1, shuffle: false } as const

/** The first loss of these options of a fit; NaN where the training diverges. */
function firstLoss(trainer: Trainer, { x, y }: Probe, options: object): number {
  try {
    return trainer.partialFitSync(x, y, options).loss[0]
  } catch (error) {
    if (error instanceof DivergenceError) return NaN
    throw error
  }
}

/** The loss of a network in training: with the statistics of the batch, dropout and penalties. The network is not kept. */
export function trainingLoss(probe: Probe, network: Network = probe.trainer.network.clone()): number {
  // A step reports the loss before it, so that its size does not matter.
  const optimizer = { name: 'sgd', learningRate: Number.MIN_VALUE } as const
  return firstLoss(new Trainer(network, { ...likeTrainer(probe.trainer), optimizer }), probe, WHOLE)
}

/** What a trial's steps are. */
export interface Steps {
  readonly learningRate: number
  readonly steps: number
  readonly batchSize: number
}

/**
 * Makes steps of the trainer's optimizer, from its current state, on a copy of the network.
 * @returns the loss over the probe after them
 */
export function lossAfter(probe: Probe, { learningRate, steps, batchSize }: Steps): number {
  const { trainer } = probe
  const { compiled } = trainer.parts
  const network = trainer.network.clone()
  const optimizer = { ...optionBack(compiled.optimizers[0]), learningRate } as unknown as OptimizerOption
  const trial = new Trainer(network, { ...likeTrainer(trainer), optimizer })
  const state = trainer.optimizerState
  if (state.length > 0) trial.optimizerState = state
  const batches = repeated(probe, steps * batchSize)
  if (Number.isNaN(firstLoss(trial, batches, { batchSize, shuffle: false }))) return NaN
  return trainingLoss(probe, network)
}

/** The first `rows` rows of a probe that is repeated. */
function repeated({ trainer, rows: given, x, y, yColumns }: Probe, rows: number): Probe {
  const inputs = x.length / given
  const cycled = (values: Float64Array, columns: number) =>
    new Float64Array(rows * columns).map((_, i) => values[i % values.length])
  return { trainer, rows, x: cycled(x, inputs), y: cycled(y, yColumns), yColumns }
}
