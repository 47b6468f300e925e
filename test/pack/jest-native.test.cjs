// Jest in its default mode, which requires CommonJS modules. scripts/pack/consumers.mjs runs it, two files in one process.
/* global expect, test */
const { DivergenceError, metrics, Network, Trainer } = require('lockstep-nn')
const { Model } = require('lockstep-nn/data')

const x = [[0], [1], [2], [3]]
const y = [[1], [3], [5], [7]]
const network = () => new Network({ inputs: 1, layers: [{ units: 1 }], seed: 1 })
const trainer = (learningRate) =>
  new Trainer(network(), { loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate } })

test('trains natively', async () => {
  const one = trainer(0.1)
  await one.fit(x, y, { epochs: 200 })
  expect(one.backend.name).toMatch(/^native\//)
  expect(metrics.meanAbsoluteError(y, one.network.predict(x))).toBeLessThan(0.01)
  expect(one.network).toBeInstanceOf(Network)
})

test('throws errors of the library and of its arguments', () => {
  expect(() => trainer(1e200).fitSync(x, y, { epochs: 20 })).toThrow(DivergenceError)
  expect(() => new Network({ inputs: 0 })).toThrow(/inputs/)
})

test('fits a model of records', async () => {
  const records = x.map(([value]) => ({ value, kind: value > 1 ? 'more' : 'less' }))
  const model = await Model.fit(records, { target: 'kind', fit: { epochs: 3 } })
  expect(['more', 'less']).toContain(model.predict({ value: 2 }).label)
})
