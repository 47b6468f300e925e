/** Metrics of classes in fit and evaluate: which targets they take, and which threshold follows from them. */
import assert from 'node:assert/strict'
import { Ensemble, type LossOption, Network, type Rows, Trainer } from 'lockstep-nn'
import { labelEncoder, Model } from 'lockstep-nn/data'

const CLASS_METRICS = ['accuracy', 'binaryAccuracy', 'precision', 'recall', 'f1', 'rocAuc'] as const

/** One input, one output, which is the input. */
const identity = () => new Network({ inputs: 1, layers: [{ units: 1 }], parameters: Float64Array.of(1, 0) })

const trainerOf = (loss: LossOption, learningRate = 1e-12) =>
  new Trainer(identity(), { loss, optimizer: { name: 'sgd', learningRate }, metrics: CLASS_METRICS })

const x = [[-0.3], [0.2], [0.1], [-2]]
const signs = [[-1], [1], [1], [-1]]

describe('metrics of classes in a training', () => {
  // By hand: every sign is right, and no prediction of 1 is above 0.5.
  it('compare signs where the loss takes -1 and 1, or targets are', async () => {
    for (const loss of ['hinge', 'meanSquaredError'] as const) {
      const all = trainerOf(loss).evaluate(x, signs)
      for (const name of CLASS_METRICS) assert.equal(all[name], 1, `${loss}, ${name}`)
      const { confusionMatrix } = trainerOf(loss).evaluate(x, signs, { metrics: ['confusionMatrix'] })
      assert.deepEqual(confusionMatrix, Float64Array.of(2, 0, 0, 2))
      for (const method of ['fit', 'fitSync'] as const) {
        const history = await trainerOf(loss)[method](x, signs, { epochs: 2, validationData: [x, signs] })
        for (const name of CLASS_METRICS) {
          assert.deepEqual(history.metrics[name], Float64Array.of(1, 1), `${loss}, ${name}`)
          assert.deepEqual(history.validationMetrics[name], Float64Array.of(1, 1), `${loss}, ${name}`)
        }
      }
    }
    // All of one class: only the loss implies signs.
    assert.equal(trainerOf('hinge').evaluate([[0.2]], [[1]]).accuracy, 1)
    assert.equal(trainerOf('meanSquaredError').evaluate([[0.2]], [[1]]).accuracy, 0)
  })

  it('take the signs of the training rows for validation rows without a -1', () => {
    const options = { epochs: 1, validationSplit: 0.25, shuffle: false } as const
    const history = trainerOf('meanSquaredError').fitSync([...x, [0.2]], [...signs, [1]], options)
    assert.deepEqual(history.validationMetrics.accuracy, Float64Array.of(1))
  })

  it('use a threshold that is given', () => {
    const metrics = [{ name: 'accuracy', threshold: 0.15 }] as const
    // Row 2 of class 1 has 0.1.
    assert.equal(trainerOf('hinge').evaluate(x, signs, { metrics }).accuracy, 3 / 4)
  })

  it('are the same for the members of an ensemble, and for early stopping', () => {
    const ensemble = new Ensemble({
      inputs: 1,
      layers: [{ units: 1 }],
      parameters: Float64Array.of(1, 0, -1, 0),
      seeds: [1, 2],
    })
    const optimizer = { name: 'sgd', learningRate: 1e-12 } as const
    const trainer = new Trainer(ensemble, { loss: 'hinge', optimizer, metrics: ['accuracy'] })
    const { accuracy, memberMetrics } = trainer.evaluate(x, signs)
    assert.deepEqual([accuracy, memberMetrics[0].accuracy, memberMetrics[1].accuracy], [1 / 2, 1, 0])
    const earlyStopping = { monitor: 'accuracy', patience: 2 } as const
    const history = trainerOf('hinge').fitSync(x, signs, { epochs: 9, earlyStopping })
    // The first epoch has accuracy 1: none can be better.
    assert.deepEqual([history.bestEpoch, history.epochs, history.metrics.accuracy?.[0]], [0, 3, 1])
  })

  it('stay at 0.5 for the labels of a model with one sigmoid', () => {
    const records = [-2, -1, 1, 2].map((height) => ({ height, kind: height > 0 ? 'tall' : 'short' }))
    const columns = [{ name: 'height', type: 'number', scaler: null }] as const
    const encoder = labelEncoder.fit(['short', 'tall'])
    const layers = [{ units: 1, activation: 'sigmoid' }] as const
    const network = new Network({ inputs: 1, layers, parameters: Float64Array.of(1, 0) })
    const model = new Model({ network, columns, target: { name: 'kind', type: 'label', encoder } })
    const { accuracy, confusionMatrix } = model.evaluate(records) as { accuracy: number; confusionMatrix: Float64Array }
    assert.deepEqual([accuracy, confusionMatrix], [1, Float64Array.of(2, 0, 0, 2)])
  })
})

const FOR_NUMBERS = 'use meanAbsoluteError, rootMeanSquaredError or r2.'
const EXPECTED = 'Expected the class 0 (or -1) or 1 for'

