/** WeightedEnsemble: weighted means of networks of any architectures, as JSON and in a model. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Ensemble, type LayerOption, Network, WeightedEnsemble } from 'lockstep-nn'
import { labelEncoder, Model, type ModelKind } from 'lockstep-nn/data'
import { toModule } from 'lockstep-nn/formats'
import { toOnnx } from 'lockstep-nn/onnx'
import { sameBits } from '../support/bits.js'
import { moduleOf } from '../support/module-exports.js'
import { nearlySame } from '../support/onnx-records.js'
import { implementations } from '../support/paths.js'
import { plainBits } from '../support/plain-bits.js'

const hidden: readonly (readonly LayerOption[])[] = [
  [],
  [{ units: 3, activation: 'tanh' }],
  [{ units: 2 }, { units: 4 }],
]
const networksOf = (last: LayerOption): Network[] =>
  hidden.map((layers, i) => new Network({ inputs: 2, layers: [...layers, last], seed: i + 1 }))
const WEIGHTS = [2, 0.5, 3]
const made = () => new WeightedEnsemble({ members: networksOf({ units: 2, activation: 'softmax' }), weights: WEIGHTS })

const x = Float64Array.from({ length: 14 }, (_, i) => ((i * 37) % 11) / 4 - 1)

describe('a weighted ensemble', () => {
  it('predicts weight times prediction, summed in order and divided by the sum of the weights, on every backend', async () => {
    const ensemble = made()
    const each = ensemble.members.map((member) => member.predict(x))
    const mean = each[0].map(
      (_, i) => (0 + WEIGHTS[0] * each[0][i] + WEIGHTS[1] * each[1][i] + WEIGHTS[2] * each[2][i]) / 5.5,
    )
    for (const backend of implementations) {
      for (const found of [ensemble.predict(x, { backend }), await ensemble.predictAsync(x, { backend, threads: 2 })]) {
        sameBits(found.mean, mean, `mean on ${backend}`)
        for (const [i, own] of found.members.entries()) sameBits(own, each[i], `members[${i}] on ${backend}`)
      }
    }
  })

  it('has the bits of an Ensemble where the weights are left out', () => {
    const ensemble = new Ensemble({
      inputs: 2,
      layers: [{ units: 5, activation: 'relu' }, { units: 1 }],
      seeds: [1, 2, 3],
    })
    const weighted = new WeightedEnsemble({ members: ensemble.members })
    assert.deepEqual(weighted.weights, [1, 1, 1])
    sameBits(weighted.predict(x).mean, ensemble.predict(x).mean, 'mean')
  })

  it('predicts asynchronously with the samples and parameters of the call', async () => {
    const ensemble = made()
    const expected = ensemble.predict(x).mean
    const given = Float64Array.from(x)
    const promise = ensemble.predictAsync(given)
    given.fill(9)
    for (const { parameters } of ensemble.members) parameters.fill(1)
    sameBits((await promise).mean, expected, 'mean')
  })

  it('ends an asynchronous prediction with the reason of its signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await assert.rejects(made().predictAsync(x, { signal }), { message: 'enough' })
  })

  it('names the member whose parameters are not finite', async () => {
    const ensemble = made()
    ensemble.members[1].parameters[0] = Infinity
    const names = { name: 'RangeError', message: /of members\[1\]/ }
    assert.throws(() => ensemble.predict(x), names)
    await assert.rejects(ensemble.predictAsync(x), names)
  })

  it('has another digest with other weights, members, or another order', () => {
    const { members } = made()
    const digests = [
      made(),
      new WeightedEnsemble({ members, weights: [2, 0.5, 2] }),
      new WeightedEnsemble({ members }),
      new WeightedEnsemble({ members: members.toReversed(), weights: WEIGHTS.toReversed() }),
      new WeightedEnsemble({ members: members.slice(0, 2), weights: [2, 0.5] }),
    ].map((one) => one.digest())
    assert.equal(new Set(digests).size, digests.length)
    assert.equal(made().digest(), digests[0])
  })

  it('is restored from JSON with every bit', () => {
    const ensemble = made()
    for (const saved of [ensemble.toJSON(), JSON.stringify(ensemble)]) {
      const again = WeightedEnsemble.fromJSON(saved)
      assert.deepEqual(again.weights, WEIGHTS)
      assert.equal(again.digest(), ensemble.digest())
      assert.equal(JSON.stringify(again), JSON.stringify(ensemble))
      sameBits(again.predict(x).mean, ensemble.predict(x).mean, 'mean')
    }
  })

  it('is refused with any one character of its JSON changed, wherever it is', () => {
    const small = new WeightedEnsemble({
      members: [new Network({ inputs: 1, layers: [{ units: 1 }] })],
      weights: [2.5],
    })
    const text = JSON.stringify(small)
    const change = fc.record({ at: fc.nat({ max: text.length - 1 }), to: fc.constantFrom(...'Aa0{,"') })
    let refused = 0
    fc.assert(
      fc.property(change, ({ at, to }) => {
        const changed = text.slice(0, at) + to + text.slice(at + 1)
        let again: WeightedEnsemble
        try {
          again = WeightedEnsemble.fromJSON(changed)
        } catch (error) {
          assert.ok(error instanceof TypeError || error instanceof RangeError, String(error))
          refused++
          return
        }
        assert.equal(again.digest(), small.digest())
      }),
      { numRuns: 200 },
    )
    assert.ok(refused > 100, String(refused))
  })

  it('is shown with its weights', async () => {
    const { inspect } = await import('node:util')
    assert.equal(inspect(made()), 'WeightedEnsemble: 3 members of 2 → 2, 51 parameters\n  weights: 2, 0.5, 3')
  })
})

const column = (name: string) => ({ name, type: 'number', scaler: null }) as const
const columns = [column('a'), column('b')]
const records = Array.from({ length: 7 }, (_, i) => ({ a: x[2 * i], b: x[2 * i + 1] }))
const encoder = labelEncoder.fromJSON({ type: 'labelEncoder', labels: ['no', 'yes'] })

/** A model for each last layer. */
const models = (): Model<ModelKind>[] => [
  new Model({ network: made(), columns, target: { name: 'y', type: 'label', encoder } }),
  new Model({
    network: new WeightedEnsemble({ members: networksOf({ units: 1 }), weights: WEIGHTS }),
    columns,
    target: { name: 'y', type: 'number', scaler: null },
  }),
]

