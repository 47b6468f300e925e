/** Broken set-ups: each with the findings above a note that `diagnose` must give, and no others. */
import type { FindingName } from 'lockstep-nn/data'
import {
  BINARY,
  curve,
  normalRows,
  numbers,
  oneHotRows,
  REGRESSION,
  type SetUp,
  sides,
  THREE,
  thirds,
  trainerOf,
  withColumn,
} from './set-ups.js'

const x = normalRows(400, 4)
const y = curve(x)
const CROSS = 'binaryCrossentropy' as const

/** A network's parameters changed in place. */
function edited(trainer: SetUp['trainer'], edit: (network: SetUp['trainer']['network']) => void): SetUp['trainer'] {
  edit(trainer.network)
  return trainer
}

const sigmoids = Array.from({ length: 10 }, () => ({ units: 16, activation: 'sigmoid' }) as const)
const relus = Array.from({ length: 6 }, () => ({ units: 16, activation: 'relu' }) as const)
const wideRows = normalRows(30, 40, 7)

export const brokenSetUps: Readonly<Record<string, { readonly found: FindingName[]; readonly make: () => SetUp }>> = {
  'an input in dollars': {
    found: ['unscaledInputs'],
    make: () => ({ trainer: trainerOf(), x: withColumn(x, 1, ([, b]) => 50_000 + 20_000 * b), y }),
  },
  'pixels up to 255': {
    found: ['unscaledInputs'],
    make: () => {
      const { below } = numbers(4)
      const pixels = Array.from({ length: 300 }, () => Array.from({ length: 16 }, () => below(256)))
      const classes = pixels.map((row) => Number(row[0] + row[5] > row[3] + row[9]))
      return { trainer: trainerOf({ inputs: 16, layers: BINARY, loss: CROSS }), x: pixels, y: classes }
    },
  },
  'an input in millionths': {
    found: ['unscaledInputs'],
    make: () => ({ trainer: trainerOf(), x: withColumn(x, 2, ([, , c]) => c * 1e-6), y }),
  },
  years: {
    found: ['unscaledInputs'],
    make: () => ({ trainer: trainerOf(), x: withColumn(x, 0, ([a]) => Math.round(2010 + 5 * a)), y }),
  },
  'a constant column': {
    found: ['constantColumns'],
    make: () => ({ trainer: trainerOf(), x: withColumn(x, 3, () => 1), y }),
  },
  'a column twice': {
    found: ['duplicateColumns'],
    make: () => ({ trainer: trainerOf(), x: withColumn(x, 3, ([a]) => a), y }),
  },
  'inches and centimetres': {
    found: ['duplicateColumns'],
    make: () => ({ trainer: trainerOf(), x: withColumn(x, 3, ([a]) => -2.54 * a + 1), y }),
  },
  'the target among the inputs': {
    found: ['targetLeak'],
    make: () => ({ trainer: trainerOf(), x: withColumn(x, 3, (_, i) => y[i] * 1.19), y }),
  },
  'the class in another coding among the inputs': {
    found: ['targetLeak'],
    make: () => {
      const classes = thirds(x)
      const coded = withColumn(x, 3, (_, i) => [1, -1, 0][classes[i]])
      return { trainer: trainerOf({ layers: THREE, loss: 'sparseCategoricalCrossentropy' }), x: coded, y: classes }
    },
  },
  'tanh for numbers up to 5': {
    found: ['targetsOutOfRange'],
    make: () => ({
      trainer: trainerOf({
        layers: [
          { units: 16, activation: 'relu' },
          { units: 1, activation: 'tanh' },
        ],
      }),
      x,
      y: y.map((value) => 3 * value),
    }),
  },
  'sigmoid for negative numbers': {
    found: ['targetsOutOfRange'],
    make: () => ({
      trainer: trainerOf({ layers: BINARY }),
      x,
      y,
    }),
  },
  'relu for negative numbers': {
    found: ['targetsOutOfRange'],
    make: () => ({
      trainer: trainerOf({
        layers: [
          { units: 16, activation: 'relu' },
          { units: 1, activation: 'relu' },
        ],
      }),
      x,
      y,
    }),
  },
  'softmax for independent labels': {
    found: ['targetsOutOfRange'],
    make: () => ({
      trainer: trainerOf({ layers: THREE }),
      x,
      y: x.map(([a, b, c]) => [Number(a + 0.3 * c > 0), Number(b > a), Number(c > a * b)]),
    }),
  },
  'rows that do not add up to 1': {
    found: ['mismatchedLabels'],
    make: () => ({
      trainer: trainerOf({ layers: THREE, loss: 'categoricalCrossentropy' }),
      x,
      y: oneHotRows(thirds(x), 3).map(([a, , c]) => [a, 1, c]),
    }),
  },
  'class indices for one-hot rows': {
    found: ['mismatchedLabels'],
    make: () => ({ trainer: trainerOf({ layers: THREE, loss: 'categoricalCrossentropy' }), x, y: thirds(x) }),
  },
  'classes from 1': {
    found: ['mismatchedLabels'],
    make: () => ({
      trainer: trainerOf({ layers: THREE, loss: 'sparseCategoricalCrossentropy' }),
      x,
      y: thirds(x).map((one) => one + 1),
    }),
  },
  'one-hot rows for class indices': {
    found: ['mismatchedLabels'],
    make: () => ({
      trainer: trainerOf({ layers: THREE, loss: 'sparseCategoricalCrossentropy' }),
      x,
      y: oneHotRows(thirds(x), 3),
    }),
  },
  'signs for a probability': {
    found: ['mismatchedLabels'],
    make: () => ({ trainer: trainerOf({ layers: BINARY, loss: CROSS }), x, y: sides(x).map((one) => 2 * one - 1) }),
  },
  'classes 0 and 1 for hinge': {
    found: ['mismatchedLabels'],
    make: () => ({ trainer: trainerOf({ loss: 'hinge' }), x, y: sides(x) }),
  },
  'counts for a linear output': {
    found: ['mismatchedOutput'],
    make: () => ({ trainer: trainerOf({ loss: 'poisson' }), x, y: y.map((value) => Math.floor(Math.abs(3 * value))) }),
  },
  'one class only': {
    found: ['constantTarget'],
    make: () => ({ trainer: trainerOf({ layers: BINARY, loss: CROSS }), x, y: x.map(() => 1) }),
  },
  'prices in dollars': {
    found: ['unscaledTargets'],
    make: () => ({ trainer: trainerOf(), x, y: y.map((value) => 200_000 + 50_000 * value) }),
  },
  'a rare class': {
    found: ['imbalancedLabels'],
    make: () => ({ trainer: trainerOf({ layers: BINARY, loss: CROSS }), x, y: y.map((value) => Number(value > 1.6)) }),
  },
  'rows with both labels': {
    found: ['contradictoryRows'],
    make: () => {
      const labels = sides(x)
      return {
        trainer: trainerOf({ layers: BINARY, loss: CROSS }),
        x: [...x, ...x.slice(0, 60)],
        y: [...labels, ...labels.slice(0, 60).map((one) => 1 - one)],
      }
    },
  },
  'validation rows that were trained on': {
    found: ['sharedRows'],
    make: () => ({
      trainer: trainerOf(),
      x,
      y,
      options: { validationData: [x.slice(0, 80), y.slice(0, 80)] },
    }),
  },
  'thirty rows for a wide network': {
    found: ['tooFewRows'],
    make: () => ({
      trainer: trainerOf({ inputs: 40, layers: [{ units: 128, activation: 'relu' }, { units: 1 }] }),
      x: wideRows,
      y: curve(wideRows),
    }),
  },
  'missing values as NaN': {
    found: ['notFiniteValues'],
    make: () => ({ trainer: trainerOf(), x: withColumn(x, 2, ([, , c], i) => (i % 50 === 7 ? NaN : c)), y }),
  },
  'categories from 1 for an embedding': {
    found: ['unknownCategories'],
    make: () => ({
      trainer: trainerOf({
        layers: [{ type: 'embedding', columns: [{ column: 3, categories: 5, units: 2 }] }, ...REGRESSION],
      }),
      x: withColumn(x, 3, (_, i) => 1 + (i % 5)),
      y,
    }),
  },
  'a parameter that is not finite': {
    found: ['notFiniteParameters'],
    make: () => ({
      trainer: edited(trainerOf(), ({ parameters }) => parameters.fill(NaN, 3, 5)),
      x,
      y,
    }),
  },
  'frozen layers only': {
    found: ['nothingTrains'],
    make: () => ({
      trainer: trainerOf({
        layers: [
          { units: 8, activation: 'relu', trainable: false },
          { units: 1, trainable: false },
        ],
      }),
      x,
      y,
    }),
  },
  'hidden layers without an activation': {
    found: ['linearNetwork'],
    make: () => ({ trainer: trainerOf({ layers: [{ units: 16 }, { units: 16 }, { units: 1 }] }), x, y }),
  },
  'a penalty above the loss': {
    found: ['strongRegularization'],
    make: () => ({
      trainer: trainerOf({ layers: [{ units: 16, activation: 'relu', l2: 2 }, { units: 1 }] }),
      x,
      y,
    }),
  },
  'nearly all values dropped': {
    found: ['strongRegularization'],
    make: () => ({
      trainer: trainerOf({ layers: [{ units: 32, activation: 'relu' }, { type: 'dropout', rate: 0.9 }, { units: 1 }] }),
      x,
      y,
    }),
  },
  'weights of zeros': {
    found: ['symmetricUnits'],
    make: () => ({ trainer: trainerOf({ initializer: 'zeros' }), x, y }),
  },
  'equal weights': {
    found: ['symmetricUnits'],
    make: () => ({
      trainer: trainerOf({
        layers: [{ units: 8, activation: 'tanh' }, { units: 1 }],
        initializer: { name: 'constant', value: 0.1 },
      }),
      x,
      y,
    }),
  },
  'biases far below 0': {
    found: ['deadUnits'],
    make: () => ({ trainer: edited(trainerOf(), (network) => network.getLayer(0).bias?.fill(-100)), x, y }),
  },
  'weights twenty times as large before tanh': {
    found: ['saturatedUnits'],
    make: () => ({
      trainer: edited(trainerOf({ layers: [{ units: 16, activation: 'tanh' }, { units: 1 }] }), (network) =>
        network.getLayer(0).bias?.fill(50),
      ),
      x,
      y,
    }),
  },
  'ten layers of sigmoid': {
    found: ['vanishingGradients'],
    make: () => ({ trainer: trainerOf({ layers: [...sigmoids, { units: 1 }] }), x, y }),
  },
  'tiny weights in six layers': {
    found: ['vanishingGradients'],
    make: () => ({
      trainer: trainerOf({ layers: [...relus, { units: 1 }], initializer: { name: 'normal', stddev: 0.02 } }),
      x,
      y,
    }),
  },
  'huge weights in six layers': {
    found: ['explodingGradients'],
    make: () => ({
      trainer: trainerOf({ layers: [...relus, { units: 1 }], initializer: { name: 'normal', stddev: 2 } }),
      x,
      y,
    }),
  },
  'a rate of 10 for adam': {
    found: ['rateTooHigh'],
    make: () => ({ trainer: trainerOf({ optimizer: { name: 'adam', learningRate: 10 } }), x, y }),
  },
  'a rate of 5 for sgd': {
    found: ['rateTooHigh'],
    make: () => ({ trainer: trainerOf({ optimizer: { name: 'sgd', learningRate: 5 } }), x, y }),
  },
  'a rate of 1e-7 for adam': {
    found: ['rateTooLow'],
    make: () => ({ trainer: trainerOf({ optimizer: { name: 'adam', learningRate: 1e-7 } }), x, y }),
  },
  'a rate of 1e-6 for sgd, of labels': {
    found: ['rateTooLow'],
    make: () => ({
      trainer: trainerOf({ layers: BINARY, loss: CROSS, optimizer: { name: 'sgd', learningRate: 1e-6 } }),
      x,
      y: sides(x),
    }),
  },
}
