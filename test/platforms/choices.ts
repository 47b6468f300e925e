/**
 * What the trainings of digests.ts choose: an entry for each name of the library's tables, with options that are not the
 * defaults. The compiler reports a name that is missing.
 */
import type {
  ActivationName,
  DenseOption,
  InitializerName,
  InitializerOption,
  LayerOption,
  LayerType,
  LossName,
  LossOption,
  MetricName,
  MetricOption,
  OptimizerName,
  OptimizerOption,
  ScheduleName,
  ScheduleOption,
} from 'lockstep-nn'

/** The entry of a table with this name, and its options. */
type Named<Option, Name> = Extract<Option, { name: Name }>

/** Which targets a loss takes: numbers, 0 or 1, −1 or 1, counts, one-hot rows, class numbers. */
export type Targets = 'numbers' | 'flags' | 'signs' | 'counts' | 'oneHot' | 'classes'

/** The classes of the targets that have any. */
export const CLASSES = 3

/** Softmax is an activation of last layers only: the losses below have it. */
export const ACTIVATIONS: {
  readonly [Name in Exclude<ActivationName, 'softmax'>]: Omit<Extract<DenseOption, { activation: Name }>, 'units'>
} = {
  linear: { activation: 'linear' },
  sigmoid: { activation: 'sigmoid' },
  tanh: { activation: 'tanh' },
  relu: { activation: 'relu' },
  leakyRelu: { activation: 'leakyRelu', alpha: 0.15 },
  softplus: { activation: 'softplus' },
  elu: { activation: 'elu', alpha: 0.7 },
  selu: { activation: 'selu' },
  gelu: { activation: 'gelu' },
  silu: { activation: 'silu' },
  softsign: { activation: 'softsign' },
  hardSigmoid: { activation: 'hardSigmoid' },
  relu6: { activation: 'relu6', biasInitializer: { name: 'constant', value: 5.5 } },
  mish: { activation: 'mish' },
  exponential: { activation: 'exponential' },
  hardSwish: { activation: 'hardSwish' },
}

export const LOSSES: {
  readonly [Name in LossName]: {
    readonly loss: Named<LossOption, Name>
    readonly activation: 'linear' | 'sigmoid' | 'softmax' | 'softplus'
    readonly targets: Targets
  }
} = {
  halfSquaredError: { loss: { name: 'halfSquaredError' }, activation: 'linear', targets: 'numbers' },
  meanSquaredError: { loss: { name: 'meanSquaredError' }, activation: 'sigmoid', targets: 'numbers' },
  binaryCrossentropy: {
    loss: { name: 'binaryCrossentropy', labelSmoothing: 0.1 },
    activation: 'sigmoid',
    targets: 'flags',
  },
  categoricalCrossentropy: {
    loss: { name: 'categoricalCrossentropy', labelSmoothing: 0.05 },
    activation: 'softmax',
    targets: 'oneHot',
  },
  sparseCategoricalCrossentropy: {
    loss: { name: 'sparseCategoricalCrossentropy' },
    activation: 'softmax',
    targets: 'classes',
  },
  meanAbsoluteError: { loss: { name: 'meanAbsoluteError' }, activation: 'linear', targets: 'numbers' },
  huber: { loss: { name: 'huber', delta: 0.4 }, activation: 'linear', targets: 'numbers' },
  logCosh: { loss: { name: 'logCosh' }, activation: 'linear', targets: 'numbers' },
  hinge: { loss: { name: 'hinge' }, activation: 'linear', targets: 'signs' },
  poisson: { loss: { name: 'poisson' }, activation: 'softplus', targets: 'counts' },
  kullbackLeiblerDivergence: {
    loss: { name: 'kullbackLeiblerDivergence' },
    activation: 'softmax',
    targets: 'oneHot',
  },
  quantile: { loss: { name: 'quantile', tau: 0.8 }, activation: 'linear', targets: 'numbers' },
}

export const OPTIMIZERS: { readonly [Name in OptimizerName]: readonly Named<OptimizerOption, Name>[] } = {
  sgd: [
    { name: 'sgd', learningRate: 0.05 },
    { name: 'sgd', learningRate: 0.03, momentum: 0.9, clipValue: 0.05 },
    { name: 'sgd', learningRate: 0.03, momentum: 0.8, nesterov: true, clipNorm: 0.2 },
  ],
  adam: [
    { name: 'adam', learningRate: 0.01, globalClipNorm: 0.3 },
    { name: 'adam', learningRate: 0.01, beta1: 0.8, amsgrad: true, weightDecay: 0.02 },
  ],
  adamw: [{ name: 'adamw', learningRate: 0.01 }],
  rmsprop: [{ name: 'rmsprop', learningRate: 0.005, momentum: 0.5, centered: true }],
  adagrad: [{ name: 'adagrad', learningRate: 0.05, initialAccumulator: 0.1 }],
  adadelta: [{ name: 'adadelta', rho: 0.9 }],
  nadam: [{ name: 'nadam', learningRate: 0.01 }],
  lion: [{ name: 'lion', learningRate: 0.001, weightDecay: 0.1 }],
  radam: [{ name: 'radam', learningRate: 0.02 }],
}

