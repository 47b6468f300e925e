/** Errors for names of other libraries, and for options of another object, name the right name and the right object. */
import assert from 'node:assert/strict'
import { checkGradients, Ensemble, metrics, Network, Trainer } from 'lockstep-nn'
import { Model, standardScaler } from 'lockstep-nn/data'
import * as foreign from '#lib/checks/foreign.js'
import { metricTable } from '#lib/metrics/table.js'
import { FIT_OPTIONS } from '#lib/training/fit-options.js'
import { schedules } from '#lib/training/schedules.js'
import { TRAINER_OPTIONS } from '#lib/training/trainer-options.js'
import { sameBits } from '../support/bits.js'
import { pets } from '../support/pets.js'
import { rowTests } from '../support/rows.js'
import { activationNames, initializerNames, layerTypes, lossNames, optimizerNames } from '../support/tables.js'

const metricNames = Object.keys(metricTable)
const scheduleNames = Object.keys(schedules)

const network = (options: object = {}) =>
  new Network({ inputs: 2, layers: [{ units: 2 }, { units: 1 }], seed: 1, ...options })
const trainer = (options: object = {}) =>
  new Trainer(network(), { loss: 'meanSquaredError', optimizer: 'sgd', ...options })
const X = Float64Array.from({ length: 8 }, (_, i) => i / 8)
const Y = Float64Array.of(1, 0, 1, 0)

/** Functions that take a name, and the valid names. */
const tables: Readonly<Record<string, readonly [make: (name: string) => unknown, names: readonly string[]]>> = {
  loss: [(loss) => trainer({ loss }), lossNames],
  optimizer: [(optimizer) => trainer({ optimizer }), optimizerNames],
  activation: [(activation) => network({ layers: [{ units: 1, activation }] }), activationNames],
  'type of a layer': [(type) => network({ layers: [{ type }, { units: 1 }] }), layerTypes],
  initializer: [(initializer) => network({ initializer }), initializerNames],
  metric: [(metric) => trainer({ metrics: [metric] }), metricNames],
  schedule: [(schedule) => trainer({ schedule }), scheduleNames],
}

/** By its name in Keras, TensorFlow.js, PyTorch and scikit-learn: the name in this library. */
const meant: Readonly<Record<keyof typeof tables, Readonly<Record<string, string>>>> = {
  loss: {
    mse: 'meanSquaredError',
    MSE: 'meanSquaredError',
    mean_squared_error: 'meanSquaredError',
    MeanSquaredError: 'meanSquaredError',
    mae: 'meanAbsoluteError',
    bce: 'binaryCrossentropy',
    binary_crossentropy: 'binaryCrossentropy',
    binary_cross_entropy: 'binaryCrossentropy',
    cce: 'categoricalCrossentropy',
    categorical_crossentropy: 'categoricalCrossentropy',
    crossentropy: 'binaryCrossentropy" or "categoricalCrossentropy',
    sparse_categorical_crossentropy: 'sparseCategoricalCrossentropy',
    SmoothL1Loss: 'huber',
    pinball_loss: 'quantile',
    kld: 'kullbackLeiblerDivergence',
  },
  optimizer: {
    SGD: 'sgd',
    Adam: 'adam',
    adam_w: 'adamw',
    RMSprop: 'rmsprop',
    momentum: 'sgd',
    gradientDescent: 'sgd',
    RAdam: 'radam',
  },
  activation: {
    ReLU: 'relu',
    Sigmoid: 'sigmoid',
    lrelu: 'leakyRelu',
    'leaky-relu': 'leakyRelu',
    identity: 'linear',
    logistic: 'sigmoid',
    hard_sigmoid: 'hardSigmoid',
    hswish: 'hardSwish',
    hard_silu: 'hardSwish',
  },
  'type of a layer': {
    Dense: 'dense',
    BatchNorm1d: 'batchNormalization',
    layer_norm: 'layerNormalization',
    Embedding: 'embedding',
    skip_connection: 'residual',
  },
  initializer: {
    xavierUniform: 'glorotUniform',
    he_normal: 'heNormal',
    kaiming_normal: 'heNormal',
    randomNormal: 'normal',
  },
  metric: { acc: 'accuracy', rmse: 'rootMeanSquaredError', auc: 'rocAuc', r2_score: 'r2', F1: 'f1' },
  schedule: {
    StepLR: 'step',
    CosineAnnealingLR: 'cosine',
    one_cycle: 'oneCycle',
    ReduceLROnPlateau: 'reduceOnPlateau',
  },
}

