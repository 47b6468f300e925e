/** What Model.fit and predict refuse about targets, validation, weights, members and intervals. */
import { Network } from 'lockstep-nn'
import { labelEncoder, Model } from 'lockstep-nn/data'
import { houses, INPUTS, STATES } from '../support/houses.js'
import { handmade } from '../support/pets.js'
import { type Refusal, refusals } from '../support/refusals.js'

const records = houses(30, 1)
const fitted = (options: object, of: readonly object[] = records) =>
  Model.fit(of, { target: 'price', columns: INPUTS, hidden: [2], fit: { epochs: 1 }, ...options } as never)
const changed = (i: number, change: object) => records.map((house, j) => (i === j ? { ...house, ...change } : house))
const of = (type: string, column: string, more: object = {}) => ({ target: { column, type, ...more } })
const state = of('label', 'state')

const targets: readonly Refusal[] = [
  [
    'a number of 0 on the scale log',
    () => fitted(of('number', 'price', { scale: 'log' }), changed(7, { price: 0 })),
    'RangeError',
    'Expected a number above 0 for column "price" of records[7] but received 0 of type number. The scale log is for numbers above 0: use type: \'count\' for counts, or another scale.',
  ],
  [
    'an unknown scale',
    () => fitted(of('number', 'price', { scale: 'logarithm' })),
    'RangeError',
    'Expected a scale for target.scale but received "logarithm" of type string. Known: standard, log, none.',
  ],
  [
    'a scale and a scaler',
    () => fitted(of('number', 'price', { scale: 'log', scaler: 'minMaxScaler' })),
    'TypeError',
    'Expected nothing for target.scaler but received "minMaxScaler" of type string. scale is given: leave one of them out.',
  ],
  [
    'the scale log with the loss poisson',
    () => fitted({ ...of('number', 'price', { scale: 'log' }), trainer: { loss: 'poisson' } }),
    'RangeError',
    'Expected another scale for target.scale but received "log" of type string. The output of the loss poisson is the exponential already: leave the scale out.',
  ],
  [
    'a count that is no integer',
    () => fitted(of('count', 'price')),
    'RangeError',
    `Expected a count: an integer of at least 0 for column "price" of records[0] but received ${records[0].price} of type number. Use type: 'number' for other numbers.`,
  ],
  [
    'a negative count',
    () => fitted(of('count', 'visits'), changed(3, { visits: -1 })),
    'RangeError',
    'Expected a count: an integer of at least 0 for column "visits" of records[3] but received -1 of type number. Use type: \'number\' for other numbers.',
  ],
  [
    'counts that are all the same',
    () =>
      fitted(
        of('count', 'visits'),
        records.map((house) => ({ ...house, visits: 2 })),
      ),
    'RangeError',
    'Expected counts that differ for column "visits" but received 2 in every record. There is nothing to predict.',
  ],
  [
    'a count with the loss of a number',
    () => fitted({ ...of('count', 'visits'), trainer: { loss: 'huber' } }),
    'RangeError',
    'Expected a loss for a count for trainer.loss but received "huber" of type string. For a count: poisson. For a number: type: \'number\'.',
  ],
  [
    'ordered text without its order',
    () => fitted(of('ordered', 'state')),
    'TypeError',
    'Expected all labels in their order for target.labels but received undefined. For example labels: ["fair","good","poor"], from the lowest to the highest.',
  ],
  [
    'ordered labels with the loss of labels',
    () => fitted({ ...of('ordered', 'state', { labels: STATES }), trainer: { loss: 'categoricalCrossentropy' } }),
    'RangeError',
    'Expected a loss for ordered labels for trainer.loss but received "categoricalCrossentropy" of type string. It is binaryCrossentropy.',
  ],
  [
    'one ordered label',
    () => fitted(of('ordered', 'state', { labels: ['good'] })),
    'RangeError',
    'Expected at least two labels for target.labels but received one.',
  ],
  [
    'an option of another type',
    () => fitted(of('count', 'visits', { scale: 'log' })),
    'TypeError',
    'Unknown option "scale" in target. Known: column, type.',
  ],
  [
    'no targets',
    () => fitted({ target: [] }),
    'RangeError',
    'Expected an array of targets for target but received an empty one.',
  ],
  [
    'a target twice',
    () => fitted({ target: ['price', { column: 'price', type: 'label' }] }),
    'RangeError',
    'Expected a column that is not a target yet for target[1] but received "price" of type string.',
  ],
  [
    'a second target that is not there',
    () => fitted({ target: ['price', 'visit'] }),
    'TypeError',
    'Unknown column "visit" in target[1]. Did you mean "visits"? Known: area, town, price, visits, state, sold, weight.',
  ],
  [
    'a second target among the columns',
    () => fitted({ target: ['price', 'area'] }),
    'RangeError',
    'Expected the name of a column other than the target for columns[0] but received "area" of type string.',
  ],
  [
    'a loss that one of several targets excludes',
    () => fitted({ target: ['price', 'state'], trainer: { loss: 'categoricalCrossentropy' } }),
    'RangeError',
    'Expected a loss for a number for trainer.loss but received "categoricalCrossentropy" of type string. For a number: halfSquaredError, meanSquaredError, meanAbsoluteError, huber, logCosh, poisson, quantile. For labels: target: { column, type: \'label\' }.',
  ],
  [
    'a checkpoint of several networks',
    () => fitted({ target: ['price', 'state'], fit: { checkpoint: { path: 'run.ckpt' } } }),
    'TypeError',
    'Expected nothing for fit.checkpoint but received an object. The targets need 2 networks, and a checkpoint is of one: fit a model for each.',
  ],
]

