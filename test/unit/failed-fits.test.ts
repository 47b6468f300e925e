/** What is left of a fit that was aborted or has failed: nothing that the next one could not go on from. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FitOptions } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { folderOf } from '../support/folder.js'
import { newTrainer, task } from '../support/learning.js'
import { implementations } from '../support/paths.js'
import { rowTests } from '../support/rows.js'

const { x, y } = task(23)

/** Options of a fit that is aborted within its first epoch, which has many steps. */
function abortedAtOnce(): FitOptions {
  const controller = new AbortController()
  return {
    epochs: 2,
    batchSize: 1,
    signal: controller.signal,
    progressEvery: 0,
    onProgress: () => controller.abort(),
  }
}

/** Options of a fit that is aborted after an epoch. */
function abortedAfter(last: number): FitOptions {
  const controller = new AbortController()
  const onEpoch = ({ epoch }: { epoch: number }) => {
    if (epoch === last) controller.abort()
  }
  return { epochs: 9, signal: controller.signal, onEpoch }
}

describe('a fit that was aborted', () => {
  const row = rowTests()
  const folder = folderOf()
  for (const backend of implementations) {
    row('is continued to the same bits after a partialFitSync that was refused', backend, () => {
      const whole = newTrainer({ backend })
      whole.fitSync(x, y, { epochs: 2, batchSize: 1 })
      const trainer = newTrainer({ backend })
      trainer.fitSync(x, y, abortedAtOnce())
      const stopped = trainer.network.parameters.slice()
      assert.equal(trainer.epoch, 0)
      assert.notDeepEqual(stopped, newTrainer({ backend }).network.parameters)
      const checkpoint = { path: join(folder(), 'none', 'checkpoint') }
      assert.throws(() => trainer.partialFitSync(x, y, { epochs: 2, batchSize: 1, checkpoint }), /cannot be read/)
      sameBits(trainer.network.parameters, stopped, 'parameters')
      trainer.partialFitSync(x, y, { epochs: 2, batchSize: 1 })
      sameBits(trainer.network.parameters, whole.network.parameters, 'parameters at the end')
    })

    row('and called again leaves checkpoints from which a new network goes on', backend, () => {
      const checkpoint = { path: join(folder(), backend.replace('/', '-')), everyEpochs: 1 }
      const trainer = newTrainer({ backend })
      trainer.fitSync(x, y, { ...abortedAfter(2), checkpoint })
      trainer.fitSync(x, y, { ...abortedAfter(5), checkpoint })
      const [resumed, whole] = [newTrainer({ backend }), newTrainer({ backend })]
      const { loss } = resumed.fitSync(x, y, { epochs: 9, checkpoint })
      sameBits(loss, whole.fitSync(x, y, { epochs: 9 }).loss, 'loss')
      sameBits(resumed.network.parameters, whole.network.parameters, 'parameters')
    })

    row('within its first epoch goes on from its checkpoint, also where the best epoch is restored', backend, () => {
      const path = join(folder(), `best-${backend.replace('/', '-')}`)
      const common = { batchSize: 1, earlyStopping: { restoreBest: true, patience: 9 }, checkpoint: { path } }
      const trainer = newTrainer({ backend })
      trainer.fitSync(x, y, { ...abortedAtOnce(), ...common })
      const { loss } = trainer.fitSync(x, y, { ...common, epochs: 2 })
      const { loss: expected } = newTrainer({ backend }).fitSync(x, y, { ...common, epochs: 2, checkpoint: undefined })
      sameBits(loss, expected, 'loss')
    })
  }
})

describe('a fit that has failed', () => {
  const folder = folderOf()

  it('rejects after its last checkpoint was written', async () => {
    const path = join(folder(), 'checkpoint')
    // Enough parameters that a write takes longer than an epoch.
    const trainer = newTrainer({ hidden: [{ units: 20_000 }] })
    const onEpoch = ({ epoch }: { epoch: number }) => {
      if (epoch === 2) throw new Error('no more')
    }
    const fit = trainer.fit(x, y, { epochs: 9, onEpoch, checkpoint: { path, everyEpochs: 1 } })
    await assert.rejects(fit, /no more/)
    assert.ok(existsSync(path))
    assert.deepEqual(readdirSync(folder()), ['checkpoint'])
  }).timeout(60_000)
})

describe('a stream', () => {
  it('checks its options as fit does', async () => {
    for (const options of [null, 5, new Map(), { epoch: 3 }, { signal: 5 }, { signal: new AbortController() }]) {
      const trainer = newTrainer()
      const error = await trainer.fit(x, y, options as FitOptions).catch((one: Error) => one)
      assert.ok(error instanceof TypeError, String(options))
      await assert.rejects(trainer.stream(x, y, options as FitOptions).next(), { message: error.message })
    }
  })

  it('takes inherited options', async () => {
    const stream = newTrainer().stream(x, y, Object.create({ epochs: 3 }) as FitOptions)
    let step = await stream.next()
    while (!step.done) step = await stream.next()
    assert.equal(step.value.epochs, 3)
  })
})
