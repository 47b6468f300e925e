/** Model.diagnose: what is found in a model's own inputs and targets, in the words of the table. */
import assert from 'node:assert/strict'
import { Network } from 'lockstep-nn'
import { labelEncoder, Model, type ModelFinding } from 'lockstep-nn/data'
import { houses, INPUTS, STATES } from '../support/houses.js'
import { refusals } from '../support/refusals.js'
import { rowTests } from '../support/rows.js'

const named = (findings: readonly ModelFinding[], name: string): ModelFinding => {
  const found = findings.find((finding) => finding.name === name)
  assert.ok(found !== undefined, `${name} among ${findings.map((one) => one.name).join(', ')}`)
  return found
}

const table = (rows: number, seed: number) =>
  houses(rows, seed).map((house, i) => ({
    ...house,
    feet: house.area * 10.764,
    day: new Date(Date.UTC(2024, 0, 1 + i)),
    sky: i % 40 === 3 ? 'rain' : 'dry',
  }))

describe('diagnose of a model', () => {
  const row = rowTests()

  it('names the columns, targets and labels of the table', async () => {
    const records = table(200, 1)
    const model = await Model.fit(records, {
      target: ['price', 'sky'],
      columns: ['area', 'feet', 'town'],
      fit: { epochs: 3 },
      members: 2,
    })
    const { findings, rows, text } = model.diagnose(records, { validation: records.slice(0, 20) })
    assert.equal(rows, 200)
    const { where, reason } = named(findings, 'duplicateColumns')
    assert.deepEqual(where.columns, ['area', 'feet'])
    assert.match(reason, /^Column "area" and column "feet" have the same values/)
    const imbalanced = named(findings, 'imbalancedLabels')
    assert.deepEqual(imbalanced.where.targets, ['sky'])
    assert.match(imbalanced.reason, /^Label "rain" has 5 rows of 200 \(2\.5 %\), label "dry" 39 times as many\.$/)
    assert.match(imbalanced.remedy, /^Set classWeight: 'balanced' of Model\.fit/)
    // About the inputs, which both networks have, once.
    for (const name of ['duplicateColumns', 'sharedRows']) {
      assert.equal(findings.filter((finding) => finding.name === name).length, 1)
    }
    assert.ok(text.startsWith('Found ') && text.includes('in 200 rows of 3 columns.\n'))
    assert.deepEqual(Model.fromJSON(JSON.stringify(model)).diagnose(records).findings, model.diagnose(records).findings)
  })

  for (const [what, options] of Object.entries({
    'a number': { target: 'price' },
    'a number on the scale log': { target: { column: 'price', type: 'number', scale: 'log' } },
    'a count': { target: { column: 'visits', type: 'count' } },
    'a label': { target: 'state' },
    'two labels': { target: 'sold' },
    'an ordered label': { target: { column: 'state', type: 'ordered', labels: STATES } },
    'several targets': { target: ['price', 'state', 'sold'] },
  })) {
    row('finds no fault of the defaults in a sound table', what, async () => {
      const records = table(400, 2).map(({ area, town, price, visits, state, sold, day }) => {
        // A category of two values has two opposite inputs, and the parts of a date depend on each other.
        return { area: area + price / 1e6, side: town === 'east' ? 'left' : 'right', day, price, visits, state, sold }
      })
      const model = await Model.fit(records, {
        columns: ['area', 'side', 'day'],
        ...options,
        fit: { epochs: 15 },
        members: 1,
      } as never)
      const { findings } = model.diagnose(records)
      assert.deepEqual(
        findings.filter(({ severity }) => severity !== 'note'),
        [],
      )
    })
  }

  it('judges the learning rate of the training, with the other options of the optimizer', async () => {
    const records = houses(200, 3)
    const fitted = (learningRate: number) =>
      Model.fit(records, {
        target: 'price',
        columns: INPUTS,
        trainer: { optimizer: { name: 'sgd', learningRate } },
        fit: { epochs: 1, batchSize: 200 },
      })
    const high = named((await fitted(3)).diagnose(records).findings, 'rateTooHigh')
    assert.equal(high.figures.rate, 3)
    const low = named((await fitted(1e-9)).diagnose(records).findings, 'rateTooLow')
    assert.equal(low.figures.rate, 1e-9)
    const usual = (await fitted(0.05)).diagnose(records)
    assert.ok(usual.findings.every(({ name }) => !name.startsWith('rate')))
  })

  it('counts labels with the weights of the training', async () => {
    const records = table(200, 4)
    const options = { target: 'sky', columns: INPUTS, fit: { epochs: 2 } } as const
    const plain = await Model.fit(records, options)
    named(plain.diagnose(records).findings, 'imbalancedLabels')
    const balanced = await Model.fit(records, { ...options, classWeight: 'balanced' })
    assert.ok(balanced.diagnose(records).findings.every(({ name }) => name !== 'imbalancedLabels'))
  })

  it('names an input of several of a column, and its column', async () => {
    const records = table(200, 5).map((house) => ({ ...house, cold: house.town === 'north' ? 1 : 0 }))
    const model = await Model.fit(records, { target: 'price', columns: ['area', 'town', 'cold'], fit: { epochs: 2 } })
    const { where, reason } = named(model.diagnose(records).findings, 'duplicateColumns')
    assert.deepEqual(where.columns, ['town', 'cold'])
    assert.match(reason, /^Input "town = north" of column "town" and column "cold" /)
  })

  it('says the columns of unscaled inputs and of a leak, and the option to set', async () => {
    const records = table(200, 6).map((house) => ({ ...house, tax: house.price / 7 }))
    const columns = ['area', 'town', 'tax']
    const options = { area: { scaler: 'none' } } as const
    const model = await Model.fit(records, { target: 'price', columns, options, fit: { epochs: 2 } })
    const { findings } = model.diagnose(records)
    const unscaled = named(findings, 'unscaledInputs')
    assert.deepEqual(unscaled.where.columns, ['area'])
    assert.match(unscaled.remedy, /^Leave the scaler of such columns to Model\.fit/)
    assert.deepEqual(named(findings, 'targetLeak').where, { columns: ['tax'], targets: ['price'] })
  })

  it('has the indices of records among all, also where some have no target', async () => {
    const records = table(80, 7).map(({ area, town, state }) => ({ area, town, state: state as string | null }))
    const model = await Model.fit(records, { target: 'state', fit: { epochs: 2 } })
    records[2] = { ...records[2], state: null }
    records[70] = { ...records[60], state: records[60].state === 'good' ? 'poor' : 'good' }
    const { findings, rows } = model.diagnose(records)
    assert.equal(rows, 79)
    const found = named(findings, 'contradictoryRows').where.rows ?? []
    assert.ok(
      found.some((i) => i === 60 || i === 70),
      String(found),
    )
  })

  it('does not judge a rate that it does not know', () => {
    const target = { name: 'sold', type: 'label', encoder: labelEncoder.fit([false, true]) } as const
    const columns = [{ name: 'area', type: 'number', scaler: null }] as const
    const network = new Network({ inputs: 1, layers: [{ units: 1, activation: 'sigmoid' }], seed: 1 })
    const { findings, skipped } = new Model({ network, columns, target }).diagnose(houses(50, 8))
    named(findings, 'unscaledInputs')
    const reason = 'the model does not have the options of its optimizer'
    assert.deepEqual(skipped, [
      { name: 'rateTooHigh', reason },
      { name: 'rateTooLow', reason },
    ])
  })

  const target = { name: 'price', type: 'number', scaler: null } as const
  const columns = [{ name: 'area', type: 'number', scaler: null }] as const
  const model = new Model({ network: new Network({ inputs: 1, layers: [{ units: 1 }], seed: 1 }), columns, target })
  refusals('diagnose of a model', [
    [
      'an unknown option',
      () => model.diagnose(houses(5, 1), { validationData: [] } as never),
      'TypeError',
      'Unknown option "validationData" in the options of diagnose. Did you mean "validation"? Known: validation, batchSize, rows, seed, backend.',
    ],
    [
      'validation of no records',
      () => model.diagnose(houses(5, 1), { validation: 0.2 as never }),
      'TypeError',
      'Expected an array of records for validation but received 0.2 of type number.',
    ],
    [
      'records without a target',
      () => model.diagnose([{ area: 3 }]),
      'RangeError',
      'Expected at least one record with a value of column "price" for records but received none.',
    ],
    [
      'a record without the columns',
      () => model.diagnose([{ price: 3 }]),
      'RangeError',
      'Expected a column "area" for records[0] but received none. If its value is missing, pass null.',
    ],
  ])
})
