/**
 * A peer's side of the protocol, for peers that run in Node: reads the workload, describes itself, then trains on request and
 * answers with the seconds and the loss. README.md in this folder has the protocol.
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { readWorkload, type ServedWorkload } from './files.js'
import type { LayerSpec, WorkloadSpec } from './spec.js'

interface Timed {
  /** The time of the training alone. */
  seconds: number
}

export interface TrainedNetwork extends Timed {
  /** [rows × outputs] by the peer's own forward pass; null if they are not probabilities that the loss accepts. */
  predictions: Float64Array | null
}

export interface TrainedPopulation extends Timed {
  /** The mean of the members' losses over the training rows, by the parameters after the last epoch. */
  loss: number
  /** [members]: of each the mean over the epochs of its loss over the validation rows after the epoch. */
  validationLosses: Float64Array
}

export type Trained = TrainedNetwork | TrainedPopulation

export interface Served {
  version: string
  /** How its work differs from the workload. */
  note?: string
  float: 32 | 64
  /** Whether it begins with the given parameters. */
  sameStart: boolean
  /** Whether its steps, and so its loss, are those of the workload; by default `sameStart`. */
  sameWork?: boolean
  train(start: number, epochs: number): Trained | Promise<Trained>
}

/** Thrown if the peer cannot train this workload. */
export class Skip extends Error {}

type Prepare = (workload: ServedWorkload) => Served | Promise<Served>

export async function serve(prepare: Prepare, directory = process.argv.at(-1) as string): Promise<void> {
  // The output of a package must not mix with the answers.
  console.log = console.info = console.debug = console.error
  const workload = readWorkload(directory)
  let peer: Served
  try {
    peer = await prepare(workload)
  } catch (error) {
    if (!(error instanceof Skip)) throw error
    answer({ skipped: error.message })
    return
  }
  const { train, ...about } = peer
  answer({ ready: true, ...about })
  for await (const line of createInterface({ input: process.stdin })) {
    const { start, epochs } = JSON.parse(line) as { start: number; epochs: number }
    const trained = await train(start, epochs)
    const result = 'loss' in trained ? ofPopulation(trained) : { loss: lossOrNull(workload, trained) }
    // JSON would write null.
    if (result.loss !== null && !Number.isFinite(result.loss)) {
      throw new RangeError(`the loss after ${epochs} epochs is ${result.loss}`)
    }
    answer({ seconds: trained.seconds, epochs, ...result })
  }
}

const ofPopulation = ({ loss, validationLosses }: TrainedPopulation) => ({
  loss,
  validationLosses: [...validationLosses],
})

const lossOrNull = (workload: ServedWorkload, { predictions }: TrainedNetwork): number | null =>
  predictions === null ? null : lossOf(workload, predictions)

function answer(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** The workload's loss over all rows. */
export function lossOf(
  { loss, rows, y }: Pick<ServedWorkload, 'loss' | 'rows' | 'y'>,
  predictions: Float64Array,
): number {
  let sum = 0
  for (let i = 0; i < y.length; i++) {
    if (loss !== 'categoricalCrossentropy') sum += (predictions[i] - y[i]) * (predictions[i] - y[i])
    else if (y[i] !== 0) sum -= y[i] * Math.log(predictions[i])
  }
  if (loss === 'meanSquaredError') return sum / y.length
  return loss === 'halfSquaredError' ? sum / (2 * rows) : sum / rows
}

/** The parameters of a layer as subarrays of a start; `weights` are [inputs × units] row-major. */
export type StartLayer =
  | ({ inputs: number; weights: Float64Array; bias: Float64Array } & Extract<LayerSpec, { units: number }>)
  | ({ units: number } & Record<'gamma' | 'beta' | 'movingMean' | 'movingVariance', Float64Array> &
      Extract<LayerSpec, { type: string }>)

export function layersOf({ inputs, layers }: WorkloadSpec, start: Float64Array): StartLayer[] {
  let offset = 0
  let width = inputs
  const take = (count: number) => {
    offset += count
    return start.subarray(offset - count, offset)
  }
  return layers.map((layer) => {
    if ('type' in layer) {
      const [gamma, beta, movingMean, movingVariance] = Array.from({ length: 4 }, () => take(width))
      return { ...layer, units: width, gamma, beta, movingMean, movingVariance }
    }
    const { units, activation } = layer
    const one = { inputs: width, units, activation, weights: take(width * units), bias: take(units) }
    width = units
    return one
  })
}

/** The threads that the peer may use: the harness says so in the variables that limit libraries of linear algebra. */
export const threadsGiven = (): number => Number(process.env.OMP_NUM_THREADS ?? 1)

/** The seconds that a function takes. */
export async function secondsOf(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

/** The version of a package as installed in the peer's folder. */
export function versionOf(name: string, peer: string): string {
  const file = new URL(`node_modules/${name}/package.json`, peer)
  return `${name} ${JSON.parse(readFileSync(file, 'utf8')).version}`
}

/** Rows as plain arrays of numbers, for packages that need them. */
export const rowsOf = (values: Float64Array, columns: number): number[][] =>
  Array.from({ length: values.length / columns }, (_, row) => [...values.subarray(row * columns, (row + 1) * columns)])

/** The class of each row of one-hot targets. */
export const labelsOf = ({ y, outputs }: ServedWorkload): number[] => rowsOf(y, outputs).map((row) => row.indexOf(1))