refusals('targets of Model.fit', targets)

const validation: readonly Refusal[] = [
  [
    'a share without rows',
    () => fitted({ validation: 0.01 }),
    'RangeError',
    'Expected a share above 0 and below 1 for validation.share but received 0.01 of type number. Of 30 rows that is none.',
  ],
  [
    'validation of no kind',
    () => fitted({ validation: true }),
    'TypeError',
    'Expected a share, an object of options, or an array of records for validation but received true of type boolean.',
  ],
  [
    'no validation records',
    () => fitted({ validation: [] }),
    'RangeError',
    'Expected at least one record for validation but received an empty array.',
  ],
  [
    'groups that are not there',
    () => fitted({ validation: { groups: 'owner' } }),
    'TypeError',
    'Unknown column "owner" in validation. Known: area, town, price, visits, state, sold, weight.',
  ],
  [
    'validation in two places',
    () => fitted({ validation: 0.2, fit: { validationSplit: 0.2 } }),
    'TypeError',
    'Expected nothing for fit.validationSplit but received 0.2 of type number. validation is given: leave one of them out.',
  ],
  [
    'a temperature without validation',
    () => fitted({ ...state, temperature: true }),
    'TypeError',
    'Expected nothing for temperature but received true of type boolean. It is fitted to validation records: pass validation, too.',
  ],
  [
    'a temperature as a number',
    () => fitted({ ...state, temperature: 2, validation: 0.5 }),
    'TypeError',
    'Expected true or false for temperature but received 2 of type number.',
  ],
  [
    'validation and validation data',
    () => fitted({ validation: 0.2, fit: { validationData: records } }),
    'TypeError',
    'Expected nothing for fit.validationData but received an array of length 30. validation is given: leave one of them out.',
  ],
  [
    'a label of validation records alone, by the index of its record',
    () => fitted({ ...state, validation: { share: 0.1, shuffle: false } }, changed(29, { state: 'new' })),
    'RangeError',
    'Expected a category known from the fit for column "state" of records[29], kept for validation, but received "new" of type string. Known: "fair", "good", "poor". A label must occur in the records that are trained on, or in target.labels.',
  ],
  [
    'a number of validation records that the scale log excludes',
    () =>
      fitted(
        { ...of('number', 'price', { scale: 'log' }), validation: { share: 0.1, shuffle: false } },
        changed(28, { price: -1 }),
      ),
    'RangeError',
    'Expected a number above 0 for column "price" of records[28], kept for validation, but received -1 of type number. The scale log is for numbers above 0: use type: \'count\' for counts, or another scale.',
  ],
  [
    'a missing value, by the index of its record among all',
    () => fitted({ validation: { time: 'weight' } }, changed(29, { price: null, weight: 0 })),
    'TypeError',
    'Expected a finite number for column "price" of records[29] but received null. Fill it in, or leave such records out.',
  ],
]

