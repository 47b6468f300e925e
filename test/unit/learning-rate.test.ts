/** `trainer.learningRate`: read and set between the calls of a trainer. */
import assert from 'node:assert/strict'
import type { Trainer } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { ensembleTrainer, newTrainer, type Setup, sameTrainers, task } from '../support/learning.js'
import { implementations } from '../support/paths.js'
import { refusals } from '../support/refusals.js'

const ROWS = 23
const { x, y } = task(ROWS)

for (const backend of implementations) {
  describe(`the learning rate of a trainer on ${backend}`, () => {
    it('is that of its optimizer, and may be set between its calls', () => {
      for (const train of [
        (one: Trainer) => one.step(x, y),
        (one: Trainer) => one.fitSync(x, y, { epochs: 2 }),
        (one: Trainer) => one.applyGradients(new Float64Array(one.network.parameters.length).fill(0.1)),
      ]) {
        const trainer = newTrainer({ backend, optimizer: { name: 'rmsprop', learningRate: 0.5, momentum: 0.5 } })
        assert.equal(trainer.learningRate, 0.5)
        trainer.learningRate = 0.01
        assert.equal(trainer.learningRate, 0.01)
        const expected = newTrainer({ backend, optimizer: { name: 'rmsprop', learningRate: 0.01, momentum: 0.5 } })
        for (const one of [trainer, expected]) train(one)
        sameTrainers(trainer, expected)
        for (const one of [trainer, expected]) one.learningRate = 0.003
        for (const one of [trainer, expected]) train(one)
        sameTrainers(trainer, expected)
      }
      assert.equal(newTrainer({ backend, optimizer: 'adam' }).learningRate, 0.001)
    })

    it('has one number for each member of an ensemble', () => {
      const trainer = ensembleTrainer([0.1, 0.2], backend)
      trainer.step(x, y)
      assert.deepEqual(trainer.learningRate, Float64Array.of(0.1, 0.2))
      for (const rates of [[0.3, 0.4], Float64Array.of(0.3, 0.4)]) {
        trainer.learningRate = rates
        assert.deepEqual(trainer.learningRate, Float64Array.of(0.3, 0.4))
      }
      const expected = ensembleTrainer([0.1, 0.2], backend)
      expected.step(x, y)
      const other = ensembleTrainer([0.3, 0.4], backend)
      other.network.parameters.set(expected.network.parameters)
      other.optimizerState = expected.optimizerState
      trainer.step(x, y)
      other.step(x, y)
      sameBits(trainer.network.parameters, other.network.parameters, 'parameters')
      trainer.learningRate = 0.7
      assert.deepEqual(trainer.learningRate, Float64Array.of(0.7, 0.7))
      // What it gives is a copy.
      trainer.learningRate[0] = 5
      assert.deepEqual(trainer.learningRate, Float64Array.of(0.7, 0.7))
    })

    it('is multiplied by a schedule', () => {
      const schedule = { name: 'exponential', gamma: 0.5 } as const
      const trainer = newTrainer({ backend, schedule })
      trainer.learningRate = 0.1
      const { learningRate } = trainer.fitSync(x, y, { epochs: 3 })
      assert.deepEqual(learningRate, Float64Array.of(0.1, 0.05, 0.025))
      assert.equal(trainer.learningRate, 0.1)
    })
  })
}

const rateOf =
  (rate: unknown, setup: Setup = {}) =>
  () => {
    newTrainer(setup).learningRate = rate as number
  }
const ratesOf = (rates: unknown) => () => {
  ensembleTrainer([0.1, 0.2]).learningRate = rates as number
}
const RATE = 'Expected a finite number above 0 for optimizer.learningRate but received'

refusals('learningRate =', [
  ['a negative number', rateOf(-1), 'RangeError', `${RATE} -1 of type number.`],
  ['NaN', rateOf(NaN), 'RangeError', `${RATE} NaN of type number.`],
  ['a text', rateOf('0.1'), 'TypeError', `${RATE} "0.1" of type string.`],
  ['undefined', rateOf(undefined), 'TypeError', 'Expected a number for learningRate but received undefined.'],
  [
    'a list for a network',
    rateOf([0.1]),
    'TypeError',
    'Expected a number for learningRate but received an array of length 1.',
  ],
  [
    'a number where schedule is a function',
    rateOf(0.1, { schedule: () => 0.1, optimizer: 'sgd' }),
    'TypeError',
    'Expected nothing for learningRate but received 0.1 of type number. It has no effect where schedule is a function.',
  ],
  [
    'too few numbers for an ensemble',
    ratesOf([0.1]),
    'RangeError',
    'Expected a value for each of 2 members for optimizer.learningRate but received 1.',
  ],
  ['a list with a wrong number', ratesOf([0.1, 'a']), 'TypeError', `${RATE} "a" of type string.`],
])
