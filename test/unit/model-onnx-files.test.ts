/** Models as ONNX models: the names, types and shapes of their inputs and outputs, refusals, and the standard's checker. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { Network } from 'lockstep-nn'
import { labelEncoder, Model } from 'lockstep-nn/data'
import { toOnnx } from 'lockstep-nn/onnx'
import { quickModel } from '../support/columns.js'
import { DRAWN_TARGETS, drawnColumn, recordsOf } from '../support/drawn-tables.js'
import { folderOf } from '../support/folder.js'
import { houses, STATES } from '../support/houses.js'
import { decoded } from '../support/onnx.js'
import { nearlySame } from '../support/onnx-records.js'
import { withPython } from '../support/python.js'

describe('the ONNX file of a model', () => {
  const folder = folderOf()

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