refusals('validation of Model.fit', validation)

const weights: readonly Refusal[] = [
  [
    'weights that are not there',
    () => fitted({ sampleWeight: 'weights' }),
    'TypeError',
    'Unknown column "weights" in sampleWeight. Did you mean "weight"? Known: area, town, price, visits, state, sold, weight.',
  ],
  [
    'weights as an array',
    () => fitted({ sampleWeight: [1, 2] }),
    'TypeError',
    'Expected the name of a column for sampleWeight but received an array of length 2. An array with a weight for each record goes into fit: { sampleWeight }.',
  ],
  [
    'the target as weights',
    () => fitted({ sampleWeight: 'price' }),
    'RangeError',
    'Expected the name of a column other than the target for sampleWeight but received "price" of type string.',
  ],
  [
    'weights that are an input',
    () => fitted({ sampleWeight: 'weight', columns: ['area', 'weight'] }),
    'RangeError',
    'Expected the name of a column other than the weights for columns[1] but received "weight" of type string.',
  ],
  [
    'a negative weight',
    () => fitted({ sampleWeight: 'weight' }, changed(4, { weight: -1 })),
    'RangeError',
    'Expected a finite number of at least 0 for column "weight" of records[4] but received -1 of type number.',
  ],
  [
    'a missing weight',
    () => fitted({ sampleWeight: 'weight' }, changed(4, { weight: null })),
    'TypeError',
    'Expected a weight for column "weight" of records[4] but received null. Fill it in, or leave such records out.',
  ],
  [
    'weights that are all 0',
    () =>
      fitted(
        { sampleWeight: 'weight' },
        records.map((house) => ({ ...house, weight: 0 })),
      ),
    'RangeError',
    'Expected a weight above 0 for a record that is trained on for sampleWeight but received none.',
  ],
  [
    'weights in two places',
    () => fitted({ sampleWeight: 'weight', fit: { sampleWeight: records.map(() => 1) } }),
    'TypeError',
    'Expected nothing for fit.sampleWeight but received an array of length 30. sampleWeight names a column: leave one of them out.',
  ],
  [
    'weights of labels in two places',
    () => fitted({ ...state, classWeight: 'balanced', fit: { classWeight: 'balanced' } }),
    'TypeError',
    'Expected nothing for fit.classWeight but received "balanced" of type string. classWeight is given: leave one of them out.',
  ],
  [
    'weights of labels of a count',
    () => fitted({ ...of('count', 'visits'), classWeight: 'balanced' }),
    'TypeError',
    'Expected nothing for classWeight but received "balanced" of type string. The target is a count, which has no classes: use sampleWeight.',
  ],
  [
    'weights of labels of several targets',
    () => fitted({ target: ['state', 'sold'], classWeight: 'balanced' }),
    'TypeError',
    'Expected nothing for classWeight but received "balanced" of type string. It is for one target: weigh the records of several by sampleWeight.',
  ],
  [
    'no members',
    () => fitted({ members: 0 }),
    'RangeError',
    'Expected an integer from 1 to 1000 for members but received 0 of type number.',
  ],
  [
    'members beyond the last seed',
    () => fitted({ members: 3, seed: 2 ** 53 - 2 }),
    'RangeError',
    'Expected a seed with 2 higher ones below 2^53 for seed but received 9007199254740990.',
  ],
]

