/** Checkpoints of fits that are damaged or forged: a clear error that changes nothing, or the file before. */
import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import type { CheckpointContent } from '#lib/training/checkpoint/content.js'
import { readCheckpointSync } from '#lib/training/checkpoint/read.js'
import { CheckpointWriter } from '#lib/training/checkpoint/write.js'
import { errorOf } from '../support/error-of.js'
import { argumentsOf, outcomeOf, trainerOf, uninterrupted, valuesOf } from '../support/fit-cases.js'
import { folderOf } from '../support/folder.js'
import { BASE, ENSEMBLE, interruptedAt, NEVER_STOPS, refused } from '../support/interrupted-fits.js'
import { implementations } from '../support/paths.js'
import { rowTests } from '../support/rows.js'

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

  it('is refused where a byte was flipped or the file was cut, each of them; with keep 2 the one before is used', async () => {
    const path = newPath()
    interruptedAt(BASE, path, 2, 3)
    const whole = readFileSync(path)
    const before = readFileSync(`${path}.1`)
    const expected = await uninterrupted(BASE)
    const [x, y, options] = argumentsOf(BASE)
    const trainer = trainerOf(BASE)
    const start = valuesOf(trainer)
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
    assert.equal(valuesOf(trainer), start)
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

  // Forged contents, with a right digest.
  type Forgery = (arrays: Record<string, Float64Array>) => void
  const put =
    (name: string, at: number, value: number): Forgery =>
    (arrays) => {
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
        for (const backend of implementations) {
          const expected = new RegExp(
            `^The checkpoint .* has ${wrong}: it was not written by this library\\. Delete it`,
          )
          await refused(trainerOf(given, { backend }), given, path, expected)
        }
      })
    }
  }
  row('that no fit has written is refused', 'stopped early without early stopping', async () => {
    const path = newPath()
    interruptedAt(NEVER_STOPS, path, 1, 3)
    forged(path, put('outcomes', 1, 5))
    await refused(trainerOf(NEVER_STOPS), NEVER_STOPS, path, /no outcome of this fit in outcomes/)
  })
  row('that no fit has written is refused', 'an ensemble within an epoch', async () => {
    const path = newPath()
    interruptedAt(ENSEMBLE, path, 1, 3)
    forged(path, put('position', 1, 4))
    await refused(trainerOf(ENSEMBLE), ENSEMBLE, path, /in position/)
  })
  row('that no fit has written is refused', 'an identity without a part', async () => {
    const path = newPath()
    interruptedAt(BASE, path, 1, 3)
    const { content } = readCheckpointSync(path, 1)!
    const { loss: _, ...identity } = content.identity
    new CheckpointWriter(path, 1).writeSync({ ...content, identity })
    await refused(trainerOf(BASE), BASE, path, /loss: the checkpoint has nothing, this fit has "meanSquaredError"/)
  })

  it('with any values in its arrays crashes no backend', async () => {
    for (const given of [BASE, ENSEMBLE]) {
      for (const name of ['parameters', 'state', 'best', 'stopping', 'plateaus', 'series', 'failures']) {
        for (const value of [NaN, -1e308, 2 ** 53]) {
          for (const backend of implementations) {
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
