/** Networks as ONNX models: they conform to the standard; and refusals. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as protobuf from '@bufbuild/protobuf/wire'
import type { Network } from 'lockstep-nn'
import { type OnnxOptions, toOnnx } from 'lockstep-nn/onnx'
import { ACTIVATION_NODES } from '#lib/onnx/activations.js'
import { ROOT, script } from '../support/child.js'
import { folderOf } from '../support/folder.js'
import { decoded } from '../support/onnx.js'
import { activationModel, networkOfAllKinds, networkWith, newNetwork } from '../support/onnx-models.js'
import { withPython } from '../support/python.js'
import { activationNames } from '../support/tables.js'

describe('the ONNX file of a network', () => {
  it('is well formed, with the operators that docs/models.md lists', () => {
    const documented =
      readFileSync(join(ROOT, 'docs', 'models.md'), 'utf8').match(/^Operators of networks: (.*)\.$/m)?.[1] ?? ''
    const listed = [...documented.matchAll(/`(\w+)`/g)].map(([, name]) => name)
    const used = new Set<string>()
    for (const name of Object.keys(ACTIVATION_NODES)) checkGraph(decoded(activationModel(name, 0.3)), used)
    for (const name of activationNames) checkGraph(decoded(toOnnx(networkWith(name))), used)
    checkGraph(decoded(toOnnx(networkOfAllKinds())), used)
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
      // float64, or int64 for indices.
      assert.ok([11, 7].includes(dataType))
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

  it('names its tensors, and holds its digest and architecture', () => {
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
    models.push(toOnnx(networkOfAllKinds()))
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

  it('names the package to install where it is missing', () => {
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

  it('uses a package that is passed, which gives the same bytes', () => {
    const network = networkOfAllKinds()
    assert.deepEqual(toOnnx(network, { protobuf }), toOnnx(network))
    let made = 0
    class BinaryWriter extends protobuf.BinaryWriter {
      constructor() {
        super()
        made++
      }
    }
    toOnnx(network, { protobuf: { BinaryWriter } })
    assert.ok(made > 0)
    for (const given of [{}, null, 1, { BinaryWriter: 'x' }]) {
      assert.throws(() => toOnnx(network, { protobuf: given as never }), {
        name: 'TypeError',
        message:
          /^Expected the package @bufbuild\/protobuf\/wire for protobuf but received .*Import \* from '@bufbuild\/protobuf\/wire'\.$/,
      })
    }
  })

  it('refuses objects that are no network or model, and unknown options', () => {
    const network = newNetwork()
    assert.throws(() => toOnnx({} as never), {
      name: 'TypeError',
      message: 'Expected a Network or a Model for network but received an object.',
    })
    assert.throws(() => toOnnx(network, { opset: 9 } as OnnxOptions), {
      name: 'TypeError',
      message: 'Unknown option "opset" in the options of toOnnx. Known: precision, protobuf.',
    })
    assert.throws(() => toOnnx(network, { precision: 'float16' as never }), {
      name: 'RangeError',
      message:
        'Expected a precision for precision but received "float16" of type string. Did you mean "float64"? Known: float64, float32.',
    })
  })

  it('refuses a network beyond the 2 GB of the format', () => {
    const network = Object.create(newNetwork(), { parameterCount: { value: 2 ** 28 } }) as Network
    assert.throws(() => toOnnx(network), {
      name: 'RangeError',
      message:
        'Expected at most 268304384 parameters for network but received a network with 268435456. Files of ONNX hold at most 2 GB. Save it with toSafetensors() of lockstep-nn/formats.',
    })
  })
})
