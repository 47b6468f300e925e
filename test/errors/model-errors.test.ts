/** Models: what the constructor, predict and evaluate refuse. */
import { Network } from 'lockstep-nn'
import { labelEncoder, Model, standardScaler } from 'lockstep-nn/data'
import { handmade } from '../support/pets.js'
import { type Refusal, refusals } from '../support/refusals.js'

const made = (changes: Parameters<typeof handmade>[0]) => new Model(handmade(changes))
const ready = new Model<'label'>(handmade())
const network = (layers: ConstructorParameters<typeof Network>[0]['layers']) => new Network({ inputs: 3, layers })
const number = { name: 'kind', type: 'number', scaler: null }
const [height, coat] = handmade().columns

const wrong: readonly Refusal[] = [
  [
    'no options',
    () => new Model(undefined as never),
    'TypeError',
    'Expected an object for the model options but received undefined.',
  ],
  [
    'a network that is none',
    () => made({ network: {} }),
    'TypeError',
    'Expected a Network, an Ensemble or a WeightedEnsemble for network but received an object.',
  ],
  [
    'columns that are no list',
    () => made({ columns: {} }),
    'TypeError',
    'Expected an array of columns for columns but received an object.',
  ],
  [
    'too few columns',
    () => made({ columns: [height] }),
    'RangeError',
    'Expected columns that make 3 inputs, as many as the network has, for columns but received ones that make 1.',
  ],
  [
    'a column twice',
    () => made({ columns: [height, height] }),
    'RangeError',
    'Expected a name that no column has yet for columns[1].name but received "height" of type string.',
  ],
  [
    'a column without a name',
    () => made({ columns: [{ ...height, name: '' }, coat] }),
    'RangeError',
    'Expected the name of a column that is not empty for columns[0].name but received "" of type string.',
  ],
  [
    'a column of no type',
    () => made({ columns: [{ ...height, type: 'numeric' }, coat] }),
    'RangeError',
    'Expected "number", "boolean", "date" or "category" for columns[0].type but received "numeric" of type string.',
  ],
  [
    'a number with an encoder',
    () => made({ columns: [{ ...coat, type: 'number' }, coat] }),
    'TypeError',
    'Unknown option "encoder" in columns[0]. Known: name, type, scaler, fill, indicator.',
  ],
  [
    'a column without a scaler',
    () => made({ columns: [{ ...height, scaler: undefined }, coat] }),
    'TypeError',
    'Expected a fitted scaler, or null, for columns[0].scaler but received undefined.',
  ],
  [
    'a scaler of two columns',
    () =>
      made({
        columns: [
          {
            ...height,
            scaler: standardScaler.fit([
              [1, 2],
              [2, 3],
            ]),
          },
        ],
      }),
    'RangeError',
    'Expected a scaler of one column for columns[0].scaler but received one of 2.',
  ],
  [
    'a category with another encoder',
    () => made({ columns: [{ ...coat, encoder: labelEncoder.fit([1, 2]) }] }),
    'TypeError',
    'Expected a fitted oneHot for columns[0].encoder but received an object of type LabelEncoder.',
  ],
  [
    'a target that is a column',
    () => made({ target: { ...number, name: 'coat' } }),
    'RangeError',
    'Expected the name of a column that is no input for target.name but received "coat" of type string.',
  ],
  [
    'a target of no type',
    () => made({ target: { ...number, type: 'category' } }),
    'RangeError',
    'Expected the type of a target for target.type but received "category" of type string. Known: number, label, count, ordered.',
  ],
  [
    'a number of two outputs',
    () => made({ target: number }),
    'RangeError',
    'Expected a network with one output, for a number, for network but received one with 2.',
  ],
  [
    'labels without softmax',
    () => made({ network: network([{ units: 2 }]) }),
    'RangeError',
    'Expected a last layer of 2 units with softmax, or with one sigmoid, for 2 labels for network but received one of 2 with linear.',
  ],
  [
    'three outputs for two labels',
    () => made({ network: network([{ units: 3, activation: 'softmax' }]) }),
    'RangeError',
    'Expected a last layer of 2 units with softmax, or with one sigmoid, for 2 labels for network but received one of 3 with softmax.',
  ],
  [
    'a summary with unknown keys',
    () => made({ training: { accuracy: 1 } }),
    'TypeError',
    'Unknown option "accuracy" in training. Known: rows, validationRows, epochs, finalLoss, validationLoss, loss, optimizer, backend, seed, date, members, recipe, settings.',
  ],
  [
    'a summary with a wrong value',
    () => made({ training: { rows: '2' } }),
    'TypeError',
    'Expected an integer from 1 to 9007199254740991 for training.rows but received "2" of type string.',
  ],
  [
    'predict of nothing',
    () => ready.predict(undefined as never),
    'TypeError',
    'Expected a record: an object with a value for each column, for the record but received undefined.',
  ],
  [
    'predict of a list of numbers',
    () => ready.predict([1, 2] as never),
    'TypeError',
    'Expected a record: an object with a value for each column, for records[0] but received 1 of type number.',
  ],
  [
    'predict of no records',
    () => ready.predict([]),
    'RangeError',
    'Expected at least one record for records but received an empty array.',
  ],
  [
    'predict of a missing column',
    () => ready.predict({ height: 1 }),
    'RangeError',
    'Expected a column "coat" for the record but received none. If its value is missing, pass null.',
  ],
  [
    'predict of a missing number',
    () => ready.predict([{ height: 1, coat: 'fur' }, { coat: 'fur' }]),
    'TypeError',
    'Expected a finite number for column "height" of records[1] but received undefined. Fill it in, or leave such records out.',
  ],
  [
    'predict of an unknown column',
    () => ready.predict({ height: 1, coat: 'fur', colour: 'red' }),
    'TypeError',
    'Unknown column "colour" in the record. Known: height, coat.',
  ],
  [
    'predict of a misspelled column',
    () => ready.predict({ heigth: 1, coat: 'fur' }),
    'TypeError',
    'Unknown column "heigth" in the record. Did you mean "height"? Known: height, coat.',
  ],
  [
    'predict of text for a number',
    () => ready.predict({ height: '1', coat: 'fur' }),
    'TypeError',
    'Expected a finite number for column "height" of the record but received "1" of type string.',
  ],
  [
    'predict of NaN',
    () => ready.predict({ height: Number.NaN, coat: 'fur' }),
    'RangeError',
    'Expected a finite number for column "height" of the record but received NaN of type number. Fill it in, or leave such records out.',
  ],
  [
    'predict of an unseen category',
    () => ready.predict({ height: 1, coat: 'scales' }),
    'RangeError',
    `Expected a category known from the fit for column "coat" of the record but received "scales" of type string. Known: "feathers", "fur". Pass unknown: 'zeros', to oneHot.fit or in the column's options of Model.fit, to encode unknown categories as zeros.`,
  ],
  [
    'predict of a number for a category',
    () => ready.predict({ height: 1, coat: 4 }),
    'TypeError',
    'Expected a value of type string, like the others, for column "coat" of the record but received 4 of type number.',
  ],
  [
    'predict with an unknown option',
    () => ready.predict({ height: 1, coat: 'fur' }, { threads: 2 } as never),
    'TypeError',
    'Unknown option "threads" in the options of predict. threads belongs to the options of new Trainer, or to the options of predictAsync. Known: backend, interval.',
  ],
  [
    'evaluate without the target',
    () => ready.evaluate([{ height: 1, coat: 'fur' }]),
    'RangeError',
    'Expected at least one record with a value of column "kind" for records but received none.',
  ],
  [
    'evaluate of an unseen label',
    () => ready.evaluate([{ height: 1, coat: 'fur', kind: 'cow' }]),
    'RangeError',
    'Expected a category known from the fit for column "kind" of records[0] but received "cow" of type string. Known: "bird", "cat". A label must occur in the records that are trained on, or in target.labels.',
  ],
]

refusals('models', wrong)
