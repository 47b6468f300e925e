/** Metrics of predictions that are NaN or infinite, as functions of their table and in trainings whose values are no longer finite. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { DivergenceError, Ensemble, type MetricName, metrics, Network, type Progress, Trainer } from 'lockstep-nn'
import { metricRegistry } from '#lib/metrics/choose.js'
import { metricTable } from '#lib/metrics/table.js'
import { referenceArea, referenceMetrics } from '../support/reference-metrics.js'

const NAMES = Object.keys(metricTable) as MetricName[]

/** A metric with its defaults, of values that its function would refuse. */
function metricOf(name: MetricName, targets: number[], predictions: number[], outputs = 1): number | Float64Array {
  const given = name === 'topK' ? { name, k: 1 } : name
  const { entry, options } = metricRegistry.choose(given, name)
  const [y, p] = [Float64Array.from(targets), Float64Array.from(predictions)]
  return entry.value({ rows: y.length / outputs, outputs, targets: y, predictions: p, signs: false }, options)
}

const isNaNAll = (value: number | Float64Array): boolean =>
  (typeof value === 'number' ? Float64Array.of(value) : value).every(Number.isNaN)

/** 2-8-8-1 on inputs from 0 to 10: a rate that is too large leaves finite parameters whose predictions are not. */
const network = (seed: number) => new Network({ inputs: 2, layers: [{ units: 8 }, { units: 8 }, { units: 1 }], seed })

describe('metrics of predictions that are not finite', () => {
  it('are NaN where one prediction is NaN, wherever it is', () => {
    for (const name of NAMES) {
      for (let at = 0; at < 4; at++) {
        const single = [0.2, 0.9, 0.4, 0.7]
        single[at] = NaN
        if (name !== 'topK') assert.ok(isNaNAll(metricOf(name, [0, 1, 1, 0], single)), `${name}, one output, ${at}`)
        const several = [0.2, 0.8, 0.6, 0.4]
        several[at] = NaN
        assert.ok(isNaNAll(metricOf(name, [1, 0, 0, 1], several, 2)), `${name}, two outputs, ${at}`)
      }
    }
  })

  // By hand: the sum of squared errors is NaN, so it is unknown whether all are right.
  it('are NaN for r2 where targets are equal too', () => {
    assert.ok(Number.isNaN(metricOf('r2', [2, 2], [2, NaN])))
    assert.equal(metricOf('r2', [2, 2], [2, Infinity]), 0)
  })

  it('take infinities for the largest and the smallest value, equal to themselves', () => {
    // Pairs (positive, negative): (∞, ∞) 1/2, (∞, -∞) 1, (-∞, ∞) 0, (-∞, -∞) 1/2.
    assert.equal(metricOf('rocAuc', [1, 0, 1, 0], [Infinity, Infinity, -Infinity, -Infinity]), 0.5)
    assert.equal(metricOf('accuracy', [1, 0, 1, 0], [Infinity, Infinity, -Infinity, -Infinity]), 0.5)
    assert.equal(metricOf('rocAuc', [1, 0, 0], [Infinity, 1, -Infinity]), 1)
    assert.equal(metricOf('accuracy', [0, 1, 1, 0], [-Infinity, Infinity, 0, -Infinity], 2), 1)
    assert.equal(metricOf('topK', [0, 1, 1, 0], [-Infinity, -Infinity, Infinity, Infinity], 2), 0.5)
  })

  it('count the pairs of drawn values with infinities and equal ones for the area under the curve', () => {
    const value = fc.oneof(fc.constantFrom(Infinity, -Infinity, 0, -0, 1, Number.MAX_VALUE), fc.double({ noNaN: true }))
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), value), { minLength: 1, maxLength: 30 }), (rows) => {
        const expected = referenceArea(
          Float64Array.from(rows, ([, p]) => p),
          rows.map(([one]) => one),
        )
        const area = metricOf(
          'rocAuc',
          rows.map(([one]) => Number(one)),
          rows.map(([, p]) => p),
        ) as number
        assert.ok(Object.is(area, expected) || Math.abs(area - expected) <= 1e-12, `${area}, expected ${expected}`)
      }),
    )
  })

  // scikit-learn refuses them as well.
  it('are refused as arguments of the functions', () => {
    assert.throws(() => metrics.rocAuc([0, 1], [0.5, NaN]), {
      name: 'RangeError',
      message:
        'Expected a finite number for predictions[1][0] but received NaN of type number. Remove or fill in such rows first.',
    })
  })
})

