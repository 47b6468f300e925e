/** Residual blocks and embeddings as the caller sees them: descriptions, parameters, saved forms, and checks of gradients. */
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { checkGradients, DivergenceError, Ensemble, type LayerOption, Network, Trainer } from 'lockstep-nn'
import { fromSafetensors, loadSafetensors, toModule, toSafetensors } from 'lockstep-nn/formats'
import { toOnnx } from 'lockstep-nn/onnx'
import { sameBits } from '../support/bits.js'
import { fillCategories } from '../support/case.js'
import { answers } from '../support/onnx.js'
import { implementations } from '../support/paths.js'
import { partsOf } from '../support/safetensors.js'
import { numbers } from '../support/values.js'

const inputs = 4
const layers: readonly LayerOption[] = [
  {
    type: 'embedding',
    columns: [
      { column: 2, categories: 5, units: 3 },
      { column: 0, categories: 2, units: 1 },
    ],
  },
  { units: 4, activation: 'tanh' },
  {
    type: 'residual',
    layers: [
      { units: 6, activation: 'hardSwish', l2: 0.01 },
      { type: 'residual', layers: [{ type: 'layerNormalization' }, { type: 'dropout', rate: 0.25 }] },
      { units: 4, activation: 'leakyRelu', alpha: 0.25, trainable: false },
    ],
  },
  { units: 2 },
]
const networkOf = (options: object = {}) => new Network({ inputs, layers, seed: 3, ...options })
const rows = 20
const x = numbers(rows * inputs, 1)
fillCategories(x, inputs, layers, 2)
const y = numbers(rows * 2, 3)

