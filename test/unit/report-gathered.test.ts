/** What a report gathers from models of whole tables: columns, several targets, intervals, importance, findings. */
import assert from 'node:assert/strict'
import { Model } from 'lockstep-nn/data'
import { coverageOf } from '#lib/cli/report/gather/coverage.js'
import { outcomesOf } from '#lib/cli/report/gather/outcomes.js'
import { reportData } from '#lib/cli/report/report-data.js'
import { reportPage } from '#lib/cli/report/report-page.js'

/** Houses, whose price follows from the area, and whose kind mostly does. */
const houses = Array.from({ length: 400 }, (_, i) => {
  const area = 40 + ((i * 37) % 160)
  return {
    id: `house ${i}`,
    area: i % 50 === 7 ? null : area,
    town: ['Ulm', 'Bonn', 'Trier'][i % 3],
    built: new Date(Date.UTC(1950 + (i % 70), i % 12, 1)),
    garden: i % 4 === 0,
    country: 'DE',
    price: 1000 * area + ((i * 7919) % 20000),
    kind: area + ((i * 31) % 40) > 140 ? 'large' : 'small',
  }
})
const [train, test] = [houses.slice(0, 300), houses.slice(300)]
const withoutKind = (rows: typeof houses) => rows.map(({ kind: _, ...row }) => row)
const fit = { epochs: 60 }
const options = { part: 'test', trained: train, source: 'houses.csv', seed: 1 } as const

