/** The same trainings in every way in which a program can train. */
import {
  Ensemble,
  type EnsembleHistory,
  type FitOptions,
  type History,
  type LayerOption,
  Network,
  type OptimizerOption,
  Trainer,
} from 'lockstep-nn'
import { ALL_LAYERS } from './choices.js'
import { INPUTS, samples, sparseSamples, targetsOf } from './samples.js'

type AnyTrainer = Trainer<Network> | Trainer<Ensemble>

interface Shape {
  readonly model: () => Network | Ensemble
  readonly x: Float64Array
  readonly y: Float64Array
  readonly optimizer: OptimizerOption
}

type Options = Pick<FitOptions, 'epochs' | 'batchSize' | 'seed'>

/** A way to train some epochs. */
type Way = (trainer: AnyTrainer, x: Float64Array, y: Float64Array, options: Options) => unknown

const EPOCHS = 4
const PIXELS = 210

const x = samples(70)
const images = sparseSamples(70, PIXELS)
const xor = Float64Array.of(0, 0, 0, 1, 1, 0, 1, 1)

const small: readonly LayerOption[] = [{ units: 4, activation: 'tanh' }, { units: 1 }]
const wide: readonly LayerOption[] = [
  { units: 40, activation: 'relu' },
  { units: 33, activation: 'gelu' },
  { units: 1 },
]

const network =
  (layers: readonly LayerOption[], inputs = INPUTS) =>
  () =>
    new Network({ inputs, layers, seed: 5 })
const ensemble =
  (layers: readonly LayerOption[], members: number, inputs = INPUTS) =>
  () =>
    new Ensemble({ inputs, layers, seeds: Array.from({ length: members }, (_, i) => i) })

const numbers = { x, y: targetsOf(x, INPUTS, 'numbers') }
const pictures = { x: images, y: targetsOf(images, PIXELS, 'numbers') }

/** A shape for each form of a network in the backends. */
const SHAPES: Readonly<Record<string, Shape>> = {
  '2-2-1': {
    model: network([{ units: 2, activation: 'sigmoid' }, { units: 1 }], 2),
    x: xor,
    y: Float64Array.of(0, 1, 1, 0),
    optimizer: { name: 'sgd', learningRate: 0.5 },
  },
  '5-4-1': { model: network(small), ...numbers, optimizer: { name: 'sgd', learningRate: 0.1, momentum: 0.9 } },
  '5-40-33-1': { model: network(wide), ...numbers, optimizer: 'adam' },
  'sparse 210-40-33-1': { model: network(wide, PIXELS), ...pictures, optimizer: { name: 'adamw', globalClipNorm: 1 } },
  'all layers': { model: network([...ALL_LAYERS, { units: 1 }]), ...numbers, optimizer: 'nadam' },
  'ensemble of 9': { model: ensemble(small, 9), ...numbers, optimizer: 'rmsprop' },
  'ensemble of 3, 5-40-33-1': { model: ensemble(wide, 3), ...numbers, optimizer: 'adam' },
  'ensemble of 2, sparse 210-40-33-1': { model: ensemble(wide, 2, PIXELS), ...pictures, optimizer: 'adam' },
}

/** Trains until a signal aborts after two epochs, then goes on. */
const aborted: Way = async (trainer, x, y, options) => {
  const controller = new AbortController()
  const onEpoch = ({ epoch }: { epoch: number }): void => {
    if (epoch === 1) controller.abort()
  }
  await trainer.fit(x, y, { ...options, onEpoch, signal: controller.signal })
  await trainer.partialFit(x, y, { ...options, epochs: EPOCHS - trainer.epoch })
}

/** Reads the reports of the training. */
const streamed: Way = async (trainer, x, y, options) => {
  const reports = trainer.stream(x, y, { ...options, progressEvery: 0 })
  for await (const { loss } of reports) if (loss === Number.POSITIVE_INFINITY) break
}

/** One epoch a call. */
const inPieces: Way = (trainer, x, y, options) => {
  for (let epoch = 0; epoch < EPOCHS; epoch++) trainer.partialFitSync(x, y, { ...options, epochs: 1 })
}

/** Whole fits, with threads. All end in the same parameters and state. */
const WAYS: Readonly<Record<string, { readonly threads: number; readonly way: Way }>> = {
  fitSync: { threads: 1, way: (trainer, x, y, options) => trainer.fitSync(x, y, options) },
  'fitSync, 2 threads': { threads: 2, way: (trainer, x, y, options) => trainer.fitSync(x, y, options) },
  fit: { threads: 1, way: (trainer, x, y, options) => trainer.fit(x, y, options) },
  'fit, 2 threads': { threads: 2, way: (trainer, x, y, options) => trainer.fit(x, y, options) },
  partialFitSync: { threads: 1, way: inPieces },
  'fit, aborted, partialFit': { threads: 2, way: aborted },
  stream: { threads: 1, way: streamed },
}

async function trained(
  { model, x, y, optimizer }: Shape,
  threads: number,
  way: Way,
  backend: string,
): Promise<unknown> {
  const trainer = trainerOf(model(), optimizer, backend, threads)
  await way(trainer, x, y, { epochs: EPOCHS, batchSize: 24, seed: 8 })
  const trainedModel = trainer.network
  return {
    parameters: trainedModel.parameters,
    state: trainer.optimizerState,
    predictions: await trainedModel.predictAsync(x, { backend, threads }),
  }
}

/** A training that stops early, with all that the history reports. */
async function stoppedEarly({ model, x, y, optimizer }: Shape, backend: string): Promise<unknown> {
  const trainer = trainerOf(model(), optimizer, backend, 2)
  const history: History | EnsembleHistory = await trainer.fit(x, y, {
    epochs: 10,
    batchSize: 16,
    validationSplit: 0.3,
    earlyStopping: { patience: 2, minDelta: 0.002, restoreBest: true },
  })
  return { history, parameters: trainer.network.parameters, state: trainer.optimizerState }
}

/** Steps one at a time: with the trainer's loss, then with the gradients of a loss of the caller. */
function steps({ model, x, y, optimizer }: Shape, backend: string): unknown {
  const trained = model()
  const trainer = trainerOf(trained, optimizer, backend, 1)
  const inputs = trained.inputs
  const losses = [0, 1, 2].map((i) => trainer.step(x.subarray(i * inputs, (i + 2) * inputs), y.subarray(i, i + 2)))
  trainer.applyGradients(new Float64Array(trained.parameters.length).fill(0.25))
  return { losses, parameters: trained.parameters, state: trainer.optimizerState }
}

function trainerOf(
  model: Network | Ensemble,
  optimizer: OptimizerOption,
  backend: string,
  threads: number,
): AnyTrainer {
  const options = { loss: 'meanSquaredError', optimizer, backend, threads } as const
  return model instanceof Ensemble ? new Trainer(model, options) : new Trainer(model, options)
}

const WAY = /^way (.*): /

/** The shape of a training in one of several ways, which end in the same bits; null for another training. */
export const wayOf = (title: string): string | null => WAY.exec(title)?.[1] ?? null

export function wayTrainings(): [string, (backend: string) => unknown][] {
  return Object.entries(SHAPES).flatMap(([name, shape]): [string, (backend: string) => unknown][] => [
    ...Object.entries(WAYS).map(([how, { threads, way }]): [string, (backend: string) => unknown] => [
      `way ${name}: ${how}`,
      (backend) => trained(shape, threads, way, backend),
    ]),
    [`stops early: ${name}`, (backend) => stoppedEarly(shape, backend)],
    [`steps: ${name}`, (backend) => steps(shape, backend)],
  ])
}
