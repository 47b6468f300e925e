/** Fits with everything between steps and epochs, of networks and ensembles, that end in a few milliseconds. */
import fc, { type Arbitrary } from 'fast-check'
import {
  DivergenceError,
  Ensemble,
  type EnsembleHistory,
  type FitOptions,
  type History,
  type LayerOption,
  Network,
  type OptimizerOption,
  type ScheduleOption,
  Trainer,
} from 'lockstep-nn'
import { LAST_BATCHES } from '#lib/backend/plan.js'
import { INPUTS, OUTPUTS, task } from './learning.js'

export interface DrawnFit {
  readonly layers: readonly LayerOption[]
  readonly optimizer: OptimizerOption
  readonly schedule: ScheduleOption | undefined
  /** 1: a network; otherwise an ensemble. */
  readonly members: number
  readonly threads: number
  readonly fit: FitOptions
}

export const ROWS = 23
export const { x, y } = task(ROWS)
const sampleWeight = Float64Array.from({ length: ROWS }, (_, i) => (i % 4) / 2)
// The opposite of what is learned, so that it soon gets worse.
const opposite = { x, y: y.map((value) => 1 - value) }

const last: LayerOption = { units: OUTPUTS, activation: 'linear', l2: 0.01 }
const LAYERS: readonly (readonly LayerOption[])[] = [
  [{ units: 5, activation: 'tanh' }],
  [
    { units: 33, activation: 'relu' },
    { type: 'dropout', rate: 0.3 },
  ],
  [{ units: 9, activation: 'tanh', l1: 0.01 }, { type: 'batchNormalization' }],
  [{ type: 'layerNormalization' }, { units: 4, activation: 'gelu' }, { type: 'dropout', rate: 0.5 }],
  [{ type: 'residual', layers: [{ units: INPUTS, activation: 'tanh' }] }, { type: 'batchNormalization' }],
]
const OPTIMIZERS: readonly OptimizerOption[] = [
  { name: 'sgd', learningRate: 0.03, momentum: 0.9 },
  { name: 'adam', learningRate: 0.02, globalClipNorm: 0.5 },
  { name: 'rmsprop', learningRate: 0.01, weightDecay: 0.1 },
]
const SCHEDULES: readonly (ScheduleOption | undefined)[] = [
  undefined,
  { name: 'cosine', warmup: 1.5 },
  (step, epoch) => 0.1 / (5 + step + epoch),
  { name: 'reduceOnPlateau', patience: 0, threshold: 0.1 },
]

const fits: Arbitrary<FitOptions> = fc.record(
  {
    epochs: fc.integer({ min: 1, max: 12 }),
    batchSize: fc.constantFrom(2, 4, 7, ROWS),
    lastBatch: fc.constantFrom(...LAST_BATCHES),
    shuffle: fc.boolean(),
    seed: fc.nat(),
    sampleWeight: fc.constant(sampleWeight),
    classWeight: fc.constant([1, 2]),
  },
  { requiredKeys: ['epochs', 'batchSize', 'shuffle', 'seed'] },
)

/** Fits without anything that depends on earlier epochs and begins again with a new call. */
export const drawnFits: Arbitrary<DrawnFit> = fc
  .record({
    layers: fc.constantFrom(...LAYERS),
    optimizer: fc.constantFrom(...OPTIMIZERS),
    schedule: fc.constantFrom(...SCHEDULES),
    members: fc.constantFrom(1, 1, 1, 3),
    threads: fc.constantFrom(1, 2),
    fit: fits,
  })
  // The rates of a function are the only ones.
  .map(({ optimizer, ...rest }) =>
    typeof rest.schedule === 'function' ? { ...rest, optimizer: withoutRate(optimizer) } : { ...rest, optimizer },
  )

/** The same with validation, metrics and early stopping; some diverge. */
export const watchedFits: Arbitrary<DrawnFit> = fc
  .record({
    drawn: drawnFits,
    validation: fc.constantFrom<FitOptions>({}, { validationSplit: 0.2 }, { validationData: opposite }),
    stopping: fc.option(
      fc.record({ patience: fc.constantFrom(1, 3), restoreBest: fc.boolean(), monitorsTraining: fc.boolean() }),
    ),
    rate: fc.constantFrom(undefined, undefined, undefined, 1e200),
  })
  .map(({ drawn, validation, stopping, rate }) => {
    const monitor = stopping?.monitorsTraining || Object.keys(validation).length === 0 ? 'loss' : 'validationLoss'
    const { patience = 1, restoreBest = false } = stopping ?? {}
    const fit = {
      ...drawn.fit,
      ...validation,
      ...(stopping === null ? {} : { earlyStopping: { patience, restoreBest, monitor } }),
    } as FitOptions
    const fast = rate === undefined || typeof drawn.schedule === 'function'
    return fast ? { ...drawn, fit } : { ...drawn, fit, optimizer: { name: 'sgd', learningRate: rate } }
  })

const withoutRate = (optimizer: OptimizerOption): OptimizerOption => {
  const { learningRate: _, ...rest } = optimizer as { learningRate: number }
  return rest as OptimizerOption
}

/** The trainer of a fit. That of an ensemble has the same methods. */
export function trainerOf(
  { layers, optimizer, schedule, members, threads }: DrawnFit,
  backend: string,
  metrics: readonly 'accuracy'[] = [],
): Trainer {
  const shape = { inputs: INPUTS, layers: [...layers, last] }
  const options = { loss: 'meanSquaredError', optimizer, schedule, backend, threads, metrics } as const
  if (members === 1) return new Trainer(new Network({ ...shape, seed: 3 }), options)
  const ensemble = new Ensemble({ ...shape, seeds: Array.from({ length: members }, (_, i) => i) })
  return new Trainer<Ensemble>(ensemble, options) as unknown as Trainer
}

/** What a fit ends with for each network: its history, or its error. */
export async function resultsOf(call: () => unknown): Promise<readonly (History | DivergenceError)[]> {
  try {
    const result = (await call()) as History | EnsembleHistory
    return 'members' in result ? result.members : [result]
  } catch (error) {
    if (error instanceof DivergenceError) return [error]
    throw error
  }
}
