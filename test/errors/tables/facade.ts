/** Wrong metrics, schedules, and options of a fit for code between its epochs. */
import { type FitOptions, Network, Trainer, type TrainerOptions } from 'lockstep-nn'
import type { WrongCall } from '../../support/wrong.js'

type Row = readonly [title: string, options: unknown, error: WrongCall['error'], message: string]

const x = Float64Array.of(0, 1, 1, 0)
const y = Float64Array.of(1, 0, 0, 1)
const trainerOf = (network: Network, options: object = {}) =>
  new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd', ...options } as TrainerOptions)

const METRICS =
  'Known: accuracy, binaryAccuracy, topK, precision, recall, f1, rocAuc, meanAbsoluteError, rootMeanSquaredError, r2, ' +
  'confusionMatrix.'
const SCHEDULES = 'Known: constant, step, exponential, cosine, polynomial, oneCycle, reduceOnPlateau.'

const trainers: readonly Row[] = [
  [
    'a metric without a list',
    { metrics: 'accuracy' },
    'TypeError',
    'Expected an array of metrics for metrics but received "accuracy" of type string.',
  ],
  [
    'a misspelled metric',
    { metrics: ['acuracy'] },
    'RangeError',
    `Expected the name of a metric for metrics[0] but received "acuracy" of type string. Did you mean "accuracy"? ${METRICS}`,
  ],
  [
    'an option of another metric',
    { metrics: ['r2', { name: 'accuracy', k: 3 }] },
    'TypeError',
    'Unknown option "k" in metrics[1]. Known: name, threshold.',
  ],
  [
    'a metric twice',
    { metrics: ['accuracy', 'r2', { name: 'accuracy', threshold: 0.25 }] },
    'RangeError',
    'Expected each metric once for metrics[2] but received "accuracy" of type string. It is metrics[0] already.',
  ],
  [
    'a k above the outputs',
    { metrics: ['topK'] },
    'RangeError',
    'Expected an integer from 1 to the 2 outputs for metrics[0].k but received 5 of type number. Give a smaller k.',
  ],
  [
    'a k with a fraction',
    { metrics: [{ name: 'topK', k: 1.5 }] },
    'RangeError',
    'Expected an integer from 1 to 2147483647 for metrics[0].k but received 1.5 of type number.',
  ],
  [
    'a misspelled schedule',
    { schedule: 'cosin' },
    'RangeError',
    'Expected the name of a schedule, or a function for schedule but received "cosin" of type string. ' +
      `Did you mean "cosine"? ${SCHEDULES}`,
  ],
  [
    'a number as schedule',
    { schedule: 0.1 },
    'TypeError',
    `Expected the name of a schedule, or a function for schedule but received 0.1 of type number. ${SCHEDULES}`,
  ],
  [
    'a misspelled option of a schedule',
    { schedule: { name: 'step', stepsize: 3 } },
    'TypeError',
    'Unknown option "stepsize" in schedule. Did you mean "stepSize"? Known: name, stepSize, gamma, warmup.',
  ],
  [
    'longer periods without restarts',
    { schedule: { name: 'cosine', multiplier: 2 } },
    'RangeError',
    'Expected 1 for schedule.multiplier but received 2 of type number. It needs restarts: true.',
  ],
  [
    'a negative warm-up',
    { schedule: { name: 'constant', warmup: -1 } },
    'RangeError',
    'Expected a finite number of at least 0 for schedule.warmup but received -1 of type number.',
  ],
  [
    'a learningRate that a function replaces',
    { optimizer: { name: 'sgd', learningRate: 0.5 }, schedule: () => 0.1 },
    'TypeError',
    'Expected nothing for optimizer.learningRate but received 0.5 of type number. ' +
      'It has no effect where schedule is a function: leave one of them out.',
  ],
]

const SPLIT = 'Expected a number above 0 and below 1 for validationSplit but received'
const MONITOR_REMEDY = 'Add the metric to the trainer’s metrics; for a validation series, give validation data.'

