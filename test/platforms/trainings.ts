/** The trainings, by name. Each returns all that comes out of it. They are short: together a second or two on a backend. */
import {
  Ensemble,
  type FitOptions,
  type LayerOption,
  type LossOption,
  type MetricOption,
  Network,
  type OptimizerOption,
  type ScheduleOption,
  Trainer,
} from 'lockstep-nn'
import { Model } from 'lockstep-nn/data'
import { fromSafetensors, toModule, toSafetensors } from 'lockstep-nn/formats'
import {
  ACTIVATIONS,
  ALL_LAYERS,
  INITIALIZERS,
  LAYERS,
  LOSSES,
  METRICS,
  OPTIMIZERS,
  SCHEDULES,
  type Targets,
} from './choices.js'
import { INPUTS, outputsFor, ROWS, samples, targetsOf } from './samples.js'
import { wayTrainings } from './ways.js'

/** Trains with a backend; the result is an object of numbers, texts and arrays. */
export type Training = (backend: string) => unknown

interface Setup {
  readonly layers: readonly LayerOption[]
  readonly loss?: LossOption
  readonly activation?: 'linear' | 'sigmoid' | 'softmax' | 'softplus'
  readonly targets?: Targets
  readonly optimizer?: OptimizerOption
  readonly schedule?: ScheduleOption
  readonly metrics?: readonly MetricOption[]
  readonly fit?: FitOptions
}

const SMALL: readonly LayerOption[] = [{ units: 7, activation: 'tanh' }]

/** Trains one network, and computes everything with it. */
function fitted(setup: Setup, backend: string): unknown {
  const { layers, loss = 'meanSquaredError', activation = 'linear', targets = 'numbers', optimizer = 'adam' } = setup
  const x = samples(ROWS)
  const y = targetsOf(x, INPUTS, targets)
  const outputs = outputsFor(targets)
  const network = new Network({ inputs: INPUTS, layers: [...layers, { units: outputs, activation }], seed: 3 })
  const { schedule, metrics = [] } = setup
  const trainer = new Trainer(network, { loss, optimizer, schedule, metrics: scalars(metrics), backend })
  const history = trainer.fitSync(x, y, { epochs: 3, batchSize: 16, seed: 1, ...setup.fit })
  return {
    parameters: network.parameters,
    state: trainer.optimizerState,
    scheduleState: trainer.scheduleState,
    history,
    predictions: network.predict(x, { backend }),
    one: network.predict(x.subarray(0, INPUTS), { backend }),
    evaluation: trainer.evaluate(x, y, { metrics }),
    gradients: network.gradients(x, new Float64Array(ROWS * outputs).fill(0.5), { backend }),
  }
}

const scalars = (metrics: readonly MetricOption[]): readonly MetricOption[] =>
  metrics.filter((metric) => typeof metric !== 'object' || metric.name !== 'confusionMatrix')

/** Trains an ensemble, whose members have learning rates of their own. */
function ensembleFitted(layers: readonly LayerOption[], backend: string): unknown {
  const x = samples(ROWS)
  const y = targetsOf(x, INPUTS, 'numbers')
  const seeds = [0, 1, 2, 3, 4, 5, 6, 7, 8]
  const ensemble = new Ensemble({ inputs: INPUTS, layers: [...layers, { units: 1 }], seeds })
  const optimizer = { name: 'adam', learningRate: seeds.map((seed) => 0.002 * (seed + 1)) } as const
  const trainer = new Trainer(ensemble, { loss: 'huber', optimizer, backend, metrics: ['r2'] })
  const history = trainer.fitSync(x, y, { epochs: 3, batchSize: 16, validationSplit: 0.2 })
  return {
    parameters: ensemble.parameters,
    state: trainer.optimizerState,
    history,
    predictions: ensemble.predict(x, { backend }),
    evaluation: trainer.evaluate(x, y),
    digest: ensemble.digest(),
  }
}

/** A network as the files of this library and of other programs. */
function saved(backend: string): unknown {
  const network = new Network({ inputs: INPUTS, layers: [...ALL_LAYERS, { units: 1 }], seed: 4 })
  const x = samples(ROWS)
  new Trainer(network, { loss: 'huber', optimizer: 'adam', backend }).fitSync(x, targetsOf(x, INPUTS, 'numbers'))
  const json = JSON.stringify(network.toJSON())
  const tensors = toSafetensors(network)
  return {
    json,
    digest: [network.digest(), Network.fromJSON(json).digest(), fromSafetensors(tensors).digest()],
    tensors,
    module: toModule(network),
  }
}

