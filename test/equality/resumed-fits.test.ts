/** Fits with checkpoints that are interrupted and called again: the bits and the history of a fit that never stopped. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import fc from 'fast-check'
import type { LayerOption, OptimizerOption, ScheduleOption } from 'lockstep-nn'
import { drawCount, leastCount } from '../support/drawn.js'
import {
  type AnyTrainer,
  argumentsOf,
  attempt,
  type FitCase,
  isAborted,
  outcomeOf,
  trainerOf,
  uninterrupted,
  type Way,
} from '../support/fit-cases.js'
import { folderOf } from '../support/folder.js'
import { WIDE_HIDDEN } from '../support/learning.js'
import { paths } from '../support/paths.js'

const hidden = fc.constantFrom<readonly LayerOption[]>(
  [{ units: 2, activation: 'tanh' }],
  [
    { units: 5, activation: 'tanh', l2: 0.01 },
    { type: 'dropout', rate: 0.3 },
  ],
  [{ type: 'batchNormalization' }, { units: 9, activation: 'relu' }],
  [{ type: 'layerNormalization' }, { units: 6, activation: 'relu' }, { type: 'batchNormalization' }],
  [...WIDE_HIDDEN, { type: 'dropout', rate: 0.1 }],
)

const optimizers = fc.constantFrom<OptimizerOption>(
  { name: 'sgd' },
  { name: 'sgd', momentum: 0.9, nesterov: true, globalClipNorm: 0.5 },
  { name: 'adam', clipValue: 0.1 },
  { name: 'adam', clipNorm: 0.3 },
  { name: 'rmsprop' },
)

const schedules = fc.constantFrom<ScheduleOption | 'function' | undefined>(
  undefined,
  'function',
  'cosine',
  { name: 'reduceOnPlateau', patience: 1, threshold: 0.05, cooldown: 1 },
  { name: 'oneCycle', warmup: 0.4 } as ScheduleOption,
)

const cases: fc.Arbitrary<FitCase> = fc
  .record({
    hidden,
    optimizer: optimizers,
    schedule: schedules,
    members: fc.option(fc.constantFrom<readonly number[]>([0.05, 0.01], [0.1, 1e200, 0.02], [0.01]), { freq: 2 }),
    hasMetrics: fc.boolean(),
    isValidated: fc.boolean(),
    restoreBest: fc.option(fc.boolean()),
    isWeighted: fc.boolean(),
    rows: fc.constantFrom(23, 24, 60),
    fit: fc.record({
      epochs: fc.integer({ min: 1, max: 25 }),
      batchSize: fc.constantFrom(2, 4, 7, 11, 60),
      lastBatch: fc.constantFrom(undefined, 'keep' as const, 'merge' as const, 'drop' as const),
      shuffle: fc.boolean(),
      seed: fc.constantFrom(0, 2 ** 40 + 7),
    }),
    rate: fc.constantFrom(0.05, 0.3, 0.05, 1e200),
  })
  .map(({ rate, ...drawn }) => {
    // A schedule that is a function gives the rates themselves.
    if (drawn.members !== null || drawn.schedule === 'function') return drawn
    return { ...drawn, optimizer: { ...(drawn.optimizer as object), learningRate: rate } as OptimizerOption }
  })
  // A batch of one row has no variance.
  .filter(({ hidden: layers, rows, fit }) => {
    const left = rows % fit.batchSize
    return !(layers.some(({ type }) => type === 'batchNormalization') && left === 1 && fit.lastBatch === 'keep')
  })

interface Interruption extends Way {
  readonly how: 'progress' | 'epoch' | 'timer' | 'throw' | 'throwProgress' | 'stop'
  /** The calls of a callback, or the milliseconds, after which the fit is interrupted. */
  readonly after: number
  readonly isAsync: boolean
  readonly everyEpochs: number | undefined
  readonly everySeconds: number | undefined
  /** Whether the same trainer goes on, where the fit has ended without an exception. */
  readonly isSame: boolean
}