export const SCHEDULES: { readonly [Name in ScheduleName]: readonly Named<ScheduleOption, Name>[] } = {
  constant: [{ name: 'constant', warmup: 2 }],
  step: [{ name: 'step', stepSize: 1.5, gamma: 0.5 }],
  exponential: [{ name: 'exponential', gamma: 0.8 }],
  cosine: [
    { name: 'cosine', warmup: 1, minimum: 0.1 },
    { name: 'cosine', epochs: 1, restarts: true, multiplier: 1.5 },
  ],
  polynomial: [{ name: 'polynomial', power: 3 }],
  oneCycle: [{ name: 'oneCycle' }, { name: 'oneCycle', peak: 0.4, anneal: 'linear' }],
  reduceOnPlateau: [{ name: 'reduceOnPlateau', factor: 0.5, patience: 0, threshold: 0.1, monitor: 'loss' }],
}

export const INITIALIZERS: { readonly [Name in InitializerName]: Named<InitializerOption, Name> } = {
  zeros: { name: 'zeros' },
  uniform: { name: 'uniform' },
  normal: { name: 'normal' },
  glorotUniform: { name: 'glorotUniform' },
  glorotNormal: { name: 'glorotNormal' },
  heUniform: { name: 'heUniform' },
  heNormal: { name: 'heNormal' },
  lecunUniform: { name: 'lecunUniform' },
  lecunNormal: { name: 'lecunNormal' },
  ones: { name: 'ones' },
  constant: { name: 'constant', value: 0.3 },
  truncatedNormal: { name: 'truncatedNormal' },
  orthogonal: { name: 'orthogonal', gain: 1.2 },
}

/** Metrics with the targets that they are computed for. Only `evaluate` takes the confusion matrix. */
export const METRICS: { readonly [Name in MetricName]: readonly [Named<MetricOption, Name>, Targets] } = {
  accuracy: [{ name: 'accuracy' }, 'oneHot'],
  binaryAccuracy: [{ name: 'binaryAccuracy' }, 'flags'],
  topK: [{ name: 'topK', k: 2 }, 'oneHot'],
  precision: [{ name: 'precision', average: 'macro' }, 'oneHot'],
  recall: [{ name: 'recall', average: 'weighted' }, 'oneHot'],
  f1: [{ name: 'f1', average: 'micro' }, 'oneHot'],
  rocAuc: [{ name: 'rocAuc' }, 'flags'],
  meanAbsoluteError: [{ name: 'meanAbsoluteError' }, 'numbers'],
  rootMeanSquaredError: [{ name: 'rootMeanSquaredError' }, 'numbers'],
  r2: [{ name: 'r2' }, 'numbers'],
  confusionMatrix: [{ name: 'confusionMatrix' }, 'oneHot'],
}

/** The layers before the last one, in which each type occurs. The first input is an integer from 0 to 3. */
export const LAYERS: { readonly [Type in LayerType]: readonly LayerOption[] } = {
  dense: [{ units: 9, activation: 'tanh', l1: 0.001, l2: 0.01 }],
  dropout: [
    { units: 12, activation: 'relu' },
    { type: 'dropout', rate: 0.3 },
  ],
  batchNormalization: [{ units: 8 }, { type: 'batchNormalization', momentum: 0.8, activation: 'relu' }],
  layerNormalization: [{ type: 'layerNormalization' }, { units: 8, activation: 'silu', trainable: false }],
  residual: [
    { units: 6, activation: 'tanh' },
    {
      type: 'residual',
      layers: [{ units: 7, activation: 'gelu' }, { type: 'residual', layers: [{ units: 7 }] }, { units: 6 }],
    },
  ],
  embedding: [
    { type: 'embedding', columns: [{ column: 0, categories: 4, units: 3 }] },
    { units: 7, activation: 'elu' },
  ],
}

/** All types at once. */
export const ALL_LAYERS: readonly LayerOption[] = [
  ...LAYERS.embedding,
  { type: 'layerNormalization', activation: 'tanh' },
  { units: 18, activation: 'softplus' },
  ...LAYERS.batchNormalization,
  ...LAYERS.residual,
  ...LAYERS.dropout,
]
