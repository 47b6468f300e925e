/** Processes that are killed while they train with checkpoints. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { started } from '../support/child.js'
import { DRAWS_ALL } from '../support/drawn.js'
import { type FitCase, uninterrupted, type Way } from '../support/fit-cases.js'
import { folderOf } from '../support/folder.js'
import { paths } from '../support/paths.js'

/** Of each kind of fit, of which there are 5. */
const KILLS = DRAWS_ALL ? 40 : 2
/** In milliseconds. A fit writes some checkpoints in this time. */
const MAX_DELAY = 50

const plain = {
  members: null,
  hasMetrics: true,
  isValidated: true,
  restoreBest: null,
  isWeighted: false,
  rows: 60,
  fit: { epochs: 40, batchSize: 7, seed: 2 ** 40 + 7 },
}

const kinds: Readonly<Record<string, FitCase>> = {
  'adam, dropout and a schedule': {
    ...plain,
    hidden: [
      { units: 7, activation: 'tanh' },
      { type: 'dropout', rate: 0.2 },
    ],
    optimizer: { name: 'adam', learningRate: 0.02 },
    schedule: 'cosine',
  },
  'sgd with momentum, batch normalization and early stopping': {
    ...plain,
    hidden: [{ type: 'batchNormalization' }, { units: 20, activation: 'relu' }],
    optimizer: { name: 'sgd', learningRate: 0.001, momentum: 0.9 },
    restoreBest: true,
  },
  'rmsprop and reduceOnPlateau': {
    ...plain,
    hidden: [{ units: 2, activation: 'tanh' }],
    optimizer: { name: 'rmsprop', learningRate: 0.01 },
    schedule: { name: 'reduceOnPlateau', patience: 2 },
    isWeighted: true,
  },
  'an ensemble': {
    ...plain,
    hidden: [
      { units: 9, activation: 'tanh' },
      { type: 'dropout', rate: 0.1 },
    ],
    optimizer: 'adam',
    members: [0.01, 0.05, 0.02],
    restoreBest: true,
  },
  'a function as schedule, and several threads': {
    ...plain,
    hidden: [{ units: 40, activation: 'tanh' }, { type: 'batchNormalization' }],
    optimizer: 'sgd',
    schedule: 'function',
  },
}

const hasCheckpoint = (path: string): boolean => existsSync(path) || existsSync(`${path}.1`)

/**
 * Runs a fit in a process of its own. It is killed at a random moment after its beginning; the first process
 * of a fit after its first checkpoint. Returns what it printed at its end, or null.
 */
async function fitUntil(given: FitCase, path: string, way: Way, isAsync: boolean, isKilled: boolean) {
  const child = await started('fit-program', JSON.stringify(given), path, JSON.stringify(way), String(isAsync))
  if (isKilled) {
    while (!hasCheckpoint(path) && child.isRunning()) await delay(1)
    await delay(MAX_DELAY * Math.random())
    child.kill()
  }
  const { status, stdout, stderr } = await child.ended
  assert.equal(stderr, '')
  assert.match(stdout, /^begun\n/)
  if (status === null) return null
  assert.equal(status, 0)
  return stdout.slice('begun\n'.length)
}

describe('a fit whose process is killed', () => {
  const root = folderOf()

  for (const [kind, given] of Object.entries(kinds)) {
    it(`ends in the bits and the history of one that never was, in later processes: ${kind}`, async () => {
      const expected = await uninterrupted(given)
      let kills = 0
      let resumes = 0
      for (let fit = 0; kills < KILLS; fit++) {
        const path = join(root(), `${kind} ${fit}.ckpt`)
        for (let left: string | null = null; left === null; ) {
          // Once all were killed the fit may end.
          const isKilled = kills < KILLS
          const way = { backend: paths[kills % paths.length], threads: 1 + (kills % 3) }
          if (hasCheckpoint(path)) resumes++
          left = await fitUntil(given, path, way, kills % 2 === 0, isKilled)
          if (left === null) kills++
          else assert.equal(left, expected, `${kind}: fit ${fit}, ${kills} kills`)
        }
        // What a killed process left was removed.
        assert.deepEqual(
          readdirSync(root()).filter((name) => name.endsWith('.tmp')),
          [],
        )
      }
      assert.ok(resumes > 0, 'no fit was resumed')
    }).timeout(600_000)
  }
})
