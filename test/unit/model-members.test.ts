/** `members` of Model.fit: an ensemble whose mean outputs the model predicts. */
import assert from 'node:assert/strict'
import { Ensemble, Network, Trainer } from 'lockstep-nn'
import { Model, type SavedModel } from 'lockstep-nn/data'
import { houses, INPUTS } from '../support/houses.js'
import { implementations } from '../support/paths.js'

const records = houses(60, 11)
const base = { columns: INPUTS, hidden: [4], seed: 5, fit: { epochs: 10 } } as const
const three = (options: object = {}) => Model.fit(records, { ...base, target: 'state', members: 3, ...options })

const ensembleOf = (model: Model<'label'>): Ensemble => {
  const [ensemble] = model.networks
  assert.ok(ensemble instanceof Ensemble)
  return ensemble
}

describe('members of Model.fit', () => {
  it('are the networks of models with the next seeds', async () => {
    const model = await three()
    const members = ensembleOf(model).members
    assert.equal(members.length, 3)
    for (const [i, member] of members.entries()) {
      const alone = await Model.fit(records, { ...base, target: 'state', seed: 5 + i })
      assert.equal(member.digest(), alone.network.digest())
      assert.equal(model.histories[i].loss.at(-1), alone.history?.loss.at(-1))
    }
    assert.equal(model.network, members[0])
    assert.equal(model.training?.members, 3)
    const last = model.histories.map(({ loss }) => loss[9])
    assert.equal(model.training?.finalLoss, (last[0] + last[1] + last[2]) / 3)
    assert.equal((await three({ members: 1 })).networks[0] instanceof Network, true)
  })

  it('predict the mean of their probabilities, on every backend', async () => {
    const model = await three()
    const { mean } = ensembleOf(model).predict(model.transform(records))
    for (const backend of implementations) {
      const found = model.predict(records, { backend }).flatMap(({ probabilities }) => Object.values(probabilities))
      assert.deepEqual(found, [...mean])
    }
  })

  it('predict the mean of their numbers before these are scaled back', async () => {
    const target = { column: 'price', type: 'number', scale: 'log' } as const
    const model = await Model.fit(records, { ...base, target, members: 2 })
    const alone = await Promise.all([5, 6].map((seed) => Model.fit(records, { ...base, target, seed })))
    const [a, b] = alone.map((one) => one.predict(records))
    // The mean of logarithms is the geometric mean.
    for (const [i, price] of model.predict(records).entries()) {
      assert.ok(Math.abs(price / Math.sqrt(a[i] * b[i]) - 1) < 1e-12)
    }
  })

  it('are in the file and in the digest', async () => {
    const model = await three()
    const text = JSON.stringify(model)
    const copy = Model.fromJSON<'label'>(text)
    assert.equal(copy.digest(), model.digest())
    assert.equal(JSON.stringify(copy), text)
    assert.deepEqual(copy.predict(records), model.predict(records))
    assert.equal((JSON.parse(text) as SavedModel).network?.format, 'lockstep-nn/ensemble')
    const { parameters, inputs, members } = ensembleOf(model)
    const layers = members[0].architecture().layers as never
    for (let member = 0; member < 3; member++) {
      const changed = parameters.slice()
      changed[member * members[0].parameterCount] += 1
      const network = new Ensemble({ inputs, layers, parameters: changed, seeds: [0, 0, 0] })
      const other = new Model({ network, columns: model.columns, target: model.target })
      assert.notEqual(other.digest(), model.digest())
    }
  })

  it('stop one by one with validation, each with its best parameters', async () => {
    const model = await three({ validation: 0.3, fit: {} })
    const best = model.histories.map(({ validationLoss }) => Math.min(...(validationLoss ?? [])))
    assert.equal(model.training?.validationLoss, (best[0] + best[1] + best[2]) / 3)
    assert.ok(model.histories.every(({ stopped }) => stopped === 'earlyStopping'))
    assert.equal(model.training?.epochs, Math.max(...model.histories.map(({ epochs }) => epochs)))
  })

  it('may be trained by hand', async () => {
    const model = await three()
    const ensemble = new Ensemble({
      inputs: 4,
      layers: [
        { units: 4, activation: 'relu' },
        { units: 3, activation: 'softmax' },
      ],
      seeds: [5, 6, 7],
    })
    const y = records.map(({ state }) => model.labels.map((label) => (label === state ? 1 : 0)))
    const trainer = new Trainer(ensemble, { loss: 'categoricalCrossentropy', optimizer: 'adam' })
    trainer.fitSync(model.transform(records), y, { epochs: 10, seed: [5, 6, 7] })
    const same = new Model({ network: ensemble, columns: model.columns, target: model.target })
    assert.equal(same.digest(), model.digest())
  })
})
