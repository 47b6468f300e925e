/** Wrong calls about training an Ensemble: the options of its trainer, of `fit` and of `predict`. */
import {
  Ensemble,
  type EnsembleOptimizerOption,
  type EnsembleProgress,
  type FitOptions,
  type Network,
  Trainer,
  type TrainerOptions,
} from 'lockstep-nn'
import { optimizerNames } from '../../support/tables.js'
import { aboutEnsemble, detach, ENSEMBLE, newNetwork, TRANSFERRED, type WrongCall } from '../../support/wrong.js'

type Row = readonly [title: string, given: unknown, error: 'TypeError' | 'RangeError', message: string]

function trainerOf(ensemble: Ensemble, options: object = {}): Trainer<Ensemble> {
  const given = { loss: 'meanSquaredError', optimizer: 'sgd', ...options } as TrainerOptions<Ensemble>
  return new Trainer(ensemble, given)
}

const x = Float64Array.of(0, 1, 1, 0)
const y = Float64Array.of(1, 0, 0, 1)

const SEED = 'Expected an integer from 0 to 9007199254740991'
const FOR_EACH = `Expected a value for each of ${ENSEMBLE.seeds.length} members for optimizer`
const ABOVE = 'Expected a finite number above 0 for optimizer.learningRate but received'
const mixed = (option: string): string =>
  `Expected 0 for all members or for none for optimizer.${option} but received 0 for some of them. Train those members separately.`

const sgdRows: readonly Row[] = [
  ['too few rates', { learningRate: [1, 2] }, 'RangeError', `${FOR_EACH}.learningRate but received 2.`],
  ['too many rates', { learningRate: [1, 2, 3, 4] }, 'RangeError', `${FOR_EACH}.learningRate but received 4.`],
  ['no rates', { learningRate: [] }, 'RangeError', `${FOR_EACH}.learningRate but received 0.`],
  ['rates within rates', { learningRate: [[1], 1, 1] }, 'TypeError', `${ABOVE} an array of length 1.`],
  ['rates as text', { learningRate: [1, '2', 3] }, 'TypeError', `${ABOVE} "2" of type string.`],
  ['a rate of null', { learningRate: [1, null, 3] }, 'TypeError', `${ABOVE} null.`],
  ['a negative rate', { learningRate: [1, 2, -1] }, 'RangeError', `${ABOVE} -1 of type number.`],
  [
    'rates as a typed array',
    { learningRate: Float64Array.of(1, 2, 3) },
    'TypeError',
    `${ABOVE} a Float64Array of length 3.`,
  ],
  [
    'a momentum of 1',
    { momentum: [0.5, 0.5, 1] },
    'RangeError',
    'Expected a finite number of at least 0 and below 1 for optimizer.momentum but received 1 of type number.',
  ],
  ['momentum for all but the first', { momentum: [0, 0.5, 0.5] }, 'RangeError', mixed('momentum')],
  ['momentum for all but the last', { momentum: [0.5, 0.5, 0] }, 'RangeError', mixed('momentum')],
  [
    'nesterov without momentum',
    { momentum: [0, 0, 0], nesterov: true },
    'RangeError',
    'Expected a number above 0 for optimizer.momentum but received 0 of type number. nesterov: true needs a velocity.',
  ],
  [
    'a misspelled option with values',
    { learningRates: [1, 2, 3] },
    'TypeError',
    'Unknown option "learningRates" in optimizer. Did you mean "learningRate"? Known: name, learningRate, momentum, nesterov, weightDecay, clipValue, clipNorm, globalClipNorm.',
  ],
]

const THREADS = 'Expected an integer from 1 to 1024 for threads but received'

const trainerRows: readonly Row[] = [
  ['beta1 of 0 for some', { optimizer: { name: 'adam', beta1: [0, 0.9, 0.9] } }, 'RangeError', mixed('beta1')],
  [
    'an optimizer for each member',
    { optimizer: ['sgd', 'adam', 'sgd'] },
    'TypeError',
    'Expected an object for optimizer but received an array of length 3.',
  ],
  [
    'a name for each member',
    { optimizer: { name: ['sgd', 'sgd', 'sgd'] } },
    'TypeError',
    `Expected the name of an optimizer for optimizer.name but received an array of length 3. Known: ${optimizerNames.join(', ')}.`,
  ],
  [
    'a hole among learning rates',
    // biome-ignore lint/suspicious/noSparseArray: the hole is tested
    { optimizer: { name: 'sgd', learningRate: [0.1, , 0.3] } },
    'TypeError',
    'Expected a value for optimizer.learningRate[1] but received undefined.',
  ],
  ['0 threads', { threads: 0 }, 'RangeError', `${THREADS} 0 of type number.`],
  ['1.5 threads', { threads: 1.5 }, 'RangeError', `${THREADS} 1.5 of type number.`],
  ['too many threads', { threads: 1025 }, 'RangeError', `${THREADS} 1025 of type number.`],
  [
    'all threads',
    { threads: 'all' },
    'RangeError',
    `Expected a number or 'auto' for threads but received "all" of type string.`,
  ],
]

