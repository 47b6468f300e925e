/** Models as ONNX models: raw columns in, labels, probabilities and numbers out, as ONNX Runtime computes them. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { type LayerOption, Network } from 'lockstep-nn'
import { type LabelPrediction, labelEncoder, Model, type ModelKind, type Target } from 'lockstep-nn/data'
import { toOnnx } from 'lockstep-nn/onnx'
import { COLUMN_TYPE_NAMES } from '#lib/data/columns/column-types.js'
import { TARGET_TYPES } from '#lib/data/targets/targets.js'
import { quickModel } from '../support/columns.js'
import { drawCount, leastCount } from '../support/drawn.js'
import { DRAWN_TARGETS, drawnColumn, optionsOf, recordsOf } from '../support/drawn-tables.js'
import { folderOf } from '../support/folder.js'
import { houses, INPUTS, STATES } from '../support/houses.js'
import { decoded } from '../support/onnx.js'
import { outputsFor } from '../support/onnx-records.js'
import { withPython } from '../support/python.js'

type AnyModel = Model<ModelKind>
type AnyRecord = object

const RELATIVE = 1e-12

function near(actual: unknown, expected: number, scale: number, what: string): void {
  const far = Math.abs((actual as number) - expected)
  assert.ok(far <= RELATIVE * Math.max(Math.abs(expected), scale), `${what} is ${actual}, expected ${expected}`)
}

/** Compares the predictions of records with those of the model. */
async function nearlySame(model: AnyModel, bytes: Uint8Array, records: readonly AnyRecord[]): Promise<void> {
  const outputs = await outputsFor(bytes, model, records)
  const predictions = model.predict(records) as unknown[]
  const isAlone = model.targets.length === 1
  for (const target of model.targets) {
    const own = predictions.map((one) => (isAlone ? one : (one as Record<string, unknown>)[target.name]))
    if (!('encoder' in target)) {
      const scale = Math.max(...(own as number[]).map(Math.abs))
      for (const [i, value] of own.entries()) near(outputs[target.name][i], value as number, scale, target.name)
      continue
    }
    const prefix = isAlone && !('label' in records[0]) ? '' : `${target.name}.`
    const { labels } = target.encoder
    for (const [i, prediction] of (own as LabelPrediction[]).entries()) {
      const all = labels.map((label) => prediction.probabilities[String(label)])
      const found = outputs[`${prefix}probabilities`].slice(i * labels.length, (i + 1) * labels.length)
      for (const [k, p] of all.entries()) near(found[k], p, 1e-3, `${target.name} ${i} ${labels[k]}`)
      // Which of two probabilities is greater may depend on their last digit.
      const [first, second] = all.toSorted((a, b) => b - a)
      if (first - second < 1e-9) continue
      const label = outputs[`${prefix}label`][i]
      assert.equal(typeof labels[0] === 'boolean' ? Boolean(label) : label, prediction.label)
    }
  }
}

/**
 * Records without the smallest numbers, as ONNX Runtime takes subnormal ones for 0; and without texts of numbers and
 * booleans, which are the same in a column of text.
 */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Math.abs(value) < 1e-300 ? 0 : value
  return typeof value === 'string' && /^(\d|true|false)$/.test(value) ? `text ${value}` : value
}
const plainRecords = (records: readonly AnyRecord[]): Record<string, unknown>[] =>
  records.map((record) => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, plain(value)])))

