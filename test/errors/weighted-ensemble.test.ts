/** Wrong members and weights of a WeightedEnsemble, and wrong saved forms. */
import { Network, type SavedWeightedEnsemble, WeightedEnsemble } from 'lockstep-nn'
import { Model } from 'lockstep-nn/data'
import { type Refusal, refusals } from '../support/refusals.js'

const one = new Network({ inputs: 2, layers: [{ units: 1 }] })
const members = [one, new Network({ inputs: 2, layers: [{ units: 3, activation: 'tanh' }, { units: 1 }] })]
const make = (options: unknown) => () => new WeightedEnsemble(options as never)
const saved = (): SavedWeightedEnsemble => new WeightedEnsemble({ members, weights: [1, 2] }).toJSON()
const read = (change: object) => () => WeightedEnsemble.fromJSON({ ...saved(), ...change } as never)

const CALLS: readonly Refusal[] = [
  ['no members', make({}), 'TypeError', 'Expected an array of networks for members but received undefined.'],
  [
    'no member',
    make({ members: [] }),
    'RangeError',
    'Expected at least one network for members but received an empty array.',
  ],
  [
    'a member that is none',
    make({ members: [one, 1] }),
    'TypeError',
    'Expected a Network for members[1] but received 1 of type number.',
  ],
  [
    'another number of inputs',
    make({ members: [one, new Network({ inputs: 3, layers: [{ units: 1 }] })] }),
    'RangeError',
    'Expected a network 2 → 1 with linear, as members[0] is, for members[1] but received one 3 → 1 with linear.',
  ],
  [
    'another last activation',
    make({ members: [one, new Network({ inputs: 2, layers: [{ units: 1, activation: 'sigmoid' }] })] }),
    'RangeError',
    'Expected a network 2 → 1 with linear, as members[0] is, for members[1] but received one 2 → 1 with sigmoid.',
  ],
  [
    'too few weights',
    make({ members, weights: [1] }),
    'RangeError',
    'Expected 2 weights, one for each member, for weights but received 1.',
  ],
  [
    'weights that are none',
    make({ members, weights: 1 }),
    'TypeError',
    'Expected an array of numbers for weights but received 1 of type number.',
  ],
  [
    'a text as weight',
    make({ members, weights: [1, '2'] }),
    'TypeError',
    'Expected a number for weights[1] but received "2" of type string.',
  ],
  ...[0, -1, NaN, Infinity].map(
    (weight): Refusal => [
      `a weight of ${weight}`,
      make({ members, weights: [1, weight] }),
      'RangeError',
      `Expected a finite number above 0 for weights[1] but received ${weight} of type number.`,
    ],
  ),
  [
    'weights whose sum is infinite',
    make({ members, weights: [Number.MAX_VALUE, Number.MAX_VALUE] }),
    'RangeError',
    'Expected weights with a finite sum for weights but received Infinity of type number.',
  ],
  [
    'an unknown option',
    make({ members, weight: [1, 1] }),
    'TypeError',
    'Unknown option "weight" in the options of WeightedEnsemble. Did you mean "weights"? Known: members, weights.',
  ],
  [
    'the saved form of a network',
    read(one.toJSON()),
    'RangeError',
    'Expected "lockstep-nn/weighted-ensemble" for format of the saved weighted ensemble but received "lockstep-nn" of type string. ' +
      'It is a network: read it with Network.fromJSON.',
  ],
  [
    'other weights in a saved form',
    read({ weights: [2, 1] }),
    'RangeError',
    'Expected the digest <hex> for the saved weighted ensemble but received "<hex>…" of type string. It is damaged or was edited.',
  ],
  [
    'no weights in a saved form',
    read({ weights: undefined }),
    'TypeError',
    'Expected an array of numbers for weights of the saved weighted ensemble but received undefined.',
  ],
  [
    'a newer version',
    read({ version: 2 }),
    'RangeError',
    'Expected version 1 for version of the saved weighted ensemble but received 2 of type number. A newer lockstep-nn may read it.',
  ],
  [
    'a model of another number of outputs',
    () =>
      new Model({
        network: new WeightedEnsemble({ members: [new Network({ inputs: 1, layers: [{ units: 2 }] })] }),
        columns: [{ name: 'a', type: 'number', scaler: null }],
        target: { name: 'y', type: 'number', scaler: null },
      }),
    'RangeError',
    'Expected a network with one output, for a number, for network but received one with 2.',
  ],
]

refusals('WeightedEnsemble', CALLS)
