/**
 * The workloads, and their files for peers: the numbers as raw little-endian float64 and everything else in `workload.json`,
 * which any language reads in a few lines.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LossName, Network } from 'lockstep-nn'
import { EPOCHS, LAYERS, SAMPLES, SEEDS, TRAINER_OPTIONS, X, Y } from '../experiment/experiment.js'
import { initialWeights } from '../experiment/pcg64.js'
import { many } from '../harness/text.js'
import { type Data, imageData, tabularData } from './data.js'

export const WORKLOAD_NAMES = ['experiment', 'tabular', 'digits', 'dense'] as const
export type WorkloadName = (typeof WORKLOAD_NAMES)[number]

/** The content of `workload.json`. */
export interface WorkloadSpec {
  name: WorkloadName
  inputs: number
  layers: { units: number; activation: 'sigmoid' | 'relu' | 'softmax' }[]
  loss: Extract<LossName, 'halfSquaredError' | 'categoricalCrossentropy'>
  optimizer:
    | { name: 'sgd'; learningRate: number }
    | { name: 'adam'; learningRate: number; beta1: number; beta2: number; epsilon: number }
  rows: number
  batchSize: number
  /** Epochs of a whole training; slow peers train fewer. */
  epochs: number
}

export interface Workload extends WorkloadSpec {
  /** A description for readers: the network, the data, the training. */
  summary: string
  /** The unit of the times: a whole training or an epoch. */
  unit: 'training' | 'epoch'
  x: Float64Array
  y: Float64Array
  /** Starting parameters: per layer the weights [inputs × units] row-major, then the bias. */
  starts: Float64Array[]
}

type Made = WorkloadSpec & Pick<Workload, 'unit'>

/** Starting weights of the two larger workloads: each round uses the next ones. */
const STARTS = 3
const SIDE = 28

export function makeWorkload(name: WorkloadName, quick: boolean): Workload {
  return { experiment, tabular, digits, dense }[name](quick)
}

function experiment(quick: boolean): Workload {
  const spec: Made = {
    name: 'experiment',
    inputs: 2,
    layers: [...LAYERS],
    ...TRAINER_OPTIONS,
    rows: SAMPLES,
    batchSize: SAMPLES,
    epochs: quick ? 2000 : EPOCHS,
    unit: 'training',
  }
  return complete(spec, { x: X, y: Y }, SEEDS.map(initialWeights))
}

function tabular(quick: boolean): Workload {
  const rows = quick ? 512 : 4096
  const spec: Made = {
    name: 'tabular',
    inputs: 16,
    layers: [
      { units: 64, activation: 'relu' },
      { units: 64, activation: 'relu' },
      { units: 3, activation: 'softmax' },
    ],
    loss: 'categoricalCrossentropy',
    optimizer: { name: 'adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    rows,
    batchSize: 32,
    epochs: quick ? 4 : 20,
    unit: 'epoch',
  }
  return complete(spec, tabularData(rows, spec.inputs, 3, 1), drawStarts(spec))
}

function digits(quick: boolean): Workload {
  return images('digits', quick, 0)
}

/** The same images on a grey background: no input is 0. */
function dense(quick: boolean): Workload {
  return images('dense', quick, 0.25)
}

function images(name: WorkloadName, quick: boolean, background: number): Workload {
  const rows = quick ? 400 : 10_000
  const spec: Made = {
    name,
    inputs: SIDE * SIDE,
    layers: [
      { units: 128, activation: 'relu' },
      { units: 10, activation: 'softmax' },
    ],
    loss: 'categoricalCrossentropy',
    optimizer: { name: 'sgd', learningRate: 0.1 },
    rows,
    batchSize: 64,
    epochs: 2,
    unit: 'epoch',
  }
  return complete(spec, imageData(rows, SIDE, 10, 2, background), drawStarts(spec))
}

function complete(made: Made, { x, y }: Data, starts: Float64Array[]): Workload {
  return { ...made, x, y, starts, summary: summarize(made) }
}

const drawStarts = ({ inputs, layers }: WorkloadSpec): Float64Array[] =>
  Array.from({ length: STARTS }, (_, seed) => new Network({ inputs, layers, seed }).parameters)

function summarize({ inputs, layers, loss, optimizer, rows, batchSize, epochs }: Made): string {
  const network = [inputs, ...layers.map(({ units }) => units)].join('-')
  const activations = layers.map(({ activation }) => activation).join(', ')
  const batches = batchSize === rows ? 'full batch' : `batches of ${batchSize}`
  const training = `${optimizer.name}, learning rate ${optimizer.learningRate}`
  return `${network} (${activations}), ${loss}, ${training}, ${many(rows, 'row')}, ${batches}, ${many(epochs, 'epoch')}`
}

/** Writes a workload for peers to read. */
export function writeWorkload(workload: Workload, directory: string): void {
  const { name, inputs, layers, loss, optimizer, rows, batchSize, epochs, x, y, starts } = workload
  const spec: WorkloadSpec = { name, inputs, layers, loss, optimizer, rows, batchSize, epochs }
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'workload.json'), `${JSON.stringify(spec, null, 2)}\n`)
  const files = { x, y, ...Object.fromEntries(starts.map((start, i) => [`parameters-${i}`, start])) }
  for (const [file, values] of Object.entries(files)) {
    writeFileSync(join(directory, `${file}.f64`), littleEndian(values))
  }
}

function littleEndian(values: Float64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.byteLength))
  values.forEach((value, i) => {
    view.setFloat64(i * 8, value, true)
  })
  return new Uint8Array(view.buffer)
}
