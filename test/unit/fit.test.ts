/** Fits: the same bits in one call and epoch by epoch, and what they report. */
import assert from 'node:assert/strict'
import { DivergenceError, type FitOptions, type History, Network, type Progress, Trainer } from 'lockstep-nn'
import { RateSchedule } from '#lib/training/rate-schedule.js'
import { chooseSchedule, type ScheduleOption } from '#lib/training/schedules.js'
import { sameBits, sameNumber } from '../support/bits.js'
import { INPUTS, newTrainer, OUTPUTS, type Setup, task, WIDE_HIDDEN } from '../support/learning.js'
import { implementations } from '../support/paths.js'

const ROWS = 23
const { x, y } = task(ROWS)
const FIT = { epochs: 7, batchSize: 4, seed: 5 } as const

/** The part of a history that is equal for every way of training. */
const sameCourse = (actual: History, expected: History, what: string): void => {
  sameBits(actual.loss, expected.loss, `${what}: loss`)
  assert.equal(actual.learningRate === undefined, expected.learningRate === undefined)
  if (actual.learningRate !== undefined && expected.learningRate !== undefined) {
    sameBits(actual.learningRate, expected.learningRate, `${what}: learningRate`)
  }
  assert.equal(actual.epochs, expected.epochs)
}

const weights = Float64Array.from({ length: ROWS }, (_, i) => (i % 5) / 2)

const SCHEDULES: readonly (ScheduleOption | undefined)[] = [
  undefined,
  { name: 'cosine', warmup: 1.5 },
  { name: 'oneCycle' },
  (step, epoch) => 0.2 / (1 + epoch) + step * 1e-4,
]