describe('a network with an embedding and blocks', () => {
  const network = networkOf()

  it('describes its layers, those of blocks inside them', () => {
    const [embedding, , block] = network.layers
    assert.deepEqual(
      [embedding.type, embedding.inputs, embedding.units, embedding.trainable, embedding.layers],
      ['embedding', 4, 6, true, undefined],
    )
    assert.deepEqual(embedding.columns, layers[0].columns)
    assert.deepEqual([block.inputs, block.units, block.trainable, block.options], [4, 4, true, {}])
    const inner = block.layers ?? []
    assert.deepEqual(
      inner.map(({ type, units, l2, trainable }) => [type, units, l2, trainable]),
      [
        ['dense', 6, 0.01, true],
        ['residual', 6, 0, true],
        ['dense', 4, 0, false],
      ],
    )
    assert.deepEqual(
      inner[1].layers?.map(({ type }) => type),
      ['layerNormalization', 'dropout'],
    )
    assert.ok(Object.isFrozen(block.layers) && Object.isFrozen(embedding.columns))
  })

  it('has the tensors of a layer as live parts, those of blocks inside them', () => {
    const { column2, column0, ...others } = network.getLayer(0)
    assert.deepEqual([column2?.length, column0?.length, others], [15, 2, {}])
    const { layers: inner = [], ...own } = network.getLayer(2)
    assert.deepEqual(own, {})
    assert.deepEqual(
      inner.map((one) => Object.keys(one)),
      [['weights', 'bias'], ['layers'], ['weights', 'bias']],
    )
    assert.equal(inner[1].layers?.[0].gamma?.length, 6)
    const first = 17 + 4 * 7
    assert.equal(inner[0].weights?.byteOffset, network.parameters.byteOffset + 8 * first)
    assert.deepEqual(Object.keys(JSON.parse(JSON.stringify(network.getLayer(2)))), ['layers'])
  })

  it('has a summary with the layers of blocks below them', () => {
    assert.equal(
      network.summary(),
      [
        'layer                    type                activation  inputs × units  parameters',
        '0                        embedding           linear      4 × 6                   17',
        '1                        dense               tanh        6 × 4                   28',
        '2                        residual            linear      4 × 4                   70',
        '  2.layers.0             dense               hardSwish   4 × 6                   30',
        '  2.layers.1             residual            linear      6 × 6                   12',
        '    2.layers.1.layers.0  layerNormalization  linear      6 × 6                   12',
        '    2.layers.1.layers.1  dropout             linear      6 × 6                    0',
        '  2.layers.2             dense               leakyRelu   6 × 4                   28',
        '3                        dense               linear      4 × 2                   10',
        '125 parameters in all',
      ].join('\n'),
    )
    assert.match(inspect(network), /embedding 4 × 6\n.*\n {2}residual 4 × 4 of 3 layers\n/)
  })

  it('starts with its initializers: vectors within 0.05, each layer from a stream of its own', () => {
    const { column2 = NONE, column0 = NONE } = network.getLayer(0)
    for (const value of [...column2, ...column0]) assert.ok(value >= -0.05 && value < 0.05 && value !== 0)
    const own = [{ ...layers[0], weightsInitializer: 'ones' }, ...layers.slice(1)] as LayerOption[]
    const other = networkOf({ layers: own, initializer: 'heNormal' })
    assert.ok(other.getLayer(0).column2?.every((value) => value === 1))
    const inner = [{ ...layers[2], layers: [{ units: 4, biasInitializer: 'ones' }] }, { units: 1 }] as LayerOption[]
    const [first] = new Network({ inputs, layers: inner }).getLayer(0).layers ?? []
    assert.deepEqual([...(first.bias as Float64Array)], [1, 1, 1, 1])
    assert.notDeepEqual(network.getLayer(1).weights?.slice(0, 4), network.getLayer(3).weights?.slice(0, 4))
  })

  it('is restored from JSON, as a clone, and as members of an ensemble', () => {
    const text = JSON.stringify(network)
    const back = Network.fromJSON(text)
    assert.deepEqual(back.layers, network.layers)
    assert.equal(JSON.stringify(back), text)
    assert.equal(network.clone().digest(), network.digest())
    const ensemble = new Ensemble({ inputs, layers, seeds: [3, 4] })
    assert.equal(ensemble.members[0].digest(), network.digest())
    assert.equal(Ensemble.fromJSON(JSON.stringify(ensemble)).digest(), ensemble.digest())
    assert.throws(
      () => networkOf({ seed: undefined, parameters: network.parameters.slice(), layers: withInitializer() }),
      /^TypeError: Expected nothing for layers\[2\]\.layers\[0\]\.biasInitializer but received "ones"/,
    )
  })

  it('has a digest of everything that its outputs depend on', () => {
    const digests = [
      layers,
      [layers[0], layers[1], { ...layers[2], layers: (layers[2].layers ?? []).slice(2) }, layers[3]],
      [{ ...layers[0], columns: [...(layers[0].columns ?? [])].reverse() }, ...layers.slice(1)],
      [layers[1], layers[3]],
    ].map((all) => networkOf({ layers: all, initializer: 'zeros' }).digest())
    assert.equal(new Set(digests).size, digests.length)
  })

  it('is the same after a safetensors file, whose names are paths', () => {
    const bytes = toSafetensors(network)
    assert.equal(fromSafetensors(bytes).digest(), network.digest())
    const { header } = partsOf(bytes)
    const shapes = Object.entries(header as Record<string, { shape?: number[] }>).map(([name, { shape }]) => [
      name,
      shape,
    ])
    assert.deepEqual(
      shapes.filter(([name]) => name !== '__metadata__'),
      [
        ['layers.0.column2', [5, 3]],
        ['layers.0.column0', [2, 1]],
        ['layers.1.weights', [6, 4]],
        ['layers.1.bias', [4]],
        ['layers.2.layers.0.weights', [4, 6]],
        ['layers.2.layers.0.bias', [6]],
        ['layers.2.layers.1.layers.0.gamma', [6]],
        ['layers.2.layers.1.layers.0.beta', [6]],
        ['layers.2.layers.2.weights', [6, 4]],
        ['layers.2.layers.2.bias', [4]],
        ['layers.3.weights', [4, 2]],
        ['layers.3.bias', [2]],
      ],
    )
  })

  it('keeps the tables of a file of transposed matrices', () => {
    const [one, copy] = [1, 2].map(
      (seed) => new Network({ inputs: 1, layers: [{ type: 'embedding', columns: [COLUMN] }, { units: 3 }], seed }),
    )
    loadSafetensors(copy, toSafetensors(one), { transposed: true })
    sameBits(copy.getLayer(0).column0 ?? NONE, one.getLayer(0).column0 ?? NONE, 'the table')
    const weights = one.getLayer(1).weights ?? NONE
    sameBits(
      copy.getLayer(1).weights ?? NONE,
      weights.map((_, i) => weights[(i % 3) * 3 + Math.floor(i / 3)]),
      'weights',
    )
  })

  it('predicts the same as a module, and nearly the same as an ONNX model', async () => {
    const trained = networkOf()
    new Trainer(trained, { loss: 'meanSquaredError', optimizer: 'radam' }).fitSync(x, y, { epochs: 5 })
    const url = `data:text/javascript,${encodeURIComponent(toModule(trained))}`
    const module = (await import(url)) as { predict: (samples: unknown) => Float64Array }
    sameBits(module.predict(x), trained.predict(x), 'predictions')
    assert.throws(() => module.predict([[0, 0, 5, 0]]), {
      name: 'RangeError',
      message: 'Expected an integer from 0 to 4 for x[0][2] but received 5.',
    })
    const actual = await answers(toOnnx(trained), x, inputs)
    for (const [i, value] of trained.predict(x).entries()) assert.ok(Math.abs(actual[i] - value) <= 1e-12)
  })

  it('has gradients that equal differences, with the path of their layers', () => {
    for (const backend of implementations) {
      const check = checkGradients(network, x, y, { loss: 'meanSquaredError', backend })
      assert.ok(check.worst < 1e-6, `${check.worst}`)
      // All but those of the frozen layer.
      assert.equal(check.checked, 125 - 28)
    }
    const zeros = networkOf({ layers: [layers[2], { units: 1 }], seed: undefined, initializer: 'zeros' })
    const all: string[] = []
    for (let i = 0; i < 40; i++) {
      const { layer, path } = checkGradients(zeros, x, numbers(rows, 4), {
        loss: 'meanSquaredError',
        sample: 1,
        seed: i,
      })
      assert.equal(layer, Number(path[0]))
      all.push(path)
    }
    assert.ok(all.includes('0.layers.0') && all.includes('0.layers.1.layers.0'), all.join())
  })

  it('names the tensor of a parameter that is not finite', () => {
    const one = networkOf()
    const { layers: inner = [] } = one.getLayer(2)
    inner[0].weights?.fill(Number.NaN)
    assert.throws(() => one.predict(x), /the weights of layer 2\.layers\.0/)
    const another = new Network({ inputs, layers: [{ type: 'residual', layers: [{ units: inputs }] }, { units: 2 }] })
    const trainer = new Trainer(another, { loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate: 1e308 } })
    assert.throws(
      () => trainer.fitSync(x, y, { epochs: 9 }),
      (error) => error instanceof DivergenceError && error.message.includes('the weights of layer 0.layers.0'),
    )
  })
})

