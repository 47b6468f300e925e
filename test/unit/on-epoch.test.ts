/** `onEpoch`: its argument, and how it ends a fit. */
import assert from 'node:assert/strict'
import type { Progress } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { newTrainer, task } from '../support/learning.js'

const ROWS = 23
const { x, y } = task(ROWS)
const FIT = { epochs: 7, batchSize: 4, seed: 5 } as const

describe('onEpoch', () => {
  it('ends the training with false, at once or later', async () => {
    const until = newTrainer({ optimizer: 'adam' })
    until.fitSync(x, y, { ...FIT, epochs: 3 })
    const stops: [method: 'fit' | 'fitSync', onEpoch: (progress: Progress) => unknown][] = [
      ['fit', ({ epoch }) => epoch < 2],
      ['fitSync', ({ epoch }) => epoch < 2],
      ['fit', async ({ epoch }) => epoch < 2],
    ]
    for (const [method, onEpoch] of stops) {
      const trainer = newTrainer({ optimizer: 'adam' })
      const history = await trainer[method](x, y, { ...FIT, onEpoch })
      assert.deepEqual([history.epochs, history.stopped, history.reason], [3, 'onEpoch', 'onEpoch returned false'])
      sameBits(trainer.network.parameters, until.network.parameters, 'parameters')
      sameBits(trainer.optimizerState, until.optimizerState, 'optimizerState')
      // A schedule's length is that of the whole fit, so the rest is as if it had not been stopped.
      trainer.partialFitSync(x, y, { ...FIT, epochs: 4 })
    }
  })

  it('is called with the network and the trainer in their state after the epoch', async () => {
    const whole = newTrainer({ optimizer: 'adam' })
    const digests: string[] = []
    for (let epochs = 1; epochs <= 3; epochs++) {
      const trainer = newTrainer({ optimizer: 'adam' })
      trainer.fitSync(x, y, { ...FIT, epochs })
      digests.push(`${trainer.network.digest()} ${trainer.epoch} ${trainer.optimizerState}`)
    }
    const seen: string[] = []
    await whole.fit(x, y, {
      ...FIT,
      epochs: 3,
      onEpoch: () => void seen.push(`${whole.network.digest()} ${whole.epoch} ${whole.optimizerState}`),
    })
    assert.deepEqual(seen, digests)
  })

  it('ends the fit with its error, and keeps the last epoch’s parameters', async () => {
    const until = newTrainer()
    until.fitSync(x, y, { ...FIT, epochs: 2 })
    const mine = new Error('enough')
    const stop = ({ epoch }: Progress): void => {
      if (epoch === 1) throw mine
    }
    for (const [method, onEpoch] of [
      ['fit', stop],
      ['fitSync', stop],
      ['fit', async (progress: Progress) => stop(progress)],
    ] as const) {
      const trainer = newTrainer()
      await assert.rejects(
        async () => trainer[method](x, y, { ...FIT, onEpoch }),
        (error) => error === mine,
      )
      sameBits(trainer.network.parameters, until.network.parameters, 'parameters')
      assert.equal(trainer.epoch, 2)
      // It is unlocked again.
      trainer.fitSync(x, y)
    }
  })

  it('must return without a promise in fitSync', () => {
    const message =
      'Expected a value, not a promise, for onEpoch but received an object of type Promise. ' +
      'Only fit awaits a promise: use fit, or return a value.'
    assert.throws(() => newTrainer().fitSync(x, y, { onEpoch: async () => true }), { name: 'TypeError', message })
  })
})
