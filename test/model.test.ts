/** Models: fitted from records, used by the names of columns, put together by hand. */
import assert from 'node:assert/strict'
import { DivergenceError, Network, Trainer } from 'lockstep-nn'
import { labelEncoder, Model, oneHot, standardScaler } from 'lockstep-nn/data'
import { sameBits } from './support/bits.js'
import { paths } from './support/paths.js'
import { handmade, heightModel, kindModel, pets, QUICK } from './support/pets.js'
import { type Refusal, refusals } from './support/refusals.js'

describe('Model.fit', () => {
  it('takes numbers and categories as they are in the first record', async () => {
    const model = await kindModel()
    assert.deepEqual(
      model.columns.map(({ name, type }) => [name, type]),
      [
        ['height', 'number'],
        ['coat', 'category'],
        ['legs', 'number'],
        ['tame', 'category'],
      ],
    )
    assert.deepEqual(model.labels, ['bird', 'cat', 'dog'])
    assert.deepEqual([model.network.inputs, model.network.outputs], [6, 3])
    assert.deepEqual(
      model.network.layers.map(({ activation }) => activation),
      ['relu', 'softmax'],
    )
  })

  it('does what network, scalers, encoders and trainer do by hand', async () => {
    const model = await kindModel()
    const x = pets.flatMap(({ coat, tame }, i) => {
      const heights = standardScaler.fit(pets.map(({ height }) => [height])).transform([[pets[i].height]])
      const legs = standardScaler.fit(pets.map((pet) => [pet.legs])).transform([[pets[i].legs]])
      const one = oneHot.fit(['fur', 'feathers']).transform([coat])
      return [...heights, ...one, ...legs, ...oneHot.fit([true, false]).transform([tame])]
    })
    sameBits(model.transform(pets), Float64Array.from(x), 'inputs')
    const network = new Network({
      inputs: 6,
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

  it('gives the same digest on every path, and the same file on the same path', async () => {
    for (const backend of paths) {
      const again = () => Model.fit(pets, { target: 'kind', ...QUICK, trainer: { backend } })
      const model = await again()
      assert.equal(model.digest(), '6ccc9a1750038e9564002fd9e53fb87be60bad22c43326879d1a3b4e4dbf294a', backend)
      assert.equal(JSON.stringify(await again()), JSON.stringify(model))
      assert.equal(model.training?.backend, backend)
    }
  })

  it('keeps a summary of the training, with a date only where one is given', async () => {
    const model = await heightModel()
    const { backend, finalLoss, ...rest } = model.training ?? {}
    assert.deepEqual(rest, { rows: 6, epochs: 5, loss: 'meanSquaredError', optimizer: 'adam', seed: 3 })
    assert.equal(finalLoss, model.history?.loss.at(-1))
    assert.equal(backend, model.history?.backend)
    const dated = await Model.fit(pets, { target: 'height', ...QUICK, date: '2026-01-02' })
    assert.equal(dated.training?.date, '2026-01-02')
    assert.equal(dated.digest(), model.digest())
  })

  it('takes the options of columns, target, layers, trainer and fit', async () => {
    const model = await Model.fit(pets, {
      columns: {
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

  it('leaves numbers as they are where it is told to', async () => {
    const target = { column: 'height', type: 'number', scaler: 'none' } as const
    const model = await Model.fit(pets, { columns: { legs: { type: 'number', scaler: 'none' } }, target, ...QUICK })
    const legs = [[2], [2], [4], [4], [4], [4]]
    sameBits(model.transform(pets), Float64Array.from(legs.flat()), 'inputs')
    assert.deepEqual(model.predict([{ legs: 2 }]), [...model.network.predict([[2]])])
  })

  it('takes the names of columns, and leaves the others alone', async () => {
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
  it('answers a record with a label and probabilities, and records with an array of them', async () => {
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
    for (const backend of paths) assert.deepEqual(model.predict(pets, { backend }), predictions)
  })

  it('answers with the number in its own unit', async () => {
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

  it('does not take what all objects have for a column', () => {
    const options = handmade()
    const columns = [{ ...options.columns[0], name: 'toString' }, options.columns[1]]
    const model = new Model<'label'>({ ...options, columns })
    assert.throws(() => model.predict({ coat: 'fur' }), /column "toString" of the record but received undefined/)
    const { label } = model.predict(JSON.parse('{ "coat": "fur", "toString": 1 }'))
    assert.ok(model.labels.includes(label))
  })
})

describe('Model.evaluate', () => {
  it('counts what was taken for what', async () => {
    const model = await kindModel()
    const { accuracy, confusion } = model.evaluate(pets)
    const found = model.predict(pets).map(({ label }) => label)
    assert.equal(accuracy, found.filter((label, i) => label === pets[i].kind).length / pets.length)
    for (const [i, actual] of model.labels.entries()) {
      for (const [j, predicted] of model.labels.entries()) {
        const count = pets.filter(({ kind }, k) => kind === actual && found[k] === predicted).length
        assert.equal(confusion[i][j], count)
      }
    }
  })

  it('measures how far numbers are off', async () => {
    const model = await heightModel()
    const errors = model.predict(pets).map((value, i) => pets[i].height - value)
    const mean = pets.reduce((sum, { height }) => sum + height, 0) / 6
    const total = pets.reduce((sum, { height }) => sum + (height - mean) ** 2, 0)
    const squares = errors.reduce((sum, error) => sum + error * error, 0)
    const result = model.evaluate(pets)
    const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-12, `${a}, ${b}`)
    near(result.rSquared, 1 - squares / total)
    near(result.rootMeanSquaredError, Math.sqrt(squares / 6))
    near(result.meanAbsoluteError, errors.reduce((sum, error) => sum + Math.abs(error), 0) / 6)
    assert.ok(Number.isNaN(model.evaluate([pets[0]]).rSquared))
  })
})

const made = (changes: Parameters<typeof handmade>[0]) => new Model(handmade(changes))
const ready = new Model<'label'>(handmade())
const fitted = (options: object, records: unknown = pets) =>
  Model.fit(records as object[], { target: 'kind', ...QUICK, ...options } as never)
const network = (layers: ConstructorParameters<typeof Network>[0]['layers']) => new Network({ inputs: 3, layers })
const number = { name: 'kind', type: 'number', scaler: null }
const [height, coat] = handmade().columns

const wrong: readonly Refusal[] = [
  [
    'no options',
    () => new Model(undefined as never),
    'TypeError',
    'Expected an object for the model options but received undefined.',
  ],
  [
    'a network that is none',
    () => made({ network: {} }),
    'TypeError',
    'Expected a Network for network but received an object.',
  ],
  [
    'columns that are no list',
    () => made({ columns: {} }),
    'TypeError',
    'Expected an array of columns for columns but received an object.',
  ],
  [
    'too few columns',
    () => made({ columns: [height] }),
    'RangeError',
    'Expected columns that make 3 inputs, as many as the network has, for columns but received ones that make 1.',
  ],
  [
    'a column twice',
    () => made({ columns: [height, height] }),
    'RangeError',
    'Expected a name that no column has yet for columns[1].name but received "height" of type string.',
  ],
  [
    'a column without a name',
    () => made({ columns: [{ ...height, name: '' }, coat] }),
    'RangeError',
    'Expected the name of a column that is not empty for columns[0].name but received "" of type string.',
  ],
  [
    'a column of no type',
    () => made({ columns: [{ ...height, type: 'numeric' }, coat] }),
    'RangeError',
    'Expected "number" or "category" for columns[0].type but received "numeric" of type string.',
  ],
  [
    'a number with an encoder',
    () => made({ columns: [{ ...coat, type: 'number' }, coat] }),
    'TypeError',
    'Unknown option "encoder" in columns[0]. Known are: name, type, scaler.',
  ],
  [
    'a column without a scaler',
    () => made({ columns: [{ ...height, scaler: undefined }, coat] }),
    'TypeError',
    'Expected a fitted scaler, or null, for columns[0].scaler but received undefined.',
  ],
  [
    'a scaler of two columns',
    () =>
      made({
        columns: [
          {
            ...height,
            scaler: standardScaler.fit([
              [1, 2],
              [2, 3],
            ]),
          },
        ],
      }),
    'RangeError',
    'Expected a scaler of one column for columns[0].scaler but received one of 2.',
  ],
  [
    'a category with another encoder',
    () => made({ columns: [{ ...coat, encoder: labelEncoder.fit([1, 2]) }] }),
    'TypeError',
    'Expected a fitted oneHot for columns[0].encoder but received an object of type LabelEncoder.',
  ],
  [
    'a target that is a column',
    () => made({ target: { ...number, name: 'coat' } }),
    'RangeError',
    'Expected the name of a column that is no input for target.name but received "coat" of type string.',
  ],
  [
    'a target of no type',
    () => made({ target: { ...number, type: 'category' } }),
    'RangeError',
    'Expected "number" or "label" for target.type but received "category" of type string.',
  ],
  [
    'a number of two outputs',
    () => made({ target: number }),
    'RangeError',
    'Expected a network with one output, for a number, for network but received one with 2.',
  ],
  [
    'labels without softmax',
    () => made({ network: network([{ units: 2 }]) }),
    'RangeError',
    'Expected a last layer of 2 units with softmax, or with one sigmoid, for 2 labels for network but received one of 2 with linear.',
  ],
  [
    'three outputs for two labels',
    () => made({ network: network([{ units: 3, activation: 'softmax' }]) }),
    'RangeError',
    'Expected a last layer of 2 units with softmax, or with one sigmoid, for 2 labels for network but received one of 3 with softmax.',
  ],
  [
    'a summary with unknown keys',
    () => made({ training: { accuracy: 1 } }),
    'TypeError',
    'Unknown option "accuracy" in training. Known are: rows, epochs, finalLoss, loss, optimizer, backend, seed, date.',
  ],
  [
    'a summary with a wrong value',
    () => made({ training: { rows: '2' } }),
    'TypeError',
    'Expected an integer from 1 to 9007199254740991 for training.rows but received "2" of type string.',
  ],
  [
    'predict of nothing',
    () => ready.predict(undefined as never),
    'TypeError',
    'Expected a record: an object with a value for each column, for the record but received undefined.',
  ],
  [
    'predict of a list of numbers',
    () => ready.predict([1, 2] as never),
    'TypeError',
    'Expected a record: an object with a value for each column, for records[0] but received 1 of type number.',
  ],
  [
    'predict of no records',
    () => ready.predict([]),
    'RangeError',
    'Expected at least one record for records but received an empty array.',
  ],
  [
    'predict of a missing column',
    () => ready.predict({ height: 1 }),
    'TypeError',
    'Expected text, a number, or true or false for column "coat" of the record but received undefined. Remove or fill in such rows first.',
  ],
  [
    'predict of a missing number',
    () => ready.predict([{ height: 1, coat: 'fur' }, { coat: 'fur' }]),
    'TypeError',
    'Expected a finite number for column "height" of records[1] but received undefined. Fill it in, or leave such records out.',
  ],
  [
    'predict of an unknown column',
    () => ready.predict({ height: 1, coat: 'fur', colour: 'red' }),
    'TypeError',
    'Unknown column "colour" in the record. Known are: height, coat.',
  ],
  [
    'predict of a misspelled column',
    () => ready.predict({ heigth: 1, coat: 'fur' }),
    'TypeError',
    'Unknown column "heigth" in the record. Did you mean "height"? Known are: height, coat.',
  ],
  [
    'predict of text for a number',
    () => ready.predict({ height: '1', coat: 'fur' }),
    'TypeError',
    'Expected a finite number for column "height" of the record but received "1" of type string.',
  ],
  [
    'predict of NaN',
    () => ready.predict({ height: Number.NaN, coat: 'fur' }),
    'RangeError',
    'Expected a finite number for column "height" of the record but received NaN of type number. Fill it in, or leave such records out.',
  ],
  [
    'predict of an unseen category',
    () => ready.predict({ height: 1, coat: 'scales' }),
    'RangeError',
    'Expected a category known from the fit for column "coat" of the record but received "scales" of type string. Known are: "feathers", "fur".',
  ],
  [
    'predict of a number for a category',
    () => ready.predict({ height: 1, coat: 4 }),
    'TypeError',
    'Expected a value of type string, like the others, for column "coat" of the record but received 4 of type number.',
  ],
  [
    'predict with an unknown option',
    () => ready.predict({ height: 1, coat: 'fur' }, { threads: 2 } as never),
    'TypeError',
    'Unknown option "threads" in the options of predict. Known are: backend.',
  ],
  [
    'evaluate without the target',
    () => ready.evaluate([{ height: 1, coat: 'fur' }]),
    'TypeError',
    'Expected text, a number, or true or false for column "kind" of records[0] but received undefined. Remove or fill in such rows first.',
  ],
  [
    'evaluate of an unseen label',
    () => ready.evaluate([{ height: 1, coat: 'fur', kind: 'cow' }]),
    'RangeError',
    'Expected a category known from the fit for column "kind" of records[0] but received "cow" of type string. Known are: "bird", "cat".',
  ],
  [
    'fit of no records',
    () => fitted({}, []),
    'RangeError',
    'Expected at least one record for records but received an empty array.',
  ],
  [
    'fit of rows that are no records',
    () => fitted({}, [[1, 2]]),
    'TypeError',
    'Expected a record: an object with a value for each column, for records[0] but received an array of length 2.',
  ],
  [
    'fit with a misspelled option',
    () => fitted({ colums: [] }),
    'TypeError',
    'Unknown option "colums" in the options of Model.fit. Did you mean "columns"? Known are: target, columns, hidden, trainer, fit, seed, date.',
  ],
  [
    'fit without a target',
    () => fitted({ target: undefined }),
    'TypeError',
    'Expected an object for target but received undefined.',
  ],
  [
    'fit of a target that is not there',
    () => fitted({ target: 'kinds' }),
    'TypeError',
    'Unknown column "kinds" in target. Did you mean "kind"? Known are: height, coat, legs, tame, kind.',
  ],
  [
    'fit of a target of no type',
    () => fitted({ target: { column: 'kind', type: 'text' } }),
    'RangeError',
    'Expected the type of a target for target.type but received "text" of type string. Known are: number, label.',
  ],
  [
    'fit of text as a number',
    () => fitted({ target: { column: 'kind', type: 'number' } }),
    'TypeError',
    'Expected a finite number for column "kind" of records[0] but received "bird" of type string.',
  ],
  [
    'fit of a label with a scaler',
    () => fitted({ target: { column: 'kind', type: 'label', scaler: 'none' } }),
    'TypeError',
    'Unknown option "scaler" in target. Known are: column, type, labels.',
  ],
  [
    'fit of a label that is not in the list',
    () => fitted({ target: { column: 'kind', type: 'label', labels: ['cat', 'dog'] } }),
    'RangeError',
    'Expected a category known from the fit for column "kind" of records[0] but received "bird" of type string. Known are: "cat", "dog".',
  ],
  [
    'fit of columns that are not there',
    () => fitted({ columns: ['heights'] }),
    'TypeError',
    'Unknown column "heights" in columns[0]. Did you mean "height"? Known are: height, coat, legs, tame, kind.',
  ],
  [
    'fit of the target as a column',
    () => fitted({ columns: ['height', 'kind'] }),
    'RangeError',
    'Expected the name of a column other than the target for columns[1] but received "kind" of type string.',
  ],
  [
    'fit of a column twice',
    () => fitted({ columns: ['height', 'height'] }),
    'RangeError',
    'Expected a name that is not there yet for columns[1] but received "height" of type string.',
  ],
  [
    'fit of no columns',
    () => fitted({ columns: [] }),
    'RangeError',
    'Expected an array of names for columns but received an empty one.',
  ],
  [
    'fit of nothing but a target',
    () =>
      fitted(
        {},
        pets.map(({ kind }) => ({ kind })),
      ),
    'RangeError',
    'Expected at least one column beside the target for records[0] but received none.',
  ],
  [
    'fit of a column of no type',
    () => fitted({ columns: { height: 'float' } }),
    'RangeError',
    'Expected the type of a column for columns["height"] but received "float" of type string. Known are: number, category.',
  ],
  [
    'fit with an unknown scaler',
    () => fitted({ columns: { height: { type: 'number', scaler: 'standard' } } }),
    'RangeError',
    'Expected the name of a scaler for columns["height"].scaler but received "standard" of type string. Known are: standardScaler, minMaxScaler, robustScaler, none.',
  ],
  [
    'fit with a misspelled option of a scaler',
    () => fitted({ columns: { height: { type: 'number', scaler: { name: 'minMaxScaler', ranges: [0, 1] } } } }),
    'TypeError',
    'Unknown option "ranges" in the options of minMaxScaler. Did you mean "range"? Known are: columns, constantColumns, range.',
  ],
  [
    'fit of a constant number',
    () =>
      fitted(
        {},
        pets.map((pet) => ({ ...pet, legs: 4 })),
      ),
    'RangeError',
    `Expected values that differ for column "legs" of the records but received the same value, 4, in every row. Leave the column out, or pass constantColumns: 'center'.`,
  ],
  [
    'fit of a constant category',
    () =>
      fitted(
        {},
        pets.map((pet) => ({ ...pet, coat: 'fur' })),
      ),
    'RangeError',
    'Expected at least two different values for column "coat" but received "fur" in every record. Leave a constant column out.',
  ],
  [
    'fit of a missing value',
    () => fitted({}, [...pets, { ...pets[0], coat: null }]),
    'TypeError',
    'Expected text, a number, or true or false for column "coat" of records[6] but received null. Fill it in, or leave such records out.',
  ],
  [
    'fit of NaN',
    () => fitted({}, [...pets, { ...pets[0], legs: Number.NaN }]),
    'RangeError',
    'Expected a finite number for column "legs" of records[6] but received NaN of type number. Fill it in, or leave such records out.',
  ],
  [
    'fit of a number among texts',
    () => fitted({}, [...pets, { ...pets[0], coat: 3 }]),
    'TypeError',
    'Expected a value of type string, like those before, for column "coat" of records[6] but received 3 of type number.',
  ],
  [
    'fit of an object for a value',
    () => fitted({}, [{ ...pets[0], coat: {} }, ...pets]),
    'TypeError',
    'Expected text, a number, or true or false for column "coat" of records[0] but received an object.',
  ],
  [
    'fit with layers that are no list',
    () => fitted({ hidden: 16 }),
    'TypeError',
    'Expected an array of numbers of units, or of layers, for hidden but received 16 of type number.',
  ],
  [
    'fit with a layer of no units',
    () => fitted({ hidden: [0] }),
    'RangeError',
    'Expected an integer from 1 to 16777216 for hidden[0] but received 0 of type number.',
  ],
  [
    'fit with options of fit that are none',
    () => fitted({ fit: 100 }),
    'TypeError',
    'Expected an object for fit but received 100 of type number.',
  ],
  [
    'fit with an unknown option of fit',
    () => fitted({ fit: { epoch: 1 } }),
    'TypeError',
    'Unknown option "epoch" in the options of fit. Did you mean "epochs"? Known are: epochs, batchSize, shuffle, seed.',
  ],
  [
    'fit with an unknown option of the trainer',
    () => fitted({ trainer: { optimiser: 'adam' } }),
    'TypeError',
    'Unknown option "optimiser" in the trainer options. Did you mean "optimizer"? Known are: loss, optimizer, backend, threads.',
  ],
  [
    'fit with a negative seed',
    () => fitted({ seed: -1 }),
    'RangeError',
    'Expected an integer from 0 to 9007199254740991 for seed but received -1 of type number.',
  ],
  [
    'fit with a date that is no text',
    () => fitted({ date: new Date(0) }),
    'TypeError',
    'Expected text for date but received an object of type Date.',
  ],
]

refusals('models', wrong)
