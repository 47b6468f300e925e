/** Models: fitted from records, used by the names of columns, put together by hand. */
import assert from 'node:assert/strict'
import { DivergenceError, Network, Trainer } from 'lockstep-nn'
import { Model, oneHot, robustScaler, standardScaler } from 'lockstep-nn/data'
import { sameBits } from '../support/bits.js'
import { implementations } from '../support/paths.js'
import { handmade, heightModel, kindModel, pets, QUICK } from '../support/pets.js'

describe('Model.fit', () => {
  it('infers numbers, categories and booleans from the records', async () => {
    const model = await kindModel()
    assert.deepEqual(
      model.columns.map(({ name, type }) => [name, type]),
      [
        ['height', 'number'],
        ['coat', 'category'],
        ['legs', 'number'],
        ['tame', 'boolean'],
      ],
    )
    assert.deepEqual(model.labels, ['bird', 'cat', 'dog'])
    assert.deepEqual([model.network.inputs, model.network.outputs], [5, 3])
    assert.deepEqual(
      model.network.layers.map(({ activation }) => activation),
      ['relu', 'softmax'],
    )
  })

  it('gives the same as network, scalers, encoders and trainer by hand', async () => {
    const model = await kindModel()
    const x = pets.flatMap(({ coat, tame }, i) => {
      const clip = { clip: 'smooth' } as const
      const heights = robustScaler
        .fit(
          pets.map(({ height }) => [height]),
          clip,
        )
        .transform([[pets[i].height]])
      const legs = robustScaler
        .fit(
          pets.map((pet) => [pet.legs]),
          clip,
        )
        .transform([[pets[i].legs]])
      const one = oneHot.fit(['fur', 'feathers']).transform([coat])
      return [...heights, ...one, ...legs, tame ? 1 : -1]
    })
    sameBits(model.transform(pets), Float64Array.from(x), 'inputs')
    const network = new Network({
      inputs: 5,
      layers: [
        { units: 5, activation: 'relu' },
        { units: 3, activation: 'softmax' },
      ],
      seed: 3,
    })
    const y = oneHot.fit(['bird', 'cat', 'dog']).transform(pets.map(({ kind }) => kind))
    const trainer = new Trainer(network, { loss: 'categoricalCrossentropy', optimizer: 'adam' })
    const history = trainer.fitSync(Float64Array.from(x), y, { epochs: 5, seed: 3 })
    assert.equal(model.network.digest(), network.digest())
    sameBits(model.history?.loss ?? new Float64Array(), history.loss, 'losses')
  })

  it('takes losses of class indices as well', async () => {
    const model = await Model.fit(pets, {
      target: 'kind',
      ...QUICK,
      trainer: { loss: 'sparseCategoricalCrossentropy' },
    })
    assert.equal(model.digest(), (await kindModel()).digest())
    assert.equal(model.training?.loss, 'sparseCategoricalCrossentropy')
  })

  it('gives the same digest on every backend, and the same file on the same backend', async () => {
    for (const backend of implementations) {
      const again = () => Model.fit(pets, { target: 'kind', ...QUICK, trainer: { backend } })
      const model = await again()
      assert.equal(model.digest(), 'fbff18c91a2fe6c6703f35ea3581d4599151dffe8db2d6509d6c1c114196af93', backend)
      assert.equal(JSON.stringify(await again()), JSON.stringify(model))
      assert.equal(model.training?.backend, backend)
    }
  })

  it('keeps a summary of the training, with a date only where one is given', async () => {
    const model = await heightModel()
    const { backend, finalLoss, settings, ...rest } = model.training ?? {}
    assert.deepEqual(rest, { rows: 6, epochs: 5, loss: 'meanSquaredError', optimizer: 'adam', seed: 3 })
    assert.equal(finalLoss, model.history?.loss.at(-1))
    assert.equal(backend, model.history?.backend)
    const { optimizer, ...others } = settings ?? {}
    assert.deepEqual(others, { losses: [{ name: 'meanSquaredError' }] })
    const { name, learningRate } = optimizer as { name: string; learningRate: number }
    assert.deepEqual([name, learningRate], ['adam', 0.001])
    const dated = await Model.fit(pets, { target: 'height', ...QUICK, date: '2026-01-02' })
    assert.equal(dated.training?.date, '2026-01-02')
    assert.equal(dated.digest(), model.digest())
  })

  it('takes the options of columns, target, layers, trainer and fit', async () => {
    const model = await Model.fit(pets, {
      columns: ['coat', 'legs', 'height'],
      options: {
        coat: { type: 'category', categories: ['fur', 'scales', 'feathers'], unknown: 'zeros' },
        legs: 'category',
        height: { type: 'number', scaler: { name: 'minMaxScaler', range: [-1, 1] } },
      },
      target: { column: 'tame', type: 'label', labels: [true, false] },
      hidden: [4, { units: 3, activation: 'tanh' }],
      trainer: { loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate: 0.1 } },
      fit: { epochs: 2, batchSize: 3, seed: 9 },
    })
    assert.deepEqual(model.labels, [true, false])
    assert.equal(model.network.inputs, 3 + 2 + 1)
    assert.deepEqual(
      model.network.layers.map(({ units, activation }) => [units, activation]),
      [
        [4, 'relu'],
        [3, 'tanh'],
        [2, 'softmax'],
      ],
    )
    sameBits(model.transform([pets[0]]), Float64Array.of(0, 0, 1, 1, 0, -1), 'inputs')
    sameBits(model.transform([{ ...pets[0], coat: 'wool' }]), Float64Array.of(0, 0, 0, 1, 0, -1), 'unknown coat')
    assert.equal(model.training?.optimizer, 'sgd')
  })

  it('does not scale numbers without a scaler', async () => {
    const target = { column: 'height', type: 'number', scaler: 'none' } as const
    const model = await Model.fit(pets, { columns: ['legs'], options: { legs: { scaler: 'none' } }, target, ...QUICK })
    const legs = [[2], [2], [4], [4], [4], [4]]
    sameBits(model.transform(pets), Float64Array.from(legs.flat()), 'inputs')
    assert.deepEqual(model.predict([{ legs: 2 }]), [...model.network.predict([[2]])])
  })

  it('takes the names of columns, and ignores the others', async () => {
    const model = await Model.fit(pets, { columns: ['legs', 'coat'], target: 'kind', ...QUICK })
    assert.deepEqual(
      model.columns.map(({ name }) => name),
      ['legs', 'coat'],
    )
  })

  it('takes numbers as labels', async () => {
    const model = await Model.fit(pets, { columns: ['coat'], target: { column: 'legs', type: 'label' }, ...QUICK })
    const { label, probabilities } = model.predict({ coat: 'fur' })
    assert.ok(label === 2 || label === 4)
    assert.deepEqual(Object.keys(probabilities), ['2', '4'])
  })

  it('rejects with a DivergenceError as the trainer does', async () => {
    const trainer = { optimizer: { name: 'sgd', learningRate: 1e300 } } as const
    await assert.rejects(Model.fit(pets, { target: 'height', ...QUICK, trainer }), DivergenceError)
  })
})

