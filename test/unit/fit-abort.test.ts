/** The option `signal` of a fit. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Ensemble, type FitOptions, Trainer } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { errorOf } from '../support/error-of.js'
import { INPUTS, newTrainer, OUTPUTS, type Setup, task } from '../support/learning.js'
import { nativePaths } from '../support/paths.js'
import { refusals } from '../support/refusals.js'

const ROWS = 23
const { x, y } = task(ROWS)
const FIT = { epochs: 7, batchSize: 4, seed: 5 } as const
// Steps of an epoch.
const STEPS = 6
const BACKENDS = ['typescript', ...nativePaths.slice(0, 1)]
const METHODS = ['fit', 'fitSync', 'partialFit', 'partialFitSync'] as const

/** A trainer whose fit was aborted after some steps. */
function abortedAfter(steps: number, setup: Setup = {}, options: FitOptions = {}): Trainer {
  const trainer = newTrainer({ optimizer: 'adam', ...setup })
  const controller = new AbortController()
  let calls = 0
  const onProgress = (): void => {
    calls++
    if (calls === steps) controller.abort()
  }
  const { signal } = controller
  const history = trainer.fitSync(x, y, { ...FIT, ...options, signal, onProgress, progressEvery: 0 })
  assert.equal(history.stopped, 'aborted')
  return trainer
}

/** A copy of a trainer, without the place within an epoch where its fit was aborted. */
function copyOf(trainer: Trainer, setup: Setup = {}): Trainer {
  const copy = newTrainer({ optimizer: 'adam', ...setup })
  copy.network.parameters.set(trainer.network.parameters)
  copy.optimizerState = trainer.optimizerState
  return copy
}

function same(actual: Trainer, expected: Trainer): void {
  sameBits(actual.network.parameters, expected.network.parameters, 'parameters')
  sameBits(actual.optimizerState, expected.optimizerState, 'optimizerState')
  assert.equal(actual.epoch, expected.epoch)
}

/** A signal that counts its listeners. */
function counted(): { readonly controller: AbortController; readonly listeners: () => number } {
  const controller = new AbortController()
  const { signal } = controller
  const listeners = new Set<unknown>()
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)]
  signal.addEventListener = (type: string, listener: never, options?: never) => {
    listeners.add(listener)
    add(type, listener, options)
  }
  signal.removeEventListener = (type: string, listener: never) => {
    listeners.delete(listener)
    remove(type, listener)
  }
  return { controller, listeners: () => listeners.size }
}

