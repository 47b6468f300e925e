/** Wrong residual blocks and embeddings, and samples whose columns hold no categories. */
import { Ensemble, type LayerOption, Network, Trainer } from 'lockstep-nn'
import type { WrongCall } from '../../support/wrong.js'

type Row = readonly [title: string, layers: unknown, error: 'TypeError' | 'RangeError', message: string]

const block = (...layers: unknown[]) => [{ type: 'residual', layers }, { units: 1 }]
const embedding = (...columns: unknown[]) => [{ type: 'embedding', columns }, { units: 1 }]
const COLUMN = { column: 1, categories: 2, units: 3 }
const SIZE = 'an integer from 1 to 16777216'
const RECORDS = 'an array of objects with column, categories, units'

/** Blocks inside each other. */
function nested(depth: number): unknown {
  let layer: unknown = { type: 'dropout', rate: 0.5 }
  for (let i = 0; i < depth; i++) layer = { type: 'residual', layers: [layer] }
  return layer
}

const rows: readonly Row[] = [
  [
    'a block without layers',
    [{ type: 'residual' }, { units: 1 }],
    'TypeError',
    'Expected an array of layers for layers[0].layers but received undefined.',
  ],
  [
    'a block with no layer',
    block(),
    'RangeError',
    'Expected at least one layer for layers[0].layers but received an empty array.',
  ],
  [
    'a block with another width',
    block({ units: 5 }, { units: 3 }),
    'RangeError',
    "Expected 2 units, the width of the block's input, for layers[0].layers[1] but received 3 units. A block adds the two.",
  ],
  [
    'a block at the end',
    [{ type: 'residual', layers: [{ units: 2 }] }],
    'RangeError',
    'Expected "dense" for layers[0].type but received "residual" of type string. The last layer computes the outputs: add a dense layer after it.',
  ],
  [
    'softmax inside a block',
    block({ units: 2, activation: 'softmax' }),
    'RangeError',
    'Expected an activation for any layer for layers[0].layers[0].activation but received "softmax" of type string. Only the last layer may have it.',
  ],
  [
    'units of a block',
    [{ type: 'residual', units: 2, layers: [{ units: 2 }] }, { units: 1 }],
    'TypeError',
    'Unknown option "units" in layers[0]. Known: type, layers.',
  ],
  [
    'layers of a dense layer',
    [{ units: 2, layers: [{ units: 2 }] }],
    'TypeError',
    'Unknown option "layers" in layers[0]. layers belongs to the options of new Network, or to the options of new Ensemble. Known: type, units, activation, weightsInitializer, biasInitializer, l1, l2, trainable.',
  ],
  [
    'a misspelled option inside a block',
    block({ type: 'residual', layers: [{ unit: 2 }] }),
    'TypeError',
    'Unknown option "unit" in layers[0].layers[0].layers[0]. Did you mean "units"? Known: type, units, activation, weightsInitializer, biasInitializer, l1, l2, trainable.',
  ],
  [
    'an initializer inside a block that does not exist',
    block({ units: 2, weightsInitializer: 7 }),
    'TypeError',
    'Expected the name of an initializer for layers[0].layers[0].weightsInitializer but received 7 of type number. Known: zeros, uniform, normal, glorotUniform, glorotNormal, heUniform, heNormal, lecunUniform, lecunNormal, ones, constant, truncatedNormal, orthogonal.',
  ],
  [
    'blocks inside each other without end',
    [nested(101), { units: 1 }],
    'RangeError',
    'Expected at most 100 levels of blocks for layers but received more.',
  ],
  [
    'an embedding after another layer',
    [{ units: 2 }, ...embedding(COLUMN)],
    'RangeError',
    'Expected another type for layers[1].type but received "embedding" of type string. Only the first layer of a network may be of the type embedding.',
  ],
  [
    'an embedding inside a block',
    block({ type: 'embedding', columns: [COLUMN] }),
    'RangeError',
    'Expected another type for layers[0].layers[0].type but received "embedding" of type string. Only the first layer of a network may be of the type embedding.',
  ],
  [
    'an embedding without columns',
    [{ type: 'embedding' }, { units: 1 }],
    'TypeError',
    `Expected ${RECORDS} for layers[0].columns but received undefined.`,
  ],
  [
    'an embedding of no column',
    embedding(),
    'RangeError',
    'Expected at least one object for layers[0].columns but received an empty array.',
  ],
  [
    'a column as a number',
    embedding(1),
    'TypeError',
    'Expected an object for layers[0].columns[0] but received 1 of type number.',
  ],
  [
    'a column that is left out',
    // biome-ignore lint/suspicious/noSparseArray: the hole is the point
    [{ type: 'embedding', columns: [, COLUMN] }, { units: 1 }],
    'TypeError',
    'Expected an object for layers[0].columns[0] but received undefined.',
  ],
  [
    'a column without units',
    embedding({ column: 1, categories: 2 }),
    'TypeError',
    `Expected ${SIZE} for layers[0].columns[0].units but received undefined.`,
  ],
  [
    'no category',
    embedding({ ...COLUMN, categories: 0 }),
    'RangeError',
    `Expected ${SIZE} for layers[0].columns[0].categories but received 0 of type number.`,
  ],
  [
    'half a unit',
    embedding({ ...COLUMN, units: 0.5 }),
    'RangeError',
    `Expected ${SIZE} for layers[0].columns[0].units but received 0.5 of type number.`,
  ],
  [
    'a column beyond the inputs',
    embedding({ ...COLUMN, column: 2 }),
    'RangeError',
    'Expected an integer from 0 to 1 for layers[0].columns[0].column but received 2 of type number. It is the index of an input.',
  ],
  [
    'a column twice',
    embedding(COLUMN, { ...COLUMN, units: 1 }),
    'RangeError',
    'Expected each column once for layers[0].columns[1].column but received 1 of type number. columns[0] has it already.',
  ],
  [
    "a column with another library's name for its units",
    embedding({ ...COLUMN, embedding_dim: 3 }),
    'TypeError',
    'Unknown option "embedding_dim" in layers[0].columns[0]. Did you mean "units"? Known: column, categories, units.',
  ],
  [
    'vectors that are too long together',
    embedding({ column: 0, categories: 1, units: 2 ** 24 }, { ...COLUMN, units: 1 }),
    'RangeError',
    'Expected at most 16777216 units for layers[0] but received 16777217.',
  ],
  [
    'more categories than parameters may be',
    embedding({ column: 0, categories: 2 ** 24, units: 2 ** 10 }),
    'RangeError',
    'Expected at most 2147483647 parameters for layers but received layers with 17179870210.',
  ],
]

