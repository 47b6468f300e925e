/** What Model.fit refuses about weights and members. */
import { changed, fitted, of, records, state } from '../support/fitted-houses.js'
import { type Refusal, refusals } from '../support/refusals.js'

const weights: readonly Refusal[] = [
  [
    'weights that are not there',
    () => fitted({ sampleWeight: 'weights' }),
    'TypeError',
    'Unknown column "weights" in sampleWeight. Did you mean "weight"? Known: area, town, price, visits, state, sold, weight.',
  ],
  [
    'weights as an array',
    () => fitted({ sampleWeight: [1, 2] }),
    'TypeError',
    'Expected the name of a column for sampleWeight but received an array of length 2. An array with a weight for each record goes into fit: { sampleWeight }.',
  ],
  [
    'the target as weights',
    () => fitted({ sampleWeight: 'price' }),
    'RangeError',
    'Expected the name of a column other than the target for sampleWeight but received "price" of type string.',
  ],
  [
    'weights that are an input',
    () => fitted({ sampleWeight: 'weight', columns: ['area', 'weight'] }),
    'RangeError',
    'Expected the name of a column other than the weights for columns[1] but received "weight" of type string.',
  ],
  [
    'a negative weight',
    () => fitted({ sampleWeight: 'weight' }, changed(4, { weight: -1 })),
    'RangeError',
    'Expected a finite number of at least 0 for column "weight" of records[4] but received -1 of type number.',
  ],
  [
    'a missing weight',
    () => fitted({ sampleWeight: 'weight' }, changed(4, { weight: null })),
    'TypeError',
    'Expected a weight for column "weight" of records[4] but received null. Fill it in, or leave such records out.',
  ],
  [
    'an array of weights for the records with a target alone',
    () => fitted({ fit: { epochs: 1, sampleWeight: records.slice(1).map(() => 1) } }, changed(4, { price: null })),
    'RangeError',
    'Expected a weight for each of 30 rows for sampleWeight but received 29.',
  ],
  [
    'weights that are all 0',
    () =>
      fitted(
        { sampleWeight: 'weight' },
        records.map((house) => ({ ...house, weight: 0 })),
      ),
    'RangeError',
    'Expected a weight above 0 for a record that is trained on for sampleWeight but received none.',
  ],
  [
    'weights in two places',
    () => fitted({ sampleWeight: 'weight', fit: { sampleWeight: records.map(() => 1) } }),
    'TypeError',
    'Expected nothing for fit.sampleWeight but received an array of length 30. sampleWeight names a column: leave one of them out.',
  ],
  [
    'weights of labels in two places',
    () => fitted({ ...state, classWeight: 'balanced', fit: { classWeight: 'balanced' } }),
    'TypeError',
    'Expected nothing for fit.classWeight but received "balanced" of type string. classWeight is given: leave one of them out.',
  ],
  [
    'weights of labels of a count',
    () => fitted({ ...of('count', 'visits'), classWeight: 'balanced' }),
    'TypeError',
    'Expected nothing for classWeight but received "balanced" of type string. The target is a count, which has no classes: use sampleWeight.',
  ],
  [
    'weights of labels of several targets',
    () => fitted({ target: ['state', 'sold'], classWeight: 'balanced' }),
    'TypeError',
    'Expected nothing for classWeight but received "balanced" of type string. It is for one target: weigh the records of several by sampleWeight.',
  ],
  [
    'no members',
    () => fitted({ members: 0 }),
    'RangeError',
    'Expected an integer from 1 to 1000 for members but received 0 of type number.',
  ],
  [
    'members beyond the last seed',
    () => fitted({ members: 3, seed: 2 ** 53 - 2 }),
    'RangeError',
    'Expected a seed with 2 higher ones below 2^53 for seed but received 9007199254740990.',
  ],
]

refusals('weights and members of Model.fit', weights)