describe('a name of another library', () => {
  const row = rowTests()
  for (const [kind, names] of Object.entries(meant)) {
    row('is an error with the name here', kind, () => {
      for (const [name, ours] of Object.entries(names)) {
        const expected = `Did you mean "${ours}"? Known: `
        assert.throws(
          () => tables[kind][0](name),
          (error: Error) => error instanceof RangeError && error.message.includes(expected),
          `${name} should lead to ${ours}`,
        )
      }
    })

    row('is found in any spelling', kind, () => {
      const [make, known] = tables[kind]
      for (const name of known) {
        const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
        for (const written of [snake, snake.toUpperCase(), name.toUpperCase()]) {
          if (known.includes(written)) continue
          const expected = `Did you mean "${name}"?`
          assert.throws(
            () => make(written),
            (error: Error) => error.message.includes(expected),
            written,
          )
        }
      }
    })
  }

  it('suggests only names that exist', () => {
    const all = [
      lossNames,
      optimizerNames,
      activationNames,
      initializerNames,
      layerTypes,
      metricNames,
      scheduleNames,
    ].flat()
    for (const table of Object.values(foreign)) {
      for (const [name, ours] of Object.entries(table)) {
        assert.match(name, /^[a-z0-9]+$/)
        for (const one of ours) assert.ok(all.includes(one as never), `${name} leads to ${one}`)
      }
    }
  })
})

describe('an option of another object', () => {
  const row = rowTests()
  const fitted = (options: object) => trainer().fitSync(X, Y, options)
  const cases: readonly (readonly [option: string, call: () => unknown, belongs: string])[] = [
    [
      'learningRate',
      () => trainer({ learningRate: 0.1 }),
      'learningRate belongs to optimizer: { name, learningRate }.',
    ],
    [
      'learning_rate',
      () => trainer({ learning_rate: 0.1 }),
      'learningRate belongs to optimizer: { name, learningRate }.',
    ],
    ['lr', () => trainer({ lr: 0.1 }), 'learningRate belongs to optimizer: { name, learningRate }.'],
    ['lr', () => trainer({ optimizer: { name: 'sgd', lr: 0.1 } }), 'Did you mean "learningRate"?'],
    ['learningRate', () => fitted({ learningRate: 0.1 }), 'learningRate belongs to optimizer: { name, learningRate }.'],
    ['momentum', () => trainer({ momentum: 0.1 }), 'momentum belongs to optimizer: { name, momentum }'],
    ['delta', () => trainer({ delta: 0.1 }), 'delta belongs to loss: { name, delta }.'],
    ['gamma', () => trainer({ gamma: 0.1 }), 'gamma belongs to schedule: { name, gamma }.'],
    ['batch_size', () => trainer({ batch_size: 1 }), 'batchSize belongs to the options of fit.'],
    ['batch_size', () => fitted({ batch_size: 1 }), 'Did you mean "batchSize"?'],
    ['patience', () => fitted({ patience: 1 }), 'patience belongs to earlyStopping: { patience }.'],
    ['units', () => network({ units: 1 }), 'units belongs to a layer: layers: [{ units }].'],
    ['activation', () => network({ activation: 'relu' }), 'activation belongs to a layer: layers: [{ activation }].'],
    ['loss', () => network({ loss: 'huber' }), 'loss belongs to the options of new Trainer.'],
    ['epochs', () => network({ epochs: 1 }), 'epochs belongs to the options of fit.'],
    ['inputs', () => network({ layers: [{ units: 1, inputs: 2 }] }), 'inputs belongs to the options of new Network'],
    ['seeds', () => network({ seeds: [1] }), 'seeds belongs to the options of new Ensemble.'],
    ['stddev', () => network({ stddev: 1 }), 'stddev belongs to initializer: { name, stddev }.'],
    [
      'threads',
      () => network().predict(X, { threads: 2 } as never),
      'threads belongs to the options of new Trainer, or to the options of predictAsync.',
    ],
    [
      'signal',
      () => network().predict(X, { signal: null } as never),
      'signal belongs to the options of fit, or to the options of predictAsync.',
    ],
    ['epochs', () => network().predictAsync(X, { epochs: 1 } as never), 'epochs belongs to the options of fit.'],
    ['epochs', () => trainer().evaluate(X, Y, { epochs: 2 } as never), 'epochs belongs to the options of fit.'],
    [
      'optimizer',
      () => checkGradients(network(), X, Y, { loss: 'huber', optimizer: 'sgd' } as never),
      'optimizer belongs to the options of new Trainer.',
    ],
    ['epochs', () => Model.fit(pets, { target: 'kind', epochs: 3 } as never), 'epochs belongs to the options of fit.'],
  ]
  for (const [option, call, belongs] of cases) {
    row('is an error with the object that has it', `${option} in ${call}`, async () => {
      await assert.rejects(
        async () => call(),
        (error: Error) => {
          assert.equal(error.name, 'TypeError')
          assert.ok(error.message.startsWith(`Unknown option "${option}" in `), error.message)
          assert.ok(error.message.includes(` ${belongs}`), error.message)
          return true
        },
      )
    })
  }

  it('is named for each option of a fit in the trainer, and of the trainer in a fit', () => {
    for (const option of FIT_OPTIONS) {
      assert.throws(() => trainer({ [option]: 1 }), new RegExp(`${option} belongs to the options of fit`))
    }
    for (const option of TRAINER_OPTIONS) {
      assert.throws(
        () => fitted({ [option]: 1 }),
        new RegExp(`${option} belongs to the options of (new Trainer|predict)`),
      )
    }
  })

  it('is not named for a misspelling, or where the call has an option of that name', () => {
    assert.throws(
      () => trainer({ optimiser: 'sgd' }),
      /^TypeError: Unknown option "optimiser" in the trainer options\. Did you mean "optimizer"\? Known: /,
    )
    assert.throws(
      () => network({ layers: [{ units: 1, rate: 0.5 }] }),
      /^TypeError: Unknown option "rate" in layers\[0\]\. Known: /,
    )
    assert.throws(
      () => standardScaler.fit([[1]], { seed: 1 } as never),
      /^TypeError: Unknown option "seed" in the options of standardScaler\. Known: /,
    )
  })
})

