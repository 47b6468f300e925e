/** Wrong arguments for a Trainer. */
import { Trainer } from 'lockstep-nn'
import { KNOWN_BACKENDS as backend } from '../../support/paths.js'
import { lossNames } from '../../support/tables.js'
import { newNetwork, type OptionRow, type WrongCall } from '../../support/wrong.js'
import { optimizerRows } from './optimizers.js'

const OPTIONS = 'loss, optimizer, schedule, metrics, backend, threads'
const loss = `Known: ${lossNames.join(', ')}.`
const given = (options: object): object => ({ loss: 'meanSquaredError', optimizer: 'sgd', ...options })

const rows: readonly OptionRow[] = [
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

  ...optimizerRows,

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
    (threads): OptionRow => [
      `${threads} threads`,
      given({ threads }),
      'RangeError',
      `Expected an integer from 1 to 1024 for threads but received ${threads} of type number.`,
    ],
  ),
  ...['2', 'all', 'Auto', ''].map(
    (threads): OptionRow => [
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
