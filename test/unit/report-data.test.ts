/** The data of a report, gathered from a model, its history and records. */
import assert from 'node:assert/strict'
import { Network } from 'lockstep-nn'
import { Model } from 'lockstep-nn/data'
import { confusionOf } from '#lib/cli/report/gather/confusion.js'
import { curveOf } from '#lib/cli/report/gather/curve.js'
import { outcomesOf } from '#lib/cli/report/gather/outcomes.js'
import { reliabilityOf } from '#lib/cli/report/gather/reliability.js'
import { sampleOf } from '#lib/cli/report/gather/scatter.js'
import { worstRows } from '#lib/cli/report/gather/worst.js'
import { reportData } from '#lib/cli/report/report-data.js'
import { reportPage } from '#lib/cli/report/report-page.js'
import { handmade, heightModel, kindModel, pets } from '../support/pets.js'

/** Predictions with a probability each; the other labels share the rest. */
function labelled(actual: number[], predicted: number[], confidence: number[] = actual.map(() => 0.5)) {
  const labels = Array.from({ length: Math.max(...actual, ...predicted) + 1 }, (_, i) => `l${i}`)
  const probabilities = predicted.flatMap((place, row) =>
    labels.map((_, label) => (label === place ? confidence[row] : (1 - confidence[row]) / (labels.length - 1))),
  )
  return {
    kind: 'label' as const,
    labels,
    actual: Float64Array.from(actual),
    predicted: Float64Array.from(predicted),
    probabilities: Float64Array.from(probabilities),
  }
}

describe('the data of a report', () => {
  it('are those of a model of labels: scores, confusion, calibration, and rows that are wrong', async () => {
    const model = await kindModel()
    const data = reportData(model, pets, { part: 'training', source: 'pets.csv', command: 'train' })
    const { accuracy, confusionMatrix } = model.evaluate(pets)
    const [target] = data.targets
    const score = target.scores.find(({ name }) => name === 'accuracy')
    assert.deepEqual(score, { name: 'accuracy', value: accuracy, isShare: true, baseline: 2 / 6 })
    assert.deepEqual(target.confusion?.counts.flat(), [...confusionMatrix])
    assert.deepEqual(target.confusion?.labels, model.labels)
    const wrong = pets.filter((pet) => model.predict(pet).label !== pet.kind)
    assert.equal(target.worst?.length, wrong.length)
    assert.equal(target.scatter, undefined)
    assert.deepEqual(data.curves?.[0].training, [...(model.history?.loss ?? [])])
    assert.deepEqual(
      data.columns.map(({ name, type, inputs }) => [name, type, inputs]),
      [
        ['height', 'number', 1],
        ['coat', 'category', 2],
        ['legs', 'number', 1],
        ['tame', 'boolean', 1],
      ],
    )
    assert.equal(data.reproduction.digest, model.digest())
    assert.match(data.summary, /^Predicts the label kind from 4 columns\. It was trained with 6 rows of pets\.csv\.$/)
  })

  it('are of the records with a target, which keep their names', async () => {
    const model = await kindModel()
    const [first] = pets
    const before = reportData(model, pets, { part: 'test', nameOf: (i) => `line ${i + 2}` })
    const after = reportData(model, [{ ...first, kind: null }, ...pets], {
      part: 'test',
      nameOf: (i) => `line ${i + 1}`,
    })
    assert.deepEqual(after, before)
    assert.equal(after.scored.rows, pets.length)
  })

  it('are those of a model of numbers: points of the scatter chart and errors, the largest first', async () => {
    const model = await heightModel()
    const { targets } = reportData(model, pets, { part: 'test', nameOf: (i) => `line ${i + 2}` })
    const [{ scatter, worst = [], scores, confusion, reliability }] = targets
    const predicted = pets.map(({ height: _, ...pet }) => model.predict(pet))
    assert.deepEqual(scatter, { actual: pets.map(({ height }) => height), predicted, rows: 6 })
    assert.deepEqual([confusion, reliability], [undefined, undefined])
    const errors = pets.map(({ height }, i) => Math.abs(height - predicted[i]))
    const order = [0, 1, 2, 3, 4, 5].sort((a, b) => errors[b] - errors[a] || a - b)
    assert.deepEqual(
      worst.map(({ row }) => row),
      order.map((i) => `line ${i + 2}`),
    )
    const { rootMeanSquaredError } = model.evaluate(pets)
    const score = scores.find(({ name }) => name === 'root mean squared error')
    assert.equal(score?.value, rootMeanSquaredError)
    assert.ok(score?.baseline !== undefined && Math.abs(score.baseline - 0.14264369) < 1e-8)
  })

  it('have no curve without a history, and ignore columns that the model does not have', () => {
    const model = new Model(handmade())
    const rows = [
      { height: 1, coat: 'fur', kind: 'cat', other: 1 },
      { height: 2, coat: 'feathers', kind: 'bird', other: 2 },
    ]
    const data = reportData(model, rows, { part: 'test' })
    assert.deepEqual(data.curves, [])
    assert.equal(data.summary, 'Predicts the label kind from 2 columns.')
    assert.match(reportPage(data), /Model of/)
  })

  it('need records with the target', () => {
    const model = new Model(handmade())
    assert.throws(() => reportData(model, [], { part: 'test' }), /at least one record/)
    assert.throws(() => reportData(model, [{ height: 1, coat: 'fur' }], { part: 'test' }), /column "kind"/)
  })
})

