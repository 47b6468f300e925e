/** Wrong layers for a Network. */
import { Network } from 'lockstep-nn'
import { activationNames, initializerNames } from '../../support/tables.js'
import type { OptionRow, WrongCall } from '../../support/wrong.js'
import { layerTypeRows } from './layer-types.js'

const UNITS = 'an integer from 1 to 16777216'
const activation = `Known: ${activationNames.join(', ')}.`
const initializer = `Known: ${initializerNames.join(', ')}.`
const given = (options: object): object => ({ inputs: 2, ...options })
const withLayer = (...wrong: unknown[]): object => given({ layers: wrong })

const rows: readonly OptionRow[] = [
  ['no layers', { inputs: 2 }, 'TypeError', 'Expected an array of layers for layers but received undefined.'],
  [
    'layers as an object',
    given({ layers: { units: 3 } }),
    'TypeError',
    'Expected an array of layers for layers but received an object.',
  ],
  [
    'an empty array of layers',
    given({ layers: [] }),
    'RangeError',
    'Expected at least one layer for layers but received an empty array.',
  ],
  [
    'a layer as a number',
    withLayer({ units: 3 }, 2),
    'TypeError',
    'Expected an object for layers[1] but received 2 of type number.',
  ],
  ['a layer as null', withLayer(null), 'TypeError', 'Expected an object for layers[0] but received null.'],
  [
    'a layer as an array',
    withLayer([3, 'tanh']),
    'TypeError',
    'Expected an object for layers[0] but received an array of length 2.',
  ],
  [
    'a layer that is left out',
    given({ layers: new Array(1) }),
    'TypeError',
    'Expected an object for layers[0] but received undefined.',
  ],
  [
    'a negative l1',
    withLayer({ units: 3, l1: -0.5 }),
    'RangeError',
    'Expected a finite number of at least 0 for layers[0].l1 but received -0.5 of type number.',
  ],
  [
    'an l1 that is no number',
    withLayer({ units: 3 }, { units: 3, l1: Number.NaN }),
    'RangeError',
    'Expected a finite number of at least 0 for layers[1].l1 but received NaN of type number.',
  ],
  [
    'an l2 as text',
    withLayer({ units: 3, l2: '0.5' }),
    'TypeError',
    'Expected a finite number of at least 0 for layers[0].l2 but received "0.5" of type string.',
  ],
  [
    'an endless l2',
    withLayer({ units: 3, l2: Infinity }),
    'RangeError',
    'Expected a finite number of at least 0 for layers[0].l2 but received Infinity of type number.',
  ],
  [
    'trainable as a number',
    withLayer({ units: 3, trainable: 0 }),
    'TypeError',
    'Expected true or false for layers[0].trainable but received 0 of type number.',
  ],
  [
    'a misspelled option of a layer',
    withLayer({ unit: 3 }),
    'TypeError',
    'Unknown option "unit" in layers[0]. Did you mean "units"? Known: type, units, activation, weightsInitializer, biasInitializer, l1, l2, trainable.',
  ],
  [
    'no units',
    withLayer({ activation: 'tanh' }),
    'TypeError',
    `Expected ${UNITS} for layers[0].units but received undefined.`,
  ],
  [
    'units as text',
    withLayer({ units: '3' }),
    'TypeError',
    `Expected ${UNITS} for layers[0].units but received "3" of type string.`,
  ],
  [
    '0 units',
    withLayer({ units: 3 }, { units: 0 }),
    'RangeError',
    `Expected ${UNITS} for layers[1].units but received 0 of type number.`,
  ],
  [
    'too many parameters',
    { inputs: 2 ** 24, layers: [{ units: 2 ** 24 }] },
    'RangeError',
    'Expected at most 2147483647 parameters for layers but received layers with 281474993487872.',
  ],

  [
    'a misspelled activation',
    withLayer({ units: 3, activation: 'Sigmoyd' }),
    'RangeError',
    `Expected the name of an activation for layers[0].activation but received "Sigmoyd" of type string. Did you mean "sigmoid"? ${activation}`,
  ],
  [
    'an unknown activation',
    withLayer({ units: 3, activation: 'maxout' }),
    'RangeError',
    `Expected the name of an activation for layers[0].activation but received "maxout" of type string. ${activation}`,
  ],
  [
    'a long text as activation',
    withLayer({ units: 3, activation: 'x'.repeat(50) }),
    'RangeError',
    `Expected the name of an activation for layers[0].activation but received "${'x'.repeat(40)}…" of type string. ${activation}`,
  ],
  [
    'the name of a property of all objects as activation',
    withLayer({ units: 3, activation: 'toString' }),
    'RangeError',
    `Expected the name of an activation for layers[0].activation but received "toString" of type string. ${activation}`,
  ],
  [
    'an activation as a number',
    withLayer({ units: 3, activation: 1 }),
    'TypeError',
    `Expected the name of an activation for layers[0].activation but received 1 of type number. ${activation}`,
  ],
  [
    'an activation as null',
    withLayer({ units: 3, activation: null }),
    'TypeError',
    `Expected the name of an activation for layers[0].activation but received null. ${activation}`,
  ],
  [
    'softmax before the last layer',
    withLayer({ units: 3, activation: 'softmax' }, { units: 1 }),
    'RangeError',
    'Expected an activation for any layer for layers[0].activation but received "softmax" of type string. Only the last layer may have it.',
  ],
  [
    'softmax of one unit',
    withLayer({ units: 3 }, { units: 1, activation: 'softmax' }),
    'RangeError',
    "Expected at least 2 units for softmax for layers[1].units but received 1 of type number. It would always be 1. For two classes, use activation: 'sigmoid' with the loss binaryCrossentropy.",
  ],
  [
    'an option that the activation has not',
    withLayer({ units: 3, activation: 'tanh', alpha: 0.1 }),
    'TypeError',
    'Unknown option "alpha" in layers[0]. Known: type, units, activation, weightsInitializer, biasInitializer, l1, l2, trainable.',
  ],
  ...layerTypeRows,
  [
    'a negative elu',
    withLayer({ units: 3, activation: 'elu', alpha: -1 }),
    'RangeError',
    'Expected a finite number of at least 0 for layers[0].alpha but received -1 of type number.',
  ],
  [
    'a misspelled initializer of its weights',
    withLayer({ units: 3, weightsInitializer: 'orthogonel' }),
    'RangeError',
    `Expected the name of an initializer for layers[0].weightsInitializer but received "orthogonel" of type string. Did you mean "orthogonal"? ${initializer}`,
  ],
  [
    'a negative gain',
    withLayer({ units: 3, weightsInitializer: { name: 'orthogonal', gain: -1 } }),
    'RangeError',
    'Expected a finite number of at least 0 for layers[0].weightsInitializer.gain but received -1 of type number.',
  ],
  [
    'a constant as text',
    withLayer({ units: 3 }, { units: 3, biasInitializer: { name: 'constant', value: '1' } }),
    'TypeError',
    'Expected a finite number for layers[1].biasInitializer.value but received "1" of type string.',
  ],
  [
    'a misspelled option of the initializer of a bias',
    withLayer({ units: 3, biasInitializer: { name: 'truncatedNormal', stdev: 1 } }),
    'TypeError',
    'Unknown option "stdev" in layers[0].biasInitializer. Did you mean "stddev"? Known: name, mean, stddev.',
  ],
  [
    'a bias that starts by the number of inputs',
    withLayer({ units: 3, biasInitializer: 'heNormal' }),
    'RangeError',
    'Expected an initializer for a bias for layers[0].biasInitializer but received "heNormal" of type string. It depends on the number of inputs, which a bias does not have. Use one of: zeros, uniform, normal, ones, constant, truncatedNormal.',
  ],
  [
    'parameters and an initializer of its own',
    given({ layers: [{ units: 3 }, { units: 1, biasInitializer: 'ones' }], parameters: new Float64Array(13) }),
    'TypeError',
    'Expected nothing for layers[1].biasInitializer but received "ones" of type string. It has no effect where parameters are given: leave one of them out.',
  ],
  [
    'a negative slope',
    withLayer({ units: 3, activation: 'leakyRelu', alpha: -1 }),
    'RangeError',
    'Expected a finite number of at least 0 for layers[0].alpha but received -1 of type number.',
  ],
  [
    'a slope that is not finite',
    withLayer({ units: 3, activation: 'leakyRelu', alpha: Infinity }),
    'RangeError',
    'Expected a finite number of at least 0 for layers[0].alpha but received Infinity of type number.',
  ],
  [
    'a slope as text',
    withLayer({ units: 3, activation: 'leakyRelu', alpha: '0.1' }),
    'TypeError',
    'Expected a finite number of at least 0 for layers[0].alpha but received "0.1" of type string.',
  ],
]

export const layerCalls: readonly WrongCall[] = rows.map(([title, options, error, message]) => ({
  title: `new Network with ${title}`,
  call: () => new Network(options as never),
  error,
  message,
}))
