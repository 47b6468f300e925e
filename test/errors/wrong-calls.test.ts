/** Wrong calls: each throws its own error with its own message before any work, and does not change the network. */
import assert from 'node:assert/strict'
import { Trainer } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { checkRefusal } from '../support/refusals.js'
import { rowTests } from '../support/rows.js'
import { newNetwork, type WrongCall } from '../support/wrong.js'
import { blockCalls } from './tables/blocks.js'
import { checkpointCalls } from './tables/checkpoint.js'
import { dataCalls } from './tables/data.js'
import { ensembleCalls } from './tables/ensemble.js'
import { ensembleTrainingCalls } from './tables/ensemble-training.js'
import { facadeCalls } from './tables/facade.js'
import { fitCalls } from './tables/fit.js'
import { layerCalls } from './tables/layers.js'
import { memoryCalls } from './tables/memory.js'
import { networkCalls } from './tables/network.js'
import { safetensorsFiles } from './tables/safetensors.js'
import { safetensorsCalls } from './tables/safetensors-calls.js'
import { savedCalls } from './tables/saved.js'
import { trainerCalls } from './tables/trainer.js'

async function check({ call, error, message, network: make = () => newNetwork() }: WrongCall): Promise<void> {
  const network = make()
  const before = network.parameters.slice()
  await checkRefusal(() => call(network), error, message)
  sameBits(network.parameters, before, 'parameters')
}

const groups = {
  networks: networkCalls,
  layers: layerCalls,
  'blocks and embeddings': blockCalls,
  trainers: trainerCalls,
  'fit and predict': fitCalls,
  checkpoints: checkpointCalls,
  'memory of arrays': memoryCalls,
  'what happens between epochs': facadeCalls,
  'samples and targets': dataCalls,
  'saved networks': savedCalls,
  'safetensors files': safetensorsFiles,
  'calls about safetensors files': safetensorsCalls,
  ensembles: ensembleCalls,
  'the training of ensembles': ensembleTrainingCalls,
}

describe('a wrong call', () => {
  const row = rowTests()
  for (const [name, calls] of Object.entries(groups)) {
    for (const wrong of calls) {
      row(`throws its own error before any work, and changes nothing: ${name}`, wrong.title, () => check(wrong))
    }
  }

  it('has a title of its own', () => {
    const titles = Object.values(groups).flatMap((calls) => calls.map(({ title }) => title))
    assert.equal(new Set(titles).size, titles.length, 'two have the same title')
    assert.ok(titles.length > 60)
  })
})

describe('a network that is being trained', () => {
  const message = 'This network is being trained already. Await the first fit, or train a second network.'
  const x = [
    [0, 1],
    [1, 0],
  ]
  const trainerOf = (network = newNetwork()) => new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd' })

  it('refuses a second training, by any trainer, until the first has ended', async () => {
    const trainer = trainerOf()
    const other = trainerOf(trainer.network)
    const first = trainer.fit(x, x, { epochs: 1000 })
    await assert.rejects(trainer.fit(x, x), { name: 'Error', message })
    await assert.rejects(other.fit(x, x), { name: 'Error', message })
    assert.throws(() => trainer.fitSync(x, x), { name: 'Error', message })
    assert.throws(() => other.fitSync(x, x), { name: 'Error', message })
    await first
    await other.fit(x, x)
    trainer.fitSync(x, x)
  })

  it('is free again after a call that was refused', async () => {
    const trainer = trainerOf()
    await assert.rejects(trainer.fit(x, [[1]]))
    assert.throws(() => trainer.fitSync(x, x, { epochs: 0 }))
    trainer.fitSync(x, x)
  })

  it('can be used and saved during the training', async () => {
    const trainer = trainerOf()
    const { network } = trainer
    const [digest, predictions] = [network.digest(), network.predict(x)]
    const training = trainer.fit(x, x, { epochs: 1000 })
    assert.equal(network.digest(), digest)
    sameBits(network.predict(x), predictions, 'predictions')
    trainer.evaluate(x, x)
    await training
    assert.notEqual(network.digest(), digest)
  })
})
