/** The workloads of `npm run bench:compare`. They use only the public API of the given library. */
import { createHash } from 'node:crypto'
import type { Ensemble as EnsembleOfNetworks, LayerOption, TrainerOptions } from 'lockstep-nn'
import { initialWeights } from '../experiment/pcg64.js'
import { imageData, tabularData } from '../peers/data.js'

export type Library = typeof import('lockstep-nn')

type Backend = NonNullable<TrainerOptions['backend']>
type Options = Pick<TrainerOptions, 'loss' | 'optimizer' | 'threads' | 'backend'>

/** A workload that is ready to run. */
export interface Prepared {
  /** Seconds of n repetitions, without their preparation. */
  secondsOf(repetitions: number): number
  /** The digest of what the last repetition computed. */
  digest(): string
}

export interface Workload {
  readonly name: string
  readonly native: boolean
  /** `native`: the kernel set of native workloads. */
  prepare(library: Library, native: Backend, quick: boolean): Prepared
}

interface Training {
  readonly name: string
  readonly backend: 'native' | 'typescript'
  readonly inputs: number
  readonly layers: readonly LayerOption[]
  readonly trainer: Options
  /** Of an ensemble. */
  readonly members?: number
  readonly data: (quick: boolean) => { x: Float64Array; y: Float64Array }
  readonly batchSize: number
  readonly epochs: number
  /** XOR starts with the weights of the experiment. */
  readonly start?: () => Float64Array
}

const SIDE = 28
const XOR = { x: Float64Array.of(0, 0, 0, 1, 1, 0, 1, 1), y: Float64Array.of(0, 1, 1, 0) }

const relu = (units: number): LayerOption => ({ units, activation: 'relu' })
const softmax = (units: number): LayerOption => ({ units, activation: 'softmax' })
const tanh = (units: number): LayerOption => ({ units, activation: 'tanh' })

const xor = {
  inputs: 2,
  layers: [
    { units: 2, activation: 'sigmoid' },
    { units: 1, activation: 'sigmoid' },
  ],
  trainer: { loss: 'halfSquaredError', optimizer: { name: 'sgd', learningRate: 0.125 }, threads: 1 },
  data: () => XOR,
  batchSize: 4,
  epochs: 20_000,
} as const

const digits = (name: string, background: number, batchSize: number, threads: number): Training => ({
  name,
  backend: 'native',
  inputs: SIDE * SIDE,
  layers: [relu(128), softmax(10)],
  trainer: { loss: 'categoricalCrossentropy', optimizer: { name: 'sgd', learningRate: 0.1 }, threads },
  data: (quick) => imageData(quick ? 64 : 2048, SIDE, 10, 2, background),
  batchSize,
  epochs: 1,
})

const table = {
  inputs: 16,
  trainer: { loss: 'categoricalCrossentropy', optimizer: { name: 'adam', learningRate: 0.001 }, threads: 1 },
  data: (quick: boolean) => tabularData(quick ? 64 : 1024, 16, 3, 1),
  batchSize: 32,
  epochs: 1,
} as const
const adam = { ...table, layers: [relu(64), relu(64), softmax(3)] }
const normalized = {
  ...table,
  layers: [
    relu(64),
    { type: 'batchNormalization' } as const,
    { type: 'dropout', rate: 0.25 } as const,
    relu(64),
    softmax(3),
  ],
}

/** Narrow networks: batches of 128, and full batches. */
const cliff = {
  inputs: 10,
  layers: [relu(46), relu(46), softmax(10)],
  trainer: { loss: 'categoricalCrossentropy', optimizer: { name: 'adam', learningRate: 0.001 }, threads: 1 },
  data: (quick: boolean) => tabularData(quick ? 256 : 12_800, 10, 10, 1),
  batchSize: 128,
  epochs: 1,
} as const
const chains = {
  inputs: 4,
  layers: [tanh(32), tanh(16), tanh(4)],
  trainer: { loss: 'meanSquaredError', optimizer: { name: 'adam', learningRate: 0.001 }, threads: 1 },
  data: (quick: boolean) => tabularData(quick ? 256 : 10_000, 4, 4, 1),
  batchSize: 10_000,
  epochs: 2,
} as const
const chainsSmall = {
  inputs: 24,
  layers: [tanh(8), tanh(2)],
  trainer: { loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate: 0.1 }, threads: 1 },
  data: () => tabularData(200, 24, 2, 1),
  batchSize: 200,
  epochs: 500,
} as const