const layers: LayerOption[] = [{ type: 'embedding', columns: [{ column: 1, categories: 3, units: 2 }] }, { units: 1 }]
const network = () => new Network({ inputs: 2, layers })
const trainer = () => new Trainer(network(), { loss: 'meanSquaredError', optimizer: 'sgd' })
const good = [[0.5, 0]]
const bad = [
  [0.5, 2],
  [0.5, 3],
]
const REMEDY = 'The embedding of this column has a vector for each of these integers.'
const noCategory = (name: string, value: number) =>
  `Expected an integer from 0 to 2 for ${name} but received ${value} of type number. ${REMEDY}`

const samples: readonly (readonly [title: string, call: () => unknown, name: string, value?: number])[] = [
  ['predict', () => network().predict(bad), 'x[1][1]'],
  ['predict with half a category', () => network().predict([[0, 0.5]]), 'x[0][1]', 0.5],
  ['predict with a category below 0', () => network().predict(Float64Array.of(0, -1)), 'x[0][1]', -1],
  ['predictAsync', () => network().predictAsync(bad), 'x[1][1]'],
  [
    'the predictAsync of an ensemble',
    () => new Ensemble({ inputs: 2, layers, seeds: [1, 2] }).predictAsync(bad),
    'x[1][1]',
  ],
  ['the predict of an ensemble', () => new Ensemble({ inputs: 2, layers, seeds: [1, 2] }).predict(bad), 'x[1][1]'],
  ['evaluate', () => trainer().evaluate(bad, [1, 1]), 'x[1][1]'],
  ['fitSync', () => trainer().fitSync(bad, [1, 1]), 'x[1][1]'],
  ['fit', () => trainer().fit(bad, [1, 1]), 'x[1][1]'],
  ['partialFitSync', () => trainer().partialFitSync(bad, [1, 1]), 'x[1][1]'],
  ['validationData', () => trainer().fitSync(good, [1], { validationData: [bad, [1, 1]] }), 'validationData.x[1][1]'],
  ['validationSplit', () => trainer().fitSync(bad, [1, 1], { validationSplit: 0.5 }), 'x[1][1]'],
]

export const blockCalls: readonly WrongCall[] = [
  ...rows.map(([title, given, error, message]) => ({
    title: `new Network with ${title}`,
    call: () => new Network({ inputs: 2, layers: given as LayerOption[] }),
    error,
    message,
  })),
  ...samples.map(([title, call, name, value = 3]) => ({
    title: `a value that is no category: ${title}`,
    call,
    error: 'RangeError' as const,
    message: noCategory(name, value),
  })),
]