describe('metrics of classes refuse targets that are no class, before any step', () => {
  const rows = [[0], [1], [0.5], [2]]
  const refused = async (y: Rows, message: string, options: object = {}, loss: LossOption = 'meanSquaredError') => {
    for (const name of CLASS_METRICS) {
      const trainer = new Trainer(identity(), { loss, optimizer: 'sgd', metrics: [name] })
      const before = trainer.network.digest()
      const error = { name: 'RangeError', message: message.replaceAll('NAME', name) }
      const given = { epochs: 3, ...options, onEpoch: () => assert.fail('an epoch was trained') }
      assert.throws(() => trainer.fitSync(rows, y, given), error)
      await assert.rejects(trainer.fit(rows, y, given), error)
      await assert.rejects(trainer.partialFit(rows, y, given), error)
      if (Object.keys(options).length === 0) assert.throws(() => trainer.evaluate(rows, y), error)
      assert.equal(trainer.network.digest(), before)
    }
  }

  it('of a regression', () =>
    refused(
      [[0], [1], [-17.5], [1]],
      `${EXPECTED} y[2][0] but received -17.5 of type number. NAME compares classes. For numbers, ${FOR_NUMBERS}`,
    ))

  it('of soft labels', () =>
    refused(
      [[0], [0.9], [1], [1]],
      `${EXPECTED} y[1][0] but received 0.9 of type number. NAME compares classes. Round probabilities to 0 or 1; for numbers, ${FOR_NUMBERS}`,
    ))

  it('of more than two classes', () =>
    refused(
      [[0], [1], [2], [1]],
      `${EXPECTED} y[2][0] but received 2 of type number. NAME compares classes. For more than two, train a network with an output ` +
        `for each class and softmax; for numbers, ${FOR_NUMBERS}`,
    ))

  it('of 0 among -1 and 1', () =>
    refused(
      [[1], [-1], [0], [1]],
      `Expected the class -1 or 1, as there are targets of -1, for y[2][0] but received 0 of type number. NAME compares classes. For numbers, ${FOR_NUMBERS}`,
    ))

  it('of the rows kept for validation, and of validation data', async () => {
    const message = (name: string) =>
      `${EXPECTED} ${name} but received 3.5 of type number. NAME compares classes. For numbers, ${FOR_NUMBERS}`
    await refused([[0], [1], [1], [3.5]], message('y[3][0]'), { validationSplit: 0.5 })
    await refused([[0], [1], [1], [0]], message('validationData.y[1][0]'), {
      validationData: [
        [[0], [1]],
        [[1], [3.5]],
      ],
    })
  })

  it('but metrics of numbers, and trainings without metrics, take them', () => {
    const y = [[0], [0.9], [0.5], [0.25]]
    const layers = [{ units: 1, activation: 'sigmoid' }] as const
    const options = { loss: 'binaryCrossentropy', optimizer: 'sgd' } as const
    const soft = new Trainer(new Network({ inputs: 1, layers }), { ...options, metrics: ['r2', 'meanAbsoluteError'] })
    assert.ok(Number.isFinite(soft.fitSync(rows, y).metrics.r2?.[0]))
    assert.ok(Number.isFinite(new Trainer(new Network({ inputs: 1, layers }), options).evaluate(rows, y).loss))
  })

  it('of several classes in a row, and weights of classes too', () => {
    const network = () => new Network({ inputs: 1, layers: [{ units: 3 }] })
    const y = [
      [0, 0, 1],
      [1, 1, 0],
    ]
    const options = { loss: 'meanSquaredError', optimizer: 'sgd' } as const
    const message =
      'Expected a row with one largest value, its class, for y[1] but received one in which 2 values are 1. '
    assert.throws(() => new Trainer(network(), { ...options, metrics: ['f1'] }).fitSync([[1], [2]], y), {
      name: 'RangeError',
      message: `${message}f1 uses the index of the largest value as the class. For several classes per row, use binaryAccuracy.`,
    })
    assert.throws(() => new Trainer(network(), options).fitSync([[1], [2]], y, { classWeight: [1, 2, 3] }), {
      name: 'RangeError',
      message: `${message}classWeight depends on the class of each row: the index of its largest value.`,
    })
    const all = new Trainer(network(), { ...options, metrics: ['binaryAccuracy'] })
    assert.equal(all.fitSync([[1], [2]], y).metrics.binaryAccuracy?.length, 1)
  })

  it('of a single output in topK', () => {
    assert.throws(
      () => new Trainer(identity(), { loss: 'hinge', optimizer: 'sgd', metrics: [{ name: 'topK', k: 1 }] }),
      {
        name: 'RangeError',
        message:
          'Expected at least 2 outputs for metrics[0] but received 1. topK needs a prediction for each class. For one output, use accuracy.',
      },
    )
  })
})

describe('weights of classes', () => {
  // By hand: the class 1 counts twice, whichever way the classes are written.
  it('are the same for -1 and 1 as for 0 and 1, and refuse a mixture', () => {
    const losses = [
      [[0], [1]],
      [[-1], [1]],
    ].map((y) => {
      const trainer = new Trainer(identity(), {
        loss: 'meanSquaredError',
        optimizer: { name: 'sgd', learningRate: 1e-12 },
      })
      return trainer.fitSync([[y[0][0] + 1], [2]], y, { classWeight: { 1: 2 } }).loss[0]
    })
    assert.deepEqual(losses, [1.5, 1.5])
    const signed = (classWeight: Readonly<Record<number, number>>) =>
      new Trainer(identity(), { loss: 'meanSquaredError', optimizer: 'sgd' }).fitSync([[1], [2]], [[-1], [1]], {
        classWeight,
      }).loss[0]
    assert.equal(signed({ [-1]: 3 }), signed({ 0: 3 }))
    assert.notEqual(signed({ [-1]: 3 }), signed({ 1: 3 }))
    assert.throws(() => signed({ [-1]: 3, 0: 3 }), /classWeight\[0\] is the same class/)
    const mixed = () =>
      new Trainer(identity(), { loss: 'meanSquaredError', optimizer: 'sgd' }).fitSync(
        [[0], [1], [2]],
        [[-1], [0], [1]],
        {
          classWeight: { 1: 2 },
        },
      )
    assert.throws(mixed, {
      name: 'RangeError',
      message:
        'Expected the class -1 or 1, as there are targets of -1, for y[1][0] but received 0 of type number. classWeight depends on the class of each row.',
    })
  })
})