export const WORKLOADS: readonly Workload[] = [
  training({ ...xor, name: 'XOR', backend: 'native', start: () => initialWeights(2n) }),
  training({ ...xor, name: 'XOR', backend: 'typescript', start: () => initialWeights(2n) }),
  training({ ...xor, name: 'XOR × 10 members', backend: 'native', members: 10 }),
  training(digits('784-128-10 sparse', 0, 64, 1)),
  training(digits('784-128-10 dense', 0.25, 64, 1)),
  training(digits('784-128-10 2 threads', 0.25, 1024, 2)),
  training({ ...adam, name: '16-64-64-3', backend: 'native' }),
  training({ ...adam, name: '16-64-64-3', backend: 'typescript' }),
  training({ ...normalized, name: 'normalized', backend: 'native' }),
  training({ ...normalized, name: 'normalized', backend: 'typescript' }),
  training({ ...cliff, name: 'cliff', backend: 'native' }),
  training({ ...cliff, name: 'cliff', backend: 'typescript' }),
  training({ ...chains, name: 'chains', backend: 'native' }),
  training({ ...chains, name: 'chains', backend: 'typescript' }),
  training({ ...chainsSmall, name: 'chains-small', backend: 'native' }),
  training({ ...chainsSmall, name: 'chains-small', backend: 'typescript' }),
  prediction(1),
  prediction(1000),
]

function training(spec: Training): Workload {
  return {
    name: spec.backend === 'native' ? spec.name : `${spec.name}, ${spec.backend}`,
    native: spec.backend === 'native',
    prepare(library, native, quick) {
      const { batchSize } = spec
      const { x, y } = spec.data(quick)
      const epochs = quick ? Math.min(spec.epochs, 50) : spec.epochs
      const options: Options = { ...spec.trainer, backend: spec.backend === 'native' ? native : 'typescript' }
      const fit = { epochs, batchSize, shuffle: false, seed: 1 }
      let parameters: Float64Array = new Float64Array()
      return {
        secondsOf(repetitions) {
          let milliseconds = 0
          for (let i = 0; i < repetitions; i++) {
            const { network, trainer } = make(library, spec, options)
            const start = performance.now()
            const { backend } = trainer.fitSync(x, y, fit)
            milliseconds += performance.now() - start
            if (backend !== options.backend)
              throw new Error(`Expected backend '${options.backend}' but '${backend}' ran`)
            parameters = network.parameters
          }
          return milliseconds / 1000
        },
        digest: () => digestOf(parameters),
      }
    },
  }
}

function make({ Ensemble, Network, Trainer }: Library, { inputs, layers, members, start }: Training, options: Options) {
  if (members !== undefined) {
    const ensemble = new Ensemble({ inputs, layers, seeds: Array.from({ length: members }, (_, i) => i) })
    return { network: ensemble, trainer: new Trainer<EnsembleOfNetworks>(ensemble, options) }
  }
  const network = new Network({ inputs, layers, ...(start === undefined ? { seed: 1 } : { parameters: start() }) })
  return { network, trainer: new Trainer(network, options) }
}

function prediction(rows: number): Workload {
  return {
    name: `predict ${rows === 1 ? 'one row' : `${rows.toLocaleString('en')} rows`}`,
    native: true,
    prepare({ Network }, backend) {
      const network = new Network({ inputs: 16, layers: adam.layers, seed: 1 })
      const { x } = tabularData(rows, 16, 3, 1)
      const output = new Float64Array(rows * network.outputs)
      return {
        secondsOf(repetitions) {
          const start = performance.now()
          for (let i = 0; i < repetitions; i++) network.predict(x, { backend, output })
          return (performance.now() - start) / 1000
        },
        digest: () => digestOf(output),
      }
    },
  }
}

/** A digest of the bits that uses no function of the measured library. */
const digestOf = ({ buffer, byteOffset, byteLength }: Float64Array): string =>
  createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex')
