/** The option `checkpoint` of fits: when files are written, and how fits of one process continue. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type FitOptions, Network, Trainer } from 'lockstep-nn'
import { readCheckpointSync } from '#lib/training/checkpoint/read.js'
import { sameBits } from '../support/bits.js'
import { errorOf } from '../support/error-of.js'
import { folderOf } from '../support/folder.js'
import { newTrainer, type Setup, task } from '../support/learning.js'

const { x, y } = task(23)
const FIT = { epochs: 9, batchSize: 4, seed: 5 } as const
const valid = { x, y: y.map((value) => 1 - value) }
const METHODS = ['fit', 'fitSync'] as const

/** Aborts within the first epoch, after a step. */
function abortedAtOnce(): FitOptions {
  const controller = new AbortController()
  return { signal: controller.signal, onProgress: () => controller.abort(), progressEvery: 0 }
}

/** Aborts after this epoch. */
function abortedAfter(last: number): FitOptions {
  const controller = new AbortController()
  const onEpoch = ({ epoch }: { epoch: number }): void => {
    if (epoch === last) controller.abort()
  }
  return { signal: controller.signal, onEpoch }
}

const sameAs = (trainer: Trainer, expected: Trainer): void => {
  sameBits(trainer.network.parameters, expected.network.parameters, 'parameters')
  sameBits(trainer.optimizerState, expected.optimizerState, 'optimizerState')
  sameBits(trainer.scheduleState, expected.scheduleState, 'scheduleState')
  assert.equal(trainer.epoch, expected.epoch)
}

