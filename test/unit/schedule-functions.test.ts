/** Schedules that are functions of the caller. */
import assert from 'node:assert/strict'
import { Trainer } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { newTrainer, task } from '../support/learning.js'
import { implementations } from '../support/paths.js'

const ROWS = 23
const { x, y } = task(ROWS)
const FIT = { epochs: 7, batchSize: 4, seed: 5 } as const

describe('a schedule that is a function', () => {
  it('gives the rates themselves', () => {
    const rates = [0.3, 0.1, 0, 0.7]
    const asked: (readonly number[])[] = []
    const schedule = (step: number, epoch: number): number => {
      asked.push([step, epoch])
      return rates[epoch]
    }
    for (const backend of implementations) {
      asked.length = 0
      const trainer = newTrainer({ backend, optimizer: 'sgd', schedule })
      const { learningRate } = trainer.fitSync(x, y, { ...FIT, epochs: 4 })
      assert.deepEqual([...(learningRate ?? [])], rates)
      assert.deepEqual(
        asked,
        [0, 1, 2, 3].map((epoch) => [epoch * 6, epoch]),
      )
      const byHand = newTrainer({ backend })
      for (const [initialEpoch, rate] of rates.entries()) {
        if (rate === 0) continue
        const one = new Trainer(byHand.network, {
          loss: 'meanSquaredError',
          optimizer: { name: 'sgd', learningRate: rate },
          backend,
        })
        one.fitSync(x, y, { ...FIT, initialEpoch, epochs: initialEpoch + 1 })
      }
      sameBits(trainer.network.parameters, byHand.network.parameters, backend)
    }
  })

  it('ends the fit before the epoch for which it gives no rate, or throws', () => {
    const until = newTrainer({ optimizer: 'sgd', schedule: () => 0.1 })
    until.fitSync(x, y, { ...FIT, epochs: 3 })
    const mine = new Error('no more')
    for (const [bad, expected] of [
      [() => -1, /^RangeError: Expected a finite number of at least 0 for the rate that schedule gives for epoch 3 /],
      [() => Number.NaN, /^RangeError: /],
      [() => Infinity, /^RangeError: /],
      [() => '0.1' as never, /^TypeError: /],
      [
        () => {
          throw mine
        },
        /^Error: no more/,
      ],
    ] as const) {
      for (const onEpoch of [undefined, () => true]) {
        let calls = 0
        const schedule = (_step: number, epoch: number): number => {
          calls++
          return epoch < 3 ? 0.1 : bad()
        }
        const trainer = newTrainer({ optimizer: 'sgd', schedule })
        assert.throws(() => trainer.fitSync(x, y, { ...FIT, onEpoch }), expected)
        sameBits(trainer.network.parameters, until.network.parameters, 'parameters')
        assert.equal(trainer.epoch, 3)
        assert.equal(calls, 4)
      }
    }
  })

  it('names the highest rate so far where the training diverges, even in an epoch of rate 0', () => {
    const schedule = (_step: number, epoch: number) => [0.1, 1e300, 0][epoch]
    const trainer = newTrainer({ optimizer: 'sgd', schedule })
    assert.throws(() => trainer.fitSync(x, y, { epochs: 3, batchSize: ROWS }), /Try a learningRate below 1e\+300, /)
  })

  it('excludes a learningRate', () => {
    assert.throws(
      () => newTrainer({ optimizer: { name: 'sgd', learningRate: 0.1 }, schedule: () => 0.1 }),
      /^TypeError: Expected nothing for optimizer.learningRate but received 0.1 of type number./,
    )
  })
})
