/** The option `signal` of a fit. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Ensemble, Trainer } from 'lockstep-nn'
import { FIT, same, x, y } from '../support/aborted.js'
import { errorOf } from '../support/error-of.js'
import { INPUTS, newTrainer, OUTPUTS } from '../support/learning.js'
import { implementations } from '../support/paths.js'
import { refusals } from '../support/refusals.js'

const METHODS = ['fit', 'fitSync', 'partialFit', 'partialFitSync'] as const

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

for (const backend of implementations) {
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
          assert.ok(trainer.epoch < 1_000_000, `${trainer.epoch} epochs`)
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
      // Each fit opens its session in a turn of its own.
      while (listeners() === 0) await delay(1)
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
