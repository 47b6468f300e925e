/** Checkpoints of other fits, damaged ones and forged ones: a clear error that changes nothing, or the file before. */
import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import type { FitOptions } from 'lockstep-nn'
import type { CheckpointContent } from '#lib/training/checkpoint/content.js'
import { readCheckpointSync } from '#lib/training/checkpoint/read.js'
import { CheckpointWriter } from '#lib/training/checkpoint/write.js'
import { filesIn } from '../support/checkpoints.js'
import { someOf } from '../support/drawn.js'
import { errorOf } from '../support/error-of.js'
import { type AnyTrainer, argumentsOf, type FitCase, outcomeOf, trainerOf, uninterrupted } from '../support/fit-cases.js'
import { folderOf } from '../support/folder.js'
import { paths } from '../support/paths.js'
import { rowTests } from '../support/rows.js'

const BASE: FitCase = {
  hidden: [{ units: 2, activation: 'tanh' }],
  optimizer: { name: 'adam', learningRate: 0.05 },
  schedule: { name: 'reduceOnPlateau', patience: 2 },
  members: null,
  hasMetrics: true,
  isValidated: true,
  restoreBest: true,
  isWeighted: true,
  rows: 9,
  fit: { epochs: 6, batchSize: 4, lastBatch: 'merge', seed: 5 },
}
const ENSEMBLE: FitCase = { ...BASE, optimizer: 'adam', members: [0.05, 0.02] }
const NEVER_STOPS: FitCase = { ...BASE, restoreBest: null }

/** Fails unless this fit is refused synchronously and asynchronously, and changes nothing. */
async function refused(
  trainer: AnyTrainer,
  given: FitCase,
  checkpoint: FitOptions['checkpoint'] & object,
  expected: RegExp,
  change: object = {},
): Promise<void> {
  const [x, y, options] = argumentsOf(given)
  const all = { ...options, ...change, checkpoint }
  const folder = join(checkpoint.path as string, '..')
  const [before, files] = [outcomeOf(trainer, trainer as never), filesIn(folder)]
  for (const call of [() => trainer.fitSync(x, y, all), () => trainer.fit(x, y, all)]) {
    const error = await errorOf(call)
    assert.ok(error instanceof Error, 'nothing was thrown')
    assert.match(error.message, expected)
    assert.match(error.message, / Nothing was changed\.$/)
    assert.equal(outcomeOf(trainer, trainer as never), before)
    assert.deepEqual(filesIn(folder), files)
  }
}

/** The arguments of all warnings during a call, which are not printed. */
async function warned(call: () => unknown): Promise<unknown[][]> {
  const { emitWarning } = process
  const warnings: unknown[][] = []
  process.emitWarning = (...all: unknown[]) => void warnings.push(all)
  try {
    await call()
  } finally {
    process.emitWarning = emitWarning
  }
  return warnings
}

