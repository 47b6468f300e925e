/** Options of Model.fit for single columns and labels. */
import assert from 'node:assert/strict'
import { Model } from 'lockstep-nn/data'
import { sameBits } from '../support/bits.js'
import { pets, QUICK } from '../support/pets.js'
import { type Refusal, refusals } from '../support/refusals.js'

const namesOf = ({ columns }: Model) => columns.map(({ name }) => name)

describe('options of columns', () => {
  it('leave all other columns as they are', async () => {
    const plain = await Model.fit(pets, { target: 'kind', ...QUICK })
    for (const name of namesOf(plain)) {
      const option = { coat: { unknown: 'error' }, tame: 'category' }[name] ?? { scaler: 'none' }
      const model = await Model.fit(pets, { target: 'kind', ...QUICK, options: { [name]: option } as never })
      assert.deepEqual(namesOf(model), namesOf(plain))
      for (const [i, column] of model.columns.entries()) {
        if (column.name !== name) assert.deepEqual(column, plain.columns[i])
        else assert.notDeepEqual(column, plain.columns[i])
      }
    }
  })

  it('refine columns that columns chooses, in its order', async () => {
    const columns = ['legs', 'coat']
    const model = await Model.fit(pets, { target: 'kind', ...QUICK, columns, options: { legs: 'category' } })
    assert.deepEqual(
      model.columns.map(({ name, type }) => [name, type]),
      [
        ['legs', 'category'],
        ['coat', 'category'],
      ],
    )
  })

  it('are none for a column or label with the name of a method that all objects have', async () => {
    const names = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__']
    for (const [i, name] of names.entries()) {
      const other = names[(i + 1) % names.length]
      const records = [1, 2, 3, 4].map((value) =>
        Object.fromEntries([
          [name, value],
          ['kind', value > 2 ? name : other],
        ]),
      )
      const classWeight = Object.fromEntries([[name, 2]])
      const model = await Model.fit(records, { target: 'kind', fit: { epochs: 1, classWeight } })
      assert.deepEqual(namesOf(model as Model), [name])
      await Model.fit(records, { target: 'kind', fit: { epochs: 1, classWeight: {} } })
    }
  })

  it('encode an unseen category as zeros', async () => {
    const options = { coat: { unknown: 'zeros' } } as const
    const model = await Model.fit(pets, { target: 'kind', ...QUICK, columns: ['coat'], options })
    sameBits(model.transform([{ coat: 'scales' }]), Float64Array.of(0, 0), 'inputs')
  })
})

describe('classWeight of Model.fit', () => {
  const weighted = (
    classWeight: Readonly<Record<string, number>> | readonly number[],
    records: readonly object[] = pets,
  ) => Model.fit(records as typeof pets, { target: 'kind', ...QUICK, fit: { epochs: 5, classWeight } })

  it('is by label, and a label that is not named has 1', async () => {
    const byLabel = await weighted({ dog: 3 })
    const inOrder = await weighted([1, 1, 3])
    const sampleWeight = pets.map(({ kind }) => (kind === 'dog' ? 3 : 1))
    const byRow = await Model.fit(pets, { target: 'kind', ...QUICK, fit: { epochs: 5, sampleWeight } })
    assert.equal(byLabel.network.digest(), byRow.network.digest())
    assert.equal(inOrder.network.digest(), byRow.network.digest())
    assert.notEqual(byRow.network.digest(), (await weighted({})).network.digest())
  })

  it('is by label where labels are numbers or true and false', async () => {
    const fit = { epochs: 5, classWeight: { 2: 7 } }
    const legs = { column: 'legs', type: 'label' } as const
    const byLabel = await Model.fit(pets, { target: legs, ...QUICK, fit })
    // Labels are in ascending order: 2, 4.
    const inOrder = await Model.fit(pets, { target: legs, ...QUICK, fit: { epochs: 5, classWeight: [7, 1] } })
    assert.equal(byLabel.digest(), inOrder.digest())
    const tame = await Model.fit(pets, { target: 'tame', ...QUICK, fit: { epochs: 5, classWeight: { true: 2 } } })
    const list = await Model.fit(pets, { target: 'tame', ...QUICK, fit: { epochs: 5, classWeight: [1, 2] } })
    assert.equal(tame.digest(), list.digest())
  })
})

