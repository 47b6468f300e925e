/** @jest-environment jsdom */
// Jest with the globals of a browser: it still runs in Node, so the library trains natively.
/* global expect, test */
const { Network, Trainer } = require('lockstep-nn')

test('trains natively beside the globals of a browser', () => {
  const network = new Network({ inputs: 1, layers: [{ units: 3, activation: 'tanh' }, { units: 1 }], seed: 1 })
  const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'adam' })
  trainer.fitSync([[0], [1]], [[1], [0]], { epochs: 20 })
  expect(typeof document).toBe('object')
  expect(trainer.backend.name).toMatch(/^native\//)
  expect(network.predict([[0], [1]]).every(Number.isFinite)).toBe(true)
})
