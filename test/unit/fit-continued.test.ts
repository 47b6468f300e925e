/** A fit that was aborted within an epoch, and how `partialFit` continues it. */
import assert from 'node:assert/strict'
import { type FitOptions, Trainer } from 'lockstep-nn'
import { abortedAfter, copyOf, FIT, STEPS, same, x, y } from '../support/aborted.js'
import { sameBits } from '../support/bits.js'
import { errorOf } from '../support/error-of.js'
import { newTrainer, task } from '../support/learning.js'
import { implementations } from '../support/paths.js'

for (const backend of implementations) {
  describe(`an aborted fit on ${backend}`, () => {
    it('keeps its place within an epoch where a fit that continues it is aborted at once', () => {
      const trainer = abortedAfter(2 * STEPS + 3, { backend })
      const before = trainer.network.digest()
      trainer.partialFitSync(x, y, { ...FIT, epochs: 5, signal: AbortSignal.abort() })
      assert.equal(trainer.network.digest(), before)
      trainer.partialFitSync(x, y, { ...FIT, epochs: 5 })
      const whole = newTrainer({ backend, optimizer: 'adam' })
      whole.fitSync(x, y, FIT)
      same(trainer, whole)
    })

    it('restores the best parameters, and begins the next epoch from them', async () => {
      const early = { earlyStopping: { patience: 100, restoreBest: true, monitor: 'validationLoss' } } as const
      // Gets worse after its first epochs.
      const validationData = [x, y.map((value) => 1 - value)] as const
      const trainer = abortedAfter(4 * STEPS + 2, { backend }, { ...early, validationData })
      const best = newTrainer({ backend, optimizer: 'adam' })
      const { bestEpoch } = newTrainer({ backend, optimizer: 'adam' }).fitSync(x, y, {
        ...FIT,
        ...early,
        epochs: 4,
        validationData,
      })
      best.fitSync(x, y, { ...FIT, epochs: (bestEpoch as number) + 1 })
      sameBits(trainer.network.parameters, best.network.parameters, 'parameters')
      assert.equal(trainer.epoch, 4)
      const copy = copyOf(trainer, { backend })
      const options = { ...FIT, epochs: 2, initialEpoch: 4 }
      trainer.partialFitSync(x, y, options)
      copy.partialFitSync(x, y, options)
      same(trainer, copy)
    })

    it('that is continued with other batches, rows or orders begins its epoch again', () => {
      const trained = task(19)
      const changes: readonly (readonly [given: typeof trained, options: FitOptions])[] = [
        [{ x, y }, { batchSize: 5 }],
        [{ x, y }, { lastBatch: 'drop' }],
        [{ x, y }, { seed: 6 }],
        [{ x, y }, { shuffle: false }],
        [{ x, y }, { initialEpoch: 3 }],
        [{ x, y }, { validationSplit: 0.2 }],
        [trained, {}],
      ]
      for (const [given, options] of changes) {
        const trainer = abortedAfter(2 * STEPS + 3, { backend })
        const copy = copyOf(trainer, { backend })
        const change = { ...FIT, epochs: 2, ...options }
        trainer.partialFitSync(given.x, given.y, change)
        copy.partialFitSync(given.x, given.y, { initialEpoch: 2, ...change })
        same(trainer, copy)
      }
    })

    it('that is continued begins its epoch again after other training', () => {
      const others: readonly ((trainer: Trainer) => void)[] = [
        (trainer) => trainer.step(x, y),
        (trainer) => trainer.applyGradients(new Float64Array(trainer.network.parameters.length)),
        (trainer) => trainer.partialFitSync(x, y, { ...FIT, epochs: 1, batchSize: 5 }),
      ]
      for (const [i, other] of others.entries()) {
        const trainer = abortedAfter(2 * STEPS + 3, { backend })
        other(trainer)
        assert.equal(trainer.epoch, 3, `${i}`)
        const copy = copyOf(trainer, { backend })
        trainer.partialFitSync(x, y, { ...FIT, epochs: 2, initialEpoch: 2 })
        copy.partialFitSync(x, y, { ...FIT, epochs: 2, initialEpoch: 2 })
        same(trainer, copy)
      }
    })

    it('that is continued uses the values that the caller has set since then', () => {
      const whole = newTrainer({ backend, optimizer: 'adam' })
      whole.fitSync(x, y, FIT)
      const finished = (change: (trainer: Trainer) => void): Trainer => {
        const trainer = abortedAfter(2 * STEPS + 3, { backend })
        change(trainer)
        trainer.partialFitSync(x, y, { ...FIT, epochs: 5 })
        return trainer
      }
      same(
        finished(() => {}),
        whole,
      )
      // Its own values, written again.
      const rewritten = finished((trainer) => {
        trainer.network.parameters.set(trainer.network.parameters.slice())
        const { optimizerState, learningRate } = trainer
        trainer.optimizerState = optimizerState
        trainer.learningRate = learningRate
      })
      same(rewritten, whole)
      // From zeros, the rest of the epoch is three steps in its order.
      const zeros = finished((trainer) => void trainer.network.parameters.fill(0))
      const fresh = finished((trainer) => {
        trainer.optimizerState = new Float64Array(trainer.optimizerState.length)
      })
      const slow = finished((trainer) => {
        trainer.learningRate = 1e-300
      })
      for (const one of [zeros, fresh, slow]) assert.notEqual(one.network.digest(), whole.network.digest())
      const still = abortedAfter(2 * STEPS + 3, { backend })
      const before = still.network.parameters.slice()
      still.learningRate = 1e-300
      still.partialFitSync(x, y, { ...FIT, epochs: 1 })
      sameBits(still.network.parameters, before, 'parameters')
    })

    it('that diverges after it was continued keeps the values from before its epoch', async () => {
      const until = newTrainer({ backend, optimizer: 'adam' })
      until.fitSync(x, y, { ...FIT, epochs: 2 })
      for (const method of ['partialFit', 'partialFitSync'] as const) {
        const trainer = abortedAfter(2 * STEPS + 3, { backend })
        trainer.learningRate = 1e300
        const error = await errorOf(() => trainer[method](x, y, { ...FIT, epochs: 5 }))
        assert.equal((error as Error).name, 'DivergenceError')
        same(trainer, until)
      }
    })

    it('that cannot be continued yet changes nothing', async () => {
      const trainer = abortedAfter(2 * STEPS + 3, { backend })
      const before = trainer.network.parameters.slice()
      const other = new Trainer(trainer.network, { loss: 'meanSquaredError', optimizer: 'sgd', backend })
      const controller = new AbortController()
      const running = other.fit(x, y, { epochs: 1_000_000, signal: controller.signal })
      assert.throws(() => trainer.partialFitSync(x, y, { ...FIT, epochs: 5 }), /is being trained already/)
      sameBits(trainer.network.parameters, before, 'parameters')
      controller.abort()
      await running
    })
  })
}