describe('Model.predict', () => {
  it('gives a label and probabilities for a record, and an array of them for records', async () => {
    const model = await kindModel()
    const outputs = model.network.predict(model.transform(pets))
    const predictions = model.predict(pets)
    assert.equal(predictions.length, pets.length)
    for (const [i, { label, probabilities }] of predictions.entries()) {
      const row = [...outputs.subarray(i * 3, i * 3 + 3)]
      assert.deepEqual(probabilities, { bird: row[0], cat: row[1], dog: row[2] })
      assert.equal(label, model.labels[row.indexOf(Math.max(...row))])
    }
    const { kind: _, ...record } = pets[3]
    assert.deepEqual(model.predict(record), predictions[3])
    for (const backend of implementations) assert.deepEqual(model.predict(pets, { backend }), predictions)
  })

  it('gives the number in its own unit', async () => {
    const model = await heightModel()
    const scaler = standardScaler.fit(pets.map(({ height }) => [height]))
    const expected = scaler.inverse(model.network.predict(model.transform(pets)))
    assert.deepEqual(model.predict(pets), [...expected])
    assert.equal(model.predict({ coat: 'fur', legs: 4, tame: true, kind: 'dog' }), expected[2])
  })

  it('reads one sigmoid as the probability of the second of two labels', () => {
    const network = new Network({ inputs: 3, layers: [{ units: 1, activation: 'sigmoid' }], seed: 1 })
    const model = new Model<'label'>(handmade({ network }))
    const [p] = network.predict(model.transform([{ height: 1, coat: 'fur' }]))
    const { label, probabilities } = model.predict({ height: 1, coat: 'fur' })
    assert.deepEqual(probabilities, { bird: 1 - p, cat: p })
    assert.equal(label, p > 0.5 ? 'cat' : 'bird')
  })

  it('does not take a property of all objects for a column', () => {
    const options = handmade()
    const columns = [{ ...options.columns[0], name: 'toString' }, options.columns[1]]
    const model = new Model<'label'>({ ...options, columns })
    assert.throws(() => model.predict({ coat: 'fur' }), /Expected a column "toString" for the record but received none/)
    const { label } = model.predict(JSON.parse('{ "coat": "fur", "toString": 1 }'))
    assert.ok(model.labels.includes(label))
  })
})

describe('Model.evaluate', () => {
  it('counts predictions by true and predicted label', async () => {
    const model = await kindModel()
    const { accuracy, confusionMatrix } = model.evaluate(pets)
    const found = model.predict(pets).map(({ label }) => label)
    assert.equal(accuracy, found.filter((label, i) => label === pets[i].kind).length / pets.length)
    for (const [i, actual] of model.labels.entries()) {
      for (const [j, predicted] of model.labels.entries()) {
        const count = pets.filter(({ kind }, k) => kind === actual && found[k] === predicted).length
        assert.equal(confusionMatrix[i * 3 + j], count)
      }
    }
  })

  it('measures the errors of numbers', async () => {
    const model = await heightModel()
    const errors = model.predict(pets).map((value, i) => pets[i].height - value)
    const mean = pets.reduce((sum, { height }) => sum + height, 0) / 6
    const total = pets.reduce((sum, { height }) => sum + (height - mean) ** 2, 0)
    const squares = errors.reduce((sum, error) => sum + error * error, 0)
    const result = model.evaluate(pets)
    const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-12, `${a}, ${b}`)
    near(result.r2, 1 - squares / total)
    near(result.rootMeanSquaredError, Math.sqrt(squares / 6))
    near(result.meanAbsoluteError, errors.reduce((sum, error) => sum + Math.abs(error), 0) / 6)
    assert.ok(Number.isNaN(model.evaluate([pets[0]]).r2))
    assert.equal(model.evaluate([pets[0], pets[0]]).r2, 0)
    const [height] = model.predict([pets[0]])
    assert.equal(model.evaluate([0, 1].map(() => ({ ...pets[0], height }))).r2, 1)
  })
})