/** A model of records, with columns of all types, missing values, scalers, an embedding and labels. */
async function modelOf(backend: string): Promise<unknown> {
  const x = samples(ROWS)
  const records = Array.from({ length: ROWS }, (_, row) => ({
    height: x[row * INPUTS + 1],
    kind: ['a', 'b', 'c', 'd'][x[row * INPUTS]],
    width: row % 7 === 0 ? null : x[row * INPUTS + 2],
    tame: row % 3 === 0,
    born: new Date(Date.UTC(2024, 0, 1 + 5 * row, row % 24)),
    town: `town ${row % 9}`,
    label: x[row * INPUTS + 2] > 0 ? 'more' : 'less',
  }))
  const options = { width: { scaler: 'quantileScaler' }, town: { maxOneHot: 4 } } as const
  const common = { options, trainer: { backend }, fit: { epochs: 5 }, seed: 2 }
  const model = await Model.fit(records, { target: 'label', ...common })
  // The summary of the training names the backend.
  const { columns, target, network } = model.toJSON()
  const saved = JSON.stringify({ columns, target, network })
  return { digest: model.digest(), saved, predictions: model.predict(records, { backend }) }
}

const entries = <Value>(table: Readonly<Record<string, Value>>): [string, Value][] => Object.entries(table)

/** A training for each name of a table. */
function each<Value>(
  noun: string,
  table: Readonly<Record<string, Value>>,
  setupOf: (value: Value) => Setup | readonly Setup[],
): [string, Training][] {
  return entries(table).flatMap(([name, value]) =>
    [setupOf(value)]
      .flat()
      .map((setup, i): [string, Training] => [
        `${noun} ${name}${i === 0 ? '' : ` ${i + 1}`}`,
        (backend) => fitted(setup, backend),
      ]),
  )
}

/** All trainings by name, in the order of the digests. */
export function trainings(): ReadonlyMap<string, Training> {
  return new Map<string, Training>([
    ...each('layer', LAYERS, (layers) => ({ layers })),
    ...each('activation', ACTIVATIONS, (activation) => [
      { layers: [{ units: 7, ...activation } as LayerOption] },
      { layers: [{ units: 40, ...activation } as LayerOption, { units: 33, ...activation } as LayerOption] },
    ]),
    ...each('loss', LOSSES, (loss) => ({ layers: SMALL, ...loss })),
    ...each('optimizer', OPTIMIZERS, (choices) => choices.map((optimizer) => ({ layers: SMALL, optimizer }))),
    ...each('schedule', SCHEDULES, (choices) =>
      choices.map((schedule) => ({ layers: SMALL, optimizer: { name: 'sgd', momentum: 0.5 }, schedule })),
    ),
    ...each('initializer', INITIALIZERS, (weightsInitializer) => ({
      layers: [{ units: 9, activation: 'tanh', weightsInitializer }],
    })),
    ...each('metric', METRICS, ([metric, targets]) => ({
      layers: SMALL,
      ...(targets === 'oneHot' ? LOSSES.categoricalCrossentropy : {}),
      ...(targets === 'flags' ? LOSSES.binaryCrossentropy : {}),
      metrics: [metric],
      fit: { validationSplit: 0.2 },
    })),
    ...each('weights of', LOSSES, (loss) => ({
      layers: SMALL,
      ...loss,
      fit: {
        sampleWeight: Float64Array.from({ length: ROWS }, (_, row) => (row % 5) / 2),
        ...(loss.targets === 'oneHot' ? { classWeight: { 0: 2 } } : {}),
        lastBatch: 'merge',
      },
    })),
    ...entries(ACTIVATIONS).map(([name, activation]): [string, Training] => [
      `ensemble ${name}`,
      (backend) => ensembleFitted([{ units: 6, ...activation } as LayerOption], backend),
    ]),
    ['ensemble of all layers', (backend) => ensembleFitted(ALL_LAYERS, backend)],
    ['all layers', (backend) => fitted({ layers: ALL_LAYERS }, backend)],
    ['files', saved],
    ['model of records', modelOf],
    ...wayTrainings(),
  ])
}
