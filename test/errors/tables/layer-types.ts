import { layerTypes } from '../../support/tables.js'
import type { OptionRow } from '../../support/wrong.js'

const FRACTION = 'a finite number of at least 0 and below 1'
const types = `Known: ${layerTypes.join(', ')}.`
const given = (options: object): object => ({ inputs: 2, ...options })
const withLayer = (...wrong: unknown[]): object => given({ layers: wrong })

export const layerTypeRows: readonly OptionRow[] = [
  [
    'a misspelled type',
    withLayer({ type: 'dropuot', rate: 0.5 }, { units: 1 }),
    'RangeError',
    `Expected the type of a layer for layers[0].type but received "dropuot" of type string. Did you mean "dropout"? ${types}`,
  ],
  [
    'a type as a number',
    withLayer({ type: 1 }),
    'TypeError',
    `Expected the type of a layer for layers[0].type but received 1 of type number. ${types}`,
  ],
  [
    'dropout without a rate',
    withLayer({ type: 'dropout' }, { units: 1 }),
    'TypeError',
    `Expected ${FRACTION} for layers[0].rate but received undefined.`,
  ],
  [
    'a rate of 1',
    withLayer({ units: 1 }, { type: 'dropout', rate: 1 }, { units: 1 }),
    'RangeError',
    `Expected ${FRACTION} for layers[1].rate but received 1 of type number.`,
  ],
  [
    'a rate as text',
    withLayer({ type: 'dropout', rate: '0.5' }, { units: 1 }),
    'TypeError',
    `Expected ${FRACTION} for layers[0].rate but received "0.5" of type string.`,
  ],
  [
    'an activation of dropout',
    withLayer({ type: 'dropout', rate: 0.5, activation: 'relu' }, { units: 1 }),
    'TypeError',
    'Unknown option "activation" in layers[0]. Known: type, rate.',
  ],
  [
    'units of a normalization',
    withLayer({ type: 'batchNormalization', units: 3 }, { units: 1 }),
    'TypeError',
    'Unknown option "units" in layers[0]. Known: type, activation, momentum, epsilon, trainable.',
  ],
  [
    'a rate of a dense layer',
    withLayer({ units: 3, rate: 0.5 }),
    'TypeError',
    'Unknown option "rate" in layers[0]. Known: type, units, activation, weightsInitializer, biasInitializer, l1, l2, trainable.',
  ],
  [
    'the momentum of a layer normalization',
    withLayer({ type: 'layerNormalization', momentum: 0.5 }, { units: 1 }),
    'TypeError',
    'Unknown option "momentum" in layers[0]. Known: type, activation, epsilon, trainable.',
  ],
  [
    'a momentum of 1',
    withLayer({ type: 'batchNormalization', momentum: 1 }, { units: 1 }),
    'RangeError',
    `Expected ${FRACTION} for layers[0].momentum but received 1 of type number.`,
  ],
  [
    'an epsilon of 0',
    withLayer({ type: 'layerNormalization', epsilon: 0 }, { units: 1 }),
    'RangeError',
    'Expected a finite number above 0 for layers[0].epsilon but received 0 of type number.',
  ],
  [
    'softmax after a normalization',
    withLayer({ type: 'layerNormalization', activation: 'softmax' }, { units: 1 }),
    'RangeError',
    'Expected an activation for any layer for layers[0].activation but received "softmax" of type string. Only the last layer may have it.',
  ],
  [
    'a normalization as the last layer',
    withLayer({ units: 3 }, { type: 'batchNormalization' }),
    'RangeError',
    'Expected "dense" for layers[1].type but received "batchNormalization" of type string. The last layer computes the outputs: add a dense layer after it.',
  ],
]