const fitted = (options: object, records: object[] = pets) =>
  Model.fit(records, { target: 'kind', ...QUICK, ...options } as never)
const wrong: readonly Refusal[] = [
  [
    'options of columns as columns',
    () => fitted({ columns: { coat: { unknown: 'zeros' } } }),
    'TypeError',
    "Expected an array of names for columns but received an object. columns lists names; types go into options: { height: 'number' }.",
  ],
  [
    'options as a list',
    () => fitted({ options: ['coat'] }),
    'TypeError',
    "Expected an object such as { height: 'number' } for options but received an array of length 1.",
  ],
  [
    'options of a column that is not there',
    () => fitted({ options: { coats: 'category' } }),
    'TypeError',
    'Unknown column "coats" in options. Did you mean "coat"? Known: height, coat, legs, tame, kind.',
  ],
  [
    'options of a column that is not chosen',
    () => fitted({ columns: ['legs'], options: { coat: 'category' } }),
    'RangeError',
    'Expected the name of a column that is used for options but received "coat" of type string. Name it in columns, too.',
  ],
  [
    'options of the target as those of a column',
    () => fitted({ options: { kind: 'category' } }),
    'RangeError',
    'Expected the name of a column other than the target for options but received "kind" of type string.',
  ],
  [
    'an option of categories for a number',
    () => fitted({ options: { legs: { unknown: 'zeros' } } }),
    'TypeError',
    'Unknown option "unknown" in options["legs"]. Known: type, scaler, missing, indicator.',
  ],
  [
    'a weight of a label that is not there',
    () => fitted({ fit: { classWeight: { dogs: 2 } } }),
    'RangeError',
    'Expected a label for classWeight but received "dogs" of type string. Did you mean "dog"? Known: bird, cat, dog.',
  ],
  [
    'a weight by the number of a label',
    () => fitted({ fit: { classWeight: { 0: 2 } } }),
    'RangeError',
    'Expected a label for classWeight but received "0" of type string. Known: bird, cat, dog.',
  ],
  [
    'a negative weight',
    () => fitted({ fit: { classWeight: { dog: -1 } } }),
    'RangeError',
    'Expected a finite number of at least 0 for classWeight["dog"] but received -1 of type number.',
  ],
  [
    'too few weights',
    () => fitted({ fit: { classWeight: [1, 2] } }),
    'RangeError',
    'Expected a weight for each of 3 classes for classWeight but received 2.',
  ],
  [
    'weights as text',
    () => fitted({ fit: { classWeight: 'even' } }),
    'RangeError',
    `Expected 'balanced', or an object with weights by label, for classWeight but received "even" of type string.`,
  ],
  [
    'weights of labels for a number',
    () => fitted({ target: 'height', fit: { classWeight: { dog: 2 } } }),
    'TypeError',
    'Expected nothing for classWeight but received an object. The target is a number, which has no classes: use sampleWeight.',
  ],
  [
    'one label alone',
    () =>
      fitted(
        {},
        pets.map((pet) => ({ ...pet, kind: 'cat' })),
      ),
    'RangeError',
    'Expected at least two different values for column "kind" but received "cat" in every record. There is nothing to predict: a model needs at least two labels.',
  ],
  [
    'a list of one label',
    () => fitted({ target: { column: 'kind', type: 'label', labels: ['cat'] }, columns: ['tame'] }, [pets[4], pets[5]]),
    'RangeError',
    'Expected at least two labels for target.labels but received one.',
  ],
]

refusals('options of Model.fit', wrong)