const fits: readonly Row[] = [
  ['a split of 0', { validationSplit: 0 }, 'RangeError', `${SPLIT} 0 of type number.`],
  ['a split of 1', { validationSplit: 1 }, 'RangeError', `${SPLIT} 1 of type number.`],
  ['a split as text', { validationSplit: '0.5' }, 'TypeError', `${SPLIT} "0.5" of type string.`],
  [
    'a split that leaves nothing to train on',
    { validationSplit: 0.9 },
    'RangeError',
    'Expected a share that leaves at least one row on each side for validationSplit but received ' +
      '0.9, which trains on 0 of 2 rows.',
  ],
  [
    'two sources of validation',
    { validationSplit: 0.5, validationData: [x, y] },
    'TypeError',
    'Expected nothing for validationSplit but received 0.5 of type number. validationData is given: leave one of them out.',
  ],
  [
    'validation data of three',
    { validationData: [x, y, y] },
    'RangeError',
    'Expected [x, y] for validationData but received an array of length 3.',
  ],
  [
    'samples alone for validation',
    { validationData: x },
    'TypeError',
    'Expected [x, y] or { x, y, sampleWeight } for validationData but received a Float64Array of length 4.',
  ],
  [
    'a misspelled part of the validation data',
    { validationData: { x, Y: y } },
    'TypeError',
    'Unknown option "Y" in validationData. Did you mean "y"? Known: x, y, sampleWeight.',
  ],
  [
    'too few targets for validation',
    { validationData: { x, y: y.slice(2) } },
    'RangeError',
    'Expected 4 values, rows of validationData.x (2) × units of the last layer (2), for validationData.y but received 2. ' +
      'Correct the units of the last layer or validationData.y. If validationData.x does not have 2 rows, correct the ' +
      'inputs of the network.',
  ],
  [
    'too many weights for validation',
    { validationData: { x, y, sampleWeight: [1, 1, 1] } },
    'RangeError',
    'Expected a weight for each of 2 rows for validationData.sampleWeight but received 3.',
  ],
  [
    'a weight for a class that there is not',
    { classWeight: { 2: 1 } },
    'TypeError',
    'Unknown option "2" in classWeight. Did you mean "0"? Known: 0, 1.',
  ],
  [
    'too few weights for classes',
    { classWeight: [1] },
    'RangeError',
    'Expected a weight for each of 2 classes for classWeight but received 1.',
  ],
  [
    'a negative weight for a class',
    { classWeight: { 1: -2 } },
    'RangeError',
    'Expected a finite number of at least 0 for classWeight[1] but received -2 of type number.',
  ],
  [
    'a first epoch after the last',
    { epochs: 3, initialEpoch: 3 },
    'RangeError',
    'Expected an integer from 0 to 2 for initialEpoch but received 3 of type number.',
  ],
  [
    'early stopping as a number',
    { earlyStopping: 3 },
    'TypeError',
    'Expected an object for earlyStopping but received 3 of type number.',
  ],
  [
    'a misspelled option of early stopping',
    { earlyStopping: { patients: 3 } },
    'TypeError',
    'Unknown option "patients" in earlyStopping. Did you mean "patience"? ' +
      'Known: monitor, patience, minDelta, restoreBest.',
  ],
  [
    'a series without its validation',
    { earlyStopping: { monitor: 'validationLoss' } },
    'RangeError',
    'Expected a series of this fit (loss) for earlyStopping.monitor but received "validationLoss" of type string. ' +
      MONITOR_REMEDY,
  ],
  [
    'a series without its metric',
    { earlyStopping: { monitor: 'accuracy' }, validationData: [x, y] },
    'RangeError',
    'Expected a series of this fit (loss, validationLoss) for earlyStopping.monitor but received ' +
      `"accuracy" of type string. ${MONITOR_REMEDY}`,
  ],
  [
    'onEpoch as text',
    { onEpoch: 'log' },
    'TypeError',
    'Expected a function for onEpoch but received "log" of type string.',
  ],
]

const fitting = (title: string, call: WrongCall['call'], error: WrongCall['error'], message: string): WrongCall => ({
  title,
  call,
  error,
  message,
})

export const facadeCalls: readonly WrongCall[] = [
  ...trainers.map(([title, options, error, message]) =>
    fitting(`new Trainer with ${title}`, (network) => trainerOf(network, options as object), error, message),
  ),
  ...fits.flatMap(([title, options, error, message]) =>
    (['fit', 'fitSync', 'partialFit', 'partialFitSync'] as const).flatMap((method) =>
      // For partialFit any first epoch will do.
      method.startsWith('partial') && title.startsWith('a first epoch')
        ? []
        : fitting(
            `${method} with ${title}`,
            (network) => trainerOf(network)[method](x, y, options as FitOptions),
            error,
            message,
          ),
    ),
  ),
  fitting(
    'fitSync with a table among the metrics',
    (network) => trainerOf(network, { metrics: ['accuracy', 'confusionMatrix'] }).fitSync(x, y),
    'RangeError',
    'Expected metrics of one number for metrics[1] but received "confusionMatrix" of type string. ' +
      'Ask for it in evaluate, or call metrics.confusionMatrix.',
  ),
  fitting(
    'fitSync with a schedule that waits for a series without its metric',
    (network) => trainerOf(network, { schedule: { name: 'reduceOnPlateau', monitor: 'f1' } }).fitSync(x, y),
    'RangeError',
    `Expected a series of this fit (loss) for schedule.monitor but received "f1" of type string. ${MONITOR_REMEDY}`,
  ),
  fitting(
    'fitSync with weights of classes for targets that are none',
    () => {
      const one = new Network({ inputs: 2, layers: [{ units: 1 }] })
      return trainerOf(one).fitSync(x, [[1], [0.5]], { classWeight: [1, 2] })
    },
    'RangeError',
    'Expected the class 0 (or -1) or 1 for y[1][0] but received 0.5 of type number. ' +
      'classWeight depends on the class of each row.',
  ),
  fitting(
    'partialFitSync beyond the last number of an epoch',
    (network) => trainerOf(network).partialFitSync(x, y, { initialEpoch: 2 ** 31 - 1 }),
    'RangeError',
    'Expected an integer from 0 to 2147483646 for initialEpoch but received 2147483647 of type number.',
  ),
  fitting(
    'a state of another length',
    (network) => {
      trainerOf(network).optimizerState = new Float64Array(3)
    },
    'RangeError',
    'Expected a Float64Array of length 0 for optimizerState but received one of length 3.',
  ),
  fitting(
    'a state that is not finite',
    (network) => {
      trainerOf(network, { optimizer: 'adam' }).optimizerState = new Float64Array(36).fill(Infinity, 7)
    },
    'RangeError',
    'Expected a finite number for optimizerState[7] but received Infinity of type number.',
  ),
  fitting(
    'a state of a schedule that has none',
    (network) => {
      trainerOf(network).scheduleState = new Float64Array(4)
    },
    'RangeError',
    'Expected a Float64Array of length 0 for scheduleState but received one of length 4.',
  ),
]
