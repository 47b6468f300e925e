/** Categories of columns: rare and unseen ones, and embeddings of many. */
import assert from 'node:assert/strict'
import { Network } from 'lockstep-nn'
import { Model, oneHot } from 'lockstep-nn/data'
import { columnOf, quickModel } from '../support/columns.js'
import { rowTests } from '../support/rows.js'

/** Each value as often as its count says. */
const times = (counts: Readonly<Record<string, number>>): string[] =>
  Object.entries(counts).flatMap(([value, count]) => new Array<string>(count).fill(value))
/** `count` categories, each three times. */
const many = (count: number) => Array.from({ length: 3 * count }, (_, i) => `c${String(i % count).padStart(4, '0')}`)

describe('rare categories', () => {
  it('are grouped as other: by default those in less than 1 % of the records, at most 10', async () => {
    const rows = [
      [times({ a: 100, b: 49, c: 1 }), ['a', 'b'], 1],
      [times({ a: 100, b: 47, c: 2, d: 1 }), ['a', 'b', 'c'], 1],
      [times({ a: 3000, b: 1981, c: 10, d: 9 }), ['a', 'b', 'c'], 9],
      [times({ a: 30, b: 2 }), ['a', 'b'], 0],
    ] as const
    for (const [values, categories, otherRecords] of rows) {
      const { report } = await columnOf(values)
      assert.deepEqual([report.categories, report.otherRecords], [categories, otherRecords])
    }
  })

  it('have one input together, which is also that of unseen values', async () => {
    const { report, encode } = await columnOf(times({ a: 5, b: 4, c: 1, d: 2 }), { minimumCount: 3 })
    assert.deepEqual(report.inputs, ['x = a', 'x = b', 'x other'])
    assert.deepEqual([report.counts, report.otherValues, report.otherRecords], [[5, 4], 2, 3])
    assert.deepEqual(encode('b', 'c', 'never'), [
      [0, 1, 0],
      [0, 0, 1],
      [0, 0, 1],
    ])
  })

  it('have zeros where unknown says so', async () => {
    const { report, encode } = await columnOf(times({ a: 5, b: 4, c: 1 }), { minimumCount: 3, unknown: 'zeros' })
    assert.deepEqual(report.inputs, ['x = a', 'x = b'])
    assert.deepEqual(encode('c', 'never'), [
      [0, 0],
      [0, 0],
    ])
  })

  it('are those beyond maxCategories, of equal counts the later ones', async () => {
    const { report } = await columnOf(times({ d: 3, a: 2, c: 2, b: 2 }), { maxCategories: 2 })
    assert.deepEqual([report.categories, report.otherValues], [['a', 'd'], 2])
  })

  it('are those outside a list of categories', async () => {
    const { report, encode } = await columnOf(times({ a: 2, b: 2, c: 1 }), { categories: ['b', 'z', 'a'] })
    assert.deepEqual(report.inputs, ['x = b', 'x = z', 'x = a', 'x other'])
    assert.deepEqual(report.counts, [2, 0, 2])
    assert.deepEqual(encode('c', 'z'), [
      [0, 0, 0, 1],
      [0, 1, 0, 0],
    ])
  })
})

describe('unseen categories', () => {
  it('are zeros where no value was grouped as other', async () => {
    const { encode } = await columnOf(times({ a: 5, b: 4 }))
    assert.deepEqual(encode('b', 'c'), [
      [0, 1],
      [0, 0],
    ])
  })

  it('are an error where unknown says so, and no value is grouped', async () => {
    const { report, encode } = await columnOf(times({ a: 250, b: 1 }), { unknown: 'error' })
    assert.deepEqual(report.categories, ['a', 'b'])
    assert.throws(
      () => encode('a', 'c'),
      /^RangeError: Expected a category known from the fit for column "x" of records\[1\]/,
    )
  })

  it('of another type than all known ones are an error', async () => {
    const { encode } = await columnOf(times({ a: 5, b: 4 }))
    assert.throws(() => encode(1), /^TypeError: Expected a value of type string, like the others, for column "x"/)
    const mixed = await columnOf(['a', 1, 'a', 1])
    assert.deepEqual(mixed.report.categories, [1, 'a'])
    assert.deepEqual(mixed.encode(1, 'a', 'b', 2), [
      [1, 0],
      [0, 1],
      [0, 0],
      [0, 0],
    ])
    assert.throws(() => mixed.encode(true), /^TypeError: Expected a value of type number or string, like the others,/)
  })
})

