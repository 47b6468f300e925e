/** The ES modules and the CommonJS modules of the package in one process: each takes what the other has made. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import * as esm from 'lockstep-nn'
import * as esmData from 'lockstep-nn/data'
import * as esmFormats from 'lockstep-nn/formats'
import { loadAddon } from '#lib/backend/addon.js'
import { paths } from '../support/paths.js'

const require = createRequire(import.meta.url)
const cjs = require('lockstep-nn') as typeof esm
const cjsData = require('lockstep-nn/data') as typeof esmData
const cjsFormats = require('lockstep-nn/formats') as typeof esmFormats

interface Build {
  readonly name: string
  readonly core: typeof esm
  readonly data: typeof esmData
  readonly formats: typeof esmFormats
}

const builds: readonly Build[] = [
  { name: 'ES modules', core: esm, data: esmData, formats: esmFormats },
  { name: 'CommonJS modules', core: cjs, data: cjsData, formats: cjsFormats },
]
const pairs = builds.map((maker, i) => [maker, builds[1 - i]] as const)

const x = Float64Array.from({ length: 60 }, (_, i) => ((i * 37) % 101) / 50 - 1)
const y = Float64Array.from({ length: 20 }, (_, i) => x[3 * i] * x[3 * i + 1] - x[3 * i + 2])
const shape: Omit<esm.NetworkOptions, 'seed'> = { inputs: 3, layers: [{ units: 5, activation: 'tanh' }, { units: 1 }] }
const options = { loss: 'meanSquaredError', optimizer: 'adam' } as const
const fit = { epochs: 5, batchSize: 8, seed: 1 }

describe('two builds of the package in one process', () => {
  it('are two sets of classes', () => {
    assert.notEqual(esm.Network, cjs.Network)
    assert.notEqual(esm.DivergenceError, cjs.DivergenceError)
    assert.deepEqual(Object.keys(cjs).sort(), Object.keys(esm).sort())
    assert.deepEqual(Object.keys(cjsData).sort(), Object.keys(esmData).sort())
    assert.deepEqual(Object.keys(cjsFormats).sort(), Object.keys(esmFormats).sort())
  })

  it('load the addon once', () => {
    const loaded = Object.values(require.cache).filter((module) => module?.filename.endsWith('lockstep_nn.node'))
    assert.deepEqual([...new Set(loaded.map((module) => module?.exports))], [loadAddon()])
    assert.deepEqual(cjs.backends(), esm.backends())
  })

  for (const path of paths) {
    it(`train, evaluate and check networks and ensembles of each other, with the same bits: ${path}`, async () => {
      const digests: string[] = []
      for (const [maker, user] of [...pairs, [builds[0], builds[0]]]) {
        const network = new maker.core.Network({ ...shape, seed: 2 })
        const trainer = new user.core.Trainer(network, { ...options, backend: path })
        trainer.fitSync(x, y, fit)
        await trainer.fit(x, y, fit)
        trainer.step(x, y)
        assert.ok(trainer.network === network && Number.isFinite(trainer.evaluate(x, y).loss))
        const ensemble = new maker.core.Ensemble({ ...shape, seeds: [1, 2, 3] })
        await new user.core.Trainer(ensemble, { ...options, backend: path }).fit(x, y, fit)
        const checked = user.core.checkGradients(network, x, y, { loss: 'meanSquaredError', backend: path })
        assert.ok(checked.worst < 1e-5)
        const file = user.formats.toSafetensors(network)
        assert.equal(maker.formats.fromSafetensors(file).digest(), network.digest())
        digests.push(`${network.digest()} ${ensemble.digest()} ${network.predict(x, { backend: path }).join()}`)
      }
      assert.deepEqual(new Set(digests).size, 1)
    })
  }

  it('take scalers, encoders and networks of each other in models', () => {
    for (const [maker, user] of pairs) {
      const network = new maker.core.Network({ inputs: 3, layers: [{ units: 2, activation: 'softmax' }], seed: 1 })
      const model = new user.data.Model({
        network,
        columns: [
          { name: 'height', type: 'number', scaler: maker.data.standardScaler.fit([[1], [2]]) },
          { name: 'coat', type: 'category', encoder: maker.data.oneHot.fit(['fur', 'feathers']) },
        ],
        target: { name: 'kind', type: 'label', encoder: maker.data.labelEncoder.fit(['cat', 'bird']) },
      })
      assert.deepEqual(maker.data.Model.fromJSON(model.toJSON()).digest(), model.digest())
      assert.ok(model instanceof maker.data.Model && model instanceof user.data.Model)
    }
  })

  it('have objects and errors that are instances of the classes of both, and of no others', () => {
    for (const [maker, user] of pairs) {
      const network = new maker.core.Network({ ...shape, seed: 1 })
      const ensemble = new maker.core.Ensemble({ ...shape, seeds: [1] })
      const scaler = maker.data.standardScaler.fit([[1], [2]])
      const encoder = maker.data.oneHot.fit(['a', 'b'])
      const labels = maker.data.labelEncoder.fit(['a', 'b'])
      const { Network, Ensemble, Trainer, DivergenceError } = user.core
      const { Scaler, OneHot, LabelEncoder } = user.data
      const trainer = new maker.core.Trainer(network, {
        loss: 'meanSquaredError',
        optimizer: { name: 'sgd', learningRate: 1e200 },
      })
      let error: unknown
      try {
        trainer.fitSync(x, y, { epochs: 20 })
      } catch (thrown) {
        error = thrown
      }
      const classes = [Network, Ensemble, Trainer, DivergenceError, Scaler, OneHot, LabelEncoder]
      const objects = [network, ensemble, trainer, error, scaler, encoder, labels]
      for (const [i, object] of objects.entries()) {
        assert.deepEqual(
          classes.map((one) => object instanceof one),
          classes.map((_, k) => k === i),
        )
      }
      assert.ok(error instanceof Error && (error as esm.DivergenceError).epoch > 0)
      for (const other of [{}, null, undefined, 1, 'Network', () => {}]) {
        assert.ok(classes.every((one) => !((other as unknown) instanceof one)))
      }
      class Own extends Network {}
      assert.ok(
        !(network instanceof Own) &&
          new Own({ ...shape }) instanceof Own &&
          new Own({ ...shape }) instanceof maker.core.Network,
      )
    }
  })

  it('refuse a prototype, and an object that has only the mark of a class', () => {
    for (const { core } of builds) {
      const imitation = { [Symbol.for('lockstep-nn.Network')]: '0.1.0' }
      for (const value of [core.Network.prototype, imitation]) {
        assert.ok(!(value instanceof core.Network))
        assert.throws(() => new core.Trainer(value as unknown as esm.Network, options), {
          name: 'TypeError',
          message: /^Expected a Network/,
        })
      }
    }
  })

  it('refuse to train one network at the same time', async () => {
    for (const [maker, user] of pairs) {
      const network = new maker.core.Network({ ...shape, seed: 1 })
      const running = new maker.core.Trainer(network, options).fit(x, y, { epochs: 2000 })
      const message = /This network is being trained already/
      assert.throws(() => new user.core.Trainer(network, options).fitSync(x, y, fit), message)
      await assert.rejects(new user.core.Trainer(network, options).fit(x, y, fit), message)
      await running
      new user.core.Trainer(network, options).fitSync(x, y, fit)
    }
  })

  it('share the slots of predictors: networks of many shapes predict alternately as one by one', () => {
    const { predictorSlots } = loadAddon() ?? { predictorSlots: 4 }
    const networks = Array.from({ length: 2 * predictorSlots + 3 }, (_, i) => {
      const { Network } = builds[i % 2].core
      return new Network({ inputs: 3, layers: [{ units: 4 + i, activation: 'sigmoid' }, { units: 2 }], seed: i })
    })
    const expected = networks.map((network) => network.predict(x, { backend: 'typescript' }).join())
    for (let round = 0; round < 3; round++) {
      const found = networks.map((network) => network.predict(x).join())
      assert.deepEqual(found, expected)
      networks.reverse()
      expected.reverse()
    }
  })
})
