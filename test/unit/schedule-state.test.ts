/** The state of reduceOnPlateau: saved as JSON at any time, after a failed epoch, and refused if no training produces it. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { DivergenceError, Ensemble, type History, Network, Trainer } from 'lockstep-nn'
import type { PlateauPlan } from '#lib/kernels/plan.js'
import { plateauStep } from '#lib/kernels/training/watch.js'
import { checkPlateaus, FRESH_PLATEAU } from '#lib/training/plateau.js'
import { sameBits } from '../support/bits.js'
import { INPUTS, newTrainer, OUTPUTS, task } from '../support/learning.js'
import { implementations } from '../support/paths.js'

const { x, y } = task(23)
const FIT = { batchSize: 4, seed: 5 } as const
const schedule = { name: 'reduceOnPlateau', patience: 0, threshold: 0.6, factor: 0.5, cooldown: 1 } as const
const SGD = { name: 'sgd', learningRate: 0.2 } as const

const throughJson = (values: Float64Array): Float64Array =>
  Float64Array.from(JSON.parse(JSON.stringify(Array.from(values))) as number[])

const restOf = (whole: History, from: number) => whole.learningRate!.slice(from)

for (const backend of implementations) {
  describe(`scheduleState on ${backend}`, () => {
    it('is restored from JSON before the first epoch and after any, and the training continues with the same bits', () => {
      const whole = newTrainer({ backend, schedule, optimizer: SGD })
      const expected = whole.fitSync(x, y, { ...FIT, epochs: 7 })
      assert.ok(new Set(expected.learningRate).size > 2, String(expected.learningRate))
      for (const epochs of [0, 1, 2, 5]) {
        const first = newTrainer({ backend, schedule, optimizer: SGD })
        if (epochs > 0) first.fitSync(x, y, { ...FIT, epochs })
        const second = new Trainer(first.network, { loss: 'meanSquaredError', optimizer: SGD, schedule, backend })
        second.scheduleState = throughJson(first.scheduleState)
        sameBits(second.scheduleState, first.scheduleState, `after ${epochs} epochs`)
        const rest = second.partialFitSync(x, y, { ...FIT, epochs: 7 - epochs, initialEpoch: epochs })
        sameBits(rest.learningRate!, restOf(expected, epochs), `learningRate after ${epochs} epochs`)
        sameBits(second.network.parameters, whole.network.parameters, `after ${epochs} epochs`)
      }
    })

    it('is restored from JSON for the members of an ensemble, some of which have stopped', () => {
      const layers = [{ units: 5, activation: 'tanh' } as const, { units: OUTPUTS }]
      const make = () => {
        const ensemble = new Ensemble({ inputs: INPUTS, layers, seeds: [1, 2, 3] })
        const optimizer = { name: 'sgd', learningRate: [0.2, 1e200, 0.01] } as const
        return new Trainer(ensemble, { loss: 'meanSquaredError', optimizer, schedule, backend })
      }
      const trainer = make()
      assert.deepEqual(
        [...throughJson(trainer.scheduleState)],
        [1, 2, 3].flatMap(() => [...FRESH_PLATEAU]),
      )
      trainer.fitSync(x, y, { ...FIT, epochs: 4 })
      const other = make()
      other.scheduleState = throughJson(trainer.scheduleState)
      sameBits(other.scheduleState, trainer.scheduleState, 'scheduleState')
      // The one that diverged in its first epoch has had no value.
      assert.deepEqual([...other.scheduleState.subarray(5, 10)], [...FRESH_PLATEAU])
    })

    it('is that of the last finite epoch after a failed one, as are the reported rates', () => {
      // A plane fitted with steps far too large grows until its loss is infinite, while the schedule lowers the rate too little.
      const setup = {
        backend,
        hidden: [],
        optimizer: { name: 'sgd', learningRate: 1e3 },
        schedule: { ...schedule, factor: 0.99 },
      } as const
      const trainer = newTrainer(setup)
      let error: unknown
      try {
        trainer.fitSync(x, y, { ...FIT, epochs: 1000 })
      } catch (thrown) {
        error = thrown
      }
      assert.ok(error instanceof DivergenceError)
      assert.ok(error.epoch >= 3, `epoch ${error.epoch}`)
      const until = newTrainer(setup)
      const { learningRate, loss } = until.fitSync(x, y, { ...FIT, epochs: error.epoch })
      sameBits(trainer.scheduleState, until.scheduleState, 'scheduleState')
      assert.ok(until.scheduleState[0] < 1)
      sameBits(error.history.learningRate!, learningRate!, 'learningRate')
      sameBits(error.history.loss, loss, 'loss')
      assert.equal(trainer.epoch, error.epoch)
    })

    it('is not changed by a batch that failed', () => {
      const [failing, plain] = [0, 1].map(() => newTrainer({ backend, schedule, optimizer: SGD }))
      for (const trainer of [failing, plain]) trainer.fitSync(x, y, { ...FIT, epochs: 3 })
      const bad = y.map((value, i) => (i === 20 ? 1e200 : value))
      for (let i = 0; i < 3; i++) assert.throws(() => failing.partialFitSync(x, bad, FIT), DivergenceError)
      sameBits(failing.scheduleState, plain.scheduleState, 'scheduleState')
      const [after, expected] = [failing, plain].map((trainer) => trainer.partialFitSync(x, y, { ...FIT, epochs: 4 }))
      assert.deepEqual(after, expected)
      sameBits(failing.network.parameters, plain.network.parameters, 'parameters')
    })
  })
}

describe('scheduleState', () => {
  it('refuses what no training leaves, and keeps what it has', () => {
    const wrong: readonly (readonly [at: number, value: number, expected: string])[] = [
      [0, Number.NaN, 'a factor from 0 to 1'],
      [0, -0.1, 'a factor from 0 to 1'],
      [0, 1.5, 'a factor from 0 to 1'],
      [1, Infinity, 'a finite number'],
      [1, -Infinity, 'a finite number'],
      [1, Number.NaN, 'a finite number'],
      [2, -1, 'an integer of at least 0'],
      [3, 0.5, 'an integer of at least 0'],
      [3, Infinity, 'an integer of at least 0'],
      [4, Number.NaN, 'an integer of at least 0'],
    ]
    for (const [at, value, expected] of wrong) {
      const trainer = newTrainer({ schedule })
      trainer.fitSync(x, y, { ...FIT, epochs: 3 })
      const before = trainer.scheduleState.slice()
      const state = before.slice()
      state[at] = value
      const set = () => {
        trainer.scheduleState = state
      }
      const message = `Expected ${expected} for scheduleState[${at}] but received ${value} of type number.`
      assert.throws(set, { name: 'RangeError', message })
      sameBits(trainer.scheduleState, before, 'scheduleState')
    }
  })

  it('refuses the four numbers of a network that earlier versions saved', () => {
    const trainer = newTrainer({ schedule })
    const set = () => {
      trainer.scheduleState = new Float64Array(4)
    }
    const message = 'Expected a Float64Array of length 5 for scheduleState but received one of length 4.'
    assert.throws(set, { name: 'RangeError', message })
  })

  it('is finite after any values, and continues from JSON as if it had not been saved', () => {
    const values = fc.array(fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 0, 1, 1e308)), {
      maxLength: 12,
    })
    const plateaus: fc.Arbitrary<PlateauPlan> = fc.record({
      series: fc.constant(0),
      higher: fc.constantFrom(0, 1),
      factor: fc.constantFrom(1e-308, 0.1, 0.9),
      patience: fc.integer({ min: 0, max: 2 }),
      threshold: fc.constantFrom(0, 1e-4, 0.5, 1e308),
      relative: fc.constantFrom(0, 1),
      cooldown: fc.integer({ min: 0, max: 2 }),
      minimum: fc.constantFrom(0, 0.25),
    })
    fc.assert(
      fc.property(plateaus, values, (plateau, series) => {
        const state = Float64Array.from(FRESH_PLATEAU)
        let saved = throughJson(state)
        for (const value of series) {
          plateauStep(state, value, plateau)
          plateauStep(saved, value, plateau)
          checkPlateaus(state, 'state')
          saved = throughJson(saved)
          // JSON has no -0.
          assert.deepEqual(
            saved.map((one) => one + 0),
            state.map((one) => one + 0),
          )
        }
      }),
    )
  })

  it('takes the first finite value as the best, and no infinite one', () => {
    const plateau: PlateauPlan = {
      series: 0,
      higher: 0,
      factor: 0.5,
      patience: 100,
      threshold: 0,
      relative: 1,
      cooldown: 0,
      minimum: 0,
    }
    const state = Float64Array.from(FRESH_PLATEAU)
    const seen = [NaN, Infinity, 7, -Infinity, 8, 6].map((value) => {
      plateauStep(state, value, plateau)
      return [...state.subarray(1)]
    })
    assert.deepEqual(seen, [
      [0, 1, 0, 0],
      [0, 2, 0, 0],
      [7, 0, 0, 1],
      [7, 1, 0, 1],
      [7, 2, 0, 1],
      [6, 0, 0, 2],
    ])
  })
})

describe('a network saved before its first epoch', () => {
  it('learns after it was loaded with its schedule, saved as in docs/api/trainer.md', () => {
    const optimizer = { name: 'adam', learningRate: 0.01 } as const
    const options = { loss: 'meanSquaredError', optimizer, schedule } as const
    const trainer = new Trainer(new Network({ inputs: INPUTS, layers: [{ units: OUTPUTS }], seed: 1 }), options)
    const saved = JSON.stringify({ network: trainer.network, schedule: [...trainer.scheduleState] })
    const { network, schedule: state } = JSON.parse(saved) as { network: never; schedule: number[] }
    const second = new Trainer(Network.fromJSON(network), options)
    second.scheduleState = Float64Array.from(state)
    const { learningRate } = second.partialFitSync(x, y, { ...FIT, epochs: 2 })
    assert.equal(learningRate![0], 0.01)
    assert.notEqual(second.network.digest(), trainer.network.digest())
  })
})