const NONE = new Float64Array(0)
const COLUMN = { column: 0, categories: 2, units: 3 }

/** The layers with an initializer inside the block. */
function withInitializer(): LayerOption[] {
  const [embedding, dense, block, last] = layers
  const [first, ...rest] = block.layers ?? []
  return [embedding, dense, { ...block, layers: [{ ...first, biasInitializer: 'ones' }, ...rest] } as LayerOption, last]
}

describe('the vectors of an embedding', () => {
  it('change for the categories of a batch only, by plain sgd', () => {
    for (const backend of implementations) {
      const network = new Network({
        inputs: 1,
        layers: [{ type: 'embedding', columns: [COLUMN] }, { units: 1 }],
        seed: 1,
      })
      const before = network.getLayer(0).column0?.slice() as Float64Array
      new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd', backend }).fitSync([[1]], [[5]])
      const after = network.getLayer(0).column0 as Float64Array
      sameBits(after.slice(0, 3), before.slice(0, 3), backend)
      for (let j = 3; j < 6; j++) assert.notEqual(after[j], before[j])
    }
  })

  it('are the outputs, after the other columns', () => {
    const columns = [{ column: 1, categories: 2, units: 2 }]
    // The table, then the identity.
    const parameters = Float64Array.of(10, 20, 30, 40, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0)
    const network = new Network({ inputs: 3, layers: [{ type: 'embedding', columns }, { units: 4 }], parameters })
    for (const backend of implementations) {
      const output = network.predict([5, 1, 6, 7, 0, 8].reduce(intoRows, []), { backend })
      assert.deepEqual([...output], [5, 6, 30, 40, 7, 8, 10, 20])
    }
  })
})

function intoRows(all: number[][], value: number, i: number): number[][] {
  if (i % 3 === 0) all.push([])
  all[all.length - 1].push(value)
  return all
}
