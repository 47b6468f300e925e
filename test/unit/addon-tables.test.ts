/** The tables and fields of the addon and of the WebAssembly module are those of the TypeScript side: same names, same order, same options. */
import assert from 'node:assert/strict'
import type { LayerOption } from 'lockstep-nn'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { encodePlan } from '#lib/backend/encode.js'
import { instantiate, namesOf } from '#lib/backend/wasm/module.js'
import { metrics } from '#lib/kernels/metrics/metrics.js'
import type { Case } from '../support/case.js'
import { jobOf } from '../support/job.js'
import { activationTable, layerTable, lossTable, optimizerTable } from '../support/tables.js'
import { describeWasm, wasmModule } from '../support/wasm.js'

const optionNames = (table: Readonly<Record<string, object>>) =>
  Object.entries(table).map(([name, entry]) => ({
    name,
    options: 'options' in entry ? Object.keys(entry.options as object) : [],
  }))

const layers: LayerOption[] = [
  { units: 3, activation: 'leakyRelu', alpha: 0.125, l1: 0.0625, l2: 0.03125, trainable: false },
  { units: 2, activation: 'tanh' },
]

// Every number of this training's plan differs from its neighbours, as far as possible.
const drawn: Case = {
  inputs: 5,
  layers,
  start: { seed: 1 },
  loss: { name: 'huber', delta: 0.1875 },
  optimizer: {
    name: 'adam',
    learningRate: 0.25,
    beta1: 0.5,
    beta2: 0.75,
    epsilon: 0.375,
    amsgrad: true,
    weightDecay: 0.625,
    clipNorm: 8,
  },
  rows: 11,
  x: { style: 'sensible', seed: 1, odd: [] },
  y: { style: 'sensible', seed: 2, odd: [] },
  form: 'flat',
  threads: 1,
  firstEpoch: 19,
  fit: { epochs: 9, batchSize: 7, shuffle: true, seed: 13 * 2 ** 32 + 17 },
}

/** The values in the lists of a plan, and of a layer. */
const DERIVED = ['layerCount', 'lossOptionCount', 'optimizerOptionCount']
const DERIVED_OF_LAYER = ['inputCount', 'activationOptionCount', 'optionCount', 'tensorCount']

const numericKeys = (from: object): string[] =>
  Object.entries(from)
    .filter(([, value]) => typeof value === 'number')
    .map(([key]) => key)

describe("the addon's tables", () => {
  const addon = loadAddon() as Addon

  it('have the activations of the TypeScript table', () => {
    assert.deepEqual(addon.activations, optionNames(activationTable))
  })

  it('have the losses of the TypeScript table', () => {
    assert.deepEqual(addon.losses, optionNames(lossTable))
  })

  it('have the metrics of the TypeScript table', () => {
    assert.deepEqual(addon.metrics, optionNames(metrics))
  })

  it('have the optimizers of the TypeScript table', () => {
    assert.deepEqual(addon.optimizers, optionNames(optimizerTable))
  })

  it('have the kinds of layers of the TypeScript table', () => {
    assert.deepEqual(addon.layers, optionNames(layerTable))
  })

  it('name every number of a plan, and nothing else', () => {
    const fields = addon.planFields.filter((name) => !DERIVED.includes(name))
    assert.deepEqual([...fields].sort(), numericKeys(jobOf(drawn).plan).sort())
    assert.deepEqual(addon.planFields.filter((name) => DERIVED.includes(name)).sort(), DERIVED)
    assert.equal(new Set(addon.planFields).size, addon.planFields.length)
  })

  it('name every number of a layer, and nothing else', () => {
    const [layer] = jobOf(drawn).plan.layers
    assert.deepEqual([...addon.layerFields].sort(), [...numericKeys(layer), ...DERIVED_OF_LAYER].sort())
    assert.deepEqual([...addon.tensorFields].sort(), numericKeys(layer.tensors[0]).sort())
  })

  it('have the position of each number of an encoded plan', () => {
    const { plan } = jobOf(drawn)
    const encoded = Array.from(encodePlan(addon, plan))
    const take = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, encoded.shift()]))
    const takeList = (length: number) => encoded.splice(0, length)
    const { layers: planLayers, optimizerOptions, lossOptions, ...numbers } = plan
    assert.deepEqual(take(addon.planFields), {
      ...numbers,
      layerCount: 2,
      lossOptionCount: 1,
      optimizerOptionCount: 9,
    })
    for (const { inputLayers, activationOptions, options, tensors, scope: _scope, ...fields } of planLayers) {
      assert.deepEqual(take(addon.layerFields), {
        ...fields,
        inputCount: inputLayers.length,
        activationOptionCount: activationOptions.length,
        optionCount: options.length,
        tensorCount: tensors.length,
      })
      assert.deepEqual(takeList(inputLayers.length), inputLayers)
      assert.deepEqual(takeList(activationOptions.length), Array.from(activationOptions))
      assert.deepEqual(takeList(options.length), Array.from(options))
      for (const { name: _name, form: _form, ...tensor } of tensors) assert.deepEqual(take(addon.tensorFields), tensor)
    }
    assert.deepEqual(takeList(lossOptions.length), [0.1875])
    assert.deepEqual(encoded, Array.from(optimizerOptions))
    assert.deepEqual(encoded, [0.25, 0.5, 0.75, 0.375, 1, 0.625, 0, 8, 0])
  })
})

describeWasm("the WebAssembly module's tables", () => {
  const lists = ['planFields', 'layerFields', 'tensorFields', 'watchFields', 'sessionArrays'] as const
  const tables = ['activations', 'losses', 'metrics', 'optimizers', 'layers'] as const

  it('are those of the addon', () => {
    const addon = loadAddon() as Addon
    const names = namesOf(instantiate(wasmModule()))
    for (const name of [...lists, ...tables]) assert.deepEqual(names[name], addon[name], name)
    assert.deepEqual(Object.keys(names).sort(), [...lists, ...tables].sort())
  })
})

describe('a plan', () => {
  it('has the seed in two halves, the scales of both sizes of batches, and the layout of the parameters', () => {
    const { plan } = jobOf(drawn)
    assert.deepEqual([plan.seedHigh, plan.seedLow], [13, 17])
    assert.equal(plan.gradientScale, 1 / (7 * 2))
    assert.equal(plan.lastGradientScale, 1 / (4 * 2))
    assert.equal(plan.lossScale, 1 / (11 * 2))
    assert.equal(plan.parameterCount, 6 * 3 + 4 * 2)
    assert.deepEqual(
      plan.layers.map(({ inputs, tensors, activationOptions }) => [
        inputs,
        ...tensors.map(({ offset }) => offset),
        ...activationOptions,
      ]),
      [
        [5, 0, 15, 0.125],
        [3, 18, 24],
      ],
    )
  })

  it('has a batch of all rows where more are asked for', () => {
    const { plan } = jobOf({ ...drawn, fit: { ...drawn.fit, batchSize: 1000 } })
    assert.equal(plan.batchSize, 11)
    assert.equal(plan.lastGradientScale, plan.gradientScale)
  })
})
