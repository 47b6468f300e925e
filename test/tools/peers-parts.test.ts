import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Network } from 'lockstep-nn'
import { SEEDS, X, Y } from '../../bench/experiment/experiment.js'
import { initialWeights } from '../../bench/experiment/pcg64.js'
import { choosePeers } from '../../bench/harness/peers.js'
import { number } from '../../bench/harness/text.js'
import { allPeers, isInstalled } from '../../bench/peers/catalog.js'
import { readWorkload, writeWorkload } from '../../bench/peers/files.js'
import { fittingEpochs } from '../../bench/peers/measure.js'
import { layersOf, lossOf } from '../../bench/peers/serve.js'
import { outputsOf, STARTS, WORKLOAD_NAMES } from '../../bench/peers/spec.js'
import { judge, SAME_WORK } from '../../bench/peers/summary.js'
import { makeWorkload } from '../../bench/peers/workloads.js'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

let directory: string
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'lockstep-peers-test-'))
})
after(() => rmSync(directory, { recursive: true, force: true }))

describe("the workloads of the peers' bench", () => {
  for (const name of WORKLOAD_NAMES) {
    it(`${name}: the files describe the workload`, () => {
      const workload = makeWorkload(name, true)
      const folder = join(directory, 'written', name)
      writeWorkload(workload, folder)
      const files = ['workload.json', 'x.f64', 'y.f64', ...workload.starts.map((_, i) => `parameters-${i}.f64`)]
      if (name === 'population') files.push('learning-rates.f64', 'x-validation.f64', 'y-validation.f64')
      assert.deepEqual(readdirSync(folder).sort(), files.sort())
      const { summary: _, unit: __, ...told } = workload
      const { outputs, ...read } = readWorkload(folder)
      assert.deepEqual(read, told)
      assert.equal(outputs, outputsOf(workload))
      assert.equal(read.x.length, read.rows * read.inputs)
      assert.equal(read.y.length, read.rows * outputs)
      const { parameterCount } = new Network({ inputs: workload.inputs, layers: workload.layers })
      for (const start of read.starts) assert.equal(start.length, parameterCount * (workload.members ?? 1))
      const layers = layersOf(workload, read.starts[0]).map((layer) => Object.values(layer).filter(ArrayBuffer.isView))
      assert.equal(
        layers.flat().reduce((sum, { byteLength }) => sum + byteLength / 8, 0),
        parameterCount,
      )
      assert.ok(new Set(read.starts.map(String)).size === read.starts.length)
    })

    it(`${name}: is the same every time`, () => assert.deepEqual(makeWorkload(name, true), makeWorkload(name, true)))
  }

  it('include the experiment as the bench of the experiment measures it', () => {
    const { x, y, starts, epochs, optimizer, batchSize } = makeWorkload('experiment', false)
    assert.deepEqual([x, y], [X, Y])
    assert.deepEqual(starts, SEEDS.map(initialWeights))
    assert.deepEqual([epochs, optimizer, batchSize], [100_000, { name: 'sgd', learningRate: 0.125 }, 4])
  })

  it('have one-hot targets of every class, and images as sparse as digits', () => {
    for (const name of ['tabular', 'digits', 'dense', 'cliff', 'sensor'] as const) {
      const workload = makeWorkload(name, true)
      const { y, rows } = workload
      const units = outputsOf(workload)
      for (let row = 0; row < rows; row++) {
        assert.deepEqual([...y.subarray(row * units, (row + 1) * units)].sort().slice(-2), [0, 1])
      }
      for (let unit = 0; unit < units; unit++) assert.ok(y.some((value, i) => i % units === unit && value === 1))
    }
    const { x } = makeWorkload('digits', true)
    assert.ok(x.every((value) => value >= 0 && value <= 1))
    const zeros = x.filter((value) => value === 0).length / x.length
    assert.ok(zeros > 0.6 && zeros < 0.95, `${zeros}`)
    assert.ok(makeWorkload('dense', true).x.every((value) => value >= 0.25 && value <= 1))
  })

  it('have a population whose members differ in learning rate and start', () => {
    const { members = 0, inputs, validationRows = 0, starts, population } = makeWorkload('population', true)
    assert.ok(population !== undefined && members > 1)
    assert.equal(new Set(population.learningRates).size, members)
    assert.ok(population.learningRates.every((rate) => rate >= 0.0005 && rate < 0.01))
    assert.equal(population.validation.x.length, validationRows * inputs)
    assert.equal(population.validation.y.length, validationRows)
    const [{ length }] = starts
    const drawn = starts.flatMap((start) =>
      Array.from({ length: members }, (_, m) =>
        String(start.subarray((m * length) / members, ((m + 1) * length) / members)),
      ),
    )
    assert.equal(new Set(drawn).size, STARTS * members)
  })

  it('have the losses of the library', () => {
    const y = Float64Array.of(1, 0, 0, 1)
    const predictions = Float64Array.of(0.5, 0.5, 0.75, 0.25)
    assert.equal(lossOf({ loss: 'halfSquaredError', rows: 2, y }, predictions), (0.25 + 0.25 + 0.5625 + 0.5625) / 4)
    assert.equal(lossOf({ loss: 'meanSquaredError', rows: 2, y }, predictions), (0.25 + 0.25 + 0.5625 + 0.5625) / 4)
    assert.equal(lossOf({ loss: 'categoricalCrossentropy', rows: 2, y }, predictions), (Math.log(2) + Math.log(4)) / 2)
  })
})

