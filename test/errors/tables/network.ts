/** Wrong options for a Network, except those of its layers. */
import { Network } from 'lockstep-nn'
import { initializerNames } from '../../support/tables.js'
import {
  CONVERT,
  detached,
  growable,
  outOfBounds,
  RESIZABLE,
  resizable,
  TRANSFERRED,
  type WrongCall,
} from '../../support/wrong.js'

type Row = readonly [title: string, options: unknown, error: 'TypeError' | 'RangeError', message: string]

const OPTIONS = 'inputs, layers, initializer, seed, parameters'
const UNITS = 'an integer from 1 to 16777216'
const SEED = 'Expected an integer from 0 to 9007199254740991 for seed but received'
const initializer = `Known: ${initializerNames.join(', ')}.`
const layers = [{ units: 3 }]
const given = (options: object): object => ({ inputs: 2, layers, ...options })

const rows: readonly Row[] = [
  ['no options', undefined, 'TypeError', 'Expected an object for the network options but received undefined.'],
  ['null as options', null, 'TypeError', 'Expected an object for the network options but received null.'],
  ['a number as options', 3, 'TypeError', 'Expected an object for the network options but received 3 of type number.'],
  [
    'an array as options',
    [2],
    'TypeError',
    'Expected an object for the network options but received an array of length 1.',
  ],
  [
    'a typed array as options',
    new Float64Array(2),
    'TypeError',
    'Expected an object for the network options but received a Float64Array of length 2.',
  ],
  [
    'a misspelled option',
    given({ layer: [] }),
    'TypeError',
    `Unknown option "layer" in the network options. Did you mean "layers"? Known: ${OPTIONS}.`,
  ],
  [
    'an option unlike any',
    given({ dropout: 0.5 }),
    'TypeError',
    `Unknown option "dropout" in the network options. Known: ${OPTIONS}.`,
  ],

  ['no inputs', { layers }, 'TypeError', `Expected ${UNITS} for inputs but received undefined.`],
  [
    'inputs as text',
    given({ inputs: '2' }),
    'TypeError',
    `Expected ${UNITS} for inputs but received "2" of type string.`,
  ],
  [
    'inputs as a bigint',
    given({ inputs: 2n }),
    'TypeError',
    `Expected ${UNITS} for inputs but received 2n of type bigint.`,
  ],
  [
    'inputs as a function',
    given({ inputs: () => 2 }),
    'TypeError',
    `Expected ${UNITS} for inputs but received a function.`,
  ],
  ['0 inputs', given({ inputs: 0 }), 'RangeError', `Expected ${UNITS} for inputs but received 0 of type number.`],
  ['-0 inputs', given({ inputs: -0 }), 'RangeError', `Expected ${UNITS} for inputs but received -0 of type number.`],
  ['2.5 inputs', given({ inputs: 2.5 }), 'RangeError', `Expected ${UNITS} for inputs but received 2.5 of type number.`],
  [
    'NaN inputs',
    given({ inputs: Number.NaN }),
    'RangeError',
    `Expected ${UNITS} for inputs but received NaN of type number.`,
  ],
  [
    'too many inputs',
    given({ inputs: 2 ** 24 + 1 }),
    'RangeError',
    `Expected ${UNITS} for inputs but received 16777217 of type number.`,
  ],

  [
    'a misspelled initializer',
    given({ initializer: 'heNormol' }),
    'RangeError',
    `Expected the name of an initializer for initializer but received "heNormol" of type string. Did you mean "heNormal"? ${initializer}`,
  ],
  [
    'an initializer without a name',
    given({ initializer: { stddev: 1 } }),
    'TypeError',
    `Expected the name of an initializer for initializer.name but received undefined. ${initializer}`,
  ],
  [
    'an initializer as a function',
    given({ initializer: Math.random }),
    'TypeError',
    `Expected the name of an initializer for initializer but received a function. ${initializer}`,
  ],
  [
    'an initializer as null',
    given({ initializer: null }),
    'TypeError',
    `Expected the name of an initializer for initializer but received null. ${initializer}`,
  ],
  [
    'a misspelled option of an initializer',
    given({ initializer: { name: 'normal', sttdev: 1 } }),
    'TypeError',
    'Unknown option "sttdev" in initializer. Did you mean "stddev"? Known: name, mean, stddev.',
  ],
  [
    'a negative deviation',
    given({ initializer: { name: 'normal', stddev: -1 } }),
    'RangeError',
    'Expected a finite number of at least 0 for initializer.stddev but received -1 of type number.',
  ],
  [
    'a mean that is not finite',
    given({ initializer: { name: 'normal', mean: Number.NaN } }),
    'RangeError',
    'Expected a finite number for initializer.mean but received NaN of type number.',
  ],
  [
    'an upper end below the lower one',
    given({ initializer: { name: 'uniform', min: 2, max: 1 } }),
    'RangeError',
    'Expected a number not below min for initializer.max but received 1 of type number. Values are drawn from [min, max).',
  ],

  ['a negative seed', given({ seed: -1 }), 'RangeError', `${SEED} -1 of type number.`],
  ['a seed with a fraction', given({ seed: 0.5 }), 'RangeError', `${SEED} 0.5 of type number.`],
  ['too large a seed', given({ seed: 2 ** 53 }), 'RangeError', `${SEED} 9007199254740992 of type number.`],
  ['a seed as text', given({ seed: '42' }), 'TypeError', `${SEED} "42" of type string.`],
  ['a seed as a symbol', given({ seed: Symbol('42') }), 'TypeError', `${SEED} a symbol.`],

  [
    'float32 parameters',
    given({ parameters: new Float32Array(9) }),
    'TypeError',
    `Expected a Float64Array for parameters but received a Float32Array of length 9. ${CONVERT}`,
  ],
  [
    'parameters as a DataView',
    given({ parameters: new DataView(new ArrayBuffer(72)) }),
    'TypeError',
    `Expected a Float64Array for parameters but received DataView. ${CONVERT}`,
  ],
  [
    'parameters as a plain array',
    given({ parameters: [1, 2, 3] }),
    'TypeError',
    'Expected a Float64Array for parameters but received an array of length 3.',
  ],
  [
    'parameters as a buffer',
    given({ parameters: new ArrayBuffer(72) }),
    'TypeError',
    'Expected a Float64Array for parameters but received an object of type ArrayBuffer.',
  ],
  [
    'too few parameters',
    given({ parameters: new Float64Array(8) }),
    'RangeError',
    'Expected a Float64Array of length 9 for parameters but received one of length 8.',
  ],
  [
    'too many given parameters',
    given({ parameters: new Float64Array(10) }),
    'RangeError',
    'Expected a Float64Array of length 9 for parameters but received one of length 10.',
  ],
  [
    'parameters whose buffer is gone',
    given({ parameters: detached(9) }),
    'TypeError',
    `Expected an attached buffer for parameters but received ${TRANSFERRED}`,
  ],
  [
    'parameters over a resizable buffer',
    given({ parameters: resizable(9) }),
    'RangeError',
    `Expected a buffer of fixed length for parameters but received ${RESIZABLE}`,
  ],
  [
    'parameters over a growable buffer',
    given({ parameters: growable(9) }),
    'RangeError',
    `Expected a buffer of fixed length for parameters but received ${RESIZABLE}`,
  ],
  [
    'parameters whose buffer has shrunk',
    given({ parameters: outOfBounds(9) }),
    'RangeError',
    `Expected a buffer of fixed length for parameters but received ${RESIZABLE}`,
  ],
  [
    'parameters and a seed',
    given({ parameters: new Float64Array(9), seed: 1 }),
    'TypeError',
    'Expected nothing for seed but received 1 of type number. It has no effect where parameters are given: leave one of them out.',
  ],
  [
    'parameters and an initializer',
    given({ parameters: new Float64Array(9), initializer: 'zeros' }),
    'TypeError',
    'Expected nothing for initializer but received "zeros" of type string. It has no effect where parameters are given: leave one of them out.',
  ],
]

export const networkCalls: readonly WrongCall[] = rows.map(([title, options, error, message]) => ({
  title: `new Network with ${title}`,
  call: () => new Network(options as never),
  error,
  message,
}))
