/** Networks as ONNX models: what ONNX Runtime predicts with them, and that they are what the standard asks for. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { type LayerOption, Network } from 'lockstep-nn'
import { type OnnxOptions, toOnnx } from 'lockstep-nn/onnx'
import { type FormatLayer, LAYER_KINDS } from '#lib/formats/tensors.js'
import { ACTIVATION_NODES } from '#lib/onnx/activations.js'
import { Graph } from '#lib/onnx/graph.js'
import { LAYER_NODES } from '#lib/onnx/layers.js'
import { graphOf } from '#lib/onnx/model.js'
import * as registry from '#lib/registry.js'
import known from './fixtures/activations.json' with { type: 'json' }
import { cases } from './support/arbitraries.js'
import { ROOT, script } from './support/child.js'
import { folderOf } from './support/folder.js'
import { answers, answers32, decoded, modelOf } from './support/onnx.js'
import { withPython } from './support/python.js'
import { activationNames } from './support/tables.js'
import { uniform } from './support/values.js'

const RELATIVE = 1e-12
/** What may be lost where 1 and nearly -1 are added, as in the tail of gelu. */
const CANCELLED = 2 ** -48

/** Each value within so much of the expected one, and so much more for what is lost where values cancel. */
function near(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  what: string,
  relative = RELATIVE,
  lost = 0,
): void {
  assert.equal(actual.length, expected.length, what)
  for (let i = 0; i < expected.length; i++) {
    const far = Math.abs(actual[i] - expected[i])
    const same = Object.is(actual[i], expected[i]) || far <= relative * Math.abs(expected[i]) + lost
    assert.ok(same, `${what}[${i}] is ${actual[i]}, expected ${expected[i]}`)
  }
}

/** The activation alone, as a model. */
function activationModel(name: string, alpha: number): Uint8Array {
  const graph = new Graph('float64')
  graph.enter('layer')
  const z = graph.op('Identity', ['x'])
  const a = ACTIVATION_NODES[name](graph, z, alpha)
  return modelOf(graph.message(1, a, 1))
}

const newNetwork = (options: object = {}): Network =>
  new Network({ inputs: 2, layers: [{ units: 3, activation: 'tanh' }, { units: 2 }], seed: 1, ...options })

/** A network of two layers with this activation, on the last where it may stand nowhere else. */
function networkWith(activation: string): Network {
  const layers = [
    { units: 6, activation: activation === 'softmax' ? 'tanh' : activation },
    { units: 4, activation },
  ]
  return new Network({ inputs: 3, layers: layers as LayerOption[], seed: 5 })
}

function samples(rows: number, inputs: number): Float64Array {
  const next = uniform(rows)
  return new Float64Array(rows * inputs).map(() => 4 * next() - 2)
}

