/** The kinds of targets of Model.fit: numbers on each scale, counts and ordered labels. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Network } from 'lockstep-nn'
import { labelEncoder, Model, standardScaler } from 'lockstep-nn/data'
import { exp } from '#lib/kernels/exp.js'
import { log } from '#lib/kernels/math.js'
import { drawCount } from '../support/drawn.js'
import { houses, INPUTS, STATES } from '../support/houses.js'

const records = houses(200, 1)
const others = houses(200, 2)
const base = { columns: INPUTS, hidden: [6], seed: 4, fit: { epochs: 60 } } as const

describe('a number on the scale log', () => {
  const target = { column: 'price', type: 'number', scale: 'log' } as const

  it('is the exponential of what a model of the logarithms predicts', async () => {
    const model = await Model.fit(records, { ...base, target })
    const logs = records.map((house) => ({ ...house, price: log(house.price) }))
    const ofLogs = await Model.fit(logs, { ...base, target: 'price' })
    assert.equal(model.network.digest(), ofLogs.network.digest())
    assert.deepEqual(model.predict(records), ofLogs.predict(records).map(exp))
    assert.ok(model.evaluate(others).r2 > 0.7)
    const copy = Model.fromJSON<'number'>(JSON.stringify(model))
    assert.deepEqual(copy.target, model.target)
    assert.equal(copy.digest(), model.digest())
    assert.deepEqual(copy.predict(others), model.predict(others))
    assert.notEqual(model.digest(), ofLogs.digest())
  })

  it('is one of three, of which the others are as with a scaler', async () => {
    const of = async (more: object) =>
      (
        await Model.fit(records, { ...base, target: { column: 'area', type: 'number', ...more }, columns: ['town'] })
      ).digest()
    assert.equal(await of({ scale: 'standard' }), await of({}))
    assert.equal(await of({ scale: 'standard' }), await of({ scaler: 'standardScaler' }))
    assert.equal(await of({ scale: 'none' }), await of({ scaler: 'none' }))
    assert.equal(new Set([await of({}), await of({ scale: 'none' }), await of({ scale: 'log' })]).size, 3)
  })
})

describe('a count', () => {
  it('is the mean of a Poisson distribution, from an exponential', async () => {
    const target = { column: 'visits', type: 'count' } as const
    const model = await Model.fit(records, { ...base, target })
    assert.equal(model.training?.loss, 'poisson')
    assert.equal(model.network.layers.at(-1)?.activation, 'exponential')
    const same = await Model.fit(records, { ...base, target: 'visits', trainer: { loss: 'poisson' } })
    assert.equal(model.network.digest(), same.network.digest())
    const counts: number[] = model.predict(others)
    assert.ok(counts.every((count) => count > 0))
    assert.ok(model.evaluate(others).r2 > 0.1)
    assert.deepEqual(Model.fromJSON(JSON.stringify(model)).predict(others), counts)
  })
})

describe('an ordered label', () => {
  const target = { column: 'state', type: 'ordered', labels: STATES } as const

  it('has a sigmoid for each label but the last, and probabilities that add up to 1', async () => {
    const model = await Model.fit(records, { ...base, target })
    assert.equal(model.training?.loss, 'binaryCrossentropy')
    assert.deepEqual([model.network.outputs, model.network.layers.at(-1)?.activation], [2, 'sigmoid'])
    assert.deepEqual(model.labels, STATES)
    const { accuracy, confusionMatrix, meanAbsoluteError } = model.evaluate(others)
    const far = model.predict(others).map(({ label }, i) => {
      return Math.abs(STATES.indexOf(String(label)) - STATES.indexOf(others[i].state))
    })
    assert.equal(meanAbsoluteError, far.reduce((sum, one) => sum + one, 0) / 200)
    assert.ok(accuracy > 0.7, `${accuracy}`)
    assert.equal(confusionMatrix.length, 9)
    for (const { label, probabilities } of model.predict(others)) {
      const all = Object.values(probabilities)
      assert.ok(all.every((p) => p >= 0))
      assert.ok(Math.abs(all.reduce((sum, p) => sum + p, 0) - 1) < 1e-12)
      assert.equal(probabilities[String(label)], Math.max(...all))
    }
    const copy = Model.fromJSON<'ordered'>(JSON.stringify(model))
    assert.equal(copy.digest(), model.digest())
    assert.deepEqual(copy.predict(others), model.predict(others))
  })

  it('may be a number, whose order is known', async () => {
    const rooms = records.map((house, i) => ({ ...house, rooms: 2 + (i % 4) }))
    const model = await Model.fit(rooms, { ...base, target: { column: 'rooms', type: 'ordered' } })
    assert.deepEqual(model.labels, [2, 3, 4, 5])
  })

  /** A model whose outputs are these probabilities, up to rounding. */
  const withOutputs = (outputs: readonly number[], labels: readonly number[]) => {
    const logits = outputs.map((p) => Math.log(p / (1 - p)))
    const layers = [{ units: outputs.length, activation: 'sigmoid' }] as const
    const parameters = Float64Array.from([...outputs.map(() => 0), ...logits])
    return new Model<'ordered'>({
      network: new Network({ inputs: 1, layers, parameters }),
      columns: [{ name: 'x', type: 'number', scaler: standardScaler.fit([[0], [1]]) }],
      target: { name: 'y', type: 'ordered', encoder: labelEncoder.fit(labels, { labels }) },
    })
  }
  const probabilitiesOf = (model: Model<'ordered'>) => Object.values(model.predict({ x: 0 }).probabilities)

  it('has the differences of outputs that fall, and of the mean of outputs that rise', () => {
    const cases: [outputs: number[], probabilities: number[]][] = [
      [
        [0.9, 0.3],
        [0.1, 0.6, 0.3],
      ],
      [
        [0.2, 0.6],
        [0.6, 0, 0.4],
      ],
      [
        [0.5, 0.2, 0.8, 0.1],
        [0.5, 0, 0, 0.4, 0.1],
      ],
    ]
    for (const [outputs, expected] of cases) {
      const found = probabilitiesOf(withOutputs(outputs, [0, 1, 2, 3, 4].slice(0, outputs.length + 1)))
      for (const [i, p] of found.entries()) assert.ok(Math.abs(p - expected[i]) < 1e-12, `${found}`)
    }
  })

  it('has the same probabilities where its order is reversed', () => {
    const probability = fc.integer({ min: 1, max: 99 }).map((p) => p / 100)
    const property = fc.property(fc.array(probability, { minLength: 1, maxLength: 7 }), (outputs) => {
      const labels = Array.from({ length: outputs.length + 1 }, (_, i) => i)
      const up = probabilitiesOf(withOutputs(outputs, labels))
      const down = probabilitiesOf(withOutputs(outputs.map((p) => 1 - p).reverse(), labels)).reverse()
      for (const [i, p] of up.entries()) assert.ok(p >= 0 && Math.abs(p - down[i]) < 1e-12, `${up}, ${down}`)
    })
    fc.assert(property, { numRuns: drawCount(200) })
  })
})
