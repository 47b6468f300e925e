/** Every public function that takes an object of options, with options that it accepts. */
import { checkGradients, Ensemble, metrics, Network, Trainer } from 'lockstep-nn'
import { loadSafetensors, toSafetensors } from 'lockstep-nn/formats'
import { toOnnx } from 'lockstep-nn/onnx'
import { dataCalls } from './data-option-calls.js'
import type { OptionCall } from './option-call.js'

const X = Float64Array.from({ length: 16 }, (_, i) => (i % 5) / 4)
const Y = Float64Array.from({ length: 8 }, (_, i) => i % 2)
const LAYERS = () => [{ units: 2, activation: 'leakyRelu', alpha: 0.1, l2: 0.01 }, { units: 1 }]
const newNetwork = () => new Network({ inputs: 2, layers: [{ units: 2 }, { units: 1 }], seed: 1 })
const trainer = () => new Trainer(newNetwork(), { loss: 'meanSquaredError', optimizer: 'sgd' })
const ensemble = () => new Ensemble({ inputs: 2, layers: [{ units: 1 }], seeds: [1, 2] })

/** The result of a trainer's options. */
const trained = (model: Network | Ensemble, options: never): unknown => {
  const one = new Trainer(model as Network, options)
  return [one.fitSync(X, Y, { epochs: 2 }), [...model.parameters], one.evaluate(X, Y)]
}

