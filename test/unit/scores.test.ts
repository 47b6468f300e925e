/** Scores of finished predictions: scikit-learn's values, values by hand, and what evaluate reports. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { metrics, Network } from 'lockstep-nn'
import { labelEncoder, Model, scores, standardScaler } from 'lockstep-nn/data'
import { refusals } from '../support/refusals.js'
import { rowTests } from '../support/rows.js'

interface LabelTable {
  readonly labels: number[]
  readonly probabilities: number[][]
  readonly predicted: number[]
  readonly [score: string]: unknown
}

interface NumberTable {
  readonly targets: number[]
  readonly predictions: number[]
  readonly quantile: number
  readonly counts: number[]
  readonly means: number[]
  readonly [score: string]: unknown
}

const file = new URL('../../../test/fixtures/scikit-learn/scores.json', import.meta.url)
const { two, several, numbers } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly two: LabelTable[]
  readonly several: LabelTable[]
  readonly numbers: NumberTable[]
}

function close(actual: number, expected: unknown): void {
  const value = expected as number
  assert.ok(Math.abs(actual - value) <= 1e-12 * Math.max(1, Math.abs(value)), `${actual}, expected ${value}`)
}

describe('scores are those of scikit-learn', () => {
  const row = rowTests()
  for (const [title, tables] of Object.entries({ 'for two labels': two, 'for several labels': several })) {
    const each = (name: string, score: (table: LabelTable) => number) =>
      row(title, name, () => {
        assert.equal(tables.length, 20)
        for (const table of tables) close(score(table), table[name])
      })
    each('logLoss', ({ labels, probabilities }) => scores.logLoss(labels, probabilities))
    each('brierScore', ({ labels, probabilities }) => scores.brierScore(labels, probabilities))
    each('rocAuc', ({ labels, probabilities }) => scores.rocAuc(labels, probabilities))
    each('balancedAccuracy', ({ labels, predicted }) => scores.balancedAccuracy(labels, predicted))
    each('matthewsCorrelation', ({ labels, predicted }) => scores.matthewsCorrelation(labels, predicted))
  }
  row('for two labels', 'the probability of label 1 alone', () => {
    for (const { labels, probabilities, ...expected } of two) {
      const second = Float64Array.from(probabilities, ([, p]) => p)
      const first = Float64Array.from(second, (p) => 1 - p)
      // 1 - p has the bits of the other probability in most rows only.
      if (probabilities.some(([p], i) => p !== first[i])) continue
      assert.equal(scores.logLoss(labels, second), scores.logLoss(labels, probabilities))
      close(scores.brierScore(labels, second), expected.brierScore)
      close(scores.rocAuc(labels, second), expected.rocAuc)
    }
  })
  const each = (name: string, score: (table: NumberTable) => number) =>
    row('for numbers', name, () => {
      assert.equal(numbers.length, 20)
      for (const table of numbers) close(score(table), table[name])
    })
  each('medianAbsoluteError', ({ targets, predictions }) => scores.medianAbsoluteError(targets, predictions))
  each('pinballLoss', ({ targets, predictions, quantile }) => scores.pinballLoss(targets, predictions, { quantile }))
  each('poissonDeviance', ({ counts, means }) => scores.poissonDeviance(counts, means))
})

describe('scores', () => {
  it('put rows into bins by the probability of the predicted label', () => {
    const labels = [1, 0, 1, 0, 2]
    const probabilities = [
      [0.25, 0.5, 0.25],
      [0.25, 0.5, 0.25],
      [0, 1, 0],
      [0.75, 0, 0.25],
      [0.375, 0.375, 0.25],
    ]
    assert.deepEqual(scores.calibrationBins(labels, probabilities, { bins: 4 }), [
      { from: 0.25, to: 0.5, rows: 3, confidence: (0.5 + 0.5 + 0.375) / 3, accuracy: 1 / 3 },
      { from: 0.5, to: 0.75, rows: 1, confidence: 0.75, accuracy: 1 },
      { from: 0.75, to: 1, rows: 1, confidence: 1, accuracy: 1 },
    ])
    close(scores.calibrationError(labels, probabilities, { bins: 4 }), (0.375 + 0.25) / 5)
    close(scores.calibrationError(labels, probabilities, { bins: 1 }), (0.5 + 0.5 + 1 + 0.75 + 0.375 - 3) / 5)
    assert.equal(scores.calibrationError([1, 1, 0, 0], [1, 1, 0, 0]), 0)
  })

  it('count the ends of an interval as inside', () => {
    assert.equal(scores.coverage([1, 2, 3, 4], [1, 1, 1, 1], [1, 2, 2, 5]), 0.75)
    assert.equal(scores.meanWidth([1, 1, 1, 1], [1, 2, 2, 5]), 1.5)
  })

  it('leave labels without rows out of the area and of the balanced accuracy', () => {
    const probabilities = [
      [0.5, 0.25, 0.25],
      [0.25, 0.5, 0.25],
      [0.25, 0.25, 0.5],
    ]
    assert.ok(Number.isNaN(metrics.rocAuc([0, 1, 1], probabilities)))
    // Label 0: one of its rows above both others. Label 1: one above label 0, one below with the same value.
    assert.equal(scores.rocAuc([0, 1, 1], probabilities), (1 + 0.75) / 2)
    assert.ok(Number.isNaN(scores.rocAuc([1, 1, 1], probabilities)))
    assert.equal(scores.balancedAccuracy([0, 1, 1], [0, 1, 2]), 0.75)
  })

  it('are finite where a true label has probability 0', () => {
    close(scores.logLoss([0], [[0, 1]]), 52 * Math.LN2)
    assert.equal(scores.matthewsCorrelation([1, 1, 1], [1, 1, 1]), 0)
  })
})

describe('evaluate of a model', () => {
  const network = new Network({ inputs: 1, layers: [{ units: 3, activation: 'softmax' }], seed: 3 })
  const columns = [{ name: 'a', type: 'number', scaler: null } as const]
  const records = Array.from({ length: 30 }, (_, i) => ({ a: i / 10, kind: ['x', 'y', 'z'][(i * i) % 3], n: i % 7 }))

  it('reports the scores of labels', () => {
    const encoder = labelEncoder.fit(['x', 'y', 'z'])
    const model = new Model<'label'>({ network, columns, target: { name: 'kind', type: 'label', encoder } })
    const predictions = model.predict(records.map(({ a }) => ({ a })))
    const labels = records.map(({ kind }) => 'xyz'.indexOf(kind))
    const probabilities = predictions.map(({ probabilities: { x, y, z } }) => [x, y, z])
    const predicted = predictions.map(({ label }) => 'xyz'.indexOf(String(label)))
    const { confusionMatrix, ...evaluation } = model.evaluate(records)
    assert.deepEqual(evaluation, {
      rows: 30,
      withoutTarget: 0,
      accuracy: metrics.accuracy(labels, probabilities),
      balancedAccuracy: scores.balancedAccuracy(labels, predicted),
      f1: metrics.f1(labels, probabilities, { average: 'macro' }),
      rocAuc: scores.rocAuc(labels, probabilities),
      logLoss: scores.logLoss(labels, probabilities),
      brierScore: scores.brierScore(labels, probabilities),
      calibrationError: scores.calibrationError(labels, probabilities),
    })
    assert.equal(confusionMatrix.length, 9)
  })

  it('reports the scores of two labels from one sigmoid', () => {
    const sigmoid = new Network({ inputs: 1, layers: [{ units: 1, activation: 'sigmoid' }], seed: 3 })
    const target = { name: 'n', type: 'label', encoder: labelEncoder.fit([0, 1]) } as const
    const model = new Model<'label'>({ network: sigmoid, columns, target })
    const some = records.map(({ a }, i) => ({ a, n: Number(i % 3 === 0) }))
    const second = some.map((record) => model.predict(record).probabilities['1'])
    const labels = some.map(({ n }) => n)
    const { logLoss, brierScore, rocAuc, f1 } = model.evaluate(some)
    assert.deepEqual([logLoss, brierScore], [scores.logLoss(labels, second), scores.brierScore(labels, second)])
    assert.equal(rocAuc, metrics.rocAuc(labels, second))
    assert.equal(f1, metrics.f1(labels, second, { average: 'macro' }))
  })

  it('reports the scores of numbers', () => {
    const linear = new Network({ inputs: 1, layers: [{ units: 1 }], seed: 3 })
    const scaler = standardScaler.fit(records.map(({ n }) => [n]))
    const model = new Model<'number'>({ network: linear, columns, target: { name: 'n', type: 'number', scaler } })
    const predictions = records.map(({ a }) => model.predict({ a }))
    const targets = records.map(({ n }) => n)
    assert.deepEqual(model.evaluate(records), {
      rows: 30,
      withoutTarget: 0,
      r2: metrics.r2(targets, predictions),
      meanAbsoluteError: metrics.meanAbsoluteError(targets, predictions),
      medianAbsoluteError: scores.medianAbsoluteError(targets, predictions),
      rootMeanSquaredError: metrics.rootMeanSquaredError(targets, predictions),
    })
  })
})

describe('evaluate with an interval', () => {
  const rows = (seed: number, count: number) =>
    Array.from({ length: count }, (_, i) => {
      const a = (i * 37 + seed * 11) % 50
      return { a, y: 2 * a + ((i * i * 7 + seed) % 13), kind: a > 25 ? 'x' : 'y' }
    })
  const options = { columns: ['a'], validation: 0.3, fit: { epochs: 20 }, seed: 1 } as const

  it('reports the coverage and mean width of the intervals of predict', async () => {
    const model = await Model.fit(rows(1, 200), { target: 'y', ...options })
    const others = rows(2, 100)
    const intervals = model.predict(
      others.map(({ a }) => ({ a })),
      { interval: 0.8 },
    )
    const [low, high] = [intervals.map((one) => one.low), intervals.map((one) => one.high)]
    const { coverage, meanWidth, ...rest } = model.evaluate(others, { interval: 0.8 })
    assert.equal(
      coverage,
      scores.coverage(
        others.map(({ y }) => y),
        low,
        high,
      ),
    )
    assert.equal(meanWidth, scores.meanWidth(low, high))
    assert.deepEqual(rest, model.evaluate(others))
  })

  it('reports the coverage and mean size of the sets of labels, also among several targets', async () => {
    const both = await Model.fit(rows(1, 200), { target: ['y', 'kind'], ...options })
    const others = rows(2, 100)
    const { y, kind } = both.evaluate(others, { interval: 0.8 })
    assert.ok(y.coverage > 0.5 && y.meanWidth > 0)
    const sets = both.predict(
      others.map(({ a }) => ({ a })),
      { interval: 0.8 },
    )
    const within = others.filter((one, i) => sets[i].kind.labels.includes(one.kind))
    assert.equal(kind.coverage, within.length / 100)
    assert.equal(kind.meanSize, sets.reduce((sum, one) => sum + one.kind.labels.length, 0) / 100)
  })
})

const probabilities = [
  [0.5, 0.5],
  [1, 0],
]

refusals('scores', [
  [
    'another number of rows',
    () => scores.logLoss([0, 1, 1], probabilities),
    'RangeError',
    'Expected 3 rows, as many as labels, for probabilities but received 4 numbers.',
  ],
  [
    'a label that has no probability',
    () => scores.logLoss([0, 2], probabilities),
    'RangeError',
    'Expected the number of a label, from 0 to 1, for labels[1] but received 2 of type number.',
  ],
  [
    'a probability above 1',
    () => scores.brierScore([0, 1], [0.5, 1.5]),
    'RangeError',
    'Expected a probability from 0 to 1 for probabilities[1] but received 1.5 of type number.',
  ],
  [
    'probabilities that do not add up',
    () =>
      scores.calibrationError(
        [0, 1],
        [
          [0.5, 0.5],
          [0.5, 0.25],
        ],
      ),
    'RangeError',
    'Expected probabilities that add up to 1 for probabilities[1] but received a sum of 0.75.',
  ],
  [
    'no bins',
    () => scores.calibrationError([0, 1], probabilities, { bins: 0 }),
    'RangeError',
    'Expected an integer from 1 to 1048576 for bins but received 0 of type number.',
  ],
  [
    'NaN',
    () => scores.medianAbsoluteError([1, Number.NaN], [1, 2]),
    'RangeError',
    'Expected a finite number for targets[1] but received NaN of type number.',
  ],
  [
    'labels of text',
    () => scores.balancedAccuracy(['a', 'b'] as never, [0, 1]),
    'TypeError',
    'Expected a number for labels[0] but received "a" of type string. Pass the number of each label, such as its place in model.labels.',
  ],
  [
    'a mean of 0',
    () => scores.poissonDeviance([1, 2], [1, 0]),
    'RangeError',
    'Expected a number above 0 for predictions[1] but received 0 of type number.',
  ],
  [
    'a negative count',
    () => scores.poissonDeviance([1, -1], [1, 1]),
    'RangeError',
    'Expected a number of at least 0 for targets[1] but received -1 of type number.',
  ],
  [
    'quantile 1',
    () => scores.pinballLoss([1], [1], { quantile: 1 }),
    'RangeError',
    'Expected a number above 0 and below 1 for quantile but received 1 of type number.',
  ],
  [
    'an interval that ends before it begins',
    () => scores.coverage([1, 2], [0, 3], [1, 2]),
    'RangeError',
    'Expected a number of at least 3, which is low[1], for high[1] but received 2.',
  ],
])
