/** `check` and `memoryRequired`, which train nothing; and `optimizerState`. */
import assert from 'node:assert/strict'
import type { Trainer } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { errorOf } from '../support/error-of.js'
import { ensembleTrainer, INPUTS, newTrainer, OUTPUTS, sameTrainers, task } from '../support/learning.js'
import { refusals } from '../support/refusals.js'

const ROWS = 23
const { x, y } = task(ROWS)

describe('check', () => {
  it('throws what fitSync throws before any work, and trains nothing', async () => {
    const calls: readonly (readonly unknown[])[] = [
      [x, y],
      [x, y, { epochs: 3, validationSplit: 0.2, onEpoch() {}, earlyStopping: {} }],
      [x, y.slice(1)],
      [x.slice(1), y],
      [x, y, { batchSize: 0 }],
      [x, y, { epochs: 1.5 }],
      [x, y, { validationSplit: 0.01 }],
      [x, y, { validationSplit: 0.2, validationData: [x, y] }],
      [x, y, { earlyStopping: { monitor: 'validationLoss' } }],
      [x, y, { sampleWeight: [-1] }],
      [x, y, { progressEvery: 1 }],
      [x, y, { signal: 1 }],
      [x, y, { nothing: 1 }],
      [x, y, null],
      [null, y],
    ]
    let refused = 0
    for (const given of calls) {
      const trainer = newTrainer({ optimizer: 'adam' })
      const [before, state] = [trainer.network.digest(), trainer.optimizerState]
      const error = (await errorOf(() => trainer.check(...(given as Parameters<Trainer['check']>)))) as Error | null
      assert.deepEqual([trainer.network.digest(), trainer.epoch], [before, 0])
      sameBits(trainer.optimizerState, state, 'optimizerState')
      const expected = await errorOf(() =>
        newTrainer({ optimizer: 'adam' }).fitSync(...(given as Parameters<Trainer['fitSync']>)),
      )
      assert.deepEqual(error, expected)
      if (error !== null) refused++
    }
    assert.equal(refused, calls.length - 2)
  })
})

describe('memoryRequired', () => {
  it('grows with rows, epochs and what the fit keeps, and allocates nothing', () => {
    const trainer = newTrainer({ optimizer: 'adam' })
    const bytes = trainer.memoryRequired(1000)
    assert.ok(Number.isInteger(bytes) && bytes > 8 * 1000 * (INPUTS + OUTPUTS))
    assert.equal(bytes % 8, 0)
    assert.ok(trainer.memoryRequired(1000, { epochs: 100 }) > bytes)
    assert.ok(trainer.memoryRequired(1000, { earlyStopping: { monitor: 'loss', restoreBest: true } }) > bytes)
    assert.ok(trainer.memoryRequired(1000, { validationSplit: 0.1 }) > 0)
    assert.ok(ensembleTrainer([0.1, 0.2, 0.3]).memoryRequired(10) > ensembleTrainer([0.1, 0.2]).memoryRequired(10))
    // More than any machine has.
    assert.ok(trainer.memoryRequired(2 ** 31 - 1, { epochs: 2 ** 31 - 1 }) > 2 ** 36)
    assert.equal(trainer.epoch, 0)
  })
})

describe('the optimizer’s state', () => {
  it('is a copy, whose changes reach the trainer only where it is set', () => {
    const [trainer, plain] = [newTrainer({ optimizer: 'adam' }), newTrainer({ optimizer: 'adam' })]
    for (const one of [trainer, plain]) one.step(x, y)
    const state = trainer.optimizerState
    const kept = state.slice()
    state.fill(7)
    sameBits(trainer.optimizerState, kept, 'optimizerState')
    trainer.step(x, y)
    plain.step(x, y)
    sameTrainers(trainer, plain)
    trainer.optimizerState = kept
    kept.fill(7)
    assert.notDeepEqual(trainer.optimizerState, kept)
  })
})

refusals('memoryRequired', [
  [
    'without rows',
    () => newTrainer().memoryRequired(undefined as never),
    'TypeError',
    'Expected an integer from 1 to 2147483647 for rows but received undefined.',
  ],
  [
    'with no rows',
    () => newTrainer().memoryRequired(0),
    'RangeError',
    'Expected an integer from 1 to 2147483647 for rows but received 0 of type number.',
  ],
  [
    'with a function',
    () => newTrainer().memoryRequired(3, { onEpoch() {} } as object),
    'TypeError',
    'Unknown option "onEpoch" in the options of memoryRequired. ' +
      'Known: epochs, batchSize, lastBatch, shuffle, validationSplit, earlyStopping.',
  ],
])
