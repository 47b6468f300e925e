/** Wrong options for `fit` and `predict`, arrays that share memory, and trainings at the wrong time. */
import {
  type EvaluateOptions,
  type FitOptions,
  type Network,
  type PredictAsyncOptions,
  type PredictOptions,
  Trainer,
} from 'lockstep-nn'
import { KNOWN_BACKENDS } from '../../support/paths.js'
import { CONVERT, detached, newNetwork, TRANSFERRED, type WrongCall } from '../../support/wrong.js'

type Error = 'TypeError' | 'RangeError'
type Row = readonly [title: string, options: unknown, error: Error, message: string]

const x = Float64Array.of(0, 1, 1, 0)
const y = Float64Array.of(1, 0, 0, 1)
const newTrainer = (network: Network) => new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd' })

const COUNT = 'an integer from 1 to 2147483647'
const SEED = 'Expected an integer from 0 to 9007199254740991 for seed but received'
const FIT_OPTIONS =
  'epochs, batchSize, lastBatch, shuffle, seed, sampleWeight, classWeight, initialEpoch, validationSplit, validationData, earlyStopping, ' +
  'onEpoch, signal, onProgress, progressEvery, checkpoint'

const fitOptions: readonly Row[] = [
  ['null as options', null, 'TypeError', 'Expected an object for the options of fit but received null.'],
  [
    'a number of epochs as options',
    100,
    'TypeError',
    'Expected an object for the options of fit but received 100 of type number.',
  ],
  [
    'a misspelled option',
    { epoch: 3 },
    'TypeError',
    `Unknown option "epoch" in the options of fit. Did you mean "epochs"? Known: ${FIT_OPTIONS}.`,
  ],
  [
    'an option in another case',
    { batchsize: 3 },
    'TypeError',
    `Unknown option "batchsize" in the options of fit. Did you mean "batchSize"? Known: ${FIT_OPTIONS}.`,
  ],
  ['0 epochs', { epochs: 0 }, 'RangeError', `Expected ${COUNT} for epochs but received 0 of type number.`],
  ['1.5 epochs', { epochs: 1.5 }, 'RangeError', `Expected ${COUNT} for epochs but received 1.5 of type number.`],
  [
    'endless epochs',
    { epochs: Infinity },
    'RangeError',
    `Expected ${COUNT} for epochs but received Infinity of type number.`,
  ],
  [
    'too many epochs',
    { epochs: 2 ** 31 },
    'RangeError',
    `Expected ${COUNT} for epochs but received 2147483648 of type number.`,
  ],
  ['epochs as text', { epochs: '3' }, 'TypeError', `Expected ${COUNT} for epochs but received "3" of type string.`],
  ['epochs as null', { epochs: null }, 'TypeError', `Expected ${COUNT} for epochs but received null.`],
  ['batches of 0', { batchSize: 0 }, 'RangeError', `Expected ${COUNT} for batchSize but received 0 of type number.`],
  [
    'batches of NaN',
    { batchSize: Number.NaN },
    'RangeError',
    `Expected ${COUNT} for batchSize but received NaN of type number.`,
  ],
  [
    'batches as an array',
    { batchSize: [4] },
    'TypeError',
    `Expected ${COUNT} for batchSize but received an array of length 1.`,
  ],
  [
    'shuffle as a number',
    { shuffle: 1 },
    'TypeError',
    'Expected true or false for shuffle but received 1 of type number.',
  ],
  [
    'shuffle as text',
    { shuffle: 'batch' },
    'TypeError',
    'Expected true or false for shuffle but received "batch" of type string.',
  ],
  ['a negative seed', { seed: -3 }, 'RangeError', `${SEED} -3 of type number.`],
  ['a seed with a fraction', { seed: 0.25 }, 'RangeError', `${SEED} 0.25 of type number.`],
  ['a seed as a bigint', { seed: 3n }, 'TypeError', `${SEED} 3n of type bigint.`],
  ['a seed as null', { seed: null }, 'TypeError', `${SEED} null.`],
]

