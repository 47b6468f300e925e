/** Residual blocks and embeddings: what they compute, by every backend. */
import { denseOf, SIMPLE, sameAsReference } from '../support/reference-runs.js'
import type { ReferenceTraining } from '../support/reference-training.js'

const BATCH = { kind: 'batchNormalization', relu: false, epsilon: 1e-3, momentum: 0.99 } as const
const LAYER = { kind: 'layerNormalization', relu: true, epsilon: 1e-3, momentum: 0 } as const

const NETWORKS: Readonly<Record<string, Pick<ReferenceTraining, 'inputs' | 'layers'>>> = {
  'a block first, and one of a single layer': {
    inputs: 5,
    layers: [
      { kind: 'residual', layers: [denseOf(7), denseOf(5, false)] },
      denseOf(20),
      { kind: 'residual', layers: [denseOf(20)] },
      denseOf(3, false),
    ],
  },
  'blocks that begin and end with every kind, and with blocks': {
    inputs: 6,
    layers: [
      denseOf(18, false),
      {
        kind: 'residual',
        layers: [
          { kind: 'residual', layers: [BATCH, denseOf(18)] },
          { kind: 'residual', layers: [LAYER] },
        ],
      },
      { kind: 'residual', layers: [{ kind: 'dropout', rate: 0.25 }] },
      { kind: 'residual', layers: [{ kind: 'dropout', rate: 0.5 }, denseOf(18, false), BATCH] },
      denseOf(2, false),
    ],
  },
  'frozen layers inside and before a block': {
    inputs: 4,
    layers: [
      { ...denseOf(9), trainable: false },
      { kind: 'residual', layers: [{ ...denseOf(6), trainable: false }, denseOf(9)] },
      { kind: 'residual', layers: [denseOf(9), { ...denseOf(9), trainable: false }] },
      denseOf(2, false),
    ],
  },
  'an embedding of two columns': {
    inputs: 4,
    layers: [
      {
        kind: 'embedding',
        columns: [
          { column: 2, categories: 7, units: 3 },
          { column: 0, categories: 2, units: 1 },
        ],
      },
      denseOf(8),
      denseOf(2, false),
    ],
  },
  'an embedding of all columns, before a block': {
    inputs: 1,
    layers: [
      { kind: 'embedding', columns: [{ column: 0, categories: 5, units: 20 }] },
      { kind: 'residual', layers: [denseOf(6), denseOf(20, false)] },
      denseOf(1, false),
    ],
  },
}

describe('a network with blocks or an embedding', () => {
  for (const [title, network] of Object.entries(NETWORKS)) {
    it(`computes what the documents say: ${title}`, () => {
      for (const [rows, batchSize] of [
        [9, 4],
        [5, 2],
        [70, 70],
        [130, 67],
        [65, 64],
      ]) {
        const training = {
          ...SIMPLE,
          ...network,
          rows,
          batchSize,
          shuffle: false,
          learningRate: 0.01,
          seed: 2 ** 40 + 5,
        }
        sameAsReference(training)
        sameAsReference({ ...training, shuffle: true, optimizer: 'adam', firstEpoch: 3 })
        sameAsReference({ ...training, optimizer: 'momentum', clipNorm: 0.25, weightDecay: 0.125 })
      }
    })
  }
})