for (const backend of implementations) {
  describe(`a fit on ${backend}`, () => {
    for (const schedule of SCHEDULES) {
      const name = typeof schedule === 'object' ? schedule.name : typeof schedule
      const optimizer = typeof schedule === 'function' ? 'adam' : ({ name: 'adam', learningRate: 0.02 } as const)
      const setup: Setup = { backend, optimizer, schedule }

      it(`ends in the same bits epoch by epoch, with a schedule ${name}`, async () => {
        for (const shuffle of [true, false]) {
          const fit = { ...FIT, shuffle, sampleWeight: weights }
          const whole = newTrainer(setup)
          const expected = whole.fitSync(x, y, fit)
          for (const method of ['fit', 'fitSync'] as const) {
            const stepped = newTrainer(setup)
            const seen: Progress[] = []
            const history = await stepped[method](x, y, { ...fit, onEpoch: (progress) => void seen.push(progress) })
            sameBits(stepped.network.parameters, whole.network.parameters, 'parameters')
            sameBits(stepped.optimizerState, whole.optimizerState, 'optimizerState')
            sameCourse(history, expected, method)
            assert.deepEqual(
              seen.map(({ epoch, epochs, loss }) => [epoch, epochs, loss]),
              Array.from(expected.loss, (loss, i) => [i, FIT.epochs, loss]),
            )
          }
        }
      })

      it(`ends in the same bits in several calls of partialFit, with a schedule ${name}`, async () => {
        const fixed = schedule !== undefined && typeof schedule === 'object' ? { ...schedule, epochs: 6 } : schedule
        const whole = newTrainer({ ...setup, schedule: fixed as ScheduleOption })
        const expected = whole.fitSync(x, y, FIT)
        const parts = newTrainer({ ...setup, schedule: fixed as ScheduleOption })
        const losses: number[] = []
        for (const [epochs, method] of [
          [1, 'fit'],
          [2, 'partialFit'],
          [3, 'partialFitSync'],
          [1, 'partialFit'],
        ] as const) {
          const history = await parts[method](x, y, { ...FIT, epochs })
          assert.equal(history.initialEpoch, losses.length)
          losses.push(...history.loss)
          assert.equal(parts.epoch, losses.length)
        }
        sameBits(Float64Array.from(losses), expected.loss, 'loss')
        sameBits(parts.network.parameters, whole.network.parameters, 'parameters')
        sameBits(parts.optimizerState, whole.optimizerState, 'optimizerState')
      })
    }

    it('ends in the same bits epoch by epoch in every form of the loops', () => {
      const shapes: readonly Setup[] = [
        { hidden: [] },
        { hidden: WIDE_HIDDEN, threads: 2 },
        {
          hidden: [
            { units: 5, activation: 'relu', l2: 0.01 },
            { units: 4, trainable: false },
          ],
        },
        { optimizer: { name: 'sgd', learningRate: 0.1, momentum: 0.9, globalClipNorm: 0.5 }, last: 'softmax' },
      ]
      const ends = (
        trainer: Trainer,
        data: { x: Float64Array; y: Float64Array },
        batchSize: number,
        stepped: boolean,
      ) => {
        const onEpoch = stepped ? () => true : undefined
        const { loss } = trainer.fitSync(data.x, data.y, { ...FIT, batchSize, onEpoch })
        return [trainer.network.digest(), ...loss, ...trainer.optimizerState]
      }
      for (const shape of shapes) {
        for (const rows of [1, 23, 150]) {
          for (const batchSize of [1, 8, 70, 1000]) {
            const make = () => newTrainer({ schedule: { name: 'polynomial' }, ...shape, backend })
            const all = (stepped: boolean) => ends(make(), task(rows), batchSize, stepped)
            assert.deepEqual(all(true), all(false), `${JSON.stringify(shape)}, ${rows} rows, batches of ${batchSize}`)
          }
        }
      }
      // The network with its own form.
      const xor = { x: Float64Array.of(0, 0, 0, 1, 1, 0, 1, 1), y: Float64Array.of(0, 1, 1, 0) }
      for (const optimizer of ['sgd', 'adam'] as const) {
        for (const batchSize of [1, 2, 3, 4]) {
          const make = () => {
            const sigmoid = { activation: 'sigmoid' } as const
            const network = new Network({
              inputs: 2,
              layers: [
                { units: 2, ...sigmoid },
                { units: 1, ...sigmoid },
              ],
              seed: 2,
            })
            return new Trainer(network, { loss: 'halfSquaredError', optimizer, backend, schedule: 'cosine' })
          }
          assert.deepEqual(ends(make(), xor, batchSize, true), ends(make(), xor, batchSize, false))
        }
      }
    })

    it('continues in another trainer with the state of the first, to the same bits', () => {
      for (const schedule of [
        { name: 'cosine', epochs: 7 },
        { name: 'reduceOnPlateau', patience: 0, threshold: 0.5 },
      ] as const) {
        const setup: Setup = { backend, optimizer: 'adam', schedule }
        const whole = newTrainer(setup)
        const { learningRate } = whole.fitSync(x, y, FIT)
        const first = newTrainer(setup)
        first.fitSync(x, y, { ...FIT, epochs: 3 })
        const network = first.network.clone()
        const second = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'adam', backend, schedule })
        second.optimizerState = first.optimizerState
        second.scheduleState = first.scheduleState
        const rest = second.partialFitSync(x, y, { ...FIT, epochs: 4, initialEpoch: first.epoch })
        sameBits(network.parameters, whole.network.parameters, schedule.name)
        sameBits(second.optimizerState, whole.optimizerState, schedule.name)
        assert.ok(rest.learningRate !== undefined && learningRate !== undefined)
        sameBits(rest.learningRate, learningRate.slice(3), schedule.name)
        assert.equal(second.epoch, 7)
        assert.ok(new Set(learningRate).size > 1)
      }
    })

    it('begins with the epoch initialEpoch', () => {
      const both = newTrainer({ backend })
      both.fitSync(x, y, FIT)
      const second = newTrainer({ backend })
      second.fitSync(x, y, { ...FIT, epochs: 3 })
      const history = second.fitSync(x, y, { ...FIT, initialEpoch: 3 })
      // sgd has no state, so that nothing is lost.
      sameBits(second.network.parameters, both.network.parameters, 'parameters')
      assert.deepEqual([history.initialEpoch, history.epochs, second.epoch], [3, 4, 7])
    })

    it('evaluates the validation data and the metrics after each epoch', async () => {
      const metrics = ['accuracy', { name: 'topK', k: 1 }, 'meanAbsoluteError'] as const
      const valid = task(9)
      const data = { x: valid.x, y: valid.y, sampleWeight: weights.slice(0, 9) }
      const plain = newTrainer({ backend, metrics })
      const seen: object[] = []
      const inTraining: object[] = []
      const onEpoch = (progress: Progress) => {
        seen.push(progress)
        const { sampleWeight } = data
        inTraining.push({ on: plain.evaluate(x, y), over: plain.evaluate(data.x, data.y, { sampleWeight }) })
      }
      const history = await plain.fit(x, y, { ...FIT, validationData: data, onEpoch })
      const by = <T>(pick: (name: 'accuracy' | 'topK' | 'meanAbsoluteError') => T) => ({
        accuracy: pick('accuracy'),
        topK: pick('topK'),
        meanAbsoluteError: pick('meanAbsoluteError'),
      })
      assert.equal(seen.length, FIT.epochs)
      for (let i = 0; i < FIT.epochs; i++) {
        const at = (series?: Float64Array) => series?.[i]
        const report = {
          epoch: i,
          epochs: FIT.epochs,
          loss: history.loss[i],
          validationLoss: at(history.validationLoss),
          metrics: by((name) => at(history.metrics[name])),
          validationMetrics: by((name) => at(history.validationMetrics[name])),
          learningRate: 0.25,
        }
        assert.deepEqual(seen[i], report)
        const { on, over } = inTraining[i] as { on: Record<string, number>; over: Record<string, number> }
        assert.deepEqual(
          by((name) => on[name]),
          report.metrics,
        )
        assert.deepEqual(
          { loss: over.loss, ...by((name) => over[name]) },
          { loss: report.validationLoss, ...report.validationMetrics },
        )
      }
      const other = newTrainer({ backend })
      other.fitSync(x, y, FIT)
      sameBits(plain.network.parameters, other.network.parameters, 'parameters')
    })

    it('keeps the last rows for validation', async () => {
      const split = newTrainer({ backend })
      const kept = Math.floor(ROWS * 0.75)
      const history = await split.fit(x, y, { ...FIT, validationSplit: 0.25, sampleWeight: weights })
      const byHand = newTrainer({ backend })
      const cut = (from: number, to: number) => ({
        x: x.slice(from * INPUTS, to * INPUTS),
        y: y.slice(from * OUTPUTS, to * OUTPUTS),
        sampleWeight: weights.slice(from, to),
      })
      const [first, last] = [cut(0, kept), cut(kept, ROWS)]
      const expected = byHand.fitSync(first.x, first.y, {
        ...FIT,
        sampleWeight: first.sampleWeight,
        validationData: last,
      })
      sameCourse(history, expected, 'split')
      sameBits(history.validationLoss!, expected.validationLoss!, 'validationLoss')
      sameBits(split.network.parameters, byHand.network.parameters, 'parameters')
      sameNumber(
        history.validationLoss![6],
        split.evaluate(last.x, last.y, { sampleWeight: last.sampleWeight }).loss,
        '',
      )
    })

    it('multiplies the weights of classes and of samples', () => {
      const [classes, samples] = [newTrainer({ backend }), newTrainer({ backend })]
      classes.fitSync(x, y, { ...FIT, classWeight: { 1: 3 }, sampleWeight: weights })
      const product = weights.map((weight, row) => weight * (y[2 * row] >= y[2 * row + 1] ? 1 : 3))
      samples.fitSync(x, y, { ...FIT, sampleWeight: product })
      sameBits(classes.network.parameters, samples.network.parameters, 'parameters')
      const list = newTrainer({ backend })
      list.fitSync(x, y, { ...FIT, classWeight: [1, 3], sampleWeight: weights })
      sameBits(list.network.parameters, samples.network.parameters, 'parameters')
    })

    it('diverges in the epoch of its own number, with the history so far', () => {
      const setup: Setup = { optimizer: { name: 'sgd', learningRate: 1e3 }, backend, hidden: [] }
      const fit: FitOptions = { epochs: 10_000, initialEpoch: 50, shuffle: false }
      const errorOf = (options: FitOptions): DivergenceError => {
        try {
          newTrainer(setup).fitSync(x, y, options)
        } catch (error) {
          if (error instanceof DivergenceError) return error
        }
        return assert.fail('it did not diverge')
      }
      const whole = errorOf(fit)
      const stepped = errorOf({ ...fit, validationSplit: undefined, onEpoch: () => true })
      assert.equal(stepped.message, whole.message)
      assert.equal(stepped.epoch, whole.epoch)
      assert.equal(whole.history.epochs, whole.epoch - 50)
      assert.equal(whole.history.stopped, 'divergence')
      sameBits(stepped.history.loss, whole.loss, 'loss')
      const rates = { ...setup, optimizer: 'sgd', schedule: () => 1e3 } as const
      assert.throws(() => newTrainer(rates).fitSync(x, y, fit), { message: whole.message, epoch: whole.epoch })
    })
  })
}

describe('a fit of many steps', () => {
  it('is split into calls of whole epochs', () => {
    const schedule = chooseSchedule('cosine')
    assert.equal(new RateSchedule(schedule, 2 ** 15, 100).longest, 2)
    assert.equal(new RateSchedule(schedule, 2 ** 20, 100).longest, 1)
    assert.equal(new RateSchedule(schedule, 1, 100).longest, 2 ** 16)
    assert.equal(new RateSchedule(null, 2 ** 20, 100).longest, 100)
  })

  it('ends in the same bits as epoch by epoch', () => {
    const many = task(30_000)
    const setup: Setup = { optimizer: 'adam', schedule: { name: 'polynomial', power: 2 } }
    const fit = { epochs: 5, batchSize: 1 }
    const [whole, stepped] = [newTrainer(setup), newTrainer(setup)]
    whole.fitSync(many.x, many.y, fit)
    stepped.fitSync(many.x, many.y, { ...fit, onEpoch: () => true })
    sameBits(stepped.network.parameters, whole.network.parameters, 'parameters')
  })
})