describe('the size of a report', () => {
  /** A page for this many rows, from a model of wide and deep tables. */
  function pageOf(rows: number): string {
    const network = new Network({ inputs: 1, layers: [{ units: 1 }], seed: 1 })
    const model = new Model({
      network,
      columns: [{ name: 'x', type: 'number', scaler: null }],
      target: { name: 'y', type: 'number', scaler: null },
    })
    const records = Array.from({ length: rows }, (_, i) => ({ x: Math.sqrt(i), y: Math.sqrt(i + 0.5) }))
    return reportPage(reportData(model, records, { part: 'test' }))
  }

  it('does not grow with the rows beyond those that are drawn', () => {
    const [some, many] = [pageOf(5_000).length, pageOf(50_000).length]
    assert.ok(Math.abs(many - some) < 10_000, `${some} and ${many} bytes`)
  })

  it('is below 2 MB for a thousand labels, thousands of columns and a hundred thousand epochs', () => {
    const name = (i: number) => `${'column'.repeat(40)}${i}`
    const epochs = Float64Array.from({ length: 100_000 }, (_, i) => 1 / (i + 3))
    const labels = Array.from({ length: 1000 }, (_, i) => name(i))
    const actual = Float64Array.from({ length: 20_000 }, (_, i) => (i * i) % 1000)
    const outcomes = { ...labelled([0], [0]), labels, actual, predicted: actual }
    const curve = curveOf({
      loss: epochs,
      validationLoss: epochs,
      metrics: {},
      validationMetrics: {},
      initialEpoch: 0,
      epochs: epochs.length,
      stopped: 'epochs',
      reason: 'all epochs were trained',
      backend: 'typescript',
    })
    const series = labels.map((label) => ({ name: label, means: epochs.subarray(0, 5000) as unknown as number[] }))
    const many = Array.from({ length: 5000 }, (_, i) => i)
    const page = reportPage({
      title: name(0),
      summary: name(0),
      facts: [],
      columns: many.map((i) => ({ name: name(i), type: 'number', inputs: 1, encoding: name(i).repeat(9) })),
      dropped: many.map((i) => ({ name: name(i), reason: name(i).repeat(9) })),
      curves: curve === undefined ? [] : [curve],
      targets: [
        {
          name: name(0),
          scores: [],
          confusion: confusionOf(outcomes),
          importance: {
            score: 'r2',
            rows: 9,
            notPermuted: 0,
            columns: many.map((i) => ({ name: name(i), mean: 1 / (i + 1) })),
          },
          dependence: many.map((i) => ({ column: name(i), values: many, series })),
        },
      ],
      scored: { rows: 20_000, part: 'test' },
      findings: many.map((i) => ({ severity: 'note', name: name(i), reason: name(i), remedy: name(i) })),
      reproduction: { digest: 'a', command: name(0).repeat(100), versions: [] },
    })
    assert.ok(page.length < 2_000_000, `${page.length} bytes`)
    assert.match(page, /4800 more columns are not shown/)
  })
})

