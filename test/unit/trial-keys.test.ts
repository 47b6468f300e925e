/** The keys of trials: which of them train as members of one group. */
import assert from 'node:assert/strict'
import { ValueNames } from '#lib/search/engine/canonical-text.js'
import { keyOfTrial } from '#lib/search/engine/trial-setup.js'

const names = new ValueNames()
const keyWith = (changes: object) => {
  const common = {
    network: { inputs: 2, layers: [{ units: 3 }] },
    trainer: { loss: 'huber' },
    fit: {},
    optimizer: 'sgd',
  }
  return keyOfTrial({ ...common, ...changes }, names)
}
const keyOf = (...layers: object[]) => keyWith({ network: { inputs: 2, layers } })

describe('trials of one group', () => {
  it('may differ in the rates of dropout, 0 among them, also inside blocks', () => {
    const networkWith = (rate: number) => [
      { type: 'dropout', rate },
      { type: 'residual', layers: [{ units: 2 }, { type: 'dropout', rate: rate / 2 }] },
      { units: 1 },
    ]
    assert.equal(keyOf(...networkWith(0.25)), keyOf(...networkWith(0.5)))
    assert.equal(keyOf(...networkWith(0.25)), keyOf(...networkWith(0)))
  })

  it('may differ in numbers of the optimizer that are not 0', () => {
    const keyAt = (momentum: number) => keyWith({ optimizer: { name: 'sgd', momentum } })
    assert.equal(keyAt(0.5), keyAt(0.9))
    assert.notEqual(keyAt(0.5), keyAt(0))
  })

  it('have the same layers, with the same other options', () => {
    const dropout = { type: 'dropout', rate: 0.5 }
    const last = { units: 1 }
    const keys = [
      keyOf(last),
      keyOf(dropout, last),
      keyOf(dropout, dropout, last),
      keyOf({ type: 'dropout', rate: '0.5' }, last),
      keyOf({ type: 'dropout' }, last),
      keyOf(dropout, { units: 2 }),
      keyOf(dropout, { units: 1, l2: 0.1 }),
      keyOf(dropout, { units: 1, l2: 0.2 }),
      keyOf({ units: 2, activation: 'elu', alpha: 1 }, dropout, last),
      keyOf({ units: 2, activation: 'elu', alpha: 2 }, dropout, last),
    ]
    assert.equal(new Set(keys).size, keys.length)
  })
})
