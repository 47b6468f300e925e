/** `validation` of Model.fit: which records it keeps, that nothing is fitted to them, and when the training ends. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Trainer } from 'lockstep-nn'
import { Model } from 'lockstep-nn/data'
import { chooseValidation } from '#lib/data/splits/validation.js'
import { sameBits } from '../support/bits.js'
import { drawCount } from '../support/drawn.js'
import { houses, INPUTS } from '../support/houses.js'
import { uniform } from '../support/values.js'

const base = { columns: INPUTS, hidden: [4], seed: 3, trainer: { backend: 'typescript' } } as const
const records = houses(60, 5)
const QUICK = { epochs: 3 }
const NOT_EARLY = { epochs: 3, earlyStopping: false } as const
const lossesOf = (model: Pick<Model, 'history'>) => model.history?.validationLoss ?? new Float64Array()

describe('validation of Model.fit', () => {
  it('trains on the other records, and validates on those that it keeps', async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 0, max: 1000 }),
      fc.constantFrom('price', 'state', 'visits'),
      fc.constantFrom(1, 2),
      async (seed, name, members) => {
        const stratify = name === 'state' ? { stratify: name } : {}
        const { train, validation } = chooseValidation(
          60,
          { share: 0.3, seed },
          (column) => records.map((house) => house[column as 'state']),
          stratify,
        )
        const at = (rows: Int32Array) => Array.from(rows, (i) => records[i])
        const all = { ...base, target: name as 'price', members, fit: QUICK }
        const kept = await Model.fit(records, { ...all, validation: { share: 0.3, seed } })
        const given = await Model.fit(at(train), { ...all, validation: at(validation) })
        assert.equal(kept.digest(), given.digest())
        assert.deepEqual(kept.columns, given.columns)
        sameBits(lossesOf(kept), lossesOf(given), 'validation losses')
        assert.deepEqual([kept.training?.rows, kept.training?.validationRows], [60, 18])
        assert.deepEqual([given.training?.rows, given.training?.validationRows], [42, 18])
      },
    )
    await fc.assert(property, { numRuns: drawCount(40) })
  })

  it('fits nothing to the records that it keeps, whatever is in them', async () => {
    const options = { ...base, target: 'price', fit: NOT_EARLY } as const
    const validation = { share: 0.25, shuffle: false }
    const model = await Model.fit(records, { ...options, validation })
    const changed = records.map((house, i) => (i < 45 ? house : { ...house, area: 1e6, price: 2 * house.price }))
    const other = await Model.fit(changed, { ...options, validation })
    assert.deepEqual(other.columns, model.columns)
    assert.equal(other.network.digest(), model.network.digest())
    assert.notDeepEqual(lossesOf(other), lossesOf(model))
    const { target } = other
    assert.ok(target.type === 'number' && model.target.type === 'number')
    assert.deepEqual(target.scaler, model.target.scaler)
    assert.notDeepEqual(target.residuals, model.target.residuals)
  })

  it('is a share of 0.2 of each label where options do not say, drawn by the seed of the model', async () => {
    const rare = Array.from({ length: 100 }, (_, i) => ({ x: i % 7, y: i % 10 === 0 ? 'rare' : 'often' }))
    const all = { target: 'y', hidden: [2], fit: NOT_EARLY, classWeight: 'balanced' } as const
    const model = await Model.fit(rare, { ...all, validation: {} })
    assert.equal(model.training?.validationRows, 20)
    const same = await Model.fit(rare, { ...all, validation: { share: 0.2, stratify: 'y', seed: 0 } })
    assert.equal(model.digest(), same.digest())
    assert.equal((await Model.fit(rare, { ...all, validation: 0.2 })).digest(), model.digest())
    // By chance, the same records may be drawn from all.
    const differ = [1, 2, 3, 4].map(async (seed) => {
      const drawn = await Model.fit(rare, { ...all, validation: { stratify: false, seed } })
      return drawn.digest() !== (await Model.fit(rare, { ...all, validation: { seed } })).digest()
    })
    assert.ok((await Promise.all(differ)).includes(true))
    assert.notEqual((await Model.fit(rare, { ...all, seed: 1, validation: 0.2 })).digest(), model.digest())
  })

  it('leaves the column of groups out of the inputs, unless columns names it, and predict takes it', async () => {
    const visits = records.map((house, i) => ({ ...house, owner: `owner ${i % 9}` }))
    const all = { target: 'price', hidden: [2], fit: QUICK } as const
    const validation = { groups: 'owner' }
    const model = await Model.fit(visits, { ...all, validation })
    assert.ok(model.columns.every(({ name }) => name !== 'owner'))
    assert.equal(model.predict(visits).length, 60)
    assert.equal(Model.fromJSON(JSON.stringify(model)).predict(visits).length, 60)
    const options = { owner: { unknown: 'zeros' } } as const
    const chosen = await Model.fit(visits, { ...all, validation, columns: ['area', 'owner'], options })
    assert.deepEqual(
      chosen.columns.map(({ name }) => name),
      ['area', 'owner'],
    )
  })

  it('takes the latest records by a column of times', async () => {
    const dated = records.map((house, i) => ({ ...house, day: (i * 7) % 60 }))
    const all = { ...base, target: 'price', fit: QUICK } as const
    const model = await Model.fit(dated, { ...all, validation: { share: 0.2, time: 'day' } })
    const late = (isLate: boolean) => dated.filter(({ day }) => day >= 48 === isLate)
    const given = await Model.fit(late(false), { ...all, validation: late(true) })
    assert.equal(model.network.digest(), given.network.digest())
  })

  it('stops once the loss on its records does not improve, and keeps the best parameters', async () => {
    const model = await Model.fit(records, { ...base, hidden: [16], target: 'visits', validation: 0.3 })
    const { history, training, network } = model
    assert.ok(history !== null && history.stopped === 'earlyStopping' && history.bestEpoch !== undefined)
    assert.equal(history.epochs, history.bestEpoch + 1 + 30)
    assert.equal(history.loss.length, lossesOf(model).length)
    assert.equal(training?.validationLoss, Math.min(...lossesOf(model)))
    const { validation } = chooseValidation(60, { share: 0.3, seed: 3 }, () => [])
    const kept = Array.from(validation, (i) => records[i])
    assert.ok(model.target.type === 'number' && model.target.scaler !== null)
    const y = model.target.scaler.transform(kept.map(({ visits }) => [visits]))
    const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'adam', backend: 'typescript' })
    assert.equal(trainer.evaluate(model.transform(kept), y).loss, training?.validationLoss)
  })

  it('may be without early stopping, or with the caller’s', async () => {
    const all = { ...base, target: 'price', validation: 0.3 } as const
    const off = await Model.fit(records, { ...all, fit: { epochs: 60, earlyStopping: false } })
    assert.deepEqual([off.history?.stopped, off.history?.epochs], ['epochs', 60])
    assert.equal(off.training?.validationLoss, lossesOf(off).at(-1))
    const own = await Model.fit(records, { ...all, fit: { earlyStopping: { patience: 1, minDelta: 1 } } })
    assert.deepEqual([own.history?.stopped, own.history?.epochs], ['earlyStopping', 2])
    // The first epoch was the best one, and its parameters are kept.
    assert.equal(own.training?.validationLoss, lossesOf(own)[0])
    const one = await Model.fit(records, { ...all, fit: { epochs: 1 } })
    assert.equal(own.network.digest(), one.network.digest())
    const last = await Model.fit(records, {
      ...all,
      fit: { earlyStopping: { patience: 1, minDelta: 1, restoreBest: false } },
    })
    assert.notEqual(last.network.digest(), one.network.digest())
  })

  it('does not change a training without it: 100 epochs, no early stopping', async () => {
    const model = await Model.fit(records, { ...base, target: 'price' })
    assert.deepEqual([model.history?.stopped, model.history?.epochs], ['epochs', 100])
  })
})

describe('the temperature of a model', () => {
  // A label that is drawn: half of it cannot be predicted, so that a network that is trained for long is too sure.
  const noisy = (rows: number, seed: number) => {
    const draw = uniform(seed)
    return Array.from({ length: rows }, () => {
      const [a, b, c] = [draw(), draw(), draw()]
      return { a, b, c, y: draw() < 0.5 ? (a > 0.5 ? 'high' : 'low') : ['high', 'low', 'none'][Math.floor(3 * draw())] }
    })
  }
  const long = { hidden: [32], trainer: { optimizer: { name: 'adam', learningRate: 0.01 } } } as const
  const fit = { epochs: 200, earlyStopping: false } as const

  it('makes probabilities of new records better, and changes no label', async () => {
    const [records, kept, others] = [noisy(200, 1), noisy(300, 2), noisy(1000, 3)]
    for (const target of [
      { column: 'y', type: 'label' },
      { column: 'y', type: 'ordered', labels: ['low', 'none', 'high'] },
    ] as const) {
      const all = { ...long, fit, target, validation: kept }
      const model = await Model.fit(records, all)
      const off = await Model.fit(records, { ...all, temperature: false })
      assert.equal(model.network.digest(), off.network.digest())
      assert.ok('temperature' in model.target && !('temperature' in off.target))
      assert.ok(Number(model.target.temperature) > 1.5)
      const [after, before] = [model.evaluate(others), off.evaluate(others)]
      assert.equal(after.accuracy, before.accuracy)
      assert.ok(after.logLoss < before.logLoss - 0.03, `${before.logLoss} to ${after.logLoss}`)
      assert.ok(after.brierScore < before.brierScore - 0.01)
      // Of ordered labels it is about the same: their labels in the middle are drawn.
      if (target.type === 'label') assert.ok(after.calibrationError < 0.8 * before.calibrationError)
      assert.notEqual(model.digest(), off.digest())
      const copy = Model.fromJSON<'label'>(JSON.stringify(model))
      assert.equal(copy.digest(), model.digest())
      assert.deepEqual(copy.predict(others), model.predict(others))
    }
  })

  it('stays near 1 where few records are all predicted right', async () => {
    const records = Array.from({ length: 40 }, (_, i) => ({ x: i % 20, y: i % 20 < 10 ? 'a' : 'b' }))
    const model = await Model.fit(records, { ...long, fit, target: 'y', validation: 0.2 })
    assert.ok('temperature' in model.target && Number(model.target.temperature) > 0.2)
    assert.ok(model.predict(records).every(({ probabilities }) => probabilities.a > 0 && probabilities.a < 1))
  })
})
