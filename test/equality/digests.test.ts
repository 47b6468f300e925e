/** Digests that must never change: a difference on another platform or in a later version means other bits. */
import assert from 'node:assert/strict'
import { Network } from 'lockstep-nn'
import { newTrainer, type Setup, task } from '../support/learning.js'
import { paths } from '../support/paths.js'
import { rowTests } from '../support/rows.js'

const INITIAL: Readonly<Record<string, string>> = {
  zeros: '646ab55faeb9a752942c122a7a6b69207d00b9e333c8c34d68749024c2a393eb',
  uniform: 'ab526cbc931123b4bfe788a343190f9fbbe6750c760a3b5266a61187c7ce56a1',
  normal: '830a5e91fedb31090fa46377b86a8cb451ebc7ba7bbe7f58b0b50d802abdd1aa',
  glorotUniform: 'e2840a6398725057de456bb66eaa3ffe147cf1c2c30167d8e23f4caa92a0ef37',
  glorotNormal: '1ce9a7e179114b3b5f1928d28371be3230476418bb64d1def0c0753c3ebdfbd2',
  heUniform: '2ccf83c1fe617df873b3e590eb3cb8ad0be9a5e87dccd8832873619b4195891e',
  heNormal: '2cdc805e3c6ae6a3abac78b0f806a7f57df0b52ee6652297c54198e9d34a87e4',
  lecunUniform: 'ffaff611740832c54294ebc40275053d401155abcef1d641b7eb16f34455ae34',
  lecunNormal: 'e630d32d9152492b659e1c0fe6dd6d73b98c10ac34775a2e515ba18fed9cdab4',
  ones: '9d282e29a2551204bdcdd48cec3a26dd23b165e25d4ff143842a0cb0ebc6dafa',
  constant: '646ab55faeb9a752942c122a7a6b69207d00b9e333c8c34d68749024c2a393eb',
  truncatedNormal: '830a5e91fedb31090fa46377b86a8cb451ebc7ba7bbe7f58b0b50d802abdd1aa',
  orthogonal: '127bb57c06163f5c93b3907f4c4d12995e35cfb0407d232a5d01ff16d5e7eb61',
}

const TRAINED: readonly (readonly [digest: string, setup: Setup])[] = [
  [
    '4ef0e23c983d21824e658f899780cef7d6b3988b31a017098bdcc04d133dc3a2',
    { hidden: [{ units: 2, activation: 'sigmoid' }], last: 'sigmoid', loss: 'halfSquaredError' },
  ],
  [
    'b3a18a023b3178a5f5667721ef553fea5ae1b296421e6e520585c88b5a895870',
    { hidden: [{ units: 7, activation: 'tanh' }], last: 'sigmoid', loss: 'binaryCrossentropy', optimizer: 'adam' },
  ],
  [
    'a28818cf484b234b7570e2bc5520f2f1c4c03c5e774e89c65b60b5c158492e4b',
    {
      hidden: [
        { units: 20, activation: 'softplus' },
        { units: 9, activation: 'leakyRelu', alpha: 0.1 },
      ],
      last: 'softmax',
      loss: 'categoricalCrossentropy',
      optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.9, nesterov: true },
    },
  ],
  [
    'c8135d1ec912ca4e3e14b34c318775bd024efe863bd6d0ae1c18944d86860bf4',
    { hidden: [{ units: 64, activation: 'relu' }], optimizer: { name: 'sgd', learningRate: 0.01, momentum: 0.5 } },
  ],
  [
    '8e7c9245b2a2c5bb91e111735a8ef6813c84721a96e22ff9eeceb3969cf33d7a',
    {
      hidden: [
        { type: 'layerNormalization', activation: 'tanh' },
        { units: 20, activation: 'softplus' },
        { type: 'batchNormalization', momentum: 0.9, activation: 'relu' },
        { type: 'dropout', rate: 0.25 },
      ],
      optimizer: 'adam',
    },
  ],
]

describe('a digest stays what it is', () => {
  const row = rowTests()
  const layers = [{ units: 4, activation: 'relu' } as const, { units: 2, activation: 'tanh' } as const]

  for (const [initializer, digest] of Object.entries(INITIAL)) {
    row('is the recorded one for a network of each initializer', initializer, () => {
      const network = new Network({ inputs: 3, layers, initializer: initializer as 'zeros', seed: 2 ** 40 + 3 })
      assert.equal(network.digest(), digest)
    })
  }

  for (const [digest, setup] of TRAINED) {
    const { loss = 'meanSquaredError', last = 'linear', hidden = [] } = setup
    it(`of a network trained for ${loss} after ${last} with ${hidden.length} layers before, on every backend`, async () => {
      const { x, y } = task(37)
      for (const backend of paths) {
        const [trainer, other] = [newTrainer({ ...setup, backend }), newTrainer({ ...setup, backend })]
        trainer.fitSync(x, y, { epochs: 50, batchSize: 8, seed: 2 ** 33 + 1 })
        assert.equal(trainer.network.digest(), digest, backend)
        await other.fit(x, y, { epochs: 50, batchSize: 8, seed: 2 ** 33 + 1 })
        assert.equal(other.network.digest(), digest, backend)
      }
    })
  }

  it('depends on the architecture and on every parameter', () => {
    const make = (activation: 'tanh' | 'relu', parameters: Float64Array) =>
      new Network({ inputs: 1, layers: [{ units: 1, activation }], parameters }).digest()
    const digests = [
      make('tanh', Float64Array.of(1, 0)),
      make('relu', Float64Array.of(1, 0)),
      make('tanh', Float64Array.of(1, -0)),
      make('tanh', Float64Array.of(1 + 2 ** -52, 0)),
      new Network({
        inputs: 2,
        layers: [{ units: 1, activation: 'tanh' }],
        parameters: Float64Array.of(1, 0, 0),
      }).digest(),
    ]
    assert.equal(new Set(digests).size, digests.length)
    assert.equal(make('tanh', Float64Array.of(1, 0)), digests[0])
  })

  it('is the same for every NaN', () => {
    const other = Float64Array.of(0, 0)
    new BigUint64Array(other.buffer).fill(0xfff800000000beefn)
    const digestOf = (parameters: Float64Array) =>
      new Network({ inputs: 1, layers: [{ units: 1 }], parameters }).digest()
    assert.equal(digestOf(other), digestOf(Float64Array.of(Number.NaN, Number.NaN)))
  })
})
