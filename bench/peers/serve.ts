/**
 * A peer's side of the protocol, for peers that run in Node: reads the workload, describes itself, then trains on request and
 * answers with the seconds and the loss. README.md in this folder has the protocol.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { WorkloadSpec } from './workloads.js'

export interface ServedWorkload extends WorkloadSpec {
  outputs: number
  x: Float64Array
  y: Float64Array
  starts: Float64Array[]
}

export interface Trained {
  /** The time of the training alone. */
  seconds: number
  /** [rows × outputs] by the peer's own forward pass; null if they are not probabilities that the loss accepts. */
  predictions: Float64Array | null
}

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
    const { seconds, predictions } = await train(start, epochs)
    const loss = predictions === null ? null : lossOf(workload, predictions)
    // JSON would write null.
    if (loss !== null && !Number.isFinite(loss)) throw new RangeError(`the loss after ${epochs} epochs is ${loss}`)
    answer({ seconds, loss, epochs })
  }
}

function answer(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

export function readWorkload(directory: string): ServedWorkload {
  const spec = JSON.parse(readFileSync(join(directory, 'workload.json'), 'utf8')) as WorkloadSpec
  const starts = readdirSync(directory).filter((name) => /^parameters-\d+\.f64$/.test(name)).length
  return {
    ...spec,
    outputs: spec.layers[spec.layers.length - 1].units,
    x: readNumbers(join(directory, 'x.f64')),
    y: readNumbers(join(directory, 'y.f64')),
    starts: Array.from({ length: starts }, (_, i) => readNumbers(join(directory, `parameters-${i}.f64`))),
  }
}

function readNumbers(file: string): Float64Array {
  const bytes = readFileSync(file)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Float64Array.from({ length: bytes.byteLength / 8 }, (_, i) => view.getFloat64(i * 8, true))
}

/** The workload's loss over all rows. */
export function lossOf(
  { loss, rows, y }: Pick<ServedWorkload, 'loss' | 'rows' | 'y'>,
  predictions: Float64Array,
): number {
  let sum = 0
  for (let i = 0; i < y.length; i++) {
    if (loss === 'halfSquaredError') sum += (predictions[i] - y[i]) * (predictions[i] - y[i])
    else if (y[i] !== 0) sum -= y[i] * Math.log(predictions[i])
  }
  return loss === 'halfSquaredError' ? sum / (2 * rows) : sum / rows
}

/** The parameters of each layer, as subarrays of a start: weights [inputs × units] row-major and bias [units]. */
export function layersOf({ inputs, layers }: WorkloadSpec, start: Float64Array) {
  let offset = 0
  let width = inputs
  return layers.map(({ units, activation }) => {
    const weights = start.subarray(offset, offset + width * units)
    const bias = start.subarray(offset + width * units, offset + (width + 1) * units)
    const layer = { inputs: width, units, activation, weights, bias }
    offset += (width + 1) * units
    width = units
    return layer
  })
}

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