refusals('weights and members of Model.fit', weights)

const predicted = async (options: object, interval: unknown) =>
  ((await fitted(options)) as Model).predict(records, { interval: interval as number })

const intervals: readonly Refusal[] = [
  [
    'an interval without validation',
    () => predicted({}, 0.9),
    'TypeError',
    'Expected nothing for interval but received 0.9 of type number. The model has no validation records for column "price": pass validation to Model.fit.',
  ],
  [
    'an interval of a label',
    () => predicted({ ...state, validation: 0.5 }, 0.9),
    'TypeError',
    'Expected nothing for interval but received 0.9 of type number. Intervals are for numbers: a label has probabilities.',
  ],
  [
    'an interval in percent',
    () => predicted({ validation: 0.5 }, 90),
    'RangeError',
    'Expected a number above 0 and below 1 for interval but received 90 of type number.',
  ],
  [
    'an interval that is no number',
    () => predicted({ validation: 0.5 }, '90 %'),
    'TypeError',
    'Expected a number above 0 and below 1 for interval but received "90 %" of type string.',
  ],
  [
    'an interval for which there are too few records',
    () => predicted({ validation: 0.3 }, 0.95),
    'RangeError',
    'Expected at most 0.9, as 9 validation records allow, for interval but received 0.95. Keep at least 19 records for validation.',
  ],
]

refusals('predict with intervals', intervals)

const sigmoids = (units: number) => new Network({ inputs: 3, layers: [{ units, activation: 'sigmoid' }], seed: 1 })
const encoder = labelEncoder.fit(['a', 'b', 'c'])
const two = [
  { name: 'one', type: 'label', encoder: labelEncoder.fit(['x', 'y']) },
  { name: 'two', type: 'label', encoder: labelEncoder.fit([true, false]) },
]
const made = (changes: object) => new Model(handmade({ network: undefined, target: undefined, ...changes }) as never)

const parts: readonly Refusal[] = [
  [
    'a network of too many sigmoids for ordered labels',
    () => made({ network: sigmoids(3), target: { name: 'y', type: 'ordered', encoder } }),
    'RangeError',
    'Expected a last layer of 2 units with sigmoid for 3 ordered labels for network but received one of 3 with sigmoid.',
  ],
  [
    'a network of too few outputs for several targets',
    () => made({ heads: [{ network: sigmoids(1), targets: two }] }),
    'RangeError',
    'Expected a network for 2 targets, without softmax, for heads[0].network but received one of 1 with sigmoid.',
  ],
  [
    'a target of two networks',
    () => made({ heads: [0, 1].map(() => ({ network: sigmoids(1), targets: [two[0]] })) }),
    'RangeError',
    'Expected a name that no target has yet for heads[1].targets[0].name but received "one" of type string.',
  ],
  [
    'heads and a target',
    () => made({ heads: [{ network: sigmoids(2), targets: two }], target: two[0] }),
    'TypeError',
    'Expected nothing for target but received an object. heads has the networks and targets.',
  ],
  [
    'no heads',
    () => made({ heads: [] }),
    'RangeError',
    'Expected an array of heads for heads but received an empty one.',
  ],
  [
    'a temperature of 0',
    () => made({ network: sigmoids(1), target: { ...two[0], temperature: 0 } }),
    'RangeError',
    'Expected a number above 0 for target.temperature but received 0 of type number.',
  ],
  [
    'residuals that do not ascend',
    () =>
      made({
        network: new Network({ inputs: 3, layers: [{ units: 1 }] }),
        target: { name: 'y', type: 'number', scaler: null, residuals: [0.5, 0.25] },
      }),
    'RangeError',
    'Expected a number of at least 0.5 for target.residuals[1] but received 0.25 of type number.',
  ],
]

refusals('models of several targets', parts)