describe('many categories', () => {
  const row = rowTests()

  it('are one input, the index for an embedding layer, 0 for all other values', async () => {
    const { model, report, encode } = await columnOf(many(40))
    assert.deepEqual(report.inputs, ['x'])
    assert.deepEqual(encode('c0000', 'c0001', 'c0039', 'new', null), [[1], [2], [40], [0], [0]])
    assert.deepEqual(model.network.layers[0].type, 'embedding')
    assert.deepEqual(model.network.layers[0].columns, [{ column: 0, categories: 41, units: report.units }])
    const loaded = Model.fromJSON<'number'>(JSON.stringify(model))
    assert.deepEqual(loaded.predict([{ x: 'new', z: 1 }]), model.predict([{ x: 'new', z: 1 }]))
  })

  it('have an index for missing values where these occur', async () => {
    const { model, encode } = await columnOf([...many(40), null])
    assert.deepEqual(encode(null, 'new'), [[41], [0]])
    assert.equal(model.network.layers[0].columns?.[0].categories, 42)
  })

  it('are inputs of their own up to maxOneHot', async () => {
    assert.equal((await columnOf(many(32))).report.inputs.length, 32)
    assert.equal((await columnOf(many(33))).report.inputs.length, 1)
    assert.equal((await columnOf(many(40), { maxOneHot: 40 })).report.inputs.length, 40)
    assert.equal((await columnOf(['a', 'b', 'a', 'b'], { maxOneHot: 0 })).report.units, 3)
  })

  // min(50, ceil(1.6 n^0.56)), computed with 50 digits.
  for (const [n, units] of [
    [2, 3],
    [40, 13],
    [100, 22],
    [467, 50],
    [1000, 50],
  ]) {
    row('have vectors whose length is that of the rule, or of units', `${n} categories`, async () => {
      assert.equal((await columnOf(many(n), { maxOneHot: 0, minimumCount: 1 })).report.units, units)
      const { model } = await columnOf(many(n), { maxOneHot: 0, minimumCount: 1, units: 5 })
      assert.equal(model.network.layers[0].columns?.[0].units, 5)
    })
  }

  it('of several columns share the first layer, among other inputs', async () => {
    const records = Array.from({ length: 120 }, (_, i) => ({
      a: i,
      b: `b${i % 40}`,
      c: i % 2 === 0,
      d: `d${i % 60}`,
      y: i % 3,
    }))
    const model = await quickModel(records, { options: { d: { minimumCount: 1 } } })
    assert.deepEqual(
      model.network.layers[0].columns?.map(({ column, categories }) => [column, categories]),
      [
        [1, 41],
        [3, 61],
      ],
    )
    assert.equal(model.network.inputs, 4)
  })

  it('need an embedding in the network of a model that is put together', () => {
    const columns = [{ name: 'x', type: 'category', encoder: oneHot.fit(['a', 'b']), embedded: true }] as const
    const target = { name: 'y', type: 'number', scaler: null } as const
    const made = (layers: ConstructorParameters<typeof Network>[0]['layers']) => () =>
      new Model({ network: new Network({ inputs: 1, layers }), columns, target })
    const embedding = (categories: number) =>
      ({ type: 'embedding', columns: [{ column: 0, categories, units: 2 }] }) as const
    assert.equal(made([embedding(3), { units: 1 }])().network.inputs, 1)
    const message =
      'RangeError: Expected a first layer that is an embedding with 3 categories for input 0 for network but received'
    for (const [layers, received] of [
      [[{ units: 1 }], 'one without it'],
      [[embedding(2), { units: 1 }], 'one with 2'],
    ] as const) {
      assert.throws(made(layers), (error) => String(error).startsWith(`${message} ${received}.`))
    }
  })
})
