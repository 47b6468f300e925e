/** Wrong options of study.ensemble, and studies that have none. */
import { type ArraySearchOptions, search } from 'lockstep-nn/search'
import { type Refusal, refusals } from '../support/refusals.js'

const x = [[0], [1], [2], [3], [4]]
const y = [[0], [1], [0], [1], [1]]
const options: ArraySearchOptions = {
  data: { x, y },
  space: {
    network: { inputs: 1, layers: [{ units: 1, activation: 'sigmoid' }] },
    trainer: { loss: 'meanSquaredError', optimizer: 'adam' },
    fit: { epochs: 2 },
  },
  trials: 2,
}
/** Calls `ensemble` of a study with these changes. */
const call =
  (given: unknown, change: object = {}) =>
  async () =>
    (await search({ ...options, ...change } as ArraySearchOptions)).ensemble(given as object)

const CALLS: readonly Refusal[] = [
  ['no object', call(3), 'TypeError', 'Expected an object for the options of ensemble but received 3 of type number.'],
  [
    'a misspelled option',
    call({ member: 3 }),
    'TypeError',
    'Unknown option "member" in the options of ensemble. Did you mean "members"? Known: members, candidates.',
  ],
  [
    'no members',
    call({ members: 0 }),
    'RangeError',
    'Expected an integer from 1 to 10000 for members but received 0 of type number.',
  ],
  [
    'no candidates',
    call({ candidates: 1.5 }),
    'RangeError',
    'Expected an integer from 1 to 10000 for candidates but received 1.5 of type number.',
  ],
  [
    'a study without validation samples',
    call({}, { metric: 'loss' }),
    'TypeError',
    'Expected validation samples for validation but received undefined. An ensemble is chosen by its predictions for them.',
  ],
  [
    'a study without a complete trial',
    call({}, { data: { x: [[0], [1], [2], [3], [1e300]], y: [[0], [1], [0], [1], [1e200]] }, space: diverging() }),
    'Error',
    'No trial of this study is complete, so that there is no ensemble.',
  ],
  [
    'a metric without a value for the validation samples',
    call({}, { metric: 'rocAuc', validation: { split: 0.2 } }),
    'RangeError',
    'Expected a metric with a value for the validation samples for metric but received "rocAuc" of type string. ' +
      'Choose another metric, or other validation samples.',
  ],
]

function diverging() {
  return {
    network: { inputs: 1, layers: [{ units: 1 }] },
    trainer: { loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate: 1e10 } },
    fit: { epochs: 2 },
  }
}

refusals('study.ensemble', CALLS)
