/** `trainer.stream`: a fit as an asynchronous iterator. */
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { DivergenceError, Ensemble, type FitOptions, type History, Trainer, type TrainingProgress } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { errorOf } from '../support/error-of.js'
import { INPUTS, newTrainer, OUTPUTS, task } from '../support/learning.js'
import { implementations } from '../support/paths.js'
import { refusals } from '../support/refusals.js'

const { x, y } = task(23)
const FIT = { epochs: 7, batchSize: 4, seed: 5 } as const

/** All steps of an iteration, and what it returns. */
async function all<Result>(stream: AsyncGenerator<TrainingProgress, Result, void>) {
  const seen: TrainingProgress[] = []
  for (;;) {
    const step = await stream.next()
    if (step.done) return { seen, result: step.value }
    seen.push(step.value)
  }
}

for (const backend of implementations) {
  describe(`a stream on ${backend}`, () => {
    it('gives the progress of a fit with the same bits, and returns its history', async () => {
      const plain = newTrainer({ backend, optimizer: 'adam' })
      const expected = await plain.fit(x, y, { ...FIT, validationSplit: 0.2 })
      const trainer = newTrainer({ backend, optimizer: 'adam' })
      const { seen, result } = await all(trainer.stream(x, y, { ...FIT, validationSplit: 0.2, progressEvery: 0 }))
      assert.deepEqual(result, expected)
      sameBits(trainer.network.parameters, plain.network.parameters, 'parameters')
      sameBits(trainer.optimizerState, plain.optimizerState, 'optimizerState')
      assert.ok(seen.length >= 1)
      const { epoch, loss, validationLoss } = seen.at(-1) as TrainingProgress
      assert.deepEqual([epoch, loss, validationLoss], [7, expected.loss[6], expected.validationLoss?.[6]])
      for (const [i, progress] of seen.entries()) assert.ok(i === 0 || progress.epoch >= seen[i - 1].epoch)
    })

    it('gives the end of a short fit only, by default', async () => {
      const { seen, result } = await all(newTrainer({ backend }).stream(x, y))
      assert.deepEqual(
        seen.map(({ epoch, loss }) => [epoch, loss]),
        [[1, result.loss[0]]],
      )
    })

    it('begins with the first step of the iteration', async () => {
      const trainer = newTrainer({ backend })
      const before = trainer.network.digest()
      const stream = trainer.stream(x, y, FIT)
      await delay(1)
      assert.equal(trainer.epoch, 0)
      trainer.fitSync(x, y)
      assert.notEqual(trainer.network.digest(), before)
      await all(stream)
      assert.equal(trainer.epoch, 7)
      // The end of a generator that was never iterated.
      await newTrainer({ backend })
        .stream(x, y, { batchSize: 0 })
        .return(null as never)
    })

    it('ends its training where the loop is left', async () => {
      const leaves: readonly ((stream: AsyncGenerator<TrainingProgress, History, void>) => Promise<void>)[] = [
        async (stream) => {
          for await (const _ of stream) break
        },
        async (stream) => {
          for await (const _ of stream) throw new Error('mine')
        },
        async (stream) => {
          await stream.next()
          await stream.return(null as never)
        },
        async (stream) => {
          await stream.next()
          await stream.throw(new Error('mine'))
        },
      ]
      for (const leave of leaves) {
        const trainer = newTrainer({ backend, optimizer: 'adam' })
        const options = { ...FIT, epochs: 1_000_000, progressEvery: 1 }
        const error = await errorOf(() => leave(trainer.stream(x, y, options)))
        assert.ok(error === null || (error as Error).message === 'mine')
        // It has ended: the network is free, and goes on where it was.
        const { epoch } = trainer
        assert.ok(epoch < 1_000_000)
        trainer.partialFitSync(x, y, FIT)
        const whole = newTrainer({ backend, optimizer: 'adam' })
        whole.fitSync(x, y, { ...FIT, epochs: epoch + 7 })
        sameBits(trainer.network.parameters, whole.network.parameters, 'parameters')
      }
    }).timeout(300_000)

    it('gives a slow consumer the latest progress', async () => {
      const trainer = newTrainer({ backend })
      let steps = 0
      let last: TrainingProgress | null = null
      for await (const progress of trainer.stream(x, y, { ...FIT, epochs: 20, progressEvery: 0 })) {
        steps++
        last = progress
        // The fit ends meanwhile.
        while (trainer.epoch < 20) await delay(1)
      }
      assert.ok(steps === 1 || steps === 2, `${steps} steps`)
      assert.equal(last?.epoch, 20)
    })

    it('of an ensemble returns the histories of its members', async () => {
      const layers = [{ units: 5, activation: 'tanh' } as const, { units: OUTPUTS }]
      const ensemble = new Ensemble({ inputs: INPUTS, layers, seeds: [1, 2] })
      const trainer = new Trainer(ensemble, { loss: 'meanSquaredError', optimizer: 'sgd', backend })
      const { seen, result } = await all(trainer.stream(x, y, { ...FIT, onEpoch: ({ epoch }) => epoch < 2 }))
      assert.deepEqual(
        result.members.map((one) => [one.loss.length, (one as History).stopped]),
        [
          [3, 'onEpoch'],
          [3, 'onEpoch'],
        ],
      )
      assert.equal(seen.at(-1)?.loss, (result.members[0].loss[2] + result.members[1].loss[2]) / 2)
    })

    it('ends with the signal of its options, and returns the history', async () => {
      const trainer = newTrainer({ backend })
      const controller = new AbortController()
      const stream = trainer.stream(x, y, { epochs: 1_000_000, signal: controller.signal, progressEvery: 1 })
      await stream.next()
      controller.abort()
      assert.equal((await all(stream)).result.stopped, 'aborted')
      const { seen, result } = await all(trainer.stream(x, y, { ...FIT, signal: AbortSignal.abort() }))
      assert.deepEqual([seen, result.stopped, result.epochs], [[], 'aborted', 0])
    }).timeout(300_000)

    it('throws what the fit throws', async () => {
      const trainer = newTrainer({ backend, optimizer: { name: 'sgd', learningRate: 1e300 } })
      await assert.rejects(all(trainer.stream(x, y, FIT)), DivergenceError)
      const onEpoch = (): void => {
        throw new Error('mine')
      }
      await assert.rejects(all(newTrainer({ backend }).stream(x, y, { ...FIT, onEpoch })), { message: 'mine' })
    })
  })
}