describe('a model with a weighted ensemble', () => {
  it('predicts the weighted mean', () => {
    const [labels, numbers] = models()
    const probabilities = labels.predict(records).map((one) => (one as { probabilities: object }).probabilities)
    const [ofLabels, ofNumbers] = [labels, numbers].map(
      ({ networks: [one] }) => (one as WeightedEnsemble).predict(x).mean,
    )
    assert.deepEqual(
      probabilities.flatMap((one) => Object.values(one)),
      [...ofLabels],
    )
    assert.deepEqual(numbers.predict(records), [...ofNumbers])
  })

  it('is saved and restored with the same bytes, and its weights are part of its digest', () => {
    for (const model of models()) {
      const text = JSON.stringify(model)
      const again = Model.fromJSON(text)
      assert.equal(JSON.stringify(again), text)
      assert.deepEqual(again.predict(records), model.predict(records))
      const [network] = model.networks as readonly WeightedEnsemble[]
      const equal = new Model({
        network: new WeightedEnsemble({ members: network.members }),
        columns,
        target: model.target,
      })
      assert.notEqual(equal.digest(), model.digest())
    }
  })

  it('is the same bits as an ES module', () => {
    for (const model of models()) {
      const { predict } = moduleOf(toModule(model)) as { predict(given: object): unknown }
      assert.deepEqual(plainBits(predict(records)), plainBits(model.predict(records)))
    }
  })

  it('is nearly the same as an ONNX model', async () => {
    for (const model of models()) await nearlySame(model, toOnnx(model), records)
  })
})