const interruptions: fc.Arbitrary<Interruption> = fc.record({
  how: fc.constantFrom('progress', 'epoch', 'timer', 'throw', 'throwProgress', 'stop'),
  after: fc.integer({ min: 0, max: 8 }),
  isAsync: fc.boolean(),
  everyEpochs: fc.constantFrom(undefined, 1, 2, 5),
  everySeconds: fc.constantFrom(undefined, 1e-9, 0.0005),
  isSame: fc.boolean(),
  backend: fc.constantFrom(...paths),
  threads: fc.constantFrom(1, 2, 3),
})

const THROWN = new Error('thrown by a callback')

/** Calls the fit, and interrupts it. Returns null where a callback has thrown. */
async function interrupted(trainer: AnyTrainer, given: FitCase, path: string, keep: number, one: Interruption) {
  const [x, y, options] = argumentsOf(given)
  const { how, after, isAsync, everyEpochs, everySeconds } = one
  const controller = new AbortController()
  let left = after
  const atEnd = (act: () => unknown) => () => (left-- > 0 ? undefined : act())
  const abort = () => controller.abort()
  const fail = () => {
    throw THROWN
  }
  const callbacks = {
    progress: { onProgress: atEnd(abort), progressEvery: 0 },
    throwProgress: { onProgress: atEnd(fail), progressEvery: 0 },
    epoch: { onEpoch: atEnd(abort) },
    throw: { onEpoch: atEnd(fail) },
    stop: { onEpoch: atEnd(() => false) },
    timer: {},
  }
  const checkpoint = { path, everyEpochs, everySeconds, keep }
  const all = { ...options, ...callbacks[how], signal: controller.signal, checkpoint } as typeof options
  const timer = how === 'timer' ? setTimeout(abort, after / 2) : undefined
  try {
    return await attempt(() => (isAsync ? trainer.fit(x, y, all) : trainer.fitSync(x, y, all)))
  } catch (error) {
    if (error === THROWN) return null
    throw error
  } finally {
    clearTimeout(timer)
  }
}

describe('a fit with checkpoints that was interrupted', () => {
  const root = folderOf()

  it('ends in the bits and the history of one that never was, on any backends and numbers of threads', async () => {
    let number = 0
    const ends: Record<string, number> = {}
    const note = (end: string) => {
      ends[end] = (ends[end] ?? 0) + 1
    }
    const property = fc.asyncProperty(
      cases,
      fc.array(interruptions, { minLength: 1, maxLength: 6, size: 'max' }),
      fc.constantFrom(1, 2),
      fc.record({ backend: fc.constantFrom(...paths), threads: fc.constantFrom(1, 4) }),
      async (given, all, keep, last) => {
        const path = join(root(), `${number++}.ckpt`)
        const expected = await uninterrupted(given)
        let trainer: AnyTrainer | null = null
        for (const one of all) {
          if (trainer === null || !one.isSame) trainer = trainerOf(given, one)
          else note('same trainer')
          const result = await interrupted(trainer, given, path, keep, one)
          const isWhole = result !== null && !isAborted(result) && one.how !== 'stop'
          note(result === null ? 'exception' : isAborted(result) ? `aborted: ${one.how}` : 'end')
          if (isWhole) assert.equal(outcomeOf(trainer, result), expected)
          if (result === null) trainer = null
        }
        const [x, y, options] = argumentsOf(given)
        const final = trainerOf(given, last)
        const again = { ...options, checkpoint: { path, keep } }
        const whole = await attempt(() => final.fit(x, y, again))
        assert.equal(outcomeOf(final, whole), expected)
        // Once more: nothing is left to train.
        const once = await attempt(() => final.fitSync(x, y, again))
        assert.equal(outcomeOf(final, once), expected)
      },
    )
    await fc.assert(property, { numRuns: drawCount(800), includeErrorInReport: true })
    for (const end of ['exception', 'end', 'same trainer', 'aborted: progress', 'aborted: epoch', 'aborted: timer']) {
      assert.ok((ends[end] ?? 0) >= leastCount(100), JSON.stringify(ends))
    }
  }).timeout(600_000)
})