for (const backend of BACKENDS) {
  describe(`a fit with a signal, on ${backend}`, () => {
    it('trains nothing where the signal is aborted already', async () => {
      for (const method of METHODS) {
        const trainer = newTrainer({ backend, optimizer: 'adam' })
        const fresh = newTrainer({ backend, optimizer: 'adam' })
        let calls = 0
        const count = (): void => void calls++
        const signal = AbortSignal.abort()
        const history = await trainer[method](x, y, { ...FIT, signal, onEpoch: count, onProgress: count })
        assert.deepEqual(
          { ...history, loss: [...history.loss] },
          {
            loss: [],
            metrics: {},
            validationMetrics: {},
            initialEpoch: 0,
            epochs: 0,
            stopped: 'aborted',
            reason: 'the signal was aborted',
            backend,
          },
        )
        assert.equal(calls, 0)
        same(trainer, fresh)
      }
    })

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

    it('ends a fit of a million epochs, of a network and of an ensemble', async () => {
      const layers = [{ units: 40, activation: 'tanh' } as const, { units: OUTPUTS }]
      const ensemble = new Ensemble({ inputs: INPUTS, layers, seeds: [1, 2, 3] })
      const trainers = [
        newTrainer({ backend, hidden: layers.slice(0, 1) }),
        new Trainer(ensemble, { loss: 'meanSquaredError', optimizer: 'sgd', backend }) as unknown as Trainer,
      ]
      for (const trainer of trainers) {
        for (const extras of [{}, { validationData: [x, y] as const }]) {
          const controller = new AbortController()
          const fitted = trainer.fit(x, y, { epochs: 1_000_000, ...extras, signal: controller.signal })
          await delay(20)
          controller.abort()
          await fitted
          assert.ok(trainer.epoch > 0 && trainer.epoch < 1_000_000, `${trainer.epoch} epochs`)
        }
      }
    }).timeout(300_000)

    it('ends after the epoch in whose onEpoch it is aborted', async () => {
      for (const method of METHODS) {
        for (const [at, stopped] of [
          [2, 'aborted'],
          [6, 'epochs'],
        ] as const) {
          const controller = new AbortController()
          const onEpoch = ({ epoch }: { readonly epoch: number }): void => {
            if (epoch === at) controller.abort()
          }
          const trainer = newTrainer({ backend })
          const history = await trainer[method](x, y, { ...FIT, signal: controller.signal, onEpoch })
          assert.deepEqual([history.stopped, history.epochs, trainer.epoch], [stopped, at + 1, at + 1])
          const until = newTrainer({ backend })
          until.fitSync(x, y, { ...FIT, epochs: at + 1 })
          same(trainer, until)
        }
      }
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

    it('removes its listener, however it ends', async () => {
      const ends: readonly ((signal: AbortSignal) => unknown)[] = [
        (signal) => newTrainer({ backend }).fit(x, y, { ...FIT, signal }),
        (signal) => newTrainer({ backend }).fitSync(x, y, { ...FIT, signal }),
        (signal) => newTrainer({ backend }).fit(x, y, { ...FIT, signal, onEpoch: () => false }),
        (signal) =>
          newTrainer({ backend }).fit(x, y, {
            ...FIT,
            signal,
            onProgress() {
              throw new Error('enough')
            },
          }),
        (signal) =>
          newTrainer({ backend, optimizer: { name: 'sgd', learningRate: 1e300 } }).fit(x, y, { ...FIT, signal }),
        async (signal) => {
          for await (const _ of newTrainer({ backend }).stream(x, y, { ...FIT, signal, progressEvery: 0 })) break
        },
        (signal) => newTrainer({ backend }).fit(x, y, { ...FIT, signal, batchSize: 0 }),
      ]
      for (const [i, end] of ends.entries()) {
        const { controller, listeners } = counted()
        await errorOf(() => end(controller.signal))
        assert.equal(listeners(), 0, `${i}`)
      }
    })

    it('may share it with fifty others', async () => {
      const { controller, listeners } = counted()
      const warnings: Error[] = []
      const warn = (warning: Error): void => void warnings.push(warning)
      process.on('warning', warn)
      const trainers = Array.from({ length: 50 }, () => newTrainer({ backend }))
      const fits = trainers.map((trainer) => trainer.fit(x, y, { epochs: 1_000_000, signal: controller.signal }))
      assert.equal(listeners(), 1)
      setTimeout(() => controller.abort(), 5)
      await once(controller.signal, 'abort')
      for (const history of await Promise.all(fits)) assert.equal(history.stopped, 'aborted')
      await delay(1)
      process.off('warning', warn)
      assert.deepEqual(warnings, [])
    })
  })
}

describe('a schedule function', () => {
  it('whose error is for a later epoch does not end a fit that is aborted before it', () => {
    const schedule = (_: number, epoch: number): number => {
      if (epoch === 5) throw new Error('no rate')
      return 0.1
    }
    const trainer = newTrainer({ optimizer: 'sgd', schedule })
    const controller = new AbortController()
    const onProgress = (): void => controller.abort()
    const { signal } = controller
    const history = trainer.fitSync(x, y, { ...FIT, signal, onProgress, progressEvery: 0 })
    assert.equal(history.stopped, 'aborted')
    assert.throws(() => trainer.partialFitSync(x, y, FIT), { message: 'no rate' })
    assert.equal(trainer.epoch, 5)
  })
})

refusals('fit with a signal', [
  [
    'a controller',
    () => newTrainer().fit(x, y, { signal: new AbortController() as never }),
    'TypeError',
    'Expected an AbortSignal for signal but received an object of type AbortController. Give controller.signal.',
  ],
  [
    'a flag',
    () => newTrainer().fitSync(x, y, { signal: true as never }),
    'TypeError',
    'Expected an AbortSignal for signal but received true of type boolean.',
  ],
  [
    'null',
    () => newTrainer().fitSync(x, y, { signal: null as never }),
    'TypeError',
    'Expected an AbortSignal for signal but received null.',
  ],
])
