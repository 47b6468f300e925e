/** Results as JSON: arrays of numbers where the objects of the library have typed arrays. */
import assert from 'node:assert/strict'
import { DivergenceError, Ensemble, Network, type Progress, Trainer } from 'lockstep-nn'
import { labelEncoder, Model } from 'lockstep-nn/data'
import { sameBits } from '../support/bits.js'

/** The same with arrays for typed arrays and null for what is not finite: the expected JSON. */
function plain(value: unknown): unknown {
  if (value instanceof Float64Array) return Array.from(value, plain)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]))
}

/** Checks a result's JSON, that comparisons and copies ignore its toJSON, and that no array is an object keyed by indices. */
function check(result: object, expected: unknown = plain(result)): void {
  const text = JSON.stringify(result)
  assert.deepEqual(JSON.parse(text), expected)
  assert.ok(!text.includes('"0":'), text)
  assert.ok(!Object.keys(result).includes('toJSON'))
  assert.deepEqual(structuredClone(result), { ...result })
}

const x = [[0], [1], [2], [3]]
const y = [[0], [1], [1], [0]]
const layers = [{ units: 2, activation: 'tanh' }, { units: 1 }] as const
const optimizer = { name: 'sgd', learningRate: 0.01 } as const
const options = { loss: 'meanSquaredError', optimizer, metrics: ['accuracy', 'rocAuc'], schedule: 'cosine' } as const
const network = () => new Network({ inputs: 1, layers, seed: 1 })
const ensemble = () => new Ensemble({ inputs: 1, layers, seeds: [1, 2, 3] })

describe('results as JSON', () => {
  it('has arrays for the series of a history', async () => {
    const fit = { epochs: 3, validationData: [x, y], earlyStopping: { patience: 2 } } as const
    for (const history of [
      new Trainer(network(), options).fitSync(x, y, fit),
      await new Trainer(network(), options).fit(x, y, fit),
    ]) {
      check(history)
      const { loss, learningRate, validationMetrics, epochs } = JSON.parse(JSON.stringify(history))
      assert.deepEqual(loss, [...history.loss])
      assert.equal(learningRate.length, 3)
      assert.deepEqual(validationMetrics.accuracy, [...history.validationMetrics.accuracy!])
      assert.equal(epochs, 3)
      check(history.metrics)
      check(history.validationMetrics)
    }
  })

  it('has arrays for the histories of the members of an ensemble', () => {
    const result = new Trainer(ensemble(), options).fitSync(x, y, { epochs: 2 })
    assert.deepEqual(JSON.parse(JSON.stringify(result)), plain(result))
    assert.ok(!JSON.stringify(result).includes('"0":'))
  })

  it('has null for a NaN, which is a NaN again where it is read as the docs show', () => {
    const history = new Trainer(network(), options).fitSync(x, [[1], [1], [1], [1]], { epochs: 2 })
    const { rocAuc } = JSON.parse(JSON.stringify(history)).metrics as { rocAuc: (number | null)[] }
    assert.deepEqual(rocAuc, [null, null])
    // A NaN's payload may differ.
    sameBits(
      Float64Array.from(rocAuc, (value) => value ?? NaN),
      history.metrics.rocAuc!,
      'rocAuc',
    )
  })

  it('has the numbers that onEpoch was called with', () => {
    const one: Progress[] = []
    new Trainer(network(), options).fitSync(x, y, { onEpoch: (progress) => void one.push(progress) })
    check(one[0])
    assert.deepEqual(JSON.parse(JSON.stringify(one[0])).metrics, { ...one[0].metrics })
    const all: unknown[] = []
    new Trainer(ensemble(), options).fitSync(x, y, { onEpoch: (progress) => void all.push(progress) })
    assert.deepEqual(JSON.parse(JSON.stringify(all)), plain(all))
  })

  it('has arrays for evaluations, with their confusion matrices', () => {
    const metrics = ['accuracy', 'confusionMatrix'] as const
    const single = new Trainer(network(), options).evaluate(x, y, { metrics })
    check(single)
    assert.equal(JSON.parse(JSON.stringify(single)).confusionMatrix.length, 4)
    const several = new Trainer(ensemble(), options).evaluate(x, y, { metrics })
    check(several)
    check(several.memberMetrics[0])
    assert.deepEqual(JSON.parse(JSON.stringify(several)).members, [...several.members])
  })

  it('has arrays for the evaluation of a model', () => {
    const target = { name: 'kind', type: 'label', encoder: labelEncoder.fit(['a', 'b']) } as const
    const columns = [{ name: 'size', type: 'number', scaler: null }] as const
    const softmax = new Network({ inputs: 1, layers: [{ units: 2, activation: 'softmax' }] })
    const model = new Model<'label'>({ network: softmax, columns, target })
    check(
      model.evaluate([
        { size: 1, kind: 'a' },
        { size: 2, kind: 'b' },
      ]),
    )
  })

  it('has arrays for the predictions of an ensemble, and for the parameters of a layer', () => {
    check(ensemble().predict(x))
    check(network().getLayer(0))
  })

  it('has the message, the epoch and the history of a divergence', () => {
    const trainer = new Trainer(network(), { ...options, optimizer: { name: 'sgd', learningRate: 1e160 } })
    assert.throws(
      () => trainer.fitSync(x, y, { epochs: 20 }),
      (error) => {
        assert.ok(error instanceof DivergenceError)
        const { message, epoch, loss, history } = error
        const expected = plain({ name: 'DivergenceError', message, epoch, loss, history })
        assert.deepEqual(JSON.parse(JSON.stringify(error)), expected)
        assert.ok(!Object.keys(error).includes('history'))
        return true
      },
    )
  })
})