describe('the checkpoint of a fit', () => {
  const root = folderOf()
  let last = 0
  const newPath = () => join(root(), `${last++}.ckpt`)

  /** Trains this number of epochs, and leaves a checkpoint after each. */
  function interruptedAt(given: FitCase, path: string, keep: number, epochs: number): void {
    const [x, y, options] = argumentsOf(given)
    const controller = new AbortController()
    const onEpoch = ({ epoch }: { epoch: number }) => {
      if (epoch + 1 === epochs) controller.abort()
    }
    const checkpoint = { path, keep, everyEpochs: 1 }
    trainerOf(given).fitSync(x, y, { ...options, onEpoch, signal: controller.signal, checkpoint })
  }

  it('is refused where a byte was flipped or the file was cut, each of them; with keep 2 the one before is used', async () => {
    const path = newPath()
    interruptedAt(BASE, path, 2, 3)
    const whole = readFileSync(path)
    const before = readFileSync(`${path}.1`)
    const expected = await uninterrupted(BASE)
    const [x, y, options] = argumentsOf(BASE)
    const trainer = trainerOf(BASE)
    const start = outcomeOf(trainer, trainer as never)
    const damaged = function* (): Generator<Uint8Array> {
      for (let i = 0; i < whole.length; i++) {
        const flipped = Uint8Array.from(whole)
        flipped[i] ^= 1 << (i % 8)
        yield flipped
      }
      for (let length = 0; length < whole.length; length++) yield whole.subarray(0, length)
    }
    const all = [...damaged()]
    assert.ok(whole.length > 1000 && whole.length < 10_000, `${whole.length}`)
    for (const [i, bytes] of all.entries()) {
      rmSync(path)
      writeFileSync(path, bytes)
      const call = () => trainer.fitSync(x, y, { ...options, checkpoint: { path } })
      assert.throws(call, /^Error: No checkpoint can be read\. .* is damaged: .* Nothing was changed\.$/, `${i}`)
    }
    assert.equal(outcomeOf(trainer, trainer as never), start)
    // What is wrong with a file does not depend on what is done without it.
    for (const bytes of all.filter((_, i) => i % 97 === 0)) {
      for (const name of [path, `${path}.1`]) rmSync(name)
      writeFileSync(path, bytes)
      writeFileSync(`${path}.1`, before)
      const other = trainerOf(BASE)
      const warnings = await warned(() => {
        const result = other.fitSync(x, y, { ...options, checkpoint: { path, keep: 2 } })
        assert.equal(outcomeOf(other, result), expected)
      })
      assert.equal(warnings.length, 1)
    }
  }).timeout(300_000)

  it('is named in a warning where it is damaged and the one before is used', async () => {
    const path = newPath()
    interruptedAt(BASE, path, 2, 3)
    writeFileSync(path, 'damaged')
    const trainer = trainerOf(BASE)
    const [x, y, options] = argumentsOf(BASE)
    const warnings = await warned(async () => {
      const result = await trainer.fit(x, y, { ...options, checkpoint: { path, keep: 2 } })
      assert.equal(outcomeOf(trainer, result), await uninterrupted(BASE))
    })
    const message =
      `The checkpoint ${path} is damaged: it has 7 bytes, fewer than any checkpoint. ` +
      `The fit goes on from ${path}.1.`
    assert.deepEqual(warnings, [[message, { type: 'CheckpointWarning' }]])
  })

  const row = rowTests()
  const validation = argumentsOf(BASE)[2].validationData as { x: Float64Array; y: Float64Array }
  const changed = (values: Float64Array) => values.with(0, values[0] + 2 ** -50)
  const fit = (change: object): [FitCase, object] => [BASE, change]
  const other = (change: Partial<FitCase>): [FitCase, object] => [{ ...BASE, ...change }, {}]
  const differences: Readonly<Record<string, [name: string, given: FitCase, change: object]>> = {
    'another width': ['layers\\[0\\]\\.units: the checkpoint has 2, this fit has 3', ...other({ hidden: [{ units: 3, activation: 'tanh' }] })],
    'another activation': ['layers\\[0\\]\\.activation', ...other({ hidden: [{ units: 2, activation: 'relu' }] })],
    'a penalty': ['layers\\[0\\]\\.l2: the checkpoint has (0|nothing), this fit has 0\\.1', ...other({ hidden: [{ units: 2, activation: 'tanh', l2: 0.1 }] })],
    'an ensemble': [
      'model: the checkpoint has "network", this fit has "ensemble"',
      ...other({ optimizer: 'adam', members: [0.05, 0.02] }),
    ],
    'another threshold of the schedule': [
      'schedule\\.threshold: the checkpoint has 0\\.0001, this fit has 0\\.1',
      ...other({ schedule: { name: 'reduceOnPlateau', patience: 2, threshold: 0.1 } }),
    ],
    'another layer': [
      'layers: the checkpoint has 2, this fit has 3',
      ...other({ hidden: [...BASE.hidden, { type: 'dropout', rate: 0.1 }] }),
    ],
    'another optimizer': ['optimizer: the checkpoint has "adam", this fit has "rmsprop"', ...other({ optimizer: 'rmsprop' })],
    'another option of the optimizer': [
      'optimizer\\.learningRate: the checkpoint has 0\\.05, this fit has 0\\.04',
      ...other({ optimizer: { name: 'adam', learningRate: 0.04 } }),
    ],
    'another schedule': ['schedule: the checkpoint has "reduceOnPlateau", this fit has "cosine"', ...other({ schedule: 'cosine' })],
    'no schedule': ['schedule: .* this fit has null', ...other({ schedule: undefined })],
    'no metrics': ['metrics: the checkpoint has "accuracy, rootMeanSquaredError", this fit has ""', ...other({ hasMetrics: false })],
    'more rows': ['rows: the checkpoint has 9, this fit has 10', ...other({ rows: 10 })],
    'other sample weights': ['sampleWeight: .* other values', ...fit({ sampleWeight: new Float64Array(9).fill(0.5) })],
    'no sample weights': ['sampleWeight: .* this fit has null', ...fit({ sampleWeight: undefined })],
    'class weights': ['sampleWeight: .* other values', ...fit({ classWeight: { 1: 3 } })],
    'other validation samples': [
      'validation\\.x: .* other values',
      ...fit({ validationData: { ...validation, x: changed(validation.x) } }),
    ],
    'other validation targets': [
      'validation\\.y: .* other values',
      ...fit({ validationData: { ...validation, y: changed(validation.y) } }),
    ],
    'validation weights': [
      'validation\\.sampleWeight: the checkpoint has null',
      ...fit({ validationData: { ...validation, sampleWeight: new Float64Array(9).fill(0.5) } }),
    ],
    'a split': ['rows: the checkpoint has 9, this fit has 7', ...fit({ validationData: undefined, validationSplit: 0.2 })],
    'other early stopping': ['earlyStopping\\.patience: the checkpoint has 6, this fit has 7', ...fit({ earlyStopping: { patience: 7 } })],
    'no early stopping': ['earlyStopping: the checkpoint has true, this fit has false', ...fit({ earlyStopping: undefined })],
    'another batch size': ['batchSize: the checkpoint has 4, this fit has 3', ...fit({ batchSize: 3 })],
    'another last batch': ['lastBatch: the checkpoint has "merge", this fit has "keep"', ...fit({ lastBatch: 'keep' })],
    'no shuffle': ['shuffle: the checkpoint has true, this fit has false', ...fit({ shuffle: false })],
    'another seed': ['seed: the checkpoint has 5, this fit has 6', ...fit({ seed: 6 })],
    'more epochs': ['epochs: the checkpoint has 6, this fit has 7', ...fit({ epochs: 7 })],
    'another first epoch': ['initialEpoch: the checkpoint has 0, this fit has 1', ...fit({ initialEpoch: 1 })],
  }
  for (const [title, [name, given, change]] of Object.entries(differences)) {
    row('of another fit is an error that names what differs, and changes nothing', title, async () => {
      const path = newPath()
      interruptedAt(BASE, path, 1, 3)
      await refused(trainerOf(given), given, { path }, new RegExp(`is of another training\\. ${name}`), change)
    })
  }
  row('of another fit is an error that names what differs, and changes nothing', 'no validation', async () => {
    const path = newPath()
    interruptedAt({ ...NEVER_STOPS, schedule: undefined }, path, 1, 3)
    const given = { ...NEVER_STOPS, schedule: undefined, isValidated: false }
    await refused(trainerOf(given), given, { path }, /validation\.rows: the checkpoint has 9, this fit has 0/)
    const without = newPath()
    interruptedAt(given, without, 1, 3)
    const again = { ...given, isValidated: true }
    await refused(trainerOf(again), again, { path: without }, /validation\.rows: the checkpoint has 0, this fit has 9/)
  })
  row('of another fit is an error that names what differs, and changes nothing', 'samples and targets', async () => {
    const path = newPath()
    interruptedAt(BASE, path, 1, 3)
    const [x, y, options] = argumentsOf(BASE)
    const trainer = trainerOf(BASE)
    const all = { ...options, checkpoint: { path } }
    assert.throws(() => trainer.fitSync(changed(x), y, all), /another training\. x: the checkpoint is of other values/)
    assert.throws(() => trainer.fitSync(x, changed(y), all), /another training\. y: the checkpoint is of other values/)
  })
  row('of another fit is an error that names what differs, and changes nothing', 'start parameters', async () => {
    const path = newPath()
    interruptedAt(BASE, path, 1, 3)
    const trainer = trainerOf(BASE)
    trainer.network.parameters[0] += 0.1
    await refused(trainer, BASE, { path }, /another training\. parameters: the checkpoint is of other values/)
  })

  // Forged contents, with a right digest.
  type Forgery = (arrays: Record<string, Float64Array>) => void
  const put = (name: string, at: number, value: number): Forgery => (arrays) => {
    arrays[name][at] = value
  }
  const forgeries: Readonly<Record<string, [wrong: string, forge: Forgery]>> = {
    'no parameters': ['no values in place of \\d+ in parameters', (arrays) => delete arrays.parameters],
    'longer parameters': [
      '\\d+ values in place of \\d+ in parameters',
      (arrays) => {
        arrays.parameters = new Float64Array(arrays.parameters.length + 1)
      },
    ],
    'no outcomes': ['no values in place of \\d in outcomes', (arrays) => delete arrays.outcomes],
    'the name of a method': [
      'no values in place of \\d in position',
      (arrays) => {
        Object.assign(arrays, { toString: arrays.position })
        delete arrays.position
      },
    ],
    'a shorter state': [
      '\\d+ values in place of \\d+ in state',
      (arrays) => {
        arrays.state = arrays.state.slice(1)
      },
    ],
    'a shorter series': [
      '\\d+ values in place of \\d+ in series',
      (arrays) => {
        arrays.series = arrays.series.slice(1)
      },
    ],
    'no failures': [
      '0 values in place of \\d in failures',
      (arrays) => {
        arrays.failures = new Float64Array(0)
      },
    ],
    'an epoch that is NaN': ['a position .* in position', put('position', 0, NaN)],
    'a negative epoch': ['a position .* in position', put('position', 0, -1)],
    'half an epoch': ['a position .* in position', put('position', 0, 2.5)],
    'an epoch after the end': ['a position .* in position', put('position', 0, 7)],
    'a huge epoch': ['a position .* in position', put('position', 0, 2 ** 60)],
    'a row that is NaN': ['a position .* in position', put('position', 1, NaN)],
    'a negative row': ['a position .* in position', put('position', 1, -4)],
    'a row within a step': ['a position .* in position', put('position', 1, 3)],
    'a row within the last, larger step': ['a position .* in position', put('position', 1, 8)],
    'a huge row': ['a position .* in position', put('position', 1, 2 ** 60)],
    'a row after the end': [
      'a position .* in position',
      ({ position, outcomes }) => {
        position[0] = outcomes[0] = 6
        position[1] = 4
      },
    ],
    'fewer epochs than its position': ['no outcome of this fit in outcomes', put('outcomes', 0, 2)],
    'negative epochs': ['no outcome of this fit in outcomes', put('outcomes', 0, -3)],
    'epochs that are NaN': ['no outcome of this fit in outcomes', put('outcomes', 0, NaN)],
    'huge epochs': ['no outcome of this fit in outcomes', put('outcomes', 0, 2 ** 60)],
    'an unknown status': ['no outcome of this fit in outcomes', put('outcomes', 1, 6)],
    'the status of a cancelled run': ['no outcome of this fit in outcomes', put('outcomes', 1, 3)],
    'a status that is NaN': ['no outcome of this fit in outcomes', put('outcomes', 1, NaN)],
    'a parameter after the last': ['no outcome of this fit in outcomes', put('outcomes', 2, 1e6)],
    'a parameter before the first': ['no outcome of this fit in outcomes', put('outcomes', 2, -2)],
  }

  /** Overwrites a file with a changed content. */
  function forged(path: string, forge: Forgery): void {
    const { content } = readCheckpointSync(path, 1)!
    const arrays = { ...content.arrays } as Record<string, Float64Array>
    forge(arrays)
    new CheckpointWriter(path, 1).writeSync({ ...content, arrays } as CheckpointContent)
  }

  for (const [title, [wrong, forge]] of Object.entries(forgeries)) {
    for (const given of [BASE, ENSEMBLE]) {
      row('that no fit has written is refused', `${title}${given === BASE ? '' : ', of an ensemble'}`, async () => {
        const path = newPath()
        interruptedAt(given, path, 1, 3)
        forged(path, forge)
        for (const backend of someOf(paths)) {
          const expected = new RegExp(`^The checkpoint .* has ${wrong}: it was not written by this library\\. Delete it`)
          await refused(trainerOf(given, { backend }), given, { path }, expected)
        }
      })
    }
  }
  row('that no fit has written is refused', 'stopped early without early stopping', async () => {
    const path = newPath()
    interruptedAt(NEVER_STOPS, path, 1, 3)
    forged(path, put('outcomes', 1, 5))
    await refused(trainerOf(NEVER_STOPS), NEVER_STOPS, { path }, /no outcome of this fit in outcomes/)
  })
  row('that no fit has written is refused', 'an ensemble within an epoch', async () => {
    const path = newPath()
    interruptedAt(ENSEMBLE, path, 1, 3)
    forged(path, put('position', 1, 4))
    await refused(trainerOf(ENSEMBLE), ENSEMBLE, { path }, /in position/)
  })
  row('that no fit has written is refused', 'an identity without a part', async () => {
    const path = newPath()
    interruptedAt(BASE, path, 1, 3)
    const { content } = readCheckpointSync(path, 1)!
    const { loss: _, ...identity } = content.identity
    new CheckpointWriter(path, 1).writeSync({ ...content, identity })
    await refused(trainerOf(BASE), BASE, { path }, /loss: the checkpoint has nothing, this fit has "meanSquaredError"/)
  })

  it('with any values in its arrays crashes no backend', async () => {
    for (const given of [BASE, ENSEMBLE]) {
      for (const name of ['parameters', 'state', 'best', 'stopping', 'plateaus', 'series', 'failures']) {
        for (const value of [NaN, -1e308, 2 ** 53]) {
          for (const backend of someOf(paths)) {
            const path = newPath()
            interruptedAt(given, path, 1, 3)
            forged(path, (arrays) => {
              arrays[name] = arrays[name].map(() => value)
            })
            const [x, y, options] = argumentsOf(given)
            const trainer = trainerOf(given, { backend })
            const error = await errorOf(() => trainer.fitSync(x, y, { ...options, checkpoint: { path } }))
            assert.ok(error === null || (error as Error).name === 'DivergenceError', String(error))
            await trainer.fit(x, y, { epochs: 1 }).catch(({ name: kind }: Error) => {
              assert.equal(kind, 'DivergenceError')
            })
          }
        }
      }
    }
  }).timeout(300_000)
})