describe("the catalog of the peers' bench", () => {
  const all = allPeers()

  it('has the library and the peers of all folders, each with its installation command', () => {
    const names = all.map(({ name }) => name)
    for (const name of [
      'typescript',
      'brain.js',
      'synaptic',
      'convnetjs',
      'ml-fnn',
      'tfjs cpu',
      'tfjs wasm',
      'jax-js wasm',
      'c++',
      'c++ ensemble of 10',
      'c++ Eigen',
      'Rust + ndarray',
      'Rust + candle',
    ]) {
      assert.ok(names.includes(name), name)
    }
    for (const { name, install, workloads } of all) assert.ok(install !== '' && workloads.length > 0, name)
  })

  it('has manifests with exact versions, private and without lock files', () => {
    const folders = join(ROOT, 'bench', 'peers')
    const manifests = readdirSync(folders).filter((name) => existsSync(join(folders, name, 'package.json')))
    assert.ok(manifests.length >= 5)
    for (const name of manifests) {
      const manifest = JSON.parse(readFileSync(join(folders, name, 'package.json'), 'utf8'))
      assert.equal(manifest.private, true)
      for (const version of Object.values(manifest.dependencies)) assert.match(String(version), /^\d+\.\d+\.\d+$/)
      assert.ok(!existsSync(join(folders, name, 'package-lock.json')))
    }
  })

  it('is filtered by names and parts of names', () => {
    const names = (given: string[]) => choosePeers(all, given).map(({ name }) => name)
    assert.deepEqual(names(['tfjs']), ['tfjs cpu', 'tfjs wasm'])
    assert.deepEqual(names(['TypeScript']), ['typescript'])
    assert.equal(choosePeers(all, undefined).length, all.length)
    assert.throws(() => names(['tensorflaw']), /Unknown peer 'tensorflaw'\. Known are: .*typescript.*brain\.js/)
  })

  it('names the file and the field of a wrong description', () => {
    const folder = join(directory, 'described', 'one')
    mkdirSync(folder, { recursive: true })
    const right = { name: 'one', language: 'C', command: ['one'], workloads: [], install: 'make', installed: ['one'] }
    const describe = (text: string) => {
      writeFileSync(join(folder, 'peer.json'), text)
      return allPeers(join(directory, 'described')).filter(({ language }) => language === 'C')
    }
    const [peer] = describe(JSON.stringify([right]))
    assert.equal(peer.folder, folder)
    assert.equal(isInstalled(peer), false)
    assert.throws(() => describe(JSON.stringify([{ ...right, workloads: ['xor'] }])), /one.peer\.json: "workloads" is/)
    assert.throws(() => describe(JSON.stringify([{ ...right, name: 'a, b' }])), /"name" is missing or wrong/)
    assert.throws(() => describe(JSON.stringify([{ ...right, threads: 0 }])), /"threads" is missing or wrong/)
    assert.throws(() => describe('{}'), /expected an array/)
    assert.throws(() => describe('['), /one.peer\.json: /)
    assert.throws(
      () => describe(JSON.stringify([{ ...right, name: 'typescript' }])),
      /Two peers are called 'typescript'/,
    )
  })
})

describe("the figures of the peers' bench", () => {
  it('are of a round number of epochs that fits', () => {
    assert.equal(fittingEpochs(1000, 0.001, 1), 1000)
    assert.equal(fittingEpochs(1000, 0.0011, 1), 900)
    assert.equal(fittingEpochs(100_000, 0.001, 12.345), 12_000)
    assert.equal(fittingEpochs(20, 0.3, 1), 3)
    assert.equal(fittingEpochs(20, 30, 1), 1)
  })

  it('are checked by the losses', () => {
    assert.equal(judge(0, true, 64, true), 'the same bits')
    assert.match(judge(1e-16, true, 64, true), /^WRONG/)
    assert.match(judge(SAME_WORK, false, 64, true), /^the same work/)
    assert.match(judge(SAME_WORK * 2, false, 64, true), /^NOT THE SAME WORK/)
    assert.match(judge(Number.NaN, false, 64, true), /^NOT THE SAME WORK/)
    assert.match(judge(0.1, false, 32, true), /^the same steps in float32/)
    assert.match(judge(0.1, false, 64, false), /^other work/)
    assert.equal(judge(null, false, 64, false), 'other work')
  })

  it('are shown with three digits', () => {
    assert.deepEqual([0.06804, 1, 12.346, 999, 56175.2].map(number), ['0.0680', '1.00', '12.3', '999', '56,175'])
  })
})
