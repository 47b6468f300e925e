/** Models as ONNX models: raw columns in, labels, probabilities and numbers out, as ONNX Runtime computes them. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type LayerOption, Network } from 'lockstep-nn'
import { labelEncoder, Model, type ModelKind, type Target } from 'lockstep-nn/data'
import { toOnnx } from 'lockstep-nn/onnx'
import { COLUMN_TYPE_NAMES } from '#lib/data/columns/column-types.js'
import { TARGET_TYPES } from '#lib/data/targets/targets.js'
import { quickModel } from '../support/columns.js'
import { drawCount, leastCount } from '../support/drawn.js'
import { DRAWN_TARGETS, drawnColumn, optionsOf, recordsOf } from '../support/drawn-tables.js'
import { houses, INPUTS } from '../support/houses.js'
import { nearlySame, outputsFor } from '../support/onnx-records.js'

type AnyModel = Model<ModelKind>
type AnyRecord = object

/**
 * A value, but no smallest number, as ONNX Runtime takes subnormal ones for 0, and no text of a number or a boolean, which are
 * the same in a column of text.
 */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Math.abs(value) < 1e-300 ? 0 : value
  return typeof value === 'string' && /^(\d|true|false)$/.test(value) ? `text ${value}` : value
}
const plainRecords = (records: readonly AnyRecord[]): Record<string, unknown>[] =>
  records.map((record) => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, plain(value)])))

describe('the ONNX model of a model', () => {
  it('predicts nearly the same for drawn tables, with missing and unseen values', async () => {
    const used: Record<string, number> = {}
    await fc.assert(
      fc.asyncProperty(
        fc.array(drawnColumn, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.constantFrom(...DRAWN_TARGETS),
        fc.integer({ min: 1, max: 3 }),
        async (columns, k, [yOf, target], members) => {
          const before = plainRecords(recordsOf(columns, 'before'))
          const records = before.map((record, i) => ({ ...record, ...yOf(i) }))
          let model: AnyModel
          try {
            model = await quickModel(records, { target, members, options: optionsOf(columns, k) })
          } catch (error) {
            // Columns that options name and that are constant, empty or too large are refused.
            assert.match(String(error), /^(Type|Range)Error: Expected /)
            return
          }
          for (const { type } of [...model.columns, ...model.targets]) used[type] = (used[type] ?? 0) + 1
          const bytes = toOnnx(model)
          for (const some of [records, plainRecords(recordsOf(columns, 'after'))]) {
            try {
              model.predict(some)
            } catch {
              // A value of a kind that the column did not have.
              continue
            }
            await nearlySame(model, bytes, some)
          }
        },
      ),
      { numRuns: drawCount(300) },
    )
    for (const type of [...COLUMN_TYPE_NAMES, ...TARGET_TYPES]) {
      assert.ok((used[type] ?? 0) > leastCount(30), `${type}: ${used[type]}`)
    }
  }).timeout(300_000)

  it('has the temperature of probabilities, and ordered labels whose outputs rise', async () => {
    const labels = ['low', 'middle', 'high', 'top']
    const encoder = labelEncoder.fit(labels, { labels })
    const targets: readonly (readonly [object, number, string])[] = [
      [{ type: 'label', encoder, temperature: 1.7 }, 4, 'softmax'],
      [{ type: 'ordered', encoder }, 3, 'sigmoid'],
      [{ type: 'ordered', encoder, temperature: 0.3 }, 3, 'sigmoid'],
    ]
    const x = Array.from({ length: 41 }, (_, i) => ({ x: (i - 20) / 5 }))
    for (const [target, units, activation] of targets) {
      const layers = [
        { units: 5, activation: 'tanh' },
        { units, activation },
      ] as LayerOption[]
      for (const seed of [1, 2, 3]) {
        const model = new Model({
          network: new Network({ inputs: 1, layers, seed }),
          columns: [{ name: 'x', type: 'number', scaler: null }],
          target: { name: 'y', ...target } as Target,
        })
        await nearlySame(model, toOnnx(model), x)
      }
    }
  })

  it('scales by each scaler, and back', async () => {
    const values = Array.from({ length: 40 }, (_, i) => ((i * 17) % 40) ** 2 / 7 - (i % 3))
    const scalers = [
      'none',
      'standardScaler',
      'minMaxScaler',
      'robustScaler',
      { name: 'robustScaler', clip: 'smooth' },
      { name: 'minMaxScaler', range: [1e-9, 1] },
      { name: 'quantileScaler', quantiles: 7 },
      'quantileScaler',
    ]
    const records = values.map((x) => ({ x, y: x * x }))
    const others = [...records, ...[-1e300, -50, 0, 3.3, 1e9, 1e300].map((x) => ({ x }))]
    for (const scaler of scalers) {
      // A network of tanh, so that outputs stay between the bounds of clipping.
      const hidden = [{ units: 3, activation: 'tanh' }]
      const target = { column: 'y', type: 'number', scaler }
      const model = await quickModel(records, { hidden, target, options: { x: { scaler } } })
      const safe = scaler === 'quantileScaler' || typeof scaler === 'object' ? others : others.slice(0, -6)
      await nearlySame(model, toOnnx(model), safe)
    }
  })

  it('keeps constants that are 0 or 1 in float32', async () => {
    const records = Array.from({ length: 20 }, (_, i) => ({
      x: (i % 2) * (1 + 1e-9),
      z: 1e-50 * (i % 5),
      y: i * (1 + 1e-9),
    }))
    const options = { x: { scaler: 'minMaxScaler' }, z: { scaler: 'quantileScaler' } } as const
    const target = { column: 'y', type: 'number', scaler: 'minMaxScaler' }
    const model = await quickModel(records, { target, options, fit: { epochs: 50 } })
    await nearlySame(model, toOnnx(model), records)
  })

  it('gives no prediction for a missing value where that is an error', async () => {
    const records = houses(60, 1)
    const options = { area: { missing: 'error' } } as const
    const model = await Model.fit(records, {
      target: 'price',
      columns: INPUTS as ['area', 'town'],
      options,
      fit: { epochs: 2 },
    })
    const { price } = await outputsFor(toOnnx(model), model, [{ area: null, town: 'east' }, records[0]])
    assert.ok(Number.isNaN(price[0]) && Number.isFinite(price[1]))
  })

  it('in float32 has the network in float32, and raw values in float64', async () => {
    const records = houses(80, 1)
    const model = await Model.fit(records, {
      target: 'price',
      columns: INPUTS as ['area', 'town'],
      fit: { epochs: 5 },
      members: 2,
    })
    const bytes = toOnnx(model, { precision: 'float32' })
    assert.ok(bytes.length < toOnnx(model).length)
    const { price } = await outputsFor(bytes, model, records)
    for (const [i, value] of model.predict(records).entries()) {
      assert.ok(Math.abs((price[i] as number) - value) < 1e-5 * Math.abs(value))
    }
  })
})
