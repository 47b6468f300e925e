/** Wrong arguments for a Trainer. */
import { backends, Trainer } from 'lockstep-nn'
import { lossNames, optimizerNames } from '../../support/tables.js'
import { newNetwork, type WrongCall } from '../../support/wrong.js'

type Row = readonly [title: string, options: unknown, error: 'TypeError' | 'RangeError', message: string]

const OPTIONS = 'loss, optimizer, schedule, metrics, backend, threads'
const loss = `Known: ${lossNames.join(', ')}.`
const optimizer = `Known: ${optimizerNames.join(', ')}.`
const backend = `Known: auto, native, ${backends()
  .map(({ name }) => name)
  .join(', ')}.`
const ABOVE = 'Expected a finite number above 0 for optimizer'
const FRACTION = 'Expected a finite number of at least 0 and below 1 for optimizer'
const given = (options: object): object => ({ loss: 'meanSquaredError', optimizer: 'sgd', ...options })
const sgd = (options: object): object => given({ optimizer: { name: 'sgd', ...options } })
const adam = (options: object): object => given({ optimizer: { name: 'adam', ...options } })

const rows: readonly Row[] = [
  ['no options', undefined, 'TypeError', 'Expected an object for the trainer options but received undefined.'],
  [
    'text as options',
    'sgd',
    'TypeError',
    'Expected an object for the trainer options but received "sgd" of type string.',
  ],
  [
    'a misspelled option',
    given({ optimiser: 'adam' }),
    'TypeError',
    `Unknown option "optimiser" in the trainer options. Did you mean "optimizer"? Known: ${OPTIONS}.`,
  ],
  [
    'an option of fit',
    given({ epochs: 3 }),
    'TypeError',
    `Unknown option "epochs" in the trainer options. epochs belongs to the options of fit. Known: ${OPTIONS}.`,
  ],

  [
    'no loss',
    { optimizer: 'sgd' },
    'TypeError',
    `Expected the name of a loss for loss but received undefined. ${loss}`,
  ],
  [
    'a misspelled loss',
    given({ loss: 'meanSquareError' }),
    'RangeError',
    `Expected the name of a loss for loss but received "meanSquareError" of type string. Did you mean "meanSquaredError"? ${loss}`,
  ],
  [
    'an unknown loss',
    given({ loss: 'mse' }),
    'RangeError',
    `Expected the name of a loss for loss but received "mse" of type string. Did you mean "meanSquaredError"? ${loss}`,
  ],
  [
    'a loss as a function',
    given({ loss: (a: number, y: number) => a - y }),
    'TypeError',
    `Expected the name of a loss for loss but received a function. ${loss}`,
  ],
  [
    'a loss without a name',
    given({ loss: { delta: 1 } }),
    'TypeError',
    `Expected the name of a loss for loss.name but received undefined. ${loss}`,
  ],
  [
    'a misspelled option of a loss',
    given({ loss: { name: 'huber', dleta: 1 } }),
    'TypeError',
    'Unknown option "dleta" in loss. Did you mean "delta"? Known: name, delta.',
  ],
  [
    'an option that the loss has not',
    given({ loss: { name: 'meanSquaredError', delta: 1 } }),
    'TypeError',
    'Unknown option "delta" in loss. Known: name.',
  ],
  [
    'a delta of 0',
    given({ loss: { name: 'huber', delta: 0 } }),
    'RangeError',
    'Expected a finite number above 0 for loss.delta but received 0 of type number.',
  ],
  [
    'a delta as text',
    given({ loss: { name: 'huber', delta: '1' } }),
    'TypeError',
    'Expected a finite number above 0 for loss.delta but received "1" of type string.',
  ],
  [
    'labels smoothed away',
    given({ loss: { name: 'sparseCategoricalCrossentropy', labelSmoothing: 1 } }),
    'RangeError',
    'Expected a finite number of at least 0 and below 1 for loss.labelSmoothing but received 1 of type number.',
  ],
  [
    'a divergence after linear',
    given({ loss: 'kullbackLeiblerDivergence' }),
    'RangeError',
    'Expected a loss for a last layer with linear for loss but received "kullbackLeiblerDivergence" of type string. It needs activation: \'softmax\' on the last layer.',
  ],
  [
    'binary cross-entropy after tanh',
    given({ loss: 'binaryCrossentropy' }),
    'RangeError',
    'Expected a loss for a last layer with linear for loss but received "binaryCrossentropy" of type string. It needs activation: \'sigmoid\' on the last layer.',
  ],
  [
    'categorical cross-entropy after linear',
    given({ loss: 'categoricalCrossentropy' }),
    'RangeError',
    'Expected a loss for a last layer with linear for loss but received "categoricalCrossentropy" of type string. It needs activation: \'softmax\' on the last layer.',
  ],

  [
    'no optimizer',
    { loss: 'meanSquaredError' },
    'TypeError',
    `Expected the name of an optimizer for optimizer but received undefined. ${optimizer}`,
  ],
  [
    'a misspelled optimizer',
    given({ optimizer: 'SDG' }),
    'RangeError',
    `Expected the name of an optimizer for optimizer but received "SDG" of type string. Did you mean "sgd"? ${optimizer}`,
  ],
  [
    'an optimizer without a name',
    given({ optimizer: { learningRate: 0.1 } }),
    'TypeError',
    `Expected the name of an optimizer for optimizer.name but received undefined. ${optimizer}`,
  ],
  [
    'an optimizer as an array',
    given({ optimizer: ['sgd', 0.1] }),
    'TypeError',
    'Expected an object for optimizer but received an array of length 2.',
  ],
  [
    'a misspelled option of an optimizer',
    sgd({ learningrate: 0.1 }),
    'TypeError',
    'Unknown option "learningrate" in optimizer. Did you mean "learningRate"? Known: name, learningRate, momentum, nesterov, weightDecay, clipValue, clipNorm, globalClipNorm.',
  ],
  [
    'an option of another optimizer',
    sgd({ beta1: 0.9 }),
    'TypeError',
    'Unknown option "beta1" in optimizer. Known: name, learningRate, momentum, nesterov, weightDecay, clipValue, clipNorm, globalClipNorm.',
  ],
  [
    'a learning rate of 0',
    sgd({ learningRate: 0 }),
    'RangeError',
    `${ABOVE}.learningRate but received 0 of type number.`,
  ],
  [
    'a negative learning rate',
    adam({ learningRate: -0.1 }),
    'RangeError',
    `${ABOVE}.learningRate but received -0.1 of type number.`,
  ],
  [
    'a learning rate of NaN',
    sgd({ learningRate: Number.NaN }),
    'RangeError',
    `${ABOVE}.learningRate but received NaN of type number.`,
  ],
  [
    'a learning rate that is not finite',
    sgd({ learningRate: Infinity }),
    'RangeError',
    `${ABOVE}.learningRate but received Infinity of type number.`,
  ],
  [
    'a learning rate as text',
    sgd({ learningRate: '0.1' }),
    'TypeError',
    `${ABOVE}.learningRate but received "0.1" of type string.`,
  ],
  ['a momentum of 1', sgd({ momentum: 1 }), 'RangeError', `${FRACTION}.momentum but received 1 of type number.`],
  [
    'a negative momentum',
    sgd({ momentum: -0.5 }),
    'RangeError',
    `${FRACTION}.momentum but received -0.5 of type number.`,
  ],
  [
    'nesterov as a number',
    sgd({ momentum: 0.9, nesterov: 1 }),
    'TypeError',
    'Expected true or false for optimizer.nesterov but received 1 of type number.',
  ],
  [
    'nesterov without momentum',
    sgd({ nesterov: true }),
    'RangeError',
    'Expected a number above 0 for optimizer.momentum but received 0 of type number. nesterov: true needs a velocity.',
  ],
  [
    'a negative weightDecay',
    sgd({ weightDecay: -0.5 }),
    'RangeError',
    'Expected a finite number of at least 0 for optimizer.weightDecay but received -0.5 of type number.',
  ],
  [
    'a weightDecay as a flag',
    adam({ weightDecay: true }),
    'TypeError',
    'Expected a finite number of at least 0 for optimizer.weightDecay but received true of type boolean.',
  ],
  ...['clipValue', 'clipNorm', 'globalClipNorm'].flatMap((clip): Row[] =>
    [-1, Number.NaN, Infinity].map((value) => [
      `a ${clip} of ${value}`,
      adam({ [clip]: value }),
      'RangeError',
      `Expected a finite number of at least 0 for optimizer.${clip} but received ${value} of type number.`,
    ]),
  ),
  ...[
    ['clipValue', 'clipNorm'],
    ['clipValue', 'globalClipNorm'],
    ['clipNorm', 'globalClipNorm'],
  ].map(
    ([first, second]): Row => [
      `${first} and ${second}`,
      sgd({ [first]: 1, [second]: 2 }),
      'RangeError',
      `Expected 0 together with ${first} for optimizer.${second} but received 2 of type number. ` +
        'Give at most one of clipValue, clipNorm, globalClipNorm.',
    ],
  ),
  ['a beta1 of 1', adam({ beta1: 1 }), 'RangeError', `${FRACTION}.beta1 but received 1 of type number.`],
  ['a negative beta2', adam({ beta2: -0.1 }), 'RangeError', `${FRACTION}.beta2 but received -0.1 of type number.`],
  [
    'amsgrad as a number',
    adam({ amsgrad: 1 }),
    'TypeError',
    'Expected true or false for optimizer.amsgrad but received 1 of type number.',
  ],
  [
    'a negative accumulator',
    given({ optimizer: { name: 'adagrad', initialAccumulator: -1 } }),
    'RangeError',
    'Expected a finite number of at least 0 for optimizer.initialAccumulator but received -1 of type number.',
  ],
  [
    'a rho of 1',
    given({ optimizer: { name: 'rmsprop', rho: 1 } }),
    'RangeError',
    `${FRACTION}.rho but received 1 of type number.`,
  ],
  [
    'centered as text',
    given({ optimizer: { name: 'rmsprop', centered: 'yes' } }),
    'TypeError',
    'Expected true or false for optimizer.centered but received "yes" of type string.',
  ],
  [
    'an epsilon of 0 below the roots',
    given({ optimizer: { name: 'adadelta', epsilon: 0 } }),
    'RangeError',
    `${ABOVE}.epsilon but received 0 of type number.`,
  ],
  [
    'a negative decay of the momenta',
    given({ optimizer: { name: 'nadam', momentumDecay: -1 } }),
    'RangeError',
    'Expected a finite number of at least 0 for optimizer.momentumDecay but received -1 of type number.',
  ],
  [
    'an option of adam for lion',
    given({ optimizer: { name: 'lion', epsilon: 1 } }),
    'TypeError',
    'Unknown option "epsilon" in optimizer. Known: name, learningRate, beta1, beta2, weightDecay, clipValue, clipNorm, globalClipNorm.',
  ],
  ['an epsilon of 0', adam({ epsilon: 0 }), 'RangeError', `${ABOVE}.epsilon but received 0 of type number.`],
  ['an epsilon as null', adam({ epsilon: null }), 'TypeError', `${ABOVE}.epsilon but received null.`],

  [
    'a misspelled backend',
    given({ backend: 'typscript' }),
    'RangeError',
    `Expected the name of a backend for backend but received "typscript" of type string. Did you mean "typescript"? ${backend}`,
  ],
  [
    'a backend as a number',
    given({ backend: 1 }),
    'TypeError',
    `Expected the name of a backend for backend but received 1 of type number. ${backend}`,
  ],
  ...[0, -1, 1.5, Number.NaN, Infinity, 1025].map(
    (threads): Row => [
      `${threads} threads`,
      given({ threads }),
      'RangeError',
      `Expected an integer from 1 to 1024 for threads but received ${threads} of type number.`,
    ],
  ),
  ...['2', 'all', 'Auto', ''].map(
    (threads): Row => [
      `threads as the text '${threads}'`,
      given({ threads }),
      'RangeError',
      `Expected a number or 'auto' for threads but received "${threads}" of type string.`,
    ],
  ),
  [
    'threads as null',
    given({ threads: null }),
    'TypeError',
    'Expected an integer from 1 to 1024 for threads but received null.',
  ],
]

const onNetwork = rows.map(
  ([title, options, error, message]): WrongCall => ({
    title: `new Trainer with ${title}`,
    call: (network) => new Trainer(network, options as never),
    error,
    message,
  }),
)

const network = (title: string, value: unknown, received: string): WrongCall => ({
  title: `new Trainer with ${title}`,
  call: () => new Trainer(value as never, given({}) as never),
  error: 'TypeError',
  message: `Expected a Network or an Ensemble for network but received ${received}.`,
})

export const trainerCalls: readonly WrongCall[] = [
  ...onNetwork,
  network('no network', undefined, 'undefined'),
  network("a network's options", { inputs: 2, layers: [{ units: 1 }] }, 'an object'),
  network('a saved network', newNetwork().toJSON(), 'an object'),
  network('another trainer', new Trainer(newNetwork(), given({}) as never), 'an object of type Trainer'),
]