describe('a fit with checkpoints', () => {
  const root = folderOf()
  let last = 0
  const newPath = () => join(root(), `${last++}.ckpt`)

  it('writes one after each everyEpochs epochs and at its end, with the position', async () => {
    for (const method of METHODS) {
      const path = newPath()
      const written: number[] = []
      const onEpoch = () => {
        const found = readCheckpointSync(path, 1)
        if (found !== null && found.content.arrays.position[0] !== written.at(-1)) {
          written.push(found.content.arrays.position[0])
        }
      }
      await newTrainer()[method](x, y, { ...FIT, checkpoint: { path, everyEpochs: 4 }, onEpoch })
      // An asynchronous fit trains on while it writes.
      if (method === 'fitSync') assert.deepEqual(written, [4, 8])
      assert.equal(readCheckpointSync(path, 1)!.content.arrays.position[0], 9)
    }
  })

  it('writes only at its end where it takes less time than everySeconds', async () => {
    const path = newPath()
    await newTrainer().fit(x, y, { ...FIT, checkpoint: { path }, onEpoch: () => assert.ok(!existsSync(path)) })
    assert.ok(existsSync(path))
  })

  it('returns its history at once where it has ended, trains nothing, calls no onEpoch and writes nothing', async () => {
    for (const earlyStopping of [undefined, { patience: 2, restoreBest: true }]) {
      for (const method of METHODS) {
        const path = newPath()
        const options = { ...FIT, earlyStopping, validationData: valid, checkpoint: { path } }
        const first = newTrainer()
        const history = await first[method](x, y, options)
        const bytes = readFileSync(path)
        const other = newTrainer()
        for (const trainer of [first, other, first]) {
          const onEpoch = () => assert.fail('an epoch was trained')
          const again = await trainer.fit(x, y, { ...options, onEpoch })
          assert.deepEqual(again, history)
          sameAs(trainer, first)
        }
        assert.ok(readFileSync(path).equals(bytes))
      }
    }
  })

  const watched = { validationData: valid, earlyStopping: { patience: 20, restoreBest: true } } as const
  const stopAfter = (last: number): FitOptions => ({ onEpoch: ({ epoch }) => epoch !== last })
  const ways: Readonly<Record<string, [setup: Setup, options: FitOptions, interruption: () => FitOptions]>> = {
    'after a step, with restoreBest': [{}, watched, abortedAtOnce],
    'after some epochs, with restoreBest': [{ optimizer: 'adam' }, watched, () => abortedAfter(4)],
    'within an epoch': [{ optimizer: { name: 'sgd', learningRate: 0.1, momentum: 0.5 } }, {}, abortedAtOnce],
    'by onEpoch, with restoreBest': [
      { optimizer: 'adam', schedule: { name: 'reduceOnPlateau', patience: 0 } },
      watched,
      () => stopAfter(4),
    ],
  }
  for (const [way, [setup, given, interruption]] of Object.entries(ways)) {
    it(`goes on with the same trainer, and with a new one, where it was ended ${way}`, async () => {
      const whole = newTrainer(setup)
      const expected = whole.fitSync(x, y, { ...FIT, ...given })
      for (const isSame of [true, false]) {
        const options = { ...FIT, ...given, checkpoint: { path: newPath() } }
        const first = newTrainer(setup)
        const { stopped } = await first.fit(x, y, { ...options, ...interruption() })
        assert.equal(stopped, way.includes('onEpoch') ? 'onEpoch' : 'aborted')
        const [, row] = readCheckpointSync(options.checkpoint.path, 1)!.content.arrays.position
        assert.equal(row > 0, way.includes('step') || way.includes('within'))
        const next = isSame ? first : newTrainer(setup)
        assert.deepEqual(await next.fit(x, y, options), expected)
        sameAs(next, whole)
        // The file of a fit that the same trainer continued is that of the first fit too.
        const fresh = newTrainer(setup)
        assert.deepEqual(fresh.fitSync(x, y, options), expected)
        sameAs(fresh, whole)
      }
    })
  }

  it('goes on with the same trainer where it was aborted before it trained, from a file of another process', async () => {
    const path = newPath()
    const checkpoint = { path, everyEpochs: 2 }
    const thrown = new Error('the end of a process')
    const onEpoch = ({ epoch }: { epoch: number }) => {
      if (epoch === 5) throw thrown
    }
    assert.throws(() => newTrainer().fitSync(x, y, { ...FIT, checkpoint, onEpoch }), thrown)
    const trainer = newTrainer()
    const { stopped, epochs } = await trainer.fit(x, y, { ...FIT, checkpoint, signal: AbortSignal.abort() })
    assert.deepEqual([stopped, epochs, trainer.epoch], ['aborted', 4, 4])
    const whole = newTrainer()
    const expected = whole.fitSync(x, y, FIT)
    assert.deepEqual(await trainer.fit(x, y, { ...FIT, checkpoint }), expected)
    sameAs(trainer, whole)
  })

  it('refuses the same trainer after an exception, as its network is none that a checkpoint has; a new one goes on', async () => {
    const path = newPath()
    const checkpoint = { path, everyEpochs: 2 }
    const onEpoch = ({ epoch }: { epoch: number }) => {
      if (epoch === 4) throw new Error('thrown')
    }
    const trainer = newTrainer()
    assert.throws(() => trainer.fitSync(x, y, { ...FIT, checkpoint, onEpoch }), /thrown/)
    assert.equal(trainer.epoch, 5)
    assert.throws(() => trainer.fitSync(x, y, { ...FIT, checkpoint }), /parameters: the checkpoint is of other values/)
    assert.deepEqual(newTrainer().fitSync(x, y, { ...FIT, checkpoint }), newTrainer().fitSync(x, y, FIT))
  })

  it('continues with partialFit from the first epoch of the option, with the states that the trainer had', async () => {
    const setup = { optimizer: 'adam', schedule: { name: 'reduceOnPlateau', patience: 0 } } as const
    const begun = () => {
      const trainer = newTrainer(setup)
      trainer.fitSync(x, y, { ...FIT, epochs: 3 })
      return trainer
    }
    const whole = begun()
    const fit = { ...FIT, initialEpoch: 3 }
    const expected = whole.partialFitSync(x, y, fit)
    for (const isSame of [true, false]) {
      const path = newPath()
      const first = begun()
      const options = { ...fit, checkpoint: { path } }
      const { stopped } = await first.partialFit(x, y, { ...options, ...abortedAfter(6) })
      assert.equal(stopped, 'aborted')
      const next = isSame ? first : begun()
      const bytes = readFileSync(path)
      const later = { ...options, initialEpoch: undefined }
      if (isSame) {
        assert.throws(() => next.partialFitSync(x, y, later), /initialEpoch: the checkpoint has 3, this fit has 7/)
      } else {
        const fresh = newTrainer(setup)
        fresh.network.parameters.set(next.network.parameters)
        const wrong = /optimizerState: the checkpoint is of other values/
        assert.throws(() => fresh.partialFitSync(x, y, options), wrong)
      }
      assert.ok(readFileSync(path).equals(bytes))
      assert.deepEqual(next.partialFitSync(x, y, options), expected)
      sameAs(next, whole)
    }
  })

  it('throws what a schedule function throws for a later epoch only then, wherever checkpoints are written', async () => {
    const thrown = new Error('no rate')
    const schedule = (_step: number, epoch: number): number => {
      if (epoch === 6) throw thrown
      return 0.1
    }
    const setup = { optimizer: 'sgd', schedule } as const
    const expected = newTrainer(setup)
    assert.throws(() => expected.fitSync(x, y, FIT), thrown)
    for (const method of METHODS) {
      for (const checkpoint of [{ everySeconds: 1e-9 }, { everyEpochs: 2 }, { everyEpochs: 1, everySeconds: 1e-9 }]) {
        const path = newPath()
        for (let i = 0; i < 2; i++) {
          const trainer = newTrainer(setup)
          const call = () => trainer[method](x, y, { ...FIT, checkpoint: { path, ...checkpoint } })
          assert.equal(await errorOf(call), thrown)
          sameAs(trainer, expected)
        }
        const aborted = newTrainer(setup)
        const options = { ...FIT, ...abortedAtOnce(), checkpoint: { path: newPath(), ...checkpoint } }
        assert.equal((await aborted.fit(x, y, options)).stopped, 'aborted')
      }
    }
  })

  it('writes nothing after it has ended by an exception', async () => {
    const here = join(root(), 'ended')
    for (let i = 0; i < 10; i++) {
      mkdirSync(here)
      const checkpoint = { path: join(here, 'run.ckpt'), everyEpochs: 1 }
      const onEpoch = ({ epoch }: { epoch: number }) => {
        if (epoch === i % 3) throw new Error('thrown')
      }
      await assert.rejects(newTrainer().fit(x, y, { ...FIT, checkpoint, onEpoch }), /thrown/)
      const names = readdirSync(here)
      assert.ok(names.every((name) => name === 'run.ckpt'))
      rmSync(here, { recursive: true })
      await delay(2)
      assert.ok(!existsSync(here))
    }
  })

  it('reports the progress of what it trains itself', async () => {
    const path = newPath()
    const checkpoint = { path, everyEpochs: 1 }
    await newTrainer().fit(x, y, { ...FIT, checkpoint, ...abortedAfter(6) })
    const epochs: number[] = []
    const seen: number[] = []
    await newTrainer().fit(x, y, {
      ...FIT,
      checkpoint,
      onEpoch: ({ epoch }) => void epochs.push(epoch),
      onProgress: ({ epoch }) => void seen.push(epoch),
      progressEvery: 0,
    })
    assert.deepEqual(epochs, [7, 8])
    assert.ok(seen.length > 0 && seen.every((epoch) => epoch >= 7), String(seen))
    assert.equal(seen.at(-1), 9)
  })

  it('is for a network that was read again, with the same parameters', async () => {
    const path = newPath()
    const text = JSON.stringify(newTrainer().network)
    const trainerFor = (network: Network) =>
      new Trainer(network, { loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate: 0.25 } })
    const options = { ...FIT, checkpoint: { path } }
    await trainerFor(newTrainer().network).fit(x, y, { ...options, ...abortedAfter(4) })
    const history = await trainerFor(Network.fromJSON(text)).fit(x, y, options)
    assert.deepEqual(history, newTrainer().fitSync(x, y, FIT))
  })
})