describe('the confusion matrix of a report', () => {
  it('counts true labels in rows and predicted labels in columns', () => {
    const { labels, counts, merged } = confusionOf(labelled([0, 0, 1, 2, 2, 2], [0, 1, 1, 2, 0, 0]))
    assert.deepEqual(labels, ['l0', 'l1', 'l2'])
    assert.deepEqual(counts, [
      [1, 1, 0],
      [0, 1, 0],
      [2, 0, 1],
    ])
    assert.equal(merged, 0)
  })

  it('has the most frequent labels and one for all others, so that no row is lost', () => {
    // Label i has i + 1 rows.
    const actual = Array.from({ length: 25 }, (_, i) => new Array<number>(i + 1).fill(i)).flat()
    const { labels, counts, merged } = confusionOf(labelled(actual, actual))
    assert.equal(labels.length, 20)
    assert.deepEqual([labels[0], labels[18], labels[19]], ['l6', 'l24', 'other'])
    assert.equal(merged, 6)
    assert.equal(counts[19][19], 1 + 2 + 3 + 4 + 5 + 6)
    assert.equal(
      counts.flat().reduce((sum, count) => sum + count, 0),
      actual.length,
    )
  })
})

describe('the calibration of a report', () => {
  it('has the mean probability and the share right of each bin with rows, and the expected error', () => {
    const { bins, error } = reliabilityOf(labelled([0, 0, 1, 1, 0], [0, 1, 1, 1, 0], [0.55, 0.6, 0.95, 1, 0.9]))
    assert.deepEqual(
      bins.map(({ from, to, rows, right }) => [from, to, rows, right]),
      [
        [8 / 15, 9 / 15, 2, 0.5],
        [13 / 15, 14 / 15, 1, 1],
        [14 / 15, 1, 2, 1],
      ],
    )
    assert.ok(Math.abs(bins[0].confidence - 0.575) < 1e-12)
    // (2 · 0.075 + 1 · 0.1 + 2 · 0.025) / 5
    assert.ok(Math.abs(error - 0.06) < 1e-12)
  })
})

describe('the worst rows of a report', () => {
  it('are those whose true label is least probable, of which no more than ten, without right ones', () => {
    const confidence = Array.from({ length: 30 }, (_, i) => 0.5 + ((i * 7) % 30) / 100)
    const actual = confidence.map((_, i) => i % 2)
    const outcomes = labelled(
      actual,
      actual.map(() => 0),
      confidence,
    )
    const records = actual.map((_, i) => ({ a: i, b: null, c: new Date(0) }))
    const rows = worstRows(outcomes, records, ['a', 'b', 'c'], String)
    const wrong = confidence.map((value, i) => ({ value, i })).filter(({ i }) => i % 2 === 1)
    const expected = wrong.sort((one, other) => other.value - one.value || one.i - other.i).slice(0, 10)
    assert.deepEqual(
      rows.map(({ row }) => Number(row)),
      expected.map(({ i }) => i),
    )
    assert.deepEqual(rows[0].values, [
      ['a', rows[0].row],
      ['b', '(missing)'],
      ['c', '1970-01-01T00:00:00.000Z'],
    ])
  })
})

describe('the points of a report', () => {
  it('are a sample of the rows that only the seed chooses, in their order', () => {
    const sample = sampleOf(10_000, 50, 3)
    assert.equal(new Set(sample).size, 50)
    assert.deepEqual(sample, sampleOf(10_000, 50, 3))
    assert.notDeepEqual(sample, sampleOf(10_000, 50, 4))
    assert.deepEqual(
      sample,
      [...sample].sort((a, b) => a - b),
    )
    assert.deepEqual(sampleOf(3, 50, 3), [0, 1, 2])
  })

  it('of a loss curve are thinned out, and keep the first, the last and the best epoch', () => {
    const loss = Float64Array.from({ length: 5000 }, (_, i) => i)
    const history = { loss, metrics: {}, validationMetrics: {}, initialEpoch: 100, epochs: 5000, backend: 'typescript' }
    const curve = curveOf({ ...history, stopped: 'epochs', reason: '', bestEpoch: 1235 })
    const { epochs = [], training = [] } = curve ?? {}
    assert.deepEqual([epochs[0], epochs.at(-1)], [100, 5099])
    assert.ok(epochs.includes(1235) && epochs.length <= 1001)
    assert.deepEqual(
      epochs.map((epoch) => epoch - 100),
      training,
    )
  })

  it('of a model of numbers are predictions of batches in their order', async () => {
    const model = await heightModel()
    const rows = Array.from({ length: 10_500 }, (_, i) => ({ ...pets[i % 6], height: i }))
    const [outcomes] = outcomesOf(model, rows)
    const expected = pets.map(({ height: _, ...pet }) => model.predict(pet))
    assert.ok(outcomes.actual.every((value, i) => value === i && outcomes.predicted[i] === expected[i % 6]))
  })
})