describe('the ONNX model of a network', () => {
  it('has nodes for every activation and every kind of layer', () => {
    assert.deepEqual(
      activationNames.filter((name) => !(name in ACTIVATION_NODES)),
      [],
    )
    assert.deepEqual(Object.keys(LAYER_NODES), [...LAYER_KINDS])
    // The registry of kinds, where there is more than one.
    const { layerRegistry } = registry as { layerRegistry?: { names: readonly string[] } }
    assert.deepEqual(layerRegistry?.names ?? ['dense'], LAYER_KINDS.slice(0, layerRegistry?.names.length ?? 1))
  })

  for (const name of activationNames) {
    it(`predicts as the network does: ${name}`, async () => {
      const network = networkWith(name)
      const x = samples(50, 3)
      near(await answers(toOnnx(network), x, 3), network.predict(x), name, RELATIVE, CANCELLED)
    })
  }

  for (const [name, values] of Object.entries(known).filter(([name]) => name !== 'points')) {
    it(`has the exact values of ${name}, small ones too`, async () => {
      const alpha = name === 'leakyRelu' ? 0.3 : 1
      near(await answers(activationModel(name, alpha), Float64Array.from(known.points), 1), values, name)
    })
  }

  it('has values of all activations in the tests, but for those of whole rows', () => {
    assert.deepEqual(
      Object.keys(ACTIVATION_NODES).filter((name) => !(name in known)),
      ['softmax'],
    )
  })

  it('overflows nowhere on the way', async () => {
    const points = Float64Array.of(-1e300, -1000, -745, 745, 1000, 1e300)
    for (const name of Object.keys(ACTIVATION_NODES)) {
      const values = await answers(activationModel(name, 0.5), points, 1)
      assert.ok(!values.some(Number.isNaN), `${name}: ${values}`)
    }
  })

  it('predicts as the network does: any network', async () => {
    const property = fc.asyncProperty(cases, fc.nat({ max: 1e6 }), async ({ inputs, layers, rows }, seed) => {
      // Errors grow with every e^z that is fed another.
      fc.pre(layers.filter((layer) => (layer as { activation?: string }).activation === 'exponential').length < 2)
      const network = new Network({ inputs, layers, seed })
      const x = samples(rows, inputs)
      const expected = network.predict(x)
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      near(await answers(toOnnx(network), x, inputs), expected, 'predictions', RELATIVE, RELATIVE * largest + CANCELLED)
    })
    await fc.assert(property, { numRuns: 100 })
  })

  it('normalizes as the kinds of layers that do so', async () => {
    const x = samples(7, 3)
    const parameters = Float64Array.of(1.5, -2, 0.25, 0.1, 0.2, -0.3, 0.5, -1, 2, 0.8, 1.7, 0.01)
    const base = { inputs: 3, units: 3, activation: 0, alpha: 0, weights: 0, bias: 3, epsilon: 1e-3, statistics: 6 }
    const predict = (layer: FormatLayer) =>
      answers(modelOf(graphOf({ inputs: 3, outputs: 3, layers: [layer] }, parameters, 'float64')), x, 3)
    const [gamma, beta, mean, variance] = [0, 3, 6, 9].map((from) => parameters.subarray(from, from + 3))
    near(
      await predict({ ...base, kind: LAYER_KINDS.indexOf('batchNormalization') }),
      x.map((value, i) => {
        const j = i % 3
        return ((value - mean[j]) / Math.sqrt(variance[j] + 1e-3)) * gamma[j] + beta[j]
      }),
      'batch normalization',
      RELATIVE,
      1e-14,
    )
    near(
      await predict({ ...base, kind: LAYER_KINDS.indexOf('layerNormalization') }),
      x.map((value, i) => {
        const row = x.subarray(i - (i % 3), i - (i % 3) + 3)
        const middle = (row[0] + row[1] + row[2]) / 3
        const spread = row.reduce((sum, other) => sum + (other - middle) ** 2, 0) / 3
        return ((value - middle) / Math.sqrt(spread + 1e-3)) * gamma[i % 3] + beta[i % 3]
      }),
      'layer normalization',
      RELATIVE,
      1e-14,
    )
    const dropout = { ...base, kind: LAYER_KINDS.indexOf('dropout') }
    const dense = { ...base, kind: 0, units: 1, bias: 3 }
    const plan = { inputs: 3, outputs: 1, layers: [dropout, dense] }
    const alone = { ...plan, layers: [dense] }
    const nodes = ({ node }: { node?: unknown }) => JSON.stringify(node).replaceAll('layers.1', 'layers.0')
    assert.equal(nodes(graphOf(plan, parameters, 'float64')), nodes(graphOf(alone, parameters, 'float64')))
  })

  it('in float32 is as near as float32 allows', async () => {
    for (const name of activationNames) {
      const network = networkWith(name)
      const x = samples(20, 3)
      const bytes = toOnnx(network, { precision: 'float32' })
      near(await answers32(bytes, x, 3), network.predict(x), name, 1e-5, 1e-5)
    }
  })

  it('is well formed, with the operators that docs/models.md lists', () => {
    const documented = readFileSync(join(ROOT, 'docs', 'models.md'), 'utf8').match(/^Operators: (.*)\.$/m)?.[1] ?? ''
    const listed = [...documented.matchAll(/`(\w+)`/g)].map(([, name]) => name)
    const used = new Set<string>()
    for (const name of Object.keys(ACTIVATION_NODES)) checkGraph(decoded(activationModel(name, 0.3)), used)
    for (const name of activationNames) checkGraph(decoded(toOnnx(networkWith(name))), used)
    for (const op of ['Sqrt', 'ReduceMean']) used.add(op)
    used.delete('Identity')
    assert.deepEqual([...used].sort(), listed)
  })

  /** Every value exists before it is used and is used if it exists; tensors have the bytes of their shape. */
  function checkGraph(model: ReturnType<typeof decoded>, used: Set<string>): void {
    assert.equal(model.irVersion, 8)
    assert.deepEqual(model.opsetImport, [{ domain: '', version: 17 }])
    const { graph } = model
    const values = new Set<string>([graph.input[0].name])
    for (const { name, dims, dataType, rawData } of graph.initializer) {
      assert.ok(!values.has(name), `${name} twice`)
      assert.equal(dataType, 11)
      assert.equal(rawData.length, 8 * dims.reduce((product: number, size: number) => product * size, 1))
      values.add(name)
    }
    const taken = new Set<string>(['y'])
    for (const { input, output, opType } of graph.node) {
      used.add(opType)
      for (const name of input) {
        assert.ok(values.has(name), `${name} is used before it exists`)
        taken.add(name)
      }
      assert.ok(!values.has(output[0]), `${output[0]} twice`)
      values.add(output[0])
    }
    assert.deepEqual(
      [...values].filter((name) => !taken.has(name)),
      [],
      'unused values',
    )
  }

  it('names its tensors, and tells its digest and architecture', () => {
    const network = newNetwork()
    const { graph, metadataProps, producerName } = decoded(toOnnx(network))
    assert.equal(producerName, 'lockstep-nn')
    assert.deepEqual(
      graph.initializer.map(({ name, dims }: { name: string; dims: number[] }) => [name, dims]),
      [
        ['layers.0.weights', [2, 3]],
        ['layers.0.bias', [3]],
        ['layers.1.weights', [3, 2]],
        ['layers.1.bias', [2]],
      ],
    )
    const matrix = (name: string, columns: number) => {
      const shape = { dim: [{ dimParam: 'rows' }, { dimValue: columns }] }
      return [{ name, type: { tensorType: { elemType: 11, shape } } }]
    }
    assert.deepEqual([graph.input, graph.output], [matrix('x', 2), matrix('y', 2)])
    const { inputs, layers } = network.toJSON()
    assert.deepEqual(metadataProps, [
      { key: 'architecture', value: JSON.stringify({ inputs, layers }) },
      { key: 'digest', value: network.digest() },
    ])
  })

  const folder = folderOf()

  withPython("passes the checker of Python's onnx", ['onnx'], (python) => {
    const models: Uint8Array[] = activationNames.map((name) => toOnnx(networkWith(name)))
    for (const name of Object.keys(ACTIVATION_NODES)) models.push(activationModel(name, 0.3))
    models.push(toOnnx(newNetwork(), { precision: 'float32' }))
    const layer = { inputs: 3, units: 3, activation: 0, alpha: 0, weights: 0, bias: 3, epsilon: 1e-3, statistics: 6 }
    const layers: FormatLayer[] = LAYER_KINDS.map((name, kind) => ({ ...layer, kind: name === 'dense' ? 3 : kind }))
    models.push(modelOf(graphOf({ inputs: 3, outputs: 3, layers }, new Float64Array(12), 'float64')))
    models.forEach((model, i) => {
      writeFileSync(join(folder(), `${i}.onnx`), model)
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
    assert.equal(python.run(source, folder()).trim(), String(models.length))
  })
})

describe('toOnnx', () => {
  it('needs no code made from strings, which some hosts forbid', () => {
    const source = `
      import { Network } from 'lockstep-nn'
      import { toOnnx } from 'lockstep-nn/onnx'
      console.log(toOnnx(new Network({ inputs: 1, layers: [{ units: 1 }] })).length)`
    const { status, stdout, stderr } = script(source, { flags: ['--disallow-code-generation-from-strings'] })
    assert.equal(status, 0, stderr)
    assert.ok(Number(stdout) > 100)
  })

  it('says what to install where its package is missing', () => {
    const source = `
      import Module from 'node:module'
      const resolve = Module._resolveFilename
      Module._resolveFilename = function (name, ...rest) {
        if (name.startsWith('@bufbuild/')) throw new Error('Cannot find it')
        return resolve.call(this, name, ...rest)
      }
      const { Network } = await import('lockstep-nn')
      const { toOnnx } = await import('lockstep-nn/onnx')
      try {
        toOnnx(new Network({ inputs: 1, layers: [{ units: 1 }] }))
      } catch ({ message, cause }) {
        console.log(message + '|' + cause.message)
      }`
    const { stdout, stderr } = script(source)
    assert.equal(
      stdout.trim(),
      'toOnnx needs the package @bufbuild/protobuf, which could not be loaded. ' +
        'Install it: npm install @bufbuild/protobuf|Cannot find it',
      stderr,
    )
  })

  it('refuses what is no network, and other options', () => {
    const network = newNetwork()
    assert.throws(() => toOnnx({} as never), {
      name: 'TypeError',
      message: 'Expected a Network for network but received an object.',
    })
    assert.throws(() => toOnnx(network, { opset: 9 } as OnnxOptions), {
      name: 'TypeError',
      message: 'Unknown option "opset" in the options of toOnnx. Known are: precision.',
    })
    assert.throws(() => toOnnx(network, { precision: 'float16' as never }), {
      name: 'RangeError',
      message:
        'Expected a precision for precision but received "float16" of type string. Did you mean "float64"? Known are: float64, float32.',
    })
  })

  it('refuses a network beyond the 2 GB of the format', () => {
    const network = newNetwork()
    Object.defineProperty(network, 'parameterCount', { get: () => 2 ** 28 })
    assert.throws(() => toOnnx(network), {
      name: 'RangeError',
      message:
        'Expected at most 268304384 parameters for network but received a network with 268435456. Files of ONNX hold at most 2 GB.',
    })
  })
})
