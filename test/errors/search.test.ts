/** Wrong options of a search: each is an error that names it, before any training. */
import assert from 'node:assert/strict'
import { choice, search } from 'lockstep-nn/search'
import { KNOWN_BACKENDS } from '../support/paths.js'
import { refusals } from '../support/refusals.js'

const x = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
  [0, 2],
]
const y = [[0], [1], [1], [0], [1]]
const network = { inputs: 2, layers: [{ units: 2 }, { units: 1 }] }
const trainer = { loss: 'meanSquaredError', optimizer: 'adam' } as const
const arrays = { data: { x, y }, space: { network, trainer, fit: { epochs: 2 } }, trials: 3 }
const spaceWith = (change: object) => ({ ...arrays.space, ...change })

const records = Array.from({ length: 30 }, (_, i) => ({ a: i, b: i % 3 ? 'x' : 'y', t: i * 2, l: i % 2 ? 'p' : 'q' }))
const table = { data: { records }, space: { model: { target: 't', fit: { epochs: 2 } } }, trials: 2 }

interface Cycle {
  self?: Cycle
}
const CYCLE: Cycle = {}
CYCLE.self = CYCLE

const WRONG: readonly [title: string, options: unknown, error: string, message: string][] = [
  ['no options', undefined, 'TypeError', 'Expected an object for the options of search but received undefined.'],
  [
    'no data',
    { ...arrays, data: undefined },
    'TypeError',
    'Expected { x, y } or { records } for data but received undefined.',
  ],
  [
    'an array as data',
    { ...arrays, data: records },
    'TypeError',
    'Expected an object for data but received an array of length 30.',
  ],
  [
    'no space',
    { ...arrays, space: undefined },
    'TypeError',
    'Expected { network, trainer, fit }, or for records { model }, for space but received undefined.',
  ],
  [
    'a misspelled part of the space',
    { ...arrays, space: { netwrk: {} } },
    'TypeError',
    'Unknown option "netwrk" in the space. Did you mean "network"? Known: network, trainer, fit. This is trial 0.',
  ],
  [
    'no trials',
    { ...arrays, trials: undefined },
    'TypeError',
    'Expected the number of trials for trials but received undefined. The sampler random has no end.',
  ],
  [
    'an unknown sampler',
    { ...arrays, sampler: 'optuna' },
    'RangeError',
    'Expected the name of a sampler for sampler but received "optuna" of type string. Known: grid, random, sobol, tpe.',
  ],
  [
    'an unknown pruner',
    { ...arrays, pruner: 'asha' },
    'RangeError',
    'Expected the name of a pruner for pruner but received "asha" of type string. Did you mean "successiveHalving"? Known: none, successiveHalving, hyperband, median.',
  ],
  [
    'a number as validation',
    { ...arrays, validation: 0.2 },
    'TypeError',
    'Expected { split }, { folds } or { x, y } for validation but received 0.2 of type number. For a share write { split: 0.2 }.',
  ],
  [
    'a share above 1',
    { ...arrays, validation: { split: 2 } },
    'RangeError',
    'Expected a share above 0 and below 1 for validation.split but received 2 of type number.',
  ],
  [
    'more folds than rows',
    { ...arrays, validation: { folds: 9 } },
    'RangeError',
    'Expected at least 9 rows for data.x but received 5.',
  ],
  [
    'a share of which no row is left',
    { ...arrays, validation: { split: 0.05 } },
    'RangeError',
    'Expected a share that leaves rows in both parts for validation.split but received 0.05 of type number. Of 5 rows that is none.',
  ],
  [
    'one row, of which none is left for validation',
    { ...arrays, data: { x: [[1, 2]], y: [1] } },
    'RangeError',
    'Expected at least 2 rows for data.x but received 1. Trials are compared on a part of the rows.',
  ],
  [
    'inputs that the samples do not have',
    { ...arrays, trials: 9, space: spaceWith({ network: { ...network, inputs: choice([2, 3]) } }) },
    'RangeError',
    'Expected the 2 columns of data.x for network.inputs but received 3 of type number. This is trial 1.',
  ],
  [
    'validation samples of other columns',
    { ...arrays, validation: { x: [[1]], y: [[1]] } },
    'RangeError',
    'Expected a row of 2 values (the inputs of the network) for validation.x[0] but received one of length 1.',
  ],
  [
    'a metric of validation without one',
    { ...arrays, metric: 'validationLoss', validation: null },
    'TypeError',
    'Expected validation samples for validation but received null. The metric validationLoss needs them.',
  ],
  [
    'a batch of no trials',
    { ...arrays, batch: 0 },
    'RangeError',
    'Expected an integer from 1 to 10000000 for batch but received 0 of type number.',
  ],
  [
    'an unknown backend',
    { ...arrays, backend: 'gpu' },
    'RangeError',
    `Expected the name of a backend for backend but received "gpu" of type string. ${KNOWN_BACKENDS} This is trial 0.`,
  ],
  [
    'an empty name',
    { ...arrays, name: '' },
    'RangeError',
    'Expected a text of 1 to 1000 characters for name but received "" of type string.',
  ],
  [
    'an unknown option',
    { ...arrays, trial: 3 },
    'TypeError',
    'Unknown option "trial" in the options of search. Did you mean "trials"? Known: data, space, trials, sampler, pruner, validation, metric, seed, batch, threads, backend, name, journal, shard, on, signal, onProgress, progressEvery.',
  ],
  [
    'a journal that is no path',
    { ...arrays, journal: 3 },
    'TypeError',
    'Expected the name of a file, or its URL, for journal but received 3 of type number.',
  ],
  [
    'more trials than a grid has',
    { ...arrays, sampler: 'grid' },
    'RangeError',
    'Expected at most the 1 trials of the grid for trials but received 3 of type number.',
  ],
  [
    'samples with a NaN',
    { ...arrays, data: { x: [[Number.NaN, 0], ...x.slice(1)], y } },
    'RangeError',
    'Expected a finite number for data.x[0][0] but received NaN of type number. Remove or fill in such rows first.',
  ],
  [
    'an interval of a progress that nobody gets',
    { ...arrays, progressEvery: 100 },
    'TypeError',
    'Expected nothing for progressEvery but received 100 of type number. It has no effect without onProgress.',
  ],
  [
    'targets of other rows',
    { ...arrays, data: { x, y: [[1]] } },
    'RangeError',
    'Expected 5 rows, as many as data.x has, for data.y but received 1.',
  ],
  [
    'targets of fewer columns than the last layer has units',
    { ...arrays, space: spaceWith({ network: { ...network, layers: [{ units: 2 }] } }) },
    'RangeError',
    'Expected 8 values, rows of x (4) × units of the last layer (2), for y but received 4. ' +
      'Correct the units of the last layer or y. If x does not have 4 rows, correct the inputs of the network. ' +
      'This is trial 0.',
  ],
  [
    'one-hot targets of a loss of class numbers',
    {
      ...arrays,
      data: { x, y: y.map(() => [1, 0]) },
      space: spaceWith({
        network: { ...network, layers: [{ units: 2, activation: 'softmax' }] },
        trainer: { ...trainer, loss: 'sparseCategoricalCrossentropy' },
      }),
    },
    'RangeError',
    'Expected 4 values, a class number for each row of x, as the loss sparseCategoricalCrossentropy takes it, for y ' +
      'but received 8. Correct y. If x does not have 4 rows, correct the inputs of the network. This is trial 0.',
  ],
  [
    'flat samples of unknown width',
    {
      ...arrays,
      data: { x: new Float64Array(10), y: new Float64Array(5) },
      space: spaceWith({ network: { layers: [{ units: 1 }] } }),
    },
    'TypeError',
    'Expected samples whose number of columns is known for data.x but received a Float64Array of length 10. Give space.network.inputs, or x as an array of rows.',
  ],
  [
    'a wrong layer of a later trial',
    {
      ...arrays,
      trials: 9,
      space: spaceWith({ network: { inputs: 2, layers: choice([[{ units: 1 }], [{ unit: 3 }]]) } }),
    },
    'TypeError',
    'Unknown option "unit" in layers[0]. Did you mean "units"? Known: type, units, activation, weightsInitializer, biasInitializer, l1, l2, trainable. This is trial 1.',
  ],
  [
    'a wrong rate of dropout of a later trial',
    {
      ...arrays,
      trials: 9,
      space: spaceWith({
        network: { inputs: 2, layers: [{ type: 'dropout', rate: choice([0.5, 0, 1]) }, { units: 1 }] },
      }),
    },
    'RangeError',
    'Expected a finite number of at least 0 and below 1 for layers[0].rate but received 1 of type number. This is trial 1.',
  ],
  [
    'a wrong learning rate of a later trial',
    {
      ...arrays,
      trials: 9,
      space: spaceWith({ trainer: { ...trainer, optimizer: { name: 'sgd', learningRate: choice([0.5, 1, -1]) } } }),
    },
    'RangeError',
    'Expected a finite number above 0 for optimizer.learningRate but received -1 of type number. This is trial 1.',
  ],
  [
    'parameters in the space',
    { ...arrays, space: spaceWith({ network: { ...network, parameters: new Float64Array(3) } }) },
    'TypeError',
    'Expected nothing for network.parameters but received a Float64Array of length 3. A trial begins with parameters of its own seed. This is trial 0.',
  ],
  [
    'validation in the space',
    { ...arrays, space: spaceWith({ fit: { validationSplit: 0.2 } }) },
    'TypeError',
    'Expected nothing for fit.validationSplit but received 0.2 of type number. It is an option of search: validation. This is trial 0.',
  ],
  [
    'threads in the space',
    { ...arrays, space: spaceWith({ trainer: { ...trainer, threads: 2 } }) },
    'TypeError',
    'Expected nothing for trainer.threads but received 2 of type number. It is an option of search. This is trial 0.',
  ],
  [
    'a callback in the space',
    { ...arrays, space: spaceWith({ fit: { onEpoch() {} } }) },
    'TypeError',
    'Expected a value, an array, a plain object or a parameter for space.fit.onEpoch but received a function. A space may contain numbers, texts, true, false, null, Float64Arrays, arrays, plain objects and parameters, so that it can be written to a file and sent to another machine.',
  ],
  [
    'an unknown target of records',
    { ...table, space: { model: { target: 'tt' } } },
    'TypeError',
    'Unknown column "tt" in target. Did you mean "t"? Known: a, b, t, l. This is trial 0.',
  ],
  [
    'members of a model',
    { ...table, space: { model: { target: 't', members: 3 } } },
    'TypeError',
    'Expected nothing for model.members but received 3 of type number. A trial trains one network.',
  ],
  [
    'targets that need two networks',
    { ...table, space: { model: { target: ['t', 'l'] } } },
    'RangeError',
    'Expected targets that one network can predict for model.target but received 2 kinds. Search for each of them. This is trial 0.',
  ],
  [
    'more folds than records',
    { ...table, validation: { folds: 40 } },
    'RangeError',
    'Expected at least 40 records for data.records but received 30. This is trial 0.',
  ],
  [
    'validation of which one is no record',
    { ...table, validation: [1] },
    'TypeError',
    'Expected a record: an object with a value for each column, for validation[0] but received 1 of type number.',
  ],
  [
    'two shares for validation',
    { ...table, validation: { split: 0.2, share: 0.3 } },
    'TypeError',
    'Expected nothing together with split for validation.share but received 0.3 of type number.',
  ],
  [
    'records that contain themselves',
    { ...table, data: { records: records.map((record) => ({ ...record, z: CYCLE })) } },
    'TypeError',
    'Expected text, a number, true or false, or a Date for column "z" of records[0] but received an object. This is trial 0.',
  ],
  [
    'an unknown option of validation',
    { ...table, validation: { splt: 1 } },
    'TypeError',
    'Unknown option "splt" in validation. Known: share, stratify, shuffle, seed, groups, time. This is trial 0.',
  ],
  [
    'a metric that does not fit the target',
    { ...table, metric: 'validationAccuracy' },
    'RangeError',
    'Expected the class 0 (or -1) or 1 for y[0][0] but received -1.989804499913818 of type number. accuracy compares classes. For numbers, use meanAbsoluteError, rootMeanSquaredError or r2. This is trial 0.',
  ],
]