describe('a flat list of numbers', () => {
  const column = [0.5, 0.25, 1, 0]
  const rows = column.map((value) => [value])
  const one = () => new Network({ inputs: 1, layers: [{ units: 2, activation: 'tanh' }, { units: 1 }], seed: 1 })

  it('is one column, where one is expected', () => {
    sameBits(one().predict(column), one().predict(rows), 'predictions')
    const fitted = (x: never, y: never) => {
      const single = new Trainer(one(), { loss: 'meanSquaredError', optimizer: 'adam', metrics: ['r2'] })
      const history = single.fitSync(x, y, { epochs: 3, validationData: [x, y] })
      return [history, single.evaluate(x, y), single.network.digest()]
    }
    assert.deepEqual(fitted(column as never, column as never), fitted(rows as never, rows as never))
    assert.equal(metrics.r2(column, column), 1)
    const scaler = standardScaler.fit(column, { columns: 1 })
    sameBits(scaler.transform(column), scaler.transform(rows), 'scaled')
    const ensemble = new Ensemble({ inputs: 1, layers: [{ units: 1 }], seeds: [1, 2] })
    sameBits(ensemble.predict(column).mean, ensemble.predict(rows).mean, 'means')
  })

  it('is the numbers of classes for a loss that takes these', () => {
    const classifier = () =>
      new Trainer(new Network({ inputs: 1, layers: [{ units: 3, activation: 'softmax' }], seed: 1 }), {
        loss: 'sparseCategoricalCrossentropy',
        optimizer: 'sgd',
      })
    assert.deepEqual(classifier().fitSync(column, [0, 2, 1, 0]), classifier().fitSync(rows, [[0], [2], [1], [0]]))
  })

  it('is an error with the number of values of a row, where there are several columns', () => {
    const needs = (source: string) => new RegExp(`Give rows of 2 values \\(${source}\\), or a Float64Array\\.`)
    assert.throws(() => network().predict([1, 2]), needs('the inputs of the network'))
    const two = new Trainer(network({ layers: [{ units: 2 }] }), { loss: 'meanSquaredError', optimizer: 'sgd' })
    assert.throws(() => two.fitSync(X, [1, 2]), needs('the units of the last layer'))
  })

  it('has only finite numbers', () => {
    assert.throws(
      () => one().predict([1, [2]] as never),
      /^TypeError: Expected a number for x\[1\] but received an array/,
    )
    assert.throws(() => one().predict([1, Number.NaN]), /^RangeError: Expected a finite number for x\[1\]\[0\]/)
  })
})