const WEIGHT = 'a finite number of at least 0'

/** Weights of the two rows, wrong for `fit` and for `evaluate`. */
const weights: readonly Row[] = [
  [
    'a weight too few',
    { sampleWeight: [1] },
    'RangeError',
    'Expected a weight for each of 2 rows for sampleWeight but received 1.',
  ],
  [
    'a weight too many',
    { sampleWeight: new Float64Array(3) },
    'RangeError',
    'Expected a weight for each of 2 rows for sampleWeight but received 3.',
  ],
  [
    'no weights',
    { sampleWeight: new Float64Array(0) },
    'RangeError',
    'Expected a weight for each of 2 rows for sampleWeight but received 0.',
  ],
  [
    'a weight of NaN',
    { sampleWeight: Float64Array.of(1, Number.NaN) },
    'RangeError',
    `Expected ${WEIGHT} for sampleWeight[1] but received NaN of type number.`,
  ],
  [
    'a negative weight',
    { sampleWeight: [-0.5, 1] },
    'RangeError',
    `Expected ${WEIGHT} for sampleWeight[0] but received -0.5 of type number.`,
  ],
  [
    'an endless weight',
    { sampleWeight: [1, Infinity] },
    'RangeError',
    `Expected ${WEIGHT} for sampleWeight[1] but received Infinity of type number.`,
  ],
  [
    'a weight as text',
    { sampleWeight: [1, '1'] },
    'TypeError',
    `Expected ${WEIGHT} for sampleWeight[1] but received "1" of type string.`,
  ],
  [
    'a weight that is left out',
    { sampleWeight: new Array(2) },
    'TypeError',
    `Expected ${WEIGHT} for sampleWeight[0] but received undefined.`,
  ],
  [
    'float32 weights',
    { sampleWeight: new Float32Array(2) },
    'TypeError',
    `Expected a Float64Array or an array of numbers for sampleWeight but received a Float32Array of length 2. ${CONVERT}`,
  ],
  [
    'one weight for all',
    { sampleWeight: 1 },
    'TypeError',
    'Expected a Float64Array or an array of numbers for sampleWeight but received 1 of type number.',
  ],
  [
    'weights as null',
    { sampleWeight: null },
    'TypeError',
    'Expected a Float64Array or an array of numbers for sampleWeight but received null.',
  ],
  [
    'weights whose buffer is gone',
    { sampleWeight: detached(2) },
    'TypeError',
    `Expected an attached buffer for sampleWeight but received ${TRANSFERRED}`,
  ],
]

const evaluateOptions: readonly Row[] = [
  ['null as options', null, 'TypeError', 'Expected an object for the options of evaluate but received null.'],
  [
    'a misspelled option',
    { sampleWeights: [1, 1] },
    'TypeError',
    'Unknown option "sampleWeights" in the options of evaluate. Did you mean "sampleWeight"? Known: sampleWeight, metrics.',
  ],
  ...weights,
]

const frozen = (): Network => newNetwork({ layers: [{ units: 2, trainable: false }] })
const NOTHING_TO_TRAIN =
  'Expected at least one layer to train for layers but received none. Every layer has trainable: false; leave it out of one.'

const PREDICT_OPTIONS = 'Known: backend, output.'