refusals(
  'search',
  WRONG.map(([title, options, error, message]) => [title, () => search(options as never), error, message]),
)

describe('a search', () => {
  it('refuses a metric that is no text, also one without a text form', async () => {
    await assert.rejects(
      search({ ...arrays, metric: Object.create(null) }),
      /^TypeError: Expected the name of a series for metric but received an object/,
    )
  })

  it('has arrays of numbers in JSON where its space has typed arrays', async () => {
    const classes = y.map(([value]) => (value > 0 ? [1, 0] : [0, 1]))
    const fit = { epochs: 1, classWeight: Float64Array.of(1, 2) }
    const loss = 'categoricalCrossentropy'
    const layers = [{ units: 2, activation: 'softmax' }]
    const space = { network: { inputs: 2, layers }, trainer: { loss, optimizer: 'adam' }, fit }
    const study = await search({ data: { x, y: classes }, space: space as never, trials: 1 })
    const json = JSON.parse(JSON.stringify(study))
    assert.deepEqual(json.trials[0].options.fit.classWeight, [1, 2])
    assert.deepEqual(json.best.options, json.trials[0].options)
  })

  it('of which all trials diverge is a study without a best trial', async () => {
    const optimizer = { name: 'sgd', learningRate: 1e300 } as const
    const study = await search({ ...arrays, space: { network, trainer: { loss: 'meanSquaredError', optimizer } } })
    assert.deepEqual(
      study.trials.map(({ state, value }) => [state, value]),
      Array.from({ length: 3 }, () => ['failed', null]),
    )
    assert.throws(
      () => study.best,
      /^Error: No trial of this study is complete \(trial 0: validationLoss is Infinity\)/,
    )
    assert.throws(() => study.model, /^Error: No trial of this study is complete/)
    assert.equal(JSON.parse(JSON.stringify(study)).best, null)
  })
})