const KNOWN =
  'Known: epochs, batchSize, lastBatch, shuffle, seed, sampleWeight, classWeight, initialEpoch, validationSplit, ' +
  'validationData, earlyStopping, onEpoch, signal, onProgress, progressEvery, checkpoint.'
const streamed = (options: unknown) => () =>
  newTrainer()
    .stream(x, y, options as FitOptions)
    .next()

refusals('stream', [
  [
    'with onProgress',
    streamed({ onProgress() {} }),
    'TypeError',
    'Expected nothing for onProgress but received a function. stream gives the progress itself: leave it out, or use fit.',
  ],
  [
    'with an unknown option',
    streamed({ epoch: 3 }),
    'TypeError',
    `Unknown option "epoch" in the options of fit. Did you mean "epochs"? ${KNOWN}`,
  ],
  [
    'with a Map',
    streamed(new Map()),
    'TypeError',
    'Expected an object for the options of fit but received an object of type Map.',
  ],
  ['with null', streamed(null), 'TypeError', 'Expected an object for the options of fit but received null.'],
  [
    'with a flag as signal',
    streamed({ signal: true }),
    'TypeError',
    'Expected an AbortSignal for signal but received true of type boolean.',
  ],
  [
    'with a wrong time',
    streamed({ progressEvery: -1 }),
    'RangeError',
    'Expected a finite number of at least 0 for progressEvery but received -1 of type number.',
  ],
  [
    'with targets of another length',
    () => newTrainer().stream(x, y.slice(2)).next(),
    'RangeError',
    'Expected 23 rows, as many as x has, for y but received 22.',
  ],
])
