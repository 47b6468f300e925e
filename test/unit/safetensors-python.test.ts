/** Safetensors files to and from Python's package. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Network } from 'lockstep-nn'
import { fromSafetensors, loadSafetensors, toSafetensors } from 'lockstep-nn/formats'
import { sameBits } from '../support/bits.js'
import { folderOf } from '../support/folder.js'
import { withPython } from '../support/python.js'
import { fileOf, tiny } from '../support/safetensors.js'
import { denseRanges } from '../support/tensors.js'

describe("Python's safetensors", () => {
  const folder = folderOf()
  const packages = ['numpy', 'safetensors']
  const source = () =>
    new Network({
      inputs: 5,
      layers: [{ units: 12, activation: 'tanh' }, { units: 11 }, { units: 3, activation: 'softmax' }],
      seed: 3,
    })

  withPython('reads what toSafetensors wrote, and writes what fromSafetensors reads', packages, (python) => {
    const network = source()
    const [ours, theirs] = ['ours', 'theirs'].map((name) => join(folder(), `${name}.safetensors`))
    writeFileSync(ours, toSafetensors(network))
    const printed = python.run(
      `
import sys
from safetensors import safe_open
from safetensors.numpy import save_file
with safe_open(sys.argv[1], 'np') as file:
    tensors = {name: file.get_tensor(name) for name in file.keys()}
    metadata = file.metadata()
for i in range(3):
    for name in (f'layers.{i}.weights', f'layers.{i}.bias'):
        print(name, tensors[name].dtype, tensors[name].shape, tensors[name].tobytes().hex())
save_file(tensors, sys.argv[2], metadata)
`,
      ours,
      theirs,
    )
    const expected = network.plan.layers.flatMap((layer, i) => {
      const { inputs, units } = layer
      const { weights, bias } = denseRanges(layer)
      const hex = ([from, to]: [number, number]) =>
        Buffer.from(Float64Array.from(network.parameters.subarray(from, to)).buffer).toString('hex')
      return [
        `layers.${i}.weights float64 (${inputs}, ${units}) ${hex(weights)}`,
        `layers.${i}.bias float64 (${units},) ${hex(bias)}`,
      ]
    })
    assert.deepEqual(printed.trim().split(/\r?\n/), expected)
    const back = fromSafetensors(readFileSync(theirs))
    sameBits(back.parameters, network.parameters, 'parameters')
    assert.equal(back.digest(), network.digest())
  })

  withPython('writes float32 that loadSafetensors widens exactly', packages, (python) => {
    const file = join(folder(), 'float32.safetensors')
    python.run(
      `
import sys
import numpy as np
from safetensors.numpy import save_file
w = np.arange(6, dtype=np.float32).reshape(3, 2) / np.float32(7)
b = np.array([0.1, -0.2, 1e-40], dtype=np.float32)
save_file({'linear.weight': w, 'linear.bias': b, 'steps': np.array(7)}, sys.argv[1])
`,
      file,
    )
    const network = new Network({ inputs: 2, layers: [{ units: 3 }] })
    const names = { 'layers.0.weights': 'linear.weight', 'layers.0.bias': 'linear.bias' }
    loadSafetensors(network, readFileSync(file), { names, transposed: true })
    const seventh = (i: number) => Math.fround(i / 7)
    const weights = [0, 2, 4, 1, 3, 5].map(seventh)
    sameBits(network.parameters, Float64Array.of(...weights, ...[0.1, -0.2, 1e-40].map(Math.fround)), 'parameters')
  })

  withPython('refuses, as we do, a file with a gap', packages, (python) => {
    const file = join(folder(), 'gap.safetensors')
    const gap = fileOf({ a: { dtype: 'F64', shape: [1], data_offsets: [8, 16] } }, new Uint8Array(16))
    writeFileSync(file, gap)
    assert.throws(() => loadSafetensors(tiny(), gap), /There is a gap before it/)
    const source = `
import sys
from safetensors.numpy import load_file
try:
    load_file(sys.argv[1])
    print('read')
except Exception as error:
    print('refused')
`
    assert.equal(python.run(source, file).trim(), 'refused')
  })
})
