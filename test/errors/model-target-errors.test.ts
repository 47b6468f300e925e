/** What Model.fit refuses about targets, and the constructor about models of several. */
import { Network } from 'lockstep-nn'
import { labelEncoder, Model } from 'lockstep-nn/data'
import { changed, fitted, of, records } from '../support/fitted-houses.js'
import { STATES } from '../support/houses.js'
import { handmade } from '../support/pets.js'
import { type Refusal, refusals } from '../support/refusals.js'

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
    'Unknown option "scale" in target. Known: column, type, missing.',
  ],
  [
    'a missing target where that is an error',
    () => fitted(of('number', 'price', { missing: 'error' }), changed(7, { price: null })),
    'TypeError',
    'Expected a finite number for column "price" of records[7] but received null. Fill it in, or leave such records out.',
  ],
  [
    'an unknown way with missing targets',
    () => fitted(of('number', 'price', { missing: 'median' })),
    'RangeError',
    'Expected what becomes of records without the target for target.missing but received "median" of type string. Known: skip, error.',
  ],
  [
    'records without any target',
    () =>
      fitted(
        {},
        records.map((house) => ({ ...house, price: null })),
      ),
    'RangeError',
    'Expected at least one record with a value of column "price" for records but received none.',
  ],
  [
    'no record with all targets',
    () =>
      fitted(
        { target: ['price', 'visits'] },
        records.map((house, i) => ({ ...house, [i % 2 === 0 ? 'price' : 'visits']: null })),
      ),
    'RangeError',
    'Expected at least one record with a value of column "price" and "visits" for records but received none.',
  ],
  [
    'a wrong target after one that is missing, by the index of its record',
    () =>
      fitted(
        {},
        records.map((house, i) => (i === 3 ? { ...house, price: null } : i === 7 ? { ...house, price: 'a' } : house)),
      ),
    'TypeError',
    'Expected a finite number for column "price" of records[7] but received "a" of type string.',
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

const sigmoids = (units: number) => new Network({ inputs: 3, layers: [{ units, activation: 'sigmoid' }], seed: 1 })
const encoder = labelEncoder.fit(['a', 'b', 'c'])
const two = [
  { name: 'one', type: 'label', encoder: labelEncoder.fit(['x', 'y']) },
  { name: 'two', type: 'label', encoder: labelEncoder.fit([true, false]) },
]
const made = (changes: object) => new Model(handmade({ network: undefined, target: undefined, ...changes }) as never)

const trainedBy = (settings: object) => made({ network: sigmoids(1), target: two[0], training: { settings } })

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
    'settings of a loss that does not exist',
    () => trainedBy({ losses: ['meanError'], optimizer: 'adam' }),
    'RangeError',
    'Expected the name of a loss for training.settings.losses[0] but received "meanError" of type string. Known: halfSquaredError, meanSquaredError, binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy, meanAbsoluteError, huber, logCosh, hinge, poisson, kullbackLeiblerDivergence, quantile.',
  ],
  [
    'settings with an option of another optimizer',
    () => trainedBy({ losses: ['huber'], optimizer: { name: 'adam', rho: 1 } }),
    'TypeError',
    'Unknown option "rho" in training.settings.optimizer. Known: name, learningRate, beta1, beta2, epsilon, amsgrad, weightDecay, clipValue, clipNorm, globalClipNorm.',
  ],
  [
    'settings without losses',
    () => trainedBy({ losses: [], optimizer: 'adam' }),
    'RangeError',
    'Expected an array of losses for training.settings.losses but received an empty one.',
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
