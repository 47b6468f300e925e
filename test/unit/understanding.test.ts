/** Importance of columns and partial dependence: of plain functions, and of models. */
import assert from 'node:assert/strict'
import { Model } from 'lockstep-nn/data'
import { permutationImportance } from '#lib/data/understanding/importance.js'
import { partialDependence } from '#lib/data/understanding/partial-dependence.js'
import { refusals } from '../support/refusals.js'

type Item = Readonly<Record<string, number>>

const all = (rows: number) => Array.from({ length: rows }, (_, i) => i)
const items = all(50).map((i): Item => ({ a: i % 7, b: (i * 3) % 11, c: i, copy: i % 7 }))

/** Minus the mean of (f - y)², where y is f of the records as they were. */
const scoreOf = (f: (item: Item) => number) => (some: readonly object[]) =>
  -some.reduce((sum: number, item, i) => sum + (f(item as Item) - f(items[i])) ** 2, 0) / some.length

describe('permutation importance', () => {
  const columns = ['a', 'b', 'c']

  it('is the mean decrease of the score, the most important column first', () => {
    const f = ({ a, b }: Item) => 10 * a + b
    const found = permutationImportance(items, columns, scoreOf(f), { repeats: 20 })
    assert.deepEqual(
      found.map((one) => one.columns),
      [['a'], ['b'], ['c']],
    )
    for (const { importance, standardDeviation, values } of found) {
      assert.equal(values.length, 20)
      const mean = values.reduce((sum, value) => sum + value, 0) / 20
      assert.equal(importance, mean)
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 20
      assert.ok(Math.abs(standardDeviation - Math.sqrt(variance)) < 1e-9)
    }
    // The expected squared difference of two random rows is twice the variance, 100 times that of a.
    const of = (values: number[]) =>
      values.reduce((sum, v) => sum + v * v, 0) / 50 - (values.reduce((x, v) => x + v, 0) / 50) ** 2
    const expected = 2 * 100 * of(items.map(({ a }) => a))
    assert.ok(Math.abs(found[0].importance / expected - 1) < 0.15, `${found[0].importance}, expected ${expected}`)
    assert.deepEqual([found[2].importance, found[2].standardDeviation], [0, 0])
  })

  it('has the same values for a seed, whatever other columns are chosen', () => {
    const score = scoreOf(({ a, b }) => a * b)
    const [one] = permutationImportance(items, columns, score, { columns: ['b'], seed: 5 })
    const of = (seed: number) =>
      permutationImportance(items, columns, score, { seed }).find((found) => found.columns[0] === 'b')
    assert.deepEqual(of(5), one)
    assert.notDeepEqual(of(6)?.values, one.values)
  })

  it('permutes columns together where they are given together', () => {
    const score = scoreOf(({ a, copy }) => a - copy)
    const known = ['a', 'copy']
    assert.equal(permutationImportance(items, known, score, { columns: [['a', 'copy']] })[0].importance, 0)
    assert.ok(permutationImportance(items, known, score, {}).every(({ importance }) => importance > 1))
  })

  it('leaves the records as they were', () => {
    const copy = structuredClone(items)
    permutationImportance(
      items,
      columns,
      scoreOf(({ a }) => a),
      {},
    )
    assert.deepEqual(items, copy)
  })
})

describe('partial dependence', () => {
  const predict = (some: readonly object[]) => Float64Array.from(some as readonly Item[], ({ a, b }) => a * a + b)
  const column = { name: 'a', type: 'number' }

  it('is the mean prediction for each value', () => {
    const { values, means, labels, individual } = partialDependence(items, column, null, predict, {})
    assert.deepEqual(values, [0, 1, 2, 3, 4, 5, 6])
    const meanB = items.reduce((sum, { b }) => sum + b, 0) / 50
    for (const [i, mean] of means.entries()) assert.ok(Math.abs(mean - (i * i + meanB)) < 1e-12)
    assert.deepEqual([labels, individual], [null, null])
  })

  it('has quantiles of many values, and those that are given', () => {
    const many = { name: 'c', type: 'number' }
    assert.deepEqual(partialDependence(items, many, null, predict, { points: 5 }).values, [4.9, 14.7, 24.5, 34.3, 44.1])
    assert.equal(partialDependence(items, many, null, predict, {}).values.length, 20)
    assert.deepEqual(
      [...partialDependence(items, column, null, predict, { values: [100] }).means].map(Math.floor),
      [10004],
    )
  })

  it('has the predictions for each record where they are asked for', () => {
    const { individual, means } = partialDependence(items, column, null, predict, { values: [2, 3], individual: true })
    assert.deepEqual(individual, Float64Array.from([2, 3].flatMap((a) => items.map(({ b }) => a * a + b))))
    assert.equal(means.length, 2)
  })

  it('has a mean for each label', () => {
    const both = (some: readonly object[]) =>
      Float64Array.from((some as Item[]).flatMap(({ a }) => [a / 10, 1 - a / 10]))
    const { means } = partialDependence(items, column, ['x', 'y'], both, { values: [1, 5] })
    for (const [i, expected] of [0.1, 0.9, 0.5, 0.5].entries()) assert.ok(Math.abs(means[i] - expected) < 1e-12)
  })

  it('takes categories in ascending order, then a missing one, and dates as dates', () => {
    const some = ['b', null, 'a', 'b', ''].map((kind, i) => ({ kind, day: `2026-11-0${i + 1}` }))
    const zero = () => new Float64Array(some.length)
    assert.deepEqual(partialDependence(some, { name: 'kind', type: 'category' }, null, zero, {}).values, [
      'a',
      'b',
      null,
    ])
    const { values } = partialDependence(some, { name: 'day', type: 'date' }, null, zero, { points: 2 })
    assert.deepEqual(values, [new Date('2026-11-02'), new Date('2026-11-04')])
  })
})

