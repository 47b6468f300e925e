/** A training in one call or in several: the same bits with every schedule, of any length and divided anywhere. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { ScheduleOption } from 'lockstep-nn'
import { schedules } from '#lib/training/schedules.js'
import { sameBits } from '../support/bits.js'
import { newTrainer, task } from '../support/learning.js'
import { paths } from '../support/paths.js'

const { x, y } = task(23)

const lengths = fc.constantFrom(0.1, 0.3, 1 / 3, 0.7, 1, 1.1, 2.5, 4, 9)

/** Schedules whose lengths do not depend on those of the fit. */
const options = fc.oneof(
  fc.record({ name: fc.constant('step'), stepSize: lengths, gamma: fc.constant(0.8) }),
  fc.record({ name: fc.constant('exponential') }),
  fc.record({ name: fc.constantFrom('cosine', 'polynomial', 'oneCycle'), epochs: lengths }),
  fc.record({
    name: fc.constant('cosine'),
    epochs: lengths,
    restarts: fc.constant(true),
    multiplier: fc.constantFrom(1, 1.1, 2),
  }),
  fc.record({
    name: fc.constant('reduceOnPlateau'),
    patience: fc.constantFrom(0, 1),
    threshold: fc.constantFrom(0.1, 0.6),
    cooldown: fc.constantFrom(0, 2),
  }),
  fc.record({ name: fc.constant('constant') }),
)
const warmups = fc.oneof(fc.constant(0), lengths)

const drawn = fc.record({
  option: options,
  warmup: warmups,
  batchSize: fc.constantFrom(1, 4, 7, 23),
  pieces: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 4 }),
  backend: fc.constantFrom(...paths),
  stops: fc.boolean(),
})

describe('a training in several calls', () => {
  it('ends in the bits of one call, with every schedule', () => {
    const met = new Set<string>()
    fc.assert(
      fc.property(drawn, ({ option, warmup, batchSize, pieces, backend, stops }) => {
        met.add(option.name)
        const schedule = { ...option, warmup } as ScheduleOption
        const setup = { backend, schedule, optimizer: { name: 'adam', learningRate: 0.05 } } as const
        const fit = { batchSize, seed: 7, onEpoch: stops ? () => true : undefined }
        const whole = newTrainer(setup)
        const epochs = pieces.reduce((sum, one) => sum + one)
        const { loss, learningRate } = whole.fitSync(x, y, { ...fit, epochs })
        assert.ok(learningRate!.every((rate) => Number.isFinite(rate) && rate >= 0))
        const parts = newTrainer(setup)
        let done = 0
        for (const more of pieces) {
          const history = parts.partialFitSync(x, y, { ...fit, epochs: more })
          assert.equal(history.initialEpoch, done)
          sameBits(history.loss, loss.slice(done, done + more), 'loss')
          sameBits(history.learningRate!, learningRate!.slice(done, done + more), 'learningRate')
          done += more
          assert.equal(parts.epoch, done)
        }
        sameBits(parts.network.parameters, whole.network.parameters, 'parameters')
        sameBits(parts.optimizerState, whole.optimizerState, 'optimizerState')
        sameBits(parts.scheduleState, whole.scheduleState, 'scheduleState')
      }),
      { numRuns: 300 },
    )
    assert.deepEqual([...met].sort(), Object.keys(schedules).sort())
  })

  it('continues at initialEpoch with the rates of the whole fit', () => {
    for (const name of ['cosine', 'polynomial', 'oneCycle'] as const) {
      const setup = {
        schedule: { name, warmup: 0.3 } as ScheduleOption,
        optimizer: { name: 'sgd', learningRate: 0.2 },
      } as const
      const whole = newTrainer(setup)
      const fit = { epochs: 9, batchSize: 7 }
      const { learningRate } = whole.fitSync(x, y, fit)
      const parts = newTrainer(setup)
      // Ends the whole fit after 4 epochs; sgd has no state, so that fit can continue like partialFit.
      parts.fitSync(x, y, { ...fit, onEpoch: ({ epoch }) => epoch < 3 })
      const rest = parts.fitSync(x, y, { ...fit, initialEpoch: 4 })
      sameBits(rest.learningRate!, learningRate!.slice(4), name)
      sameBits(parts.network.parameters, whole.network.parameters, name)
    }
  })
})