/** By name. */
export const optionCalls: Readonly<Record<string, OptionCall>> = {
  'new Network': {
    where: 'the network options',
    options: () => ({ inputs: 2, layers: LAYERS(), initializer: 'heNormal', seed: 3 }),
    call: (options) => new Network(options).toJSON(),
  },
  'a layer': {
    where: 'layers[0]',
    options: () => ({ type: 'dense', units: 2, activation: 'elu', alpha: 0.5, l1: 0.1, weightsInitializer: 'ones' }),
    call: (layer) => new Network({ inputs: 2, layers: [layer, { units: 1 }] }).toJSON(),
  },
  'an initializer': {
    where: 'initializer',
    options: () => ({ name: 'normal', mean: 1, stddev: 0.1 }),
    call: (initializer) => new Network({ inputs: 2, layers: [{ units: 1 }], initializer }).digest(),
  },
  'an initializer of a layer': {
    where: 'layers[0].weightsInitializer',
    options: () => ({ name: 'uniform', min: 1, max: 2 }),
    call: (weightsInitializer) => new Network({ inputs: 2, layers: [{ units: 1, weightsInitializer }] }).digest(),
  },
  'new Ensemble': {
    where: 'the ensemble options',
    options: () => ({ inputs: 2, layers: LAYERS(), initializer: 'heNormal', seeds: [1, 2, 3] }),
    call: (options) => [...new Ensemble(options).parameters],
  },
  'a layer of an ensemble': {
    where: 'layers[0]',
    options: () => ({ units: 1, weightsInitializer: 'ones', l2: 0.5 }),
    call: (layer) => [...new Ensemble({ inputs: 2, layers: [layer], seeds: [1, 2] }).parameters],
  },
  'new Trainer': {
    where: 'the trainer options',
    options: () => ({
      loss: 'huber',
      optimizer: 'adam',
      schedule: 'cosine',
      metrics: ['r2'],
      backend: 'typescript',
      threads: 1,
    }),
    call: (options) => trained(newNetwork(), options),
  },
  'a loss': {
    where: 'loss',
    options: () => ({ name: 'huber', delta: 0.1 }),
    call: (loss) => trained(newNetwork(), { loss, optimizer: 'sgd' } as never),
  },
  'an optimizer': {
    where: 'optimizer',
    options: () => ({ name: 'sgd', learningRate: 0.2, momentum: 0.5, nesterov: true }),
    call: (optimizer) => trained(newNetwork(), { loss: 'meanSquaredError', optimizer } as never),
  },
  'an optimizer of an ensemble': {
    where: 'optimizer',
    options: () => ({ name: 'sgd', learningRate: [0.2, 0.1], momentum: 0.5, nesterov: true }),
    call: (optimizer) => trained(ensemble(), { loss: 'meanSquaredError', optimizer } as never),
  },
  'a schedule': {
    where: 'schedule',
    options: () => ({ name: 'step', stepSize: 1, gamma: 0.5, warmup: 1 }),
    call: (schedule) => trained(newNetwork(), { loss: 'meanSquaredError', optimizer: 'sgd', schedule } as never),
  },
  'a metric': {
    where: 'metrics[0]',
    options: () => ({ name: 'accuracy', threshold: 0.4 }),
    call: (metric) => trained(newNetwork(), { loss: 'meanSquaredError', optimizer: 'sgd', metrics: [metric] } as never),
  },
  ...Object.fromEntries(
    (['fit', 'fitSync', 'partialFit', 'partialFitSync'] as const).map((method): [string, OptionCall] => [
      method,
      {
        where: 'the options of fit',
        options: () => ({
          epochs: 3,
          batchSize: 2,
          shuffle: true,
          seed: 4,
          sampleWeight: [1, 2, 1, 2, 1, 2, 1, 2],
          classWeight: [1, 2],
          initialEpoch: 1,
          validationSplit: 0.25,
          earlyStopping: { patience: 2 },
          onEpoch: () => true,
        }),
        call: (options) => trainer()[method](X, Y, options),
      },
    ]),
  ),
  earlyStopping: {
    where: 'earlyStopping',
    options: () => ({ monitor: 'loss', patience: 1, minDelta: 100, restoreBest: true }),
    call: (earlyStopping) => trainer().fitSync(X, Y, { epochs: 9, earlyStopping }),
  },
  validationData: {
    where: 'validationData',
    options: () => ({ x: X, y: Y, sampleWeight: [1, 1, 1, 1, 2, 2, 2, 2] }),
    call: (validationData) => trainer().fitSync(X, Y, { validationData }),
  },
  classWeight: {
    where: 'classWeight',
    options: () => ({ 0: 1, 1: 3 }),
    call: (classWeight) => trainer().fitSync(X, Y, { classWeight }),
  },
  evaluate: {
    where: 'the options of evaluate',
    options: () => ({ sampleWeight: [1, 2, 1, 2, 1, 2, 1, 2], metrics: ['r2'] }),
    call: (options) => trainer().evaluate(X, Y, options),
  },
  predict: {
    where: 'the options of predict',
    options: () => ({ backend: 'typescript', output: new Float64Array(8) }),
    call: (options) => [...newNetwork().predict(X, options)],
  },
  'predict of an ensemble': {
    where: 'the options of predict',
    options: () => ({ backend: 'typescript' }),
    call: (options) => [...ensemble().predict(X, options).mean],
  },
  predictAsync: {
    where: 'the options of predictAsync',
    options: () => ({
      backend: 'typescript',
      output: new Float64Array(8),
      threads: 2,
      signal: new AbortController().signal,
    }),
    call: async (options) => [...(await newNetwork().predictAsync(X, options))],
  },
  'predictAsync of an ensemble': {
    where: 'the options of predictAsync',
    options: () => ({ backend: 'typescript', threads: 'auto', signal: new AbortController().signal }),
    call: async (options) => [...(await ensemble().predictAsync(X, options)).mean],
  },
  checkGradients: {
    where: 'the options of checkGradients',
    options: () => ({
      loss: 'meanSquaredError',
      backend: 'typescript',
      epsilon: 1e-4,
      sample: 3,
      seed: 2,
      sampleWeight: [1, 2, 1, 2, 1, 2, 1, 2],
    }),
    call: (options) => checkGradients(newNetwork(), X, Y, options),
  },
  'a loss of checkGradients': {
    where: 'loss',
    options: () => ({ name: 'huber', delta: 0.1 }),
    call: (loss) => checkGradients(newNetwork(), X, Y, { loss }),
  },
  'metrics.f1': {
    where: 'the options of f1',
    options: () => ({ outputs: 2, average: 'weighted', threshold: 0.4 }),
    call: (options) => metrics.f1(Y, X, options),
  },
  ...dataCalls,
  loadSafetensors: {
    where: 'the options of loadSafetensors',
    options: () => ({ transposed: false, names: { 'layers.0.weights': 'layers.0.weights' } }),
    call: (options) => {
      const network = new Network({ inputs: 2, layers: [{ units: 2 }, { units: 1 }], seed: 9 })
      loadSafetensors(network, toSafetensors(newNetwork()), options)
      return network.digest()
    },
  },
  toOnnx: {
    where: 'the options of toOnnx',
    options: () => ({ precision: 'float32' }),
    call: (options) => [...toOnnx(newNetwork(), options)],
  },
}