describe('a model', () => {
  const records = all(60).map((i) => ({
    size: i % 10,
    colour: ['red', 'green', 'blue'][i % 3],
    noise: (i * 17) % 23,
    kind: i % 10 < 5 ? 'small' : 'large',
    price: 3 * (i % 10),
  }))
  const fit = { epochs: 60 }

  it('reports which columns its labels depend on, and how', async () => {
    const model = await Model.fit(records, { target: 'kind', columns: ['colour', 'noise', 'size'], fit, seed: 1 })
    const found = model.importance(records, { repeats: 3 })
    assert.deepEqual(found[0].columns, ['size'])
    assert.ok(found[0].importance > 0.3, `${found[0].importance}`)
    assert.ok(found.slice(1).every(({ importance }) => Math.abs(importance) < 0.1))
    assert.deepEqual(model.importance(records, { repeats: 3, backend: 'typescript' }), found)
    const [{ importance }] = model.importance(records, { score: 'logLoss', columns: ['size'] })
    assert.ok(importance > 0.3, 'the loss increases')
    const { values, labels, means } = model.partialDependence(records, 'size')
    assert.deepEqual([values, labels], [all(10), ['large', 'small']])
    const saved = JSON.parse(JSON.stringify(model.partialDependence(records, 'size')))
    assert.deepEqual(saved.means, [...means])
    assert.ok(means[0] < 0.2 && means[18] > 0.8, `${means}`)
    for (let i = 0; i < 20; i += 2) assert.ok(Math.abs(means[i] + means[i + 1] - 1) < 1e-12)
  })

  it('reports it for each of several targets', async () => {
    const options = { columns: ['colour', 'size'], hidden: [16], fit: { epochs: 300 }, seed: 1 } as const
    const model = await Model.fit(records, { target: ['kind', 'price'], ...options })
    const [{ columns, importance }] = model.importance(records, { target: 'price' })
    assert.deepEqual(columns, ['size'])
    const alone = model.importance(records, { target: 'price', score: 'r2' })[0]
    assert.equal(alone.importance, importance)
    const { means, labels } = model.partialDependence(records, 'size', { target: 'price', values: [1, 8] })
    assert.equal(labels, null)
    assert.ok(means[1] - means[0] > 15, `${means}`)
  })
})

const score = () => 1

refusals('importance and partial dependence', [
  [
    'a column that is no input',
    () => permutationImportance(items, ['a', 'b'], score, { columns: ['a', 'bb'] }),
    'TypeError',
    'Unknown column "bb" in columns. Did you mean "b"? Known: a, b.',
  ],
  [
    'a column in two groups',
    () => permutationImportance(items, ['a', 'b'], score, { columns: ['a', ['b', 'a']] }),
    'RangeError',
    'Expected each column once for columns[1] but received "a" of type string.',
  ],
  [
    'no repeats',
    () => permutationImportance(items, ['a'], score, { repeats: 0 }),
    'RangeError',
    'Expected an integer from 1 to 1048576 for repeats but received 0 of type number.',
  ],
  [
    'one record',
    () => permutationImportance(items.slice(0, 1), ['a'], score, {}),
    'RangeError',
    'Expected at least 2 records for records but received 1.',
  ],
  [
    'a score that does not exist',
    () => permutationImportance(items, ['a'], () => Number.NaN, {}),
    'RangeError',
    'Expected a finite number for the score of the records but received NaN of type number. Choose another score, or more records.',
  ],
  [
    'no values',
    () => partialDependence(items, { name: 'a', type: 'number' }, null, () => new Float64Array(50), { values: [] }),
    'RangeError',
    'Expected at least one value for values but received none.',
  ],
  [
    'a column without values',
    () => partialDependence([{ a: null }], { name: 'a', type: 'number' }, null, () => new Float64Array(1), {}),
    'RangeError',
    'Expected a value for column "a" but received none in all records.',
  ],
])

describe('a model refuses', () => {
  let model: Model<'number'>
  before(async () => {
    const some = all(20).map((i) => ({ a: i, y: 2 * i }))
    model = await Model.fit(some, { target: 'y', fit: { epochs: 1 } })
  })
  const some = [
    { a: 1, y: 1 },
    { a: 2, y: 2 },
  ]

  refusals('a model’s importance and partial dependence', [
    [
      'a score of labels for a number',
      () => model.importance(some, { score: 'rocAuc' }),
      'RangeError',
      'Expected a score of a number for score but received "rocAuc" of type string. Known: r2, meanAbsoluteError, medianAbsoluteError, rootMeanSquaredError.',
    ],
    [
      'another target',
      () => model.importance(some, { target: 'z' }),
      'RangeError',
      'Expected the name of a target for target but received "z" of type string. Did you mean "y"? Known: y.',
    ],
    [
      'another column',
      () => model.partialDependence(some, 'y'),
      'TypeError',
      'Unknown column "y" in the columns of the model. Did you mean "a"? Known: a.',
    ],
    [
      'a misspelled option',
      () => model.partialDependence(some, 'a', { point: 3 } as never),
      'TypeError',
      'Unknown option "point" in the options of partialDependence. Did you mean "points"? Known: values, points, individual, target, backend.',
    ],
    [
      'records without the target',
      () => model.importance([{ a: 1 }, { a: 2 }]),
      'RangeError',
      'Expected at least one record with a value of column "y" for records but received none.',
    ],
  ])
})
