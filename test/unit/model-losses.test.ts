/** Model.fit with each loss: the last layer and the targets that it needs, or what to use instead. */
import assert from 'node:assert/strict'
import type { LossName } from 'lockstep-nn'
import { Model } from 'lockstep-nn/data'
import { pets, QUICK } from '../support/pets.js'
import { type Refusal, refusals } from '../support/refusals.js'
import { rowTests } from '../support/rows.js'
import { lossNames, lossTable } from '../support/tables.js'

describe('losses of Model.fit', () => {
  const row = rowTests()
  const counts = pets.map((pet, i) => ({ ...pet, count: i * i }))
  const targets = {
    number: { column: 'count', type: 'number' },
    'two labels': { column: 'tame', type: 'label' },
    'three labels': { column: 'kind', type: 'label' },
  } as const

  // What takes which targets, by the definitions of the losses.
  const takes = (loss: LossName, target: keyof typeof targets): boolean => {
    const { fusedWith, targets: kind } = lossTable[loss]
    if (target === 'number') return fusedWith === null && kind !== 'sign'
    return fusedWith !== 'sigmoid' || target === 'two labels'
  }

  for (const loss of lossNames) {
    for (const [title, target] of Object.entries(targets)) {
      const taken = takes(loss, title as keyof typeof targets)
      row('train and predict, or are refused by name', `${loss} for ${title}`, async () => {
        const train = () =>
          Model.fit(counts, { target, hidden: [8], seed: 1, trainer: { loss }, fit: { epochs: 60, batchSize: 3 } })
        if (!taken) {
          const pattern = new RegExp(`^RangeError: Expected a loss for .* for trainer.loss but received "${loss}"`)
          await assert.rejects(train, pattern)
          return
        }
        const model = await train()
        const losses = model.history?.loss ?? new Float64Array()
        assert.ok(losses[59] < losses[0], `${losses[0]} to ${losses[59]}`)
        assert.equal(model.training?.loss, loss)
        assert.equal(Model.fromJSON(JSON.stringify(model)).digest(), model.digest())
        assert.ok(Object.values(model.evaluate(counts)).length >= 2)
        for (const one of model.predict(counts)) {
          const found = typeof one === 'number' ? [one] : Object.values(one.probabilities)
          assert.ok(found.every(Number.isFinite))
        }
      })
    }
  }

  it('poisson leaves the numbers as they are, and predicts numbers above 0', async () => {
    const model = await Model.fit(counts, { target: 'count', ...QUICK, trainer: { loss: 'poisson' } })
    assert.ok(model.target.type === 'number' && model.target.scaler === null)
    assert.equal(model.network.layers.at(-1)?.activation, 'exponential')
    assert.ok(model.predict(counts).every((count) => count > 0))
    const scaler = { name: 'minMaxScaler', range: [0, 2] } as const
    const target = { column: 'count', type: 'number', scaler } as const
    const scaled = await Model.fit(counts, { target, ...QUICK, trainer: { loss: 'poisson' } })
    assert.ok(scaled.target.type === 'number' && scaled.target.scaler?.range?.[1] === 2)
  })

  it('hinge learns labels as -1 and 1', async () => {
    const model = await Model.fit(pets, {
      target: 'kind',
      hidden: [8],
      seed: 1,
      trainer: { loss: 'hinge', optimizer: { name: 'adam', learningRate: 0.05 } },
      fit: { epochs: 200 },
    })
    assert.equal(model.evaluate(pets).accuracy, 1)
    // Of a row with the right label certain: max(0, 1 - 1) for it, max(0, 1 + 0) for the two others; the mean is 2/3.
    assert.ok(Math.abs((model.history?.loss.at(-1) ?? 0) - 2 / 3) < 0.05)
  })

  it('binaryCrossentropy makes one sigmoid, the probability of the second label', async () => {
    const loss = { name: 'binaryCrossentropy', labelSmoothing: 0.1 } as const
    const model = await Model.fit(pets, { target: 'tame', ...QUICK, trainer: { loss } })
    assert.equal(model.network.outputs, 1)
    const [p] = model.network.predict(model.transform([pets[0]]))
    assert.deepEqual(model.predict(pets[0]).probabilities, { false: 1 - p, true: p })
  })
})

const fitted = (options: object, records: object[] = pets) =>
  Model.fit(records, { target: 'kind', ...QUICK, ...options } as never)
const loss = (name: string, target: unknown = 'kind', records?: object[]) =>
  fitted({ target, trainer: { loss: name } }, records)
const FOR_NUMBERS =
  "For a number: halfSquaredError, meanSquaredError, meanAbsoluteError, huber, logCosh, poisson, quantile. For labels: target: { column, type: 'label' }."

const wrong: readonly Refusal[] = [
  [
    'hinge for a number',
    () => loss('hinge', 'height'),
    'RangeError',
    `Expected a loss for a number for trainer.loss but received "hinge" of type string. ${FOR_NUMBERS}`,
  ],
  [
    'binaryCrossentropy for three labels',
    () => loss('binaryCrossentropy'),
    'RangeError',
    'Expected a loss for 3 labels for trainer.loss but received "binaryCrossentropy" of type string. It is for two labels: use categoricalCrossentropy.',
  ],
  [
    'poisson for numbers below 0',
    () => loss('poisson', 'height', [...pets, { ...pets[0], height: -0.5 }]),
    'RangeError',
    'Expected a number of at least 0 for column "height" of records[6] but received -0.5 of type number. The loss poisson needs it.',
  ],
  [
    'poisson with a scaler that gives numbers below 0',
    () => loss('poisson', { column: 'height', type: 'number', scaler: 'standardScaler' }),
    'RangeError',
    `Expected a scaler that gives numbers of at least 0 for target.scaler but received "standardScaler" of type string. The loss poisson needs it. Leave the scaler out, or pass 'none'.`,
  ],
]

refusals('losses of Model.fit', wrong)
