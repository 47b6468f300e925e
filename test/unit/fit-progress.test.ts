/** `onProgress` and `progressEvery`. */
import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { DivergenceError, Ensemble, type FitOptions, Trainer, type TrainingProgress } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { errorOf } from '../support/error-of.js'
import { INPUTS, newTrainer, OUTPUTS, task } from '../support/learning.js'
import { implementations } from '../support/paths.js'
import { type Refusal, refusals } from '../support/refusals.js'

const { x, y } = task(23)
const FIT = { epochs: 7, batchSize: 4, seed: 5 } as const
const METHODS = ['fit', 'fitSync'] as const

const ensembleTrainer = (backend?: string, optimizer = { name: 'sgd', learningRate: [0.2, 0.1, 0.01] } as const) => {
  const layers = [{ units: 5, activation: 'tanh' } as const, { units: OUTPUTS }]
  const ensemble = new Ensemble({ inputs: INPUTS, layers, seeds: [1, 2, 3] })
  return new Trainer(ensemble, { loss: 'meanSquaredError', optimizer, backend })
}

type Plain = Omit<FitOptions, 'onEpoch'>

/** Calls of `onProgress` in a list. */
function listed(options: Plain): { readonly seen: TrainingProgress[]; readonly options: Plain } {
  const seen: TrainingProgress[] = []
  return { seen, options: { ...options, onProgress: (progress) => void seen.push(progress) } }
}

