/**
 * The experiment itself: a 2-2-1 sigmoid network learns XOR by full-batch gradient descent from a seed's starting
 * weights. One call of `train` is one training; its result is evaluated after it and not timed.
 */
import { Ensemble, Network, Trainer } from 'lockstep-nn'
import type { BackendName } from '../harness/backends.js'
import { measureRounds } from '../harness/rounds.js'
import { initialWeights } from './pcg64.js'

export const SEEDS: readonly bigint[] = [2n, 10n, 24n, 45n, 98n, 120n, 350n, 600n, 899n, 1000n]
export const EPOCHS = 100_000
export const SAMPLES = 4

export const X = Float64Array.of(0, 0, 0, 1, 1, 0, 1, 1)
export const Y = Float64Array.of(0, 1, 1, 0)

/** 0.5 / 4: the original divides by the four samples in the loss and again in the update, with a rate of 0.5. */
export const LEARNING_RATE = 0.125

export const LAYERS = [
  { units: 2, activation: 'sigmoid' },
  { units: 1, activation: 'sigmoid' },
] as const
export const TRAINER_OPTIONS = {
  loss: 'halfSquaredError',
  optimizer: { name: 'sgd', learningRate: LEARNING_RATE },
} as const

/** One training by one backend or rival. */
export interface Run {
  name: string
  /** A number if that is exact, otherwise its decimal digits. */
  seed: number | string
  ms: number
  /** 1/(2n) Σ (ŷ − y)² of the trained network. */
  loss: number
  /** Whether all four predictions are on the right side of 0.5. */
  solved: boolean
  /** For (0,0), (0,1), (1,0), (1,1). */
  predictions: number[]
  digest: string
  /** The bits of every parameter, in hex: w0[0][0] w0[0][1] w0[1][0] w0[1][1] b0[0] b0[1] w1[0] w1[1] b1. */
  initial: string[]
  final: string[]
}

/** A way to train. Processes time themselves; the others are timed here. */
export interface Path {
  readonly name: string
  /** Whether it uses the library's arithmetic, so that its bits must equal those of the other such entries. */
  readonly lockstep: boolean
  /** The compiler and the flags that built it, for a program. */
  readonly built?: string
  train(initial: Float64Array, epochs: number): { ms: number; final: Float64Array }
}

/** A backend of the library. */
export function libraryPath(name: BackendName): Path {
  return {
    name,
    lockstep: true,
    train(initial, epochs) {
      const { network, trainer } = build(initial, name)
      const start = performance.now()
      const history = trainer.fitSync(X, Y, { epochs, batchSize: SAMPLES, shuffle: false })
      const ms = performance.now() - start
      // The time must be that of the named backend.
      if (history.backend !== name) throw new Error(`Expected backend '${name}' but '${history.backend}' ran`)
      return { ms, final: network.parameters }
    },
  }
}

/**
 * All seeds at once, as an ensemble on one thread. Each round trains the whole ensemble. A training's time is its share of it,
 * and its result is that of the round's member.
 */
export function ensemblePath(name: BackendName, seeds: readonly bigint[]): Path {
  return {
    name: `ensemble of ${seeds.length}, ${name}`,
    lockstep: true,
    train(initial, epochs) {
      const starts = seeds.map(initialWeights)
      const parameters = Float64Array.from(starts.flatMap((start) => [...start]))
      const ensemble = new Ensemble({ inputs: 2, layers: LAYERS, seeds: starts.map(() => 0), parameters })
      const trainer = new Trainer(ensemble, { ...TRAINER_OPTIONS, backend: name })
      const start = performance.now()
      trainer.fitSync(X, Y, { epochs, batchSize: SAMPLES, shuffle: false })
      const ms = (performance.now() - start) / seeds.length
      const member = starts.findIndex((one) => one.every((value, i) => value === initial[i]))
      return { ms, final: ensemble.members[member].parameters }
    },
  }
}

/** Trains once and evaluates the result. */
export function run(path: Path, seed: bigint, epochs: number): Run {
  const initial = initialWeights(seed)
  const { ms, final } = path.train(initial, epochs)
  const { network, trainer } = build(final)
  const predictions = Array.from(network.predict(X))
  return {
    name: path.name,
    seed: seed <= Number.MAX_SAFE_INTEGER ? Number(seed) : seed.toString(),
    ms,
    loss: trainer.evaluate(X, Y).loss,
    solved: predictions.every((prediction, i) => (Y[i] === 1 ? prediction > 0.5 : prediction < 0.5)),
    predictions,
    digest: network.digest(),
    initial: toHex(initial),
    final: toHex(final),
  }
}

/** Untimed trainings of each entry before the measurement. */
const WARM_UPS = 5

/** Trains each seed by every entry. A round is a seed. Resolves to the runs by seed, each in the order of the entries. */
export async function measure(
  paths: readonly Path[],
  seeds: readonly bigint[],
  epochs: number,
  onRound: (seed: bigint, runs: readonly Run[]) => void,
): Promise<Run[]> {
  const measured = await measureRounds(paths, {
    rounds: seeds.length,
    warmUps: WARM_UPS,
    measure: (path, round) => run(path, seeds[round], epochs),
    onRound: (round, runs) => onRound(seeds[round], runs),
  })
  return seeds.flatMap((_, round) => paths.map((path) => measured.get(path)![round]))
}

/** The network of the experiment with a copy of these parameters, as an entry may train in place, and its trainer. */
function build(parameters: Float64Array, backend?: BackendName) {
  const network = new Network({
    inputs: 2,
    layers: LAYERS,
    parameters: parameters.slice(),
  })
  const trainer = new Trainer(network, {
    ...TRAINER_OPTIONS,
    ...(backend === undefined ? {} : { backend }),
  })
  return { network, trainer }
}

/** The IEEE-754 bits of each number, as 16 hex digits. */
export function toHex(values: Float64Array): string[] {
  const bits = new BigUint64Array(values.slice().buffer)
  return Array.from(bits, (word) => word.toString(16).padStart(16, '0'))
}

export function fromHex(words: readonly string[]): Float64Array {
  return new Float64Array(BigUint64Array.from(words, (word) => BigInt(`0x${word}`)).buffer)
}