describe('a report of a model of a whole table', () => {
  let price: Model<'number'>
  let both: Model<{ price: 'number'; kind: 'label' }>

  before(async () => {
    price = await Model.fit(withoutKind(train), { target: 'price', validation: 0.2, fit })
    const targets = ['price', { column: 'kind', type: 'label' }] as const
    both = await Model.fit(train, { target: targets, validation: 0.2, members: 1, fit })
  })

  it('says what each column became, and which ones were left out and why', () => {
    const { columns, dropped } = reportData(price, test, options)
    const byName = Object.fromEntries(columns.map((column) => [column.name, column]))
    assert.deepEqual(Object.keys(byName), ['area', 'town', 'built', 'garden'])
    // Of 6, one is a validation row.
    assert.equal(byName.area.missing, 5)
    assert.match(byName.area.encoding, /^integers from 40 to 199, median \d+; robustScaler; missing values become \d+$/)
    assert.match(byName.town.encoding, /^one input for each of 3 categories: Bonn \(\d+\), Trier \(\d+\), Ulm \(\d+\)$/)
    assert.match(byName.built.encoding, /^from 1950-\d\d-\d\d to 2019-\d\d-\d\d; /)
    assert.match(byName.garden.encoding, /^\d+ true$/)
    assert.deepEqual(
      dropped?.map(({ name }) => name),
      ['id', 'country'],
    )
    for (const { reason } of dropped ?? []) assert.match(reason, /\.$/)
  })

  it('finds the column that matters, and how predictions follow from it', () => {
    const [{ importance, dependence = [] }] = reportData(price, test, options).targets
    assert.equal(importance?.score, 'R²')
    assert.equal(importance?.columns[0].name, 'area')
    assert.ok((importance?.columns[0].mean ?? 0) > 0.5)
    assert.equal(dependence[0].column, 'area')
    const [{ name, means }] = dependence[0].series
    assert.equal(name, 'price')
    assert.ok(means[means.length - 1] > means[0] + 50_000)
    const town = dependence.find(({ column }) => column === 'town')
    assert.deepEqual(town?.values, ['Bonn', 'Trier', 'Ulm'])
  })

  it('has the coverage of intervals on rows that did not make them', () => {
    const [target] = reportData(price, test, options).targets
    assert.deepEqual(
      target.coverage?.map(({ level, rows }) => [level, rows]),
      [0.5, 0.8, 0.9, 0.95].map((level) => [level, 100]),
    )
    const [{ covered, meanWidth }] = target.coverage?.slice(-1) ?? []
    const intervals = price.predict(withoutKind(test), { interval: 0.95 })
    const inside = intervals.filter(({ low, high }, i) => test[i].price >= low && test[i].price <= high)
    assert.equal(covered, inside.length / test.length)
    assert.ok(Math.abs(meanWidth - (intervals[0].high - intervals[0].low)) < 1e-6)
    const [onValidation] = reportData(price, test, { ...options, part: 'validation' }).targets
    assert.deepEqual(onValidation.coverage, [])
  })

  it('has no intervals where a model has no validation rows', async () => {
    const plain = await Model.fit(train, { target: 'price', fit: { epochs: 2 } })
    const [outcomes] = outcomesOf(plain, test)
    assert.ok(outcomes.kind === 'number')
    assert.deepEqual(coverageOf(plain.target, outcomes), [])
  })

  it('has a part for each target, and the losses of each network', () => {
    const { targets, curves = [], title } = reportData(both, test, options)
    assert.deepEqual(
      targets.map(({ name, scatter, confusion }) => [name, scatter !== undefined, confusion !== undefined]),
      [
        ['price', true, false],
        ['kind', false, true],
      ],
    )
    assert.equal(title, 'Model of price, kind')
    assert.deepEqual(
      curves.map(({ network, training }) => [network, training.length]),
      both.histories.map(({ loss }, i) => [`network ${i + 1}`, loss.length]),
    )
    const evaluation = both.evaluate(test)
    const scoreOf = (i: number, score: string) => targets[i].scores.find(({ name }) => name === score)?.value
    assert.equal(scoreOf(0, 'R²'), evaluation.price.r2)
    assert.equal(scoreOf(1, 'log loss'), evaluation.kind.logLoss)
    assert.equal(scoreOf(1, 'calibration error'), evaluation.kind.calibrationError)
    const { reliability } = targets[1]
    assert.ok(Math.abs((reliability?.error ?? 0) - evaluation.kind.calibrationError) < 1e-12)
    // Of two labels, the second one's probability.
    assert.deepEqual(
      targets[1].dependence?.[0].series.map(({ name }) => name),
      ['small'],
    )
  })

  it('has the predictions of the five most probable of many labels, and days of dates', async () => {
    const frequency = [1, 30, 2, 40, 50, 60, 70]
    const labels = frequency.flatMap((count, i) => new Array<string>(count).fill(`label ${i}`))
    const rows = labels.map((label, i) => ({ label, when: new Date(Date.UTC(2020, 0, 1 + i, 5)) }))
    const model = await Model.fit(rows, { target: 'label', fit: { epochs: 30 } })
    const [{ dependence = [] }] = reportData(model, rows, { part: 'training' }).targets
    assert.deepEqual(
      dependence[0].series.map(({ name }) => name),
      [1, 3, 4, 5, 6].map((i) => `label ${i}`),
    )
    for (const value of dependence[0].values) assert.match(String(value), /^2020-\d\d-\d\d$/)
  })

  it('names the first of the members of an ensemble whose losses it has', async () => {
    const ensemble = await Model.fit(train, { target: 'price', members: 3, fit: { epochs: 4 } })
    const { curves = [], facts } = reportData(ensemble, test, options)
    assert.deepEqual(
      curves.map(({ network, training }) => [network, training.length]),
      [['the first of 3 members', 4]],
    )
    assert.deepEqual(Object.fromEntries(facts).members, 3)
  })

  it('has what the doctor finds in the rows that were trained on', async () => {
    const leaking = train.map((house) => ({ ...house, tax: house.price / 50 }))
    const model = await Model.fit(leaking, { target: 'price', validation: 0.2, fit })
    const rows = test.map((house) => ({ ...house, tax: house.price / 50 }))
    const { findings = [] } = reportData(model, rows, { ...options, trained: leaking })
    const leak = findings.find(({ name }) => name === 'target leak')
    assert.match(leak?.reason ?? '', /tax/)
    assert.equal(reportData(model, rows, { part: 'test' }).findings, undefined)
  })

  it('names rows that are among those trained on and among those scored', () => {
    const { findings = [] } = reportData(price, train.slice(0, 50), options)
    assert.ok(findings.some(({ name }) => name === 'shared rows'))
  })

  it('is no fault of the table where the model made two inputs of one column that repeat each other', async () => {
    const years = train.map((house, i) => ({ ...house, built: new Date(Date.UTC(1950 + (i % 70), 0, 1)) }))
    const model = await Model.fit(years, { target: 'price', fit: { epochs: 2 } })
    const { findings = [] } = reportData(model, years, { ...options, part: 'training', trained: years })
    assert.ok(!findings.some(({ name }) => name === 'duplicate columns'))
    const copied = train.map((house) => ({ ...house, copy: house.kind }))
    const other = await Model.fit(copied, { target: 'price', fit: { epochs: 2 } })
    const data = reportData(other, copied, { ...options, part: 'training', trained: copied })
    assert.ok(data.findings?.some(({ name }) => name === 'duplicate columns'))
  })

  it('is the same page from the same model and rows', () => {
    const page = () => reportPage(reportData(both, test, options))
    assert.equal(page(), page())
  })
})