describe('the ONNX model of a model', () => {
  const folder = folderOf()

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

  it('has inputs and outputs by their names, types and shapes', async () => {
    const records = houses(80, 1).map((house, i) => ({
      ...house,
      built: new Date(Date.UTC(1990, 0, i * 100)),
      new: i % 2 === 0,
      floors: i % 3,
    }))
    const target = { column: 'state', type: 'ordered', labels: STATES } as const
    const columns = ['area', 'town', 'built', 'new', 'floors'] as const
    const options = { floors: 'category' } as const
    const model = await Model.fit(records, {
      target: ['price', 'sold', target],
      columns: [...columns],
      options,
      fit: { epochs: 2 },
    })
    const { graph, opsetImport, metadataProps } = decoded(toOnnx(model, { precision: 'float32' }))
    const ports = (list: { name: string; type: { tensorType: { elemType: number; shape: { dim: object[] } } } }[]) =>
      list.map(
        ({
          name,
          type: {
            tensorType: { elemType, shape },
          },
        }) => [name, elemType, ...shape.dim.slice(1).map((dim) => Object.values(dim)[0])],
      )
    const [double, text, bool] = [11, 8, 9]
    assert.deepEqual(ports(graph.input), [
      ['area', double, 1],
      ['town', text, 1],
      ['built', double, 1],
      ['new', double, 1],
      ['floors', double, 1],
    ])
    assert.deepEqual(ports(graph.output), [
      ['price', double, 1],
      ['sold.label', bool],
      ['sold.probabilities', double, 2],
      ['state.label', text],
      ['state.probabilities', double, 3],
    ])
    assert.deepEqual(opsetImport, [
      { domain: '', version: 17 },
      { domain: 'ai.onnx.ml', version: 3 },
    ])
    const data = Object.fromEntries(metadataProps.map(({ key, value }: { key: string; value: string }) => [key, value]))
    assert.equal(data.digest, model.digest())
    const types = ['number', 'category', 'date', 'boolean', 'category']
    assert.deepEqual(
      JSON.parse(data.columns),
      columns.map((name, i) => ({ name, type: types[i] })),
    )
    assert.deepEqual(
      JSON.parse(data.targets).map(({ type }: { type: string }) => type),
      ['number', 'label', 'ordered'],
    )
  })

  it('keeps its names apart from those of columns', async () => {
    const records = houses(60, 1).map(({ area, town, sold }) => ({
      label: area,
      '0': town,
      'inputs.Concat.9': area % 7,
      sold,
    }))
    const model = await Model.fit(records, { target: 'sold', fit: { epochs: 2 } })
    await nearlySame(model, toOnnx(model), records)
    const taken = houses(60, 1).map(({ area, sold, town }) => ({ label: area, 'sold.label': town, sold }))
    const refused = await Model.fit(taken, { target: 'sold', fit: { epochs: 2 } })
    assert.throws(() => toOnnx(refused), {
      name: 'RangeError',
      message:
        'Expected a name that no output has for the name of a column but received "sold.label" of type string. It is the name of an output of the ONNX model: rename the column.',
    })
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

  it('refuses what ONNX cannot express, by name', () => {
    const labels = Array.from({ length: 33 }, (_, i) => i)
    const network = (units: number) => new Network({ inputs: 1, layers: [{ units, activation: 'sigmoid' }], seed: 1 })
    const columns = [{ name: 'x', type: 'number', scaler: null }] as const
    const ordered = new Model({
      network: network(32),
      columns,
      target: { name: 'y', type: 'ordered', encoder: labelEncoder.fit(labels, { labels }) },
    })
    assert.throws(() => toOnnx(ordered), {
      name: 'RangeError',
      message: /^Expected at most 32 ordered labels for column "y" but received 33\. .* toModule/,
    })
  })

  it('refuses categories that are the same as text', async () => {
    const records = Array.from({ length: 30 }, (_, i) => ({ c: [1, '1', true][i % 3], x: i % 4, y: i }))
    const model = await quickModel(records)
    assert.throws(() => toOnnx(model), {
      name: 'RangeError',
      message:
        'Expected categories with texts that differ for column "c" but received "1" of type string. ONNX has one type for a column: text, in which these are the same.',
    })
  })

  withPython("passes the checker of Python's onnx", ['onnx'], async (python) => {
    const files: Uint8Array[] = []
    const records = recordsOf(fc.sample(drawnColumn, { numRuns: 12, seed: 5 }), 'before')
    for (const [yOf, target] of DRAWN_TARGETS) {
      const model = await quickModel(
        records.map((record, i) => ({ ...record, ...yOf(i) })),
        { target, members: 2 },
      )
      files.push(toOnnx(model))
    }
    files.forEach((file, i) => {
      writeFileSync(join(folder(), `${i}.onnx`), file)
    })
    const source = `
import glob, sys, onnx
files = glob.glob(sys.argv[1] + '/*.onnx')
for file in files:
    model = onnx.load(file)
    onnx.checker.check_model(model, full_check=True)
    onnx.shape_inference.infer_shapes(model, strict_mode=True)
print(len(files))
`
    assert.equal(python.run(source, folder()).trim(), String(files.length))
  })
})
