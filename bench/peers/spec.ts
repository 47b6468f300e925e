/** What a workload is, and what all makers of workloads share. */
import { type LossName, Network } from 'lockstep-nn'
import { many } from '../harness/text.js'
import type { Data } from './data.js'

export const WORKLOAD_NAMES = [
  'experiment',
  'tabular',
  'digits',
  'dense',
  'chains-small',
  'chains',
  'cliff',
  'sensor',
  'population',
] as const
export type WorkloadName = (typeof WORKLOAD_NAMES)[number]

export type LayerSpec =
  | { units: number; activation: 'sigmoid' | 'tanh' | 'relu' | 'softmax' | 'linear' }
  /** As many units as the layer before it has; it has no activation. */
  | { type: 'batchNormalization'; momentum: number; epsilon: number }

/** The content of `workload.json`. */
export interface WorkloadSpec {
  name: WorkloadName
  inputs: number
  layers: LayerSpec[]
  loss: Extract<LossName, 'halfSquaredError' | 'meanSquaredError' | 'categoricalCrossentropy'>
  /** A population has no `learningRate` here, because each member has its own. */
  optimizer:
    | { name: 'sgd'; learningRate?: number }
    | { name: 'adam'; learningRate?: number; beta1: number; beta2: number; epsilon: number }
  rows: number
  batchSize: number
  /** Epochs of a whole training; slow peers train fewer. */
  epochs: number
  /** The networks of a population. */
  members?: number
  /** The rows whose loss a population computes after each epoch. */
  validationRows?: number
}

/** What only a population has. */
export interface PopulationData {
  validation: Data
  /** [members] */
  learningRates: Float64Array
}

export interface Workload extends WorkloadSpec {
  /** A description for readers: the network, the data, the training. */
  summary: string
  /** The unit of the times: a whole training, an epoch or a step. */
  unit: 'training' | 'epoch' | 'step'
  x: Float64Array
  y: Float64Array
  /**
   * Starting parameters: for each dense layer the weights [inputs × units] row-major, then the bias; for a batch
   * normalization gamma, beta, moving mean and moving variance. Of a population: those of the first member, the second, …
   */
  starts: Float64Array[]
  population?: PopulationData
}

/** What a maker of workloads writes by hand. */
export type Made = WorkloadSpec & Pick<Workload, 'unit'>

/** The starts of the generated workloads: each round uses the next one. */
export const STARTS = 3

export const ADAM = { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const

export function complete(made: Made, { x, y }: Data, starts: Float64Array[]): Workload {
  return { ...made, x, y, starts, summary: summarize(made) }
}

export const drawStarts = (spec: WorkloadSpec): Float64Array[] =>
  Array.from({ length: STARTS }, (_, seed) => drawStart(spec, seed))

export const drawStart = ({ inputs, layers }: WorkloadSpec, seed: number): Float64Array =>
  new Network({ inputs, layers, seed }).parameters

/** The units of the last layer. */
export function outputsOf({ layers }: Pick<WorkloadSpec, 'layers'>): number {
  const last = layers[layers.length - 1]
  if ('type' in last) throw new RangeError('the last layer is a dense one')
  return last.units
}

/** The steps of an epoch. */
export const stepsOf = ({ rows, batchSize }: Pick<WorkloadSpec, 'rows' | 'batchSize'>): number =>
  Math.ceil(rows / batchSize)

function summarize({
  inputs,
  layers,
  loss,
  optimizer,
  rows,
  batchSize,
  epochs,
  members,
  validationRows,
}: Made): string {
  const sizes = layers.map((layer) => ('type' in layer ? layer.type : layer.units))
  const activations = layers.flatMap((layer) => ('type' in layer ? [] : [layer.activation]))
  const network = `${[inputs, ...sizes].join('-')} (${activations.join(', ')})`
  return [
    members === undefined ? network : `${many(members, 'network')} ${network}`,
    loss,
    optimizer.name,
    `learning rate ${optimizer.learningRate ?? 'of each network'}`,
    many(rows, 'row'),
    ...(validationRows === undefined ? [] : [`validation with ${many(validationRows, 'row')} after each epoch`]),
    batchSize === rows ? 'full batch' : `batches of ${batchSize}`,
    many(epochs, 'epoch'),
  ].join(', ')
}