describe('onProgress', () => {
  for (const backend of implementations) {
    for (const method of METHODS) {
      it(`is called once at the end of a short ${method}, with the last epoch's losses, on ${backend}`, async () => {
        const { seen, options } = listed({ ...FIT, validationSplit: 0.2, progressEvery: 1e9 })
        const history = await newTrainer({ backend })[method](x, y, options)
        assert.equal(seen.length, 1)
        const [{ epoch, epochs, loss, validationLoss, samplesPerSecond, secondsLeft, ...others }] = seen
        assert.deepEqual([epoch, epochs, secondsLeft, others], [7, 7, 0, {}])
        assert.deepEqual([loss, validationLoss], [history.loss[6], history.validationLoss?.[6]])
        assert.ok(samplesPerSecond > 0 && Number.isFinite(samplesPerSecond))
      })

      it(`is called after each step in ${method} where progressEvery is 0, on ${backend}`, async () => {
        const { seen, options } = listed({ ...FIT, progressEvery: 0 })
        const plain = newTrainer({ backend })
        const history = await plain[method](x, y, { ...FIT })
        const trainer = newTrainer({ backend })
        await trainer[method](x, y, options)
        sameBits(trainer.network.parameters, plain.network.parameters, 'parameters')
        assert.equal(seen.length, 7 * 6)
        seen.forEach(({ epoch, epochs, loss, samplesPerSecond, secondsLeft, ...others }, i) => {
          const done = Math.floor((i + 1) / 6)
          assert.deepEqual([epoch, epochs, others], [done, 7, {}])
          assert.equal(loss, done === 0 ? NaN : history.loss[done - 1])
          assert.ok(samplesPerSecond > 0 && Number.isFinite(samplesPerSecond))
          assert.ok(secondsLeft >= 0 && Number.isFinite(secondsLeft))
        })
      })

      it(`is called in each epoch where onEpoch follows it, of ${method} on ${backend}`, async () => {
        // One step an epoch, so that each run of the session ends with its epoch.
        const calls: string[] = []
        await newTrainer({ backend })[method](x, y, {
          epochs: 3,
          batchSize: 23,
          progressEvery: 0,
          onProgress: ({ epoch }) => void calls.push(`progress ${epoch}`),
          onEpoch: ({ epoch }) => void calls.push(`epoch ${epoch}`),
        })
        assert.deepEqual(calls, ['progress 1', 'epoch 0', 'progress 2', 'epoch 1', 'progress 3', 'epoch 2'])
      })

      it(`has the means of an ensemble's members, of ${method} on ${backend}`, async () => {
        const { seen, options } = listed({ ...FIT, validationSplit: 0.2, progressEvery: 0 })
        const { members } = await ensembleTrainer(backend)[method](x, y, options)
        const mean = (values: (one: (typeof members)[number]) => number) =>
          members.reduce((sum, one) => sum + values(one), 0) / 3
        assert.equal(seen.at(-1)?.epoch, 7)
        for (const { epoch, loss, validationLoss } of seen) {
          assert.equal(
            loss,
            mean((one) => one.loss[epoch - 1]),
          )
          assert.equal(
            validationLoss,
            mean((one) => ('validationLoss' in one ? one.validationLoss?.[epoch - 1] : NaN) ?? NaN),
          )
        }
      })
    }

    it(`counts the members of an ensemble that were trained in the last epoch, on ${backend}`, async () => {
      const optimizer = { name: 'sgd', learningRate: [0.2, 1e200, 1e-9] } as const
      const early = { earlyStopping: { patience: 1, minDelta: 1e-3, monitor: 'loss' } } as const
      for (const progressEvery of [0, 1e9]) {
        const { seen, options } = listed({ ...FIT, epochs: 9, ...early, progressEvery })
        const { members } = await ensembleTrainer(backend, optimizer as never).fit(x, y, options)
        assert.ok(members[1] instanceof DivergenceError)
        const [longest, none, shortest] = members.map(({ loss }) => loss.length)
        assert.ok(longest > shortest && shortest > none && none === 0, `${[longest, none, shortest]} epochs`)
        assert.deepEqual([seen.at(-1)?.epoch, seen.at(-1)?.loss], [longest, members[0].loss.at(-1)])
        for (const { epoch, loss } of seen) {
          const values = members.filter((one) => one.loss.length >= epoch).map((one) => one.loss[epoch - 1])
          assert.equal(loss, values.reduce((sum, value) => sum + value, 0) / values.length)
        }
      }
    })

    it(`has the last finite epoch where the training stops before its end, on ${backend}`, async () => {
      const early = { earlyStopping: { patience: 1, minDelta: 100, monitor: 'loss', restoreBest: true } } as const
      const stopped = listed({ ...FIT, ...early })
      const history = await newTrainer({ backend }).fit(x, y, stopped.options)
      assert.equal(history.stopped, 'earlyStopping')
      assert.deepEqual(
        stopped.seen.map(({ epoch, loss }) => [epoch, loss]),
        [[history.epochs, history.loss.at(-1)]],
      )
      const diverged = listed({ epochs: 10_000, batchSize: 23, shuffle: false })
      const optimizer = { name: 'sgd', learningRate: 1e3 } as const
      const error = await errorOf(() => newTrainer({ backend, optimizer, hidden: [] }).fit(x, y, diverged.options))
      assert.ok(error instanceof DivergenceError)
      assert.deepEqual(
        diverged.seen.map(({ epoch, loss }) => [epoch, loss]),
        [[error.epoch, error.loss.at(-1)]],
      )
    })

    it(`ends the fit with its error, after any step, on ${backend}`, async () => {
      const mine = new Error('enough')
      for (const method of METHODS) {
        for (const at of [1, 6, 8, 18, 41]) {
          const trainer = newTrainer({ backend, optimizer: 'adam' })
          let calls = 0
          const onProgress = (): void => {
            calls++
            if (calls === at) throw mine
          }
          const error = await errorOf(() => trainer[method](x, y, { ...FIT, onProgress, progressEvery: 0 }))
          assert.equal(error, mine)
          assert.equal(trainer.epoch, Math.floor(at / 6))
          const steps = newTrainer({ backend, optimizer: 'adam' })
          let done = 0
          const signal = new AbortController()
          const count = (): void => {
            done++
            if (done === at) signal.abort()
          }
          steps.fitSync(x, y, { ...FIT, onProgress: count, progressEvery: 0, signal: signal.signal })
          sameBits(trainer.network.parameters, steps.network.parameters, 'parameters')
          // The rest is that of a fit without an error.
          const whole = newTrainer({ backend, optimizer: 'adam' })
          whole.fitSync(x, y, FIT)
          trainer.partialFitSync(x, y, { ...FIT, epochs: 7 - trainer.epoch })
          sameBits(trainer.network.parameters, whole.network.parameters, 'parameters')
          sameBits(trainer.optimizerState, whole.optimizerState, 'optimizerState')
        }
      }
    })

    it(`ends an ensemble's fit with its error, after its last common epoch, on ${backend}`, () => {
      const trainer = ensembleTrainer(backend)
      let epochs = 0
      const onProgress = ({ epoch }: TrainingProgress): void => {
        epochs = epoch
        throw new Error('enough')
      }
      assert.throws(() => trainer.fitSync(x, y, { ...FIT, onProgress, progressEvery: 0 }), { message: 'enough' })
      assert.ok(epochs > 0)
      assert.equal(trainer.epoch, epochs)
      const until = ensembleTrainer(backend)
      until.fitSync(x, y, { ...FIT, epochs })
      sameBits(trainer.network.parameters, until.network.parameters, 'parameters')
    })
  }

  it('is awaited by fit', async () => {
    let running = false
    let calls = 0
    const onProgress = async (): Promise<false> => {
      assert.equal(running, false)
      running = true
      await delay(1)
      running = false
      calls++
      return false
    }
    const history = await newTrainer().fit(x, y, { ...FIT, epochs: 2, onProgress, progressEvery: 0 })
    // Its result has no effect.
    assert.deepEqual([history.stopped, calls, running], ['epochs', 12, false])
    const late = async (): Promise<void> => {
      await delay(1)
      throw new Error('late')
    }
    await assert.rejects(newTrainer().fit(x, y, { ...FIT, onProgress: late }), { message: 'late' })
  })

  it('must return without a promise in fitSync', () => {
    const trainer = newTrainer()
    const message =
      'Expected a value, not a promise, for onProgress but received an object of type Promise. ' +
      'Only fit awaits a promise: use fit, or return a value.'
    assert.throws(() => trainer.fitSync(x, y, { onProgress: async () => {} }), { name: 'TypeError', message })
    trainer.fitSync(x, y)
  })

  it('has its asynchronous context, as onEpoch', async () => {
    const storage = new AsyncLocalStorage<number>()
    for (const backend of implementations) {
      const seen: (number | undefined)[] = []
      const note = (): void => void seen.push(storage.getStore())
      await Promise.all(
        [1, 2].map((value) =>
          storage.run(value, async () => {
            const own: (number | undefined)[] = []
            await newTrainer({ backend, hidden: [{ units: 60, activation: 'tanh' }] }).fit(x, y, {
              ...FIT,
              epochs: 30,
              onEpoch: () => void own.push(storage.getStore()),
              onProgress: () => {
                own.push(storage.getStore())
                note()
              },
              progressEvery: 0,
            })
            assert.ok(own.length > 60)
            assert.deepEqual(new Set(own), new Set([value]))
          }),
        ),
      )
      assert.deepEqual(new Set(seen), new Set([1, 2]))
    }
  })

  it('does not let the learning rate change during the fit', () => {
    const trainer = newTrainer()
    const onProgress = (): void => {
      trainer.learningRate = 0.5
    }
    const message = 'This network is being trained. Set learningRate between two trainings, or give a schedule.'
    assert.throws(() => trainer.fitSync(x, y, { onProgress }), { message })
    assert.equal(trainer.learningRate, 0.25)
  })
})

const wrong = (title: string, options: object, error: string, message: string): Refusal => [
  title,
  () => newTrainer().fitSync(x, y, options),
  error,
  message,
]
const onProgress = (): void => {}
const TIME = 'Expected a finite number of at least 0 for progressEvery but received'

refusals('fitSync with onProgress', [
  wrong(
    'a number',
    { onProgress: 1 },
    'TypeError',
    'Expected a function for onProgress but received 1 of type number.',
  ),
  wrong(
    'a time without a function',
    { progressEvery: 1 },
    'TypeError',
    'Expected nothing for progressEvery but received 1 of type number. It has no effect without onProgress.',
  ),
  wrong('a negative time', { onProgress, progressEvery: -1 }, 'RangeError', `${TIME} -1 of type number.`),
  wrong('an infinite time', { onProgress, progressEvery: Infinity }, 'RangeError', `${TIME} Infinity of type number.`),
  wrong('a text as time', { onProgress, progressEvery: '1' }, 'TypeError', `${TIME} "1" of type string.`),
])
