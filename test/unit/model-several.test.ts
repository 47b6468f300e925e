/** Models of several targets: which of them share a network, and predictions by name. */
import assert from 'node:assert/strict'
import { Network, Trainer } from 'lockstep-nn'
import { type LabelPrediction, Model, type SavedModel, standardScaler } from 'lockstep-nn/data'
import { houses, INPUTS, STATES } from '../support/houses.js'
import { implementations } from '../support/paths.js'

const records = houses(120, 1)
const base = { columns: INPUTS, hidden: [5], seed: 7, fit: { epochs: 20 } } as const

describe('several targets', () => {
  it('that are numbers share a network with an output for each', async () => {
    const model = await Model.fit(records, { ...base, target: ['price', 'visits'] })
    assert.equal(model.networks.length, 1)
    const scaled = (name: 'price' | 'visits') => {
      const values = records.map((house) => [house[name]])
      return standardScaler.fit(values).transform(values)
    }
    const [prices, visits] = [scaled('price'), scaled('visits')]
    const layers = [{ units: 5, activation: 'relu' }, { units: 2 }] as const
    const network = new Network({ inputs: 4, layers, seed: 7 })
    const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'adam' })
    const y = records.map((_, i) => [prices[i], visits[i]])
    trainer.fitSync(model.transform(records), y, { epochs: 20, seed: 7 })
    assert.equal(model.network.digest(), network.digest())
    const one: { readonly price: number; readonly visits: number } = model.predict(records[0])
    assert.deepEqual(Object.keys(one), ['price', 'visits'])
    assert.deepEqual(model.predict(records)[0], one)
  })

  it('of several kinds have the networks of models of one target', async () => {
    const kinds = ['price', { column: 'state', type: 'label' }, { column: 'visits', type: 'count' }] as const
    const model = await Model.fit(records, { ...base, target: kinds })
    assert.equal(model.networks.length, 3)
    assert.deepEqual(
      model.targets.map(({ name, type }) => [name, type]),
      [
        ['price', 'number'],
        ['state', 'label'],
        ['visits', 'count'],
      ],
    )
    const predictions = model.predict(records)
    const evaluation = model.evaluate(records)
    for (const [i, target] of kinds.entries()) {
      const alone = await Model.fit(records, { ...base, target: target as 'price' })
      assert.equal(model.networks[i].digest(), alone.network.digest())
      const { name } = alone.target
      const own = predictions.map((one) => one[name as keyof typeof one])
      assert.deepEqual(own, alone.predict(records))
      assert.deepEqual(evaluation[name as keyof typeof evaluation], alone.evaluate(records))
    }
    const state: LabelPrediction = predictions[0].state
    assert.ok(STATES.includes(String(state.label)))
    assert.equal(model.histories.length, 3)
    assert.equal(model.training?.loss, 'meanSquaredError, categoricalCrossentropy, poisson')
  })

  it('of two labels, and ordered labels, share sigmoids', async () => {
    const ordered = { column: 'state', type: 'ordered', labels: STATES } as const
    const rows = records.map((house) => ({ ...house, large: house.area > 120 }))
    const model = await Model.fit(rows, { ...base, target: ['sold', 'large', ordered] })
    assert.equal(model.networks.length, 1)
    assert.deepEqual([model.network.outputs, model.network.layers.at(-1)?.activation], [4, 'sigmoid'])
    const [sold, large, above, far] = model.network.predict(model.transform([rows[0]]))
    const prediction = model.predict(rows[0])
    assert.deepEqual(prediction.sold.probabilities, { false: 1 - sold, true: sold })
    assert.deepEqual(prediction.large.probabilities, { false: 1 - large, true: large })
    assert.ok(above >= far)
    assert.deepEqual(prediction.state.probabilities, { poor: 1 - above, fair: above - far, good: far })
  })

  it('have the same digest on every backend, calibration included', async () => {
    for (const backend of implementations) {
      const model = await Model.fit(records, {
        columns: INPUTS,
        hidden: [5],
        target: ['price', 'state', { column: 'visits', type: 'count' }],
        validation: 0.3,
        sampleWeight: 'weight',
        members: 3,
        trainer: { backend },
        fit: { epochs: 30 },
      })
      assert.equal(model.digest(), '8cd79d51f6d715dcae0d3109a1e30cedd38eea8bd1e7bb6b3b81da42b3cb339e', backend)
    }
  })

  it('are kept by a file', async () => {
    const model = await Model.fit(records, { ...base, target: ['price', 'state', 'sold'], validation: 0.2, members: 2 })
    const text = JSON.stringify(model)
    const copy = Model.fromJSON<typeof model.kind>(text)
    assert.equal(copy.digest(), model.digest())
    assert.equal(JSON.stringify(copy), text)
    assert.deepEqual(copy.predict(records), model.predict(records))
    assert.deepEqual(copy.targets, model.targets)
    const { price } = copy.predict(records[0], { interval: 0.8 })
    assert.ok(price.low < price.value && price.value < price.high)
    // Keys in another order are the same model.
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed)
      if (typeof value !== 'object' || value === null) return value
      const entries = Object.entries(value).reverse()
      return Object.fromEntries(entries.map(([key, one]) => [key, reversed(one)]))
    }
    assert.equal(JSON.stringify(Model.fromJSON(reversed(JSON.parse(text)) as SavedModel)), text)
  })

  it('may be put together by hand', async () => {
    const model = await Model.fit(records, { ...base, target: ['price', 'state'] })
    const heads = model.targets.map((target, i) => ({ network: model.networks[i], targets: [target] }))
    const same = new Model<typeof model.kind>({ heads, columns: model.columns, ignored: ['visits', 'sold', 'weight'] })
    assert.equal(same.digest(), model.digest())
    assert.deepEqual(same.predict(records), model.predict(records))
  })

  it('of a list of one are predicted as one', async () => {
    const model = await Model.fit(records, { ...base, target: ['price'] })
    assert.equal(model.digest(), (await Model.fit(records, { ...base, target: 'price' })).digest())
  })
})