const predictOptions: readonly Row[] = [
  ['null as options', null, 'TypeError', 'Expected an object for the options of predict but received null.'],
  [
    'an array as options',
    new Float64Array(4),
    'TypeError',
    'Expected an object for the options of predict but received a Float64Array of length 4.',
  ],
  [
    'a misspelled option',
    { out: new Float64Array(4) },
    'TypeError',
    `Unknown option "out" in the options of predict. ${PREDICT_OPTIONS}`,
  ],
  [
    'an unknown backend',
    { backend: 'gpu' },
    'RangeError',
    `Expected the name of a backend for backend but received "gpu" of type string. ${KNOWN_BACKENDS}`,
  ],
  [
    'too short an output',
    { output: new Float64Array(3) },
    'RangeError',
    'Expected a Float64Array of length 4 for output but received one of length 3.',
  ],
  [
    'a float32 output',
    { output: new Float32Array(4) },
    'TypeError',
    `Expected a Float64Array for output but received a Float32Array of length 4. ${CONVERT}`,
  ],
  [
    'an output whose buffer is gone',
    { output: detached(4) },
    'TypeError',
    `Expected an attached buffer for output but received ${TRANSFERRED}`,
  ],
  [
    'an output as an array',
    { output: [0, 0, 0, 0] },
    'TypeError',
    'Expected a Float64Array for output but received an array of length 4.',
  ],
]

const PREDICT_ASYNC = 'the options of predictAsync'
const THREADS = 'an integer from 1 to 1024'

const predictAsyncOptions: readonly Row[] = [
  // Those that `predict` has too; their messages name the options of the call.
  ...predictOptions.map(
    ([title, options, error, message]): Row => [
      title,
      options,
      error,
      message
        .replace('the options of predict', PREDICT_ASYNC)
        .replace(PREDICT_OPTIONS, 'Known: backend, output, threads, signal.'),
    ],
  ),
  [
    'a misspelled signal',
    { Signal: new AbortController().signal },
    'TypeError',
    `Unknown option "Signal" in ${PREDICT_ASYNC}. Did you mean "signal"? Known: backend, output, threads, signal.`,
  ],
  [
    'a controller as signal',
    { signal: new AbortController() },
    'TypeError',
    'Expected an AbortSignal for signal but received an object of type AbortController. Give controller.signal.',
  ],
  ['a signal as null', { signal: null }, 'TypeError', 'Expected an AbortSignal for signal but received null.'],
  [
    'a signal as a flag',
    { signal: false },
    'TypeError',
    'Expected an AbortSignal for signal but received false of type boolean.',
  ],
  ['no threads', { threads: 0 }, 'RangeError', `Expected ${THREADS} for threads but received 0 of type number.`],
  [
    '1025 threads',
    { threads: 1025 },
    'RangeError',
    `Expected ${THREADS} for threads but received 1025 of type number.`,
  ],
  [
    'all threads',
    { threads: 'all' },
    'RangeError',
    `Expected a number or 'auto' for threads but received "all" of type string.`,
  ],
]

/** The same mistake in `fitSync` and in `fit`. */
const bothFits = ([title, options, error, message]: Row): WrongCall[] => [
  {
    title: `fitSync with ${title}`,
    call: (network) => newTrainer(network).fitSync(x, y, options as FitOptions),
    error,
    message,
  },
  {
    title: `fit with ${title}`,
    call: (network) => newTrainer(network).fit(x, y, options as FitOptions),
    error,
    message,
  },
]

export const fitCalls: readonly WrongCall[] = [
  ...[...fitOptions, ...weights].flatMap(bothFits),
  ...evaluateOptions.map(
    ([title, options, error, message]): WrongCall => ({
      title: `evaluate with ${title}`,
      call: (network) => newTrainer(network).evaluate(x, y, options as EvaluateOptions),
      error,
      message,
    }),
  ),
  ...bothFits(['nothing to train', {}, 'RangeError', NOTHING_TO_TRAIN]).map((call) => ({ ...call, network: frozen })),
  ...predictOptions.map(
    ([title, options, error, message]): WrongCall => ({
      title: `predict with ${title}`,
      call: (network) => network.predict(x, options as PredictOptions),
      error,
      message,
    }),
  ),
  ...predictAsyncOptions.map(
    ([title, options, error, message]): WrongCall => ({
      title: `predictAsync with ${title}`,
      call: (network) => network.predictAsync(x, options as PredictAsyncOptions),
      error,
      message,
    }),
  ),
]
