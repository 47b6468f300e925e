/** Wrong options for an Ensemble. */
import { Ensemble, type EnsembleOptions } from 'lockstep-nn'
import { aboutEnsemble, CONVERT, ENSEMBLE, type WrongCall } from '../../support/wrong.js'

type Row = readonly [title: string, given: unknown, error: 'TypeError' | 'RangeError', message: string]

const { seeds: _, ...shape } = ENSEMBLE
const SEED = 'Expected an integer from 0 to 9007199254740991'
const SEEDS = 'Expected an array of seeds for seeds but received'

const seedRows: readonly Row[] = [
  ['no seeds', undefined, 'TypeError', `${SEEDS} undefined.`],
  ['null as seeds', null, 'TypeError', `${SEEDS} null.`],
  ['a number of seeds', 3, 'TypeError', `${SEEDS} 3 of type number.`],
  ['seeds as text', '123', 'TypeError', `${SEEDS} "123" of type string.`],
  ['seeds as a typed array', Float64Array.of(1, 2), 'TypeError', `${SEEDS} a Float64Array of length 2.`],
  ['seeds as a set', new Set([1, 2]), 'TypeError', `${SEEDS} an object of type Set.`],
  ['an empty array of seeds', [], 'RangeError', 'Expected at least one seed for seeds but received an empty array.'],
  [
    'too many seeds',
    new Array(2 ** 20 + 1).fill(1),
    'RangeError',
    'Expected at most 1048576 seeds for seeds but received 1048577.',
  ],
  ['a negative one of its seeds', [1, -1], 'RangeError', `${SEED} for seeds[1] but received -1 of type number.`],
  ['a fraction among its seeds', [0.5, 1], 'RangeError', `${SEED} for seeds[0] but received 0.5 of type number.`],
  ['NaN among its seeds', [1, Number.NaN], 'RangeError', `${SEED} for seeds[1] but received NaN of type number.`],
  [
    'too large a number among its seeds',
    [2 ** 53],
    'RangeError',
    `${SEED} for seeds[0] but received 9007199254740992 of type number.`,
  ],
  ['text among its seeds', [1, 2, '3'], 'TypeError', `${SEED} for seeds[2] but received "3" of type string.`],
  ['a bigint among its seeds', [1n], 'TypeError', `${SEED} for seeds[0] but received 1n of type bigint.`],
  ['seeds within seeds', [[1]], 'TypeError', `${SEED} for seeds[0] but received an array of length 1.`],
  // biome-ignore lint/suspicious/noSparseArray: the hole is tested
  ['a hole among its seeds', [1, , 3], 'TypeError', `${SEED} for seeds[1] but received undefined.`],
]

const optionRows: readonly Row[] = [
  [
    'a seed in place of seeds',
    { ...shape, seed: 1 },
    'TypeError',
    'Unknown option "seed" in the ensemble options. Did you mean "seeds"? seed belongs to the options of fit, or to the options of new Network. Known: inputs, layers, initializer, parameters, seeds.',
  ],
  ['no options', undefined, 'TypeError', 'Expected an object for the ensemble options but received undefined.'],
  [
    'no inputs',
    { layers: shape.layers, seeds: [1] },
    'TypeError',
    'Expected an integer from 1 to 16777216 for inputs but received undefined.',
  ],
  [
    'too few parameters',
    { ...ENSEMBLE, parameters: new Float64Array(50) },
    'RangeError',
    'Expected a Float64Array of length 51 for parameters but received one of length 50.',
  ],
  [
    'the parameters of one member only',
    { ...ENSEMBLE, parameters: new Float64Array(17) },
    'RangeError',
    'Expected a Float64Array of length 51 for parameters but received one of length 17.',
  ],
  [
    'float32 parameters',
    { ...ENSEMBLE, parameters: new Float32Array(51) },
    'TypeError',
    `Expected a Float64Array for parameters but received a Float32Array of length 51. ${CONVERT}`,
  ],
  [
    'parameters and an initializer',
    { ...ENSEMBLE, parameters: new Float64Array(51), initializer: 'zeros' },
    'TypeError',
    'Expected nothing for initializer but received "zeros" of type string. It has no effect where parameters are given.',
  ],
]

export const ensembleCalls: readonly WrongCall[] = [
  ...seedRows.map(([title, seeds, error, message]) => {
    const options = { ...ENSEMBLE, seeds } as EnsembleOptions
    return aboutEnsemble(title, () => new Ensemble(options), error, message)
  }),
  ...optionRows.map(([title, options, error, message]) =>
    aboutEnsemble(title, () => new Ensemble(options as EnsembleOptions), error, message),
  ),
]
