/** The functions of lockstep-nn/data that take an object of options, with options that they accept. */
import {
  crossValidate,
  csvBatches,
  jsonLinesBatches,
  kFold,
  labelEncoder,
  Model,
  minMaxScaler,
  oneHot,
  readCsv,
  robustScaler,
  scores,
  standardScaler,
  stratifiedKFold,
  timeSeriesSplit,
  trainTestSplit,
  windows,
} from 'lockstep-nn/data'
import type { OptionCall } from './option-call.js'
import { handmade, pets } from './pets.js'

/** 8 rows of 2 columns. */
const X = Float64Array.from({ length: 16 }, (_, i) => (i % 5) / 4)

async function all(batches: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const batch of batches) found.push(batch)
  return found
}

/** By name. */
export const dataCalls: Readonly<Record<string, OptionCall>> = {
  standardScaler: {
    where: 'the options of standardScaler',
    options: () => ({ columns: 2, constantColumns: 'center' }),
    call: (options) => standardScaler.fit(X, options).toJSON(),
  },
  minMaxScaler: {
    where: 'the options of minMaxScaler',
    options: () => ({ columns: 2, range: [-1, 1] }),
    call: (options) => minMaxScaler.fit(X, options).toJSON(),
  },
  robustScaler: {
    where: 'the options of robustScaler',
    options: () => ({ columns: 2, quantiles: [0.1, 0.9] }),
    call: (options) => robustScaler.fit(X, options).toJSON(),
  },
  labelEncoder: {
    where: 'the options of labelEncoder',
    options: () => ({ labels: ['b', 'a'] }),
    call: (options) => labelEncoder.fit(['a', 'b'], options).toJSON(),
  },
  oneHot: {
    where: 'the options of oneHot',
    options: () => ({ categories: ['b', 'a'], unknown: 'zeros' }),
    call: (options) => oneHot.fit(['a', 'b'], options).toJSON(),
  },
  trainTestSplit: {
    where: 'the options of trainTestSplit',
    options: () => ({
      testSize: 0.5,
      shuffle: true,
      seed: 3,
      stratify: [0, 1, 0, 1, 0, 1, 0, 1],
      groups: [0, 0, 1, 1, 2, 2, 3, 3],
    }),
    call: (options) => trainTestSplit(8, options),
  },
  kFold: {
    where: 'the options of kFold',
    options: () => ({ folds: 3, shuffle: true, seed: 3, groups: [0, 0, 1, 1, 2, 2, 3, 3] }),
    call: (options) => kFold(8, options),
  },
  timeSeriesSplit: {
    where: 'the options of timeSeriesSplit',
    options: () => ({ folds: 2, testSize: 2, gap: 1, maxTrainSize: 2, time: [8, 7, 6, 5, 4, 3, 2, 1] }),
    call: (options) => timeSeriesSplit(8, options),
  },
  windows: {
    where: 'the options of windows',
    options: () => ({
      inputs: 2,
      outputs: 2,
      columns: ['a'],
      targets: 'b',
      step: 2,
      gap: 1,
      keep: 'day',
      groups: 'shop',
      time: 'day',
      interval: 1,
      onMissing: 'drop',
    }),
    call: (options) =>
      windows(
        Array.from({ length: 24 }, (_, i) => ({ a: i, b: i === 9 ? null : -i, day: i >> 1, shop: i % 2 })),
        options,
      ).records,
  },
  stratifiedKFold: {
    where: 'the options of stratifiedKFold',
    options: () => ({ folds: 2, shuffle: true, seed: 3 }),
    call: (options) => stratifiedKFold(8, [0, 1, 0, 1, 0, 1, 0, 1], options),
  },
  crossValidate: {
    where: 'the options of crossValidate',
    options: () => ({
      fit: (rows: number[]) => rows.length,
      score: (model: number) => model,
      folds: 2,
      shuffle: false,
      seed: 1,
      stratify: [0, 1, 0, 1, 0, 1, 0, 1],
    }),
    call: (options) => crossValidate(8, options),
  },
  readCsv: {
    where: 'the options of readCsv',
    options: () => ({ columns: { a: 'number' }, delimiter: ';', decimal: ',', missing: ['NA'], onMissing: 'null' }),
    call: (options) => readCsv('a;b\n1,5;2\nNA;3\n', options),
  },
  'readCsv with types': {
    where: 'the options of readCsv',
    options: () => ({ types: { a: 'string' }, delimiter: ';', quote: "'", comment: '#', header: ['a', 'b'] }),
    call: (options) => readCsv("#x\n'1;2';3\n", options),
  },
  'a type of readCsv': {
    where: 'types["a"]',
    options: () => ({ type: 'number', decimal: ',' }),
    call: (type) => readCsv('a\tb\n1,5\t2\n', { types: { a: type } }),
  },
  csvBatches: {
    where: 'the options of csvBatches',
    options: () => ({ batchRows: 2, inferRows: 1, delimiter: ';', types: { b: 'string' } }),
    call: (options) => all(csvBatches('a;b\n1;2\n3;4\n5;6\n', options)),
  },
  jsonLinesBatches: {
    where: 'the options of jsonLinesBatches',
    options: () => ({ batchRows: 2 }),
    call: (options) => all(jsonLinesBatches('{"a":1}\n{"a":2}\n{"a":3}\n', options)),
  },
  'new Model': {
    where: 'the model options',
    options: () => ({ ...handmade(), training: { rows: 3 } }),
    call: (options) => new Model(options).toJSON(),
  },
  'predict of a model': {
    where: 'the options of predict',
    options: () => ({ backend: 'typescript' }),
    call: (options) => new Model(handmade()).predict({ height: 1, coat: 'fur' }, options),
  },
  'evaluate of a model': {
    where: 'the options of evaluate',
    options: () => ({ backend: 'typescript' }),
    call: (options) => new Model(handmade()).evaluate([{ height: 1, coat: 'fur', kind: 'cat' }], options),
  },
  'importance of a model': {
    where: 'the options of importance',
    options: () => ({
      repeats: 2,
      seed: 1,
      columns: [['height', 'coat']],
      score: 'logLoss',
      target: 'kind',
      backend: 'typescript',
    }),
    call: (options) =>
      new Model(handmade()).importance(
        [
          { height: 1, coat: 'fur', kind: 'cat' },
          { height: 2, coat: 'feathers', kind: 'bird' },
        ],
        options,
      ),
  },
  'diagnose of a model': {
    where: 'the options of diagnose',
    options: () => ({
      validation: [{ height: 3, coat: 'fur', kind: 'cat' }],
      batchSize: 4,
      rows: 2,
      seed: 1,
      backend: 'typescript',
    }),
    call: (options) => {
      const records = [1, 2, 3].map((height) => ({ height, coat: 'fur', kind: ['cat', 'bird'][height % 2] }))
      return new Model(handmade()).diagnose(records, options)
    },
  },
  'partialDependence of a model': {
    where: 'the options of partialDependence',
    options: () => ({ values: [1, 2], points: 3, individual: true, target: 'kind', backend: 'typescript' }),
    call: (options) => new Model(handmade()).partialDependence([{ height: 1, coat: 'fur' }], 'height', options),
  },
  'Model.fit': {
    where: 'the options of Model.fit',
    options: () => ({
      target: 'kind',
      columns: ['height', 'coat'],
      hidden: [2],
      trainer: { optimizer: 'sgd' },
      fit: { epochs: 2 },
      seed: 2,
      date: 'today',
    }),
    call: async (options) => (await Model.fit(pets, options)).toJSON(),
  },
  'trainer of Model.fit': {
    where: 'trainer',
    options: () => ({ optimizer: 'rmsprop', threads: 1 }),
    call: async (options) =>
      (await Model.fit(pets, { target: 'kind', fit: { epochs: 2 }, trainer: options as object })).toJSON(),
  },
  'scores.calibrationError': {
    where: 'the options of calibrationError',
    options: () => ({ bins: 2 }),
    call: (options) => scores.calibrationError([0, 1, 1], [0.2, 0.4, 0.9], options),
  },
  'scores.pinballLoss': {
    where: 'the options of pinballLoss',
    options: () => ({ quantile: 0.25 }),
    call: (options) => scores.pinballLoss([1, 2], [2, 1.5], options),
  },
  'split of windows': {
    where: 'the options of split',
    options: () => ({ testSize: 2 }),
    call: (options) => windows([1, 2, 3, 4, 5, 6], { inputs: 2 }).split(options).test.y,
  },
}