describe('trainings whose values are no longer finite', () => {
  const watched = ['accuracy', 'binaryAccuracy', 'precision', 'recall', 'f1', 'rocAuc', 'r2'] as const

  it('report in each epoch the values of the reference, in 240 drawn trainings', function () {
    this.timeout(120_000)
    const seen = { nan: 0, finite: 0, diverged: 0 }
    let state = 7
    const draw = (below: number): number => {
      state = (state * 48271) % 2147483647
      return state % below
    }
    for (let i = 0; i < 240; i++) {
      const rows = 4 + draw(12)
      const x = Float64Array.from({ length: 2 * rows }, () => draw(11))
      const y = Float64Array.from({ length: rows }, (_, row) => (row < 2 ? row : draw(2)))
      const made = network(i)
      const trainer = new Trainer(made, {
        loss: 'meanSquaredError',
        optimizer: { name: 'sgd', learningRate: [0.0001, 0.003, 0.01, 0.05, 0.2][i % 5] },
        backend: 'typescript',
        metrics: watched,
      })
      const onEpoch = ({ metrics: found }: Progress): void => {
        const predictions = made.predict(x, { backend: 'typescript' })
        const { r2: _r2, ...own } = found
        const expected = referenceMetrics(y, predictions, 0.5)
        for (const [name, value] of Object.entries(own)) {
          const wanted = expected[name as keyof typeof expected]
          assert.ok(Object.is(value, wanted) || Math.abs(value - wanted) <= 1e-12, `${name}: ${value}, not ${wanted}`)
        }
        if (Number.isNaN(expected.accuracy)) {
          assert.ok(Number.isNaN(found.r2))
          seen.nan++
        } else seen.finite++
      }
      try {
        trainer.fitSync(x, y, { epochs: 12, batchSize: rows, onEpoch })
      } catch (error) {
        assert.ok(error instanceof DivergenceError, String(error))
        seen.diverged++
      }
    }
    assert.ok(seen.nan >= 10 && seen.finite >= 100 && seen.diverged >= 10, JSON.stringify(seen))
  })

  /** A network that predicts NaN, with parameters that are finite: 1e200 · 1e200 less as much. */
  const nanNetwork = () =>
    new Network({
      inputs: 1,
      layers: [{ units: 2, trainable: false }, { units: 1 }],
      parameters: Float64Array.of(1e200, 1e200, 0, 0, 1e200, -1e200, 0),
    })

  it('are NaN in evaluate, for a parameter or for a row', () => {
    const names = ['accuracy', 'precision', 'recall', 'f1', 'rocAuc', 'r2', 'confusionMatrix'] as const
    const options = { loss: 'meanSquaredError', optimizer: 'sgd', metrics: names } as const
    const { confusionMatrix, ...rest } = new Trainer(nanNetwork(), options).evaluate([[1], [0]], [[1], [0]])
    for (const [name, value] of Object.entries(rest)) assert.ok(Number.isNaN(value), name)
    assert.deepEqual(confusionMatrix, new Float64Array(4).fill(NaN))
    const broken = network(1)
    broken.parameters[0] = NaN
    assert.ok(Number.isNaN(new Trainer(broken, options).evaluate([[1, 1]], [[1]]).rocAuc))
    const members = new Ensemble({ inputs: 1, layers: [{ units: 1 }], seeds: [1, 2] })
    members.parameters[0] = NaN
    const { rocAuc, memberMetrics } = new Trainer(members, { ...options, metrics: ['rocAuc'] }).evaluate(
      [[1], [0]],
      [[1], [0]],
    )
    assert.ok(Number.isNaN(rocAuc) && Number.isNaN(memberMetrics[0].rocAuc) && memberMetrics[1].rocAuc !== undefined)
    assert.ok(!Number.isNaN(memberMetrics[1].rocAuc))
  })

  for (const method of ['fit', 'fitSync'] as const) {
    it(`stop by their patience where the series is NaN in every epoch, in ${method}`, async () => {
      for (const monitor of ['validationRocAuc', 'validationLoss'] as const) {
        const trainer = new Trainer(network(1), {
          loss: 'meanSquaredError',
          optimizer: { name: 'sgd', learningRate: 1e-9 },
          metrics: ['rocAuc'],
        })
        const huge = [[Number.MAX_VALUE, Number.MAX_VALUE]]
        const before = trainer.network.digest()
        const history = await trainer[method]([[0, 1]], [[1]], {
          epochs: 50,
          validationData: [
            [...huge, [0, 0]],
            [[1], [0]],
          ],
          earlyStopping: { monitor, patience: 3, restoreBest: true },
        })
        assert.ok(isNaNAll(history.validationMetrics.rocAuc!), 'rocAuc')
        if (monitor === 'validationRocAuc') {
          assert.deepEqual([history.epochs, history.stopped], [3, 'earlyStopping'])
          assert.equal('bestEpoch' in history, false)
          assert.equal(history.reason, 'validationRocAuc has not improved in 3 epochs')
          // No epoch was the best: the network keeps the last parameters.
          assert.notEqual(trainer.network.digest(), before)
        } else assert.ok(history.epochs <= 50)
      }
    })
  }

  it('count as no improvement for reduceOnPlateau', () => {
    const trainer = new Trainer(network(1), {
      loss: 'meanSquaredError',
      optimizer: { name: 'sgd', learningRate: 2 ** -30 },
      metrics: ['rocAuc'],
      schedule: { name: 'reduceOnPlateau', monitor: 'validationRocAuc', factor: 0.5, patience: 1 },
    })
    const validationData = [
      [
        [Number.MAX_VALUE, Number.MAX_VALUE],
        [0, 0],
      ],
      [[1], [0]],
    ] as const
    const { learningRate } = trainer.fitSync([[0, 1]], [[1]], { epochs: 7, validationData })
    // Every second epoch without an improvement halves the rate.
    assert.deepEqual(
      learningRate,
      Float64Array.from([0, 0, 1, 1, 2, 2, 3], (halvings) => 2 ** (-30 - halvings)),
    )
  })
})
