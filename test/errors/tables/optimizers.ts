/** Wrong optimizers of a trainer, as rows of its table. */
import { optimizerNames } from '../../support/tables.js'
import type { OptionRow } from '../../support/wrong.js'

const optimizer = `Known: ${optimizerNames.join(', ')}.`
const ABOVE = 'Expected a finite number above 0 for optimizer'
const FRACTION = 'Expected a finite number of at least 0 and below 1 for optimizer'
const given = (options: object): object => ({ loss: 'meanSquaredError', optimizer: 'sgd', ...options })
const sgd = (options: object): object => given({ optimizer: { name: 'sgd', ...options } })
const adam = (options: object): object => given({ optimizer: { name: 'adam', ...options } })

export const optimizerRows: readonly OptionRow[] = [
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
  ...['clipValue', 'clipNorm', 'globalClipNorm'].flatMap((clip): OptionRow[] =>
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
    ([first, second]): OptionRow => [
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
]