const fitRows: readonly Row[] = [
  ['too few seeds', [1, 2], 'RangeError', 'Expected a seed for each of 3 members for seed but received 2.'],
  ['too many seeds', [1, 2, 3, 4], 'RangeError', 'Expected a seed for each of 3 members for seed but received 4.'],
  ['no seed', [], 'RangeError', 'Expected a seed for each of 3 members for seed but received 0.'],
  ['a negative seed', [1, 2, -1], 'RangeError', `${SEED} for seed[2] but received -1 of type number.`],
  ['a seed as text', [1, '2', 3], 'TypeError', `${SEED} for seed[1] but received "2" of type string.`],
  // biome-ignore lint/suspicious/noSparseArray: the hole is tested
  ['a hole among seeds', [1, , 3], 'TypeError', `${SEED} for seed[1] but received undefined.`],
  [
    'seeds as a typed array',
    Float64Array.of(1, 2, 3),
    'TypeError',
    `${SEED} for seed but received a Float64Array of length 3.`,
  ],
]

const start = (ensemble: Ensemble, options: unknown = {}) =>
  trainerOf(ensemble).fit(x, y, options as FitOptions<EnsembleProgress>)
const fitSync = (ensemble: Ensemble, options: unknown = {}) =>
  trainerOf(ensemble).fitSync(x, y, options as FitOptions<EnsembleProgress>)

const APART =
  'Expected memory that does not overlap that of ensemble.parameters for x but received an array that overlaps it. Copy one of them.'

/** Mistakes that only an array can make, in calls about a single network. */
const networkRows: readonly WrongCall[] = [
  {
    title: 'a network: seeds for fit',
    call: (network: Network) =>
      new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd' }).fitSync(x, y, { seed: [1] }),
    error: 'TypeError',
    message: `${SEED} for seed but received an array of length 1.`,
  },
  {
    title: 'a network: rates',
    call: (network: Network) => {
      const optimizer = { name: 'sgd', learningRate: [0.1] } as unknown as 'sgd'
      return new Trainer(network, { loss: 'meanSquaredError', optimizer })
    },
    error: 'TypeError',
    message: `${ABOVE} an array of length 1.`,
  },
  {
    title: 'networks in an array in place of an ensemble',
    call: () => new Trainer([newNetwork()] as unknown as Network, { loss: 'meanSquaredError', optimizer: 'sgd' }),
    error: 'TypeError',
    message: 'Expected a Network or an Ensemble for network but received an array of length 1.',
  },
]

export const ensembleTrainingCalls: readonly WrongCall[] = [
  ...sgdRows.map(([title, options, error, message]) => {
    const optimizer = { name: 'sgd', ...(options as object) } as EnsembleOptimizerOption
    return aboutEnsemble(title, (ensemble) => trainerOf(ensemble, { optimizer }), error, message)
  }),
  ...trainerRows.map(([title, options, error, message]) =>
    aboutEnsemble(title, (ensemble) => trainerOf(ensemble, options as object), error, message),
  ),
  ...fitRows.flatMap(([title, seed, error, message]) => [
    aboutEnsemble(`fit with ${title}`, (ensemble) => start(ensemble, { seed }), error, message),
    aboutEnsemble(`fitSync with ${title}`, (ensemble) => fitSync(ensemble, { seed }), error, message),
  ]),
  aboutEnsemble(
    'fitSync with samples in the memory of a member',
    (ensemble) => trainerOf(ensemble).fitSync(ensemble.members[1].parameters.subarray(0, 4), y),
    'RangeError',
    APART,
  ),
  aboutEnsemble(
    'predict with an output',
    (ensemble) => ensemble.predict(x, { output: new Float64Array(4) } as object),
    'TypeError',
    'Unknown option "output" in the options of predict. Known: backend.',
  ),
  aboutEnsemble(
    'predictAsync with an output',
    (ensemble) => ensemble.predictAsync(x, { output: new Float64Array(4) } as object),
    'TypeError',
    'Unknown option "output" in the options of predictAsync. Known: backend, threads, signal.',
  ),
  {
    title: 'an ensemble: predictAsync without the buffer of the parameters',
    call: () => {
      const ensemble = new Ensemble(ENSEMBLE)
      detach(ensemble.parameters)
      return ensemble.predictAsync(x)
    },
    error: 'TypeError',
    message: `Expected an attached buffer for ensemble.parameters but received ${TRANSFERRED}`,
  },
  {
    title: 'an ensemble: fit without the buffer of the parameters',
    call: () => {
      const ensemble = new Ensemble(ENSEMBLE)
      detach(ensemble.parameters)
      return start(ensemble)
    },
    error: 'TypeError',
    message: `Expected an attached buffer for ensemble.parameters but received ${TRANSFERRED}`,
  },
  ...networkRows,
]
