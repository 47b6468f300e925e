/** Weights of records in Model.fit: by a column, by label, balanced. */
import assert from 'node:assert/strict'
import { Model } from 'lockstep-nn/data'
import { sameBits } from '../support/bits.js'
import { houses, INPUTS, STATES } from '../support/houses.js'

const records = houses(80, 9)
const fit = { epochs: 5 }
const base = { columns: INPUTS, hidden: [4], seed: 2 } as const

describe('sampleWeight of Model.fit', () => {
  const all = { target: 'price', hidden: [4], seed: 2 } as const

  it('is a column that is no input, with the bits of the same weights in an array', async () => {
    const model = await Model.fit(records, { ...all, sampleWeight: 'weight', fit })
    assert.ok(model.columns.every(({ name }) => name !== 'weight'))
    const sampleWeight = records.map(({ weight }) => weight)
    const columns = model.columns.map(({ name }) => name)
    const byArray = await Model.fit(records, { ...all, columns, fit: { ...fit, sampleWeight } })
    assert.equal(model.network.digest(), byArray.network.digest())
    const none = await Model.fit(records, { ...all, columns, fit })
    assert.notEqual(model.network.digest(), none.network.digest())
  })

  it('may be there or not in predict', async () => {
    const model = await Model.fit(records, { ...all, sampleWeight: 'weight', fit })
    const without = records.map(({ weight: _, ...house }) => house)
    assert.deepEqual(model.predict(records), model.predict(without))
    assert.deepEqual(Model.fromJSON(JSON.stringify(model)).predict(records), model.predict(without))
  })

  it('weighs the records of validation as well', async () => {
    const validation = { share: 0.25, shuffle: false }
    const last = { epochs: 5, earlyStopping: false } as const
    const model = await Model.fit(records, { ...base, target: 'price', sampleWeight: 'weight', validation, fit: last })
    const sampleWeight = records.map(({ weight }) => weight)
    const old = { ...last, validationSplit: 0.25, sampleWeight }
    const same = await Model.fit(records, { ...base, target: 'price', fit: old })
    assert.equal(model.network.digest(), same.network.digest())
    const losses = ({ history }: Model<'number'>) => history?.validationLoss ?? new Float64Array()
    sameBits(losses(model), losses(same), 'validation losses')
    const ones = records.map((house, i) => (i < 60 ? house : { ...house, weight: 1 }))
    const other = await Model.fit(ones, { ...base, target: 'price', sampleWeight: 'weight', validation, fit: last })
    assert.equal(other.network.digest(), model.network.digest())
    assert.notDeepEqual(losses(other), losses(model))
  })
})

describe('classWeight of Model.fit', () => {
  const weighted = (classWeight: object | 'balanced', more: object = {}, target: object | string = 'state') =>
    Model.fit(records, { ...base, target: target as 'state', classWeight: classWeight as 'balanced', fit, ...more })

  it('is the same at the top level as in fit', async () => {
    const model = await weighted({ good: 3 })
    const same = await Model.fit(records, { ...base, target: 'state', fit: { ...fit, classWeight: { good: 3 } } })
    assert.equal(model.digest(), same.digest())
  })

  it('is n / (k · n of the label) where it is balanced, of the records that are trained on', async () => {
    const shuffle = false
    const more = { validation: { share: 0.25, shuffle } }
    const trained = records.slice(0, 60)
    const counts = Object.fromEntries(
      STATES.map((state) => [state, trained.filter((house) => house.state === state).length]),
    )
    const weights = Object.fromEntries(STATES.map((state) => [state, 60 / (3 * counts[state])]))
    assert.ok(new Set(Object.values(counts)).size > 1)
    assert.equal((await weighted('balanced', more)).digest(), (await weighted(weights, more)).digest())
    assert.notEqual((await weighted('balanced', more)).digest(), (await weighted({}, more)).digest())
  })

  it('leaves a label out that does not occur', async () => {
    const target = { column: 'state', type: 'label', labels: [...STATES, 'new'] } as const
    const counts = STATES.map((state) => records.filter((house) => house.state === state).length)
    const weights = [...counts.map((count) => 80 / (3 * count)), 1]
    assert.equal((await weighted('balanced', {}, target)).digest(), (await weighted(weights, {}, target)).digest())
  })

  it('is for ordered labels as well, and multiplies the weights of records', async () => {
    const target = { column: 'state', type: 'ordered', labels: STATES }
    const model = await weighted({ poor: 2 }, { sampleWeight: 'weight' }, target)
    const sampleWeight = records.map(({ state, weight }) => (state === 'poor' ? 2 * weight : weight))
    const same = await Model.fit(records, { ...base, target: target as never, fit: { ...fit, sampleWeight } })
    assert.equal(model.network.digest(), same.network.digest())
  })

  it('makes a rare label as likely as the others', async () => {
    const rare = Array.from({ length: 200 }, (_, i) => ({ x: (i * 13) % 7, y: i % 20 === 0 ? 'rare' : 'often' }))
    const trainer = { optimizer: { name: 'adam', learningRate: 0.02 } } as const
    const all = { target: 'y', hidden: [], trainer, fit: { epochs: 100 } } as const
    const mean = (model: Model<'label'>) =>
      model.predict(rare).reduce((sum, one) => sum + one.probabilities.rare / 200, 0)
    assert.ok(Math.abs(mean(await Model.fit(rare, all)) - 0.05) < 0.03)
    assert.ok(Math.abs(mean(await Model.fit(rare, { ...all, classWeight: 'balanced' })) - 0.5) < 0.03)
  })
})
