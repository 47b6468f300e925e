/** Sound set-ups of networks with special layers, or many of them. */
import { curve, REGRESSION, thirds, trainerOf } from './set-ups.js'
import { FIT, type SoundSetUp, stores, x } from './sound-samples.js'

export const soundNetworks: Readonly<Record<string, SoundSetUp>> = {
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
}
