/** The cells of `bench:widths`: networks n-n-n-n in batches, and the jumps of time between neighbours. */
import { Network, Trainer } from 'lockstep-nn'
import { min } from 'simple-statistics'
import type { BackendName } from '../harness/backends.js'
import { measureRounds, repetitionsFor } from '../harness/rounds.js'

export const WIDTHS = [4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 46, 48, 56, 64, 96, 128]
export const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256]
/** The number of samples, of which a batch is a part. */
const ROWS = 256

/** A neighbour's time may differ by this factor. */
export const JUMP = 1.5

export interface Cell {
  readonly backend: BackendName
  readonly width: number
  readonly batch: number
  /** Nanoseconds of a training for each sample and weight. */
  readonly ns: number
}

interface Place {
  readonly backend: BackendName
  readonly width: number
  readonly batch: number
}

interface Settings {
  readonly widths: readonly number[]
  readonly batches: readonly number[]
  readonly rounds: number
  readonly seconds: number
  readonly onRound?: (round: number) => void
}

/** The least time of all rounds, in each of which every cell has its turn. */
export async function measureCells(
  backends: readonly BackendName[],
  { widths, batches, rounds, seconds, onRound }: Settings,
): Promise<Cell[]> {
  const places: Place[] = backends.flatMap((backend) =>
    widths.flatMap((width) => batches.map((batch) => ({ backend, width, batch }))),
  )
  const subjects: (Place & { secondsOf: (epochs: number) => number; epochs: number; work: number })[] = []
  for (const place of places) {
    const { secondsOf, work } = trainingOf(place)
    subjects.push({ ...place, secondsOf, work, epochs: await repetitionsFor(seconds, secondsOf) })
  }
  const times = await measureRounds(subjects, {
    rounds,
    measure: ({ secondsOf, epochs, work }) => (secondsOf(epochs) / epochs / work) * 1e9,
    onRound,
  })
  return [...times].map(([{ backend, width, batch }, all]) => ({ backend, width, batch, ns: min(all) }))
}

/** A training through the public API. work: the samples of an epoch times the weights. */
function trainingOf({ backend, width, batch }: Place): { secondsOf: (epochs: number) => number; work: number } {
  const layers = [
    { units: width, activation: 'relu' },
    { units: width, activation: 'relu' },
    { units: width, activation: 'softmax' },
  ] as const
  const network = new Network({ inputs: width, layers, seed: 1 })
  const x = Float64Array.from({ length: ROWS * width }, (_, i) => Math.sin(i))
  const y = Float64Array.from({ length: ROWS * width }, (_, i) => (i % width === Math.floor(i / width) % width ? 1 : 0))
  // Small steps: the values stay as they are.
  const optimizer = { name: 'sgd', learningRate: 1e-9 } as const
  const trainer = new Trainer(network, { loss: 'categoricalCrossentropy', optimizer, backend, threads: 1 })
  const secondsOf = (epochs: number): number => {
    const from = performance.now()
    trainer.fitSync(x, y, { epochs, batchSize: batch })
    return (performance.now() - from) / 1000
  }
  return { secondsOf, work: ROWS * network.parameterCount }
}

/** Two neighbours, from the smaller width or batch to the larger, whose times differ by more than JUMP. */
export interface Jump {
  readonly from: Cell
  readonly to: Cell
  /** The time of `to` as a multiple of that of `from`. */
  readonly ratio: number
}

export function findJumps(cells: readonly Cell[]): Jump[] {
  const next = (list: readonly number[], value: number): number | undefined => list.find((other) => other > value)
  const ascending = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b)
  const widths = ascending(cells.map(({ width }) => width))
  const batches = ascending(cells.map(({ batch }) => batch))
  const at = (backend: string, width?: number, batch?: number): Cell | undefined =>
    cells.find((cell) => cell.backend === backend && cell.width === width && cell.batch === batch)
  return cells
    .flatMap((from): Jump[] => {
      const { backend, width, batch } = from
      const neighbours = [at(backend, next(widths, width), batch), at(backend, width, next(batches, batch))]
      return neighbours.flatMap((to) => (to === undefined ? [] : [{ from, to, ratio: to.ns / from.ns }]))
    })
    .filter(({ ratio }) => ratio > JUMP || ratio < 1 / JUMP)
}
