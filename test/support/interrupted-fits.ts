/** A small fit that is interrupted, and fits that are refused because of the file that it leaves. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { filesIn } from './checkpoints.js'
import { errorOf } from './error-of.js'
import { type AnyTrainer, argumentsOf, type FitCase, trainerOf, valuesOf } from './fit-cases.js'

export const BASE: FitCase = {
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
export const ENSEMBLE: FitCase = { ...BASE, optimizer: 'adam', members: [0.05, 0.02] }
export const NEVER_STOPS: FitCase = { ...BASE, restoreBest: null }

/** Trains this number of epochs, and leaves a checkpoint after each. */
export function interruptedAt(given: FitCase, path: string, keep: number, epochs: number): void {
  const [x, y, options] = argumentsOf(given)
  const controller = new AbortController()
  const onEpoch = ({ epoch }: { epoch: number }) => {
    if (epoch + 1 === epochs) controller.abort()
  }
  const checkpoint = { path, keep, everyEpochs: 1 }
  trainerOf(given).fitSync(x, y, { ...options, onEpoch, signal: controller.signal, checkpoint })
}

/** Fails unless this fit is refused synchronously and asynchronously, and changes nothing. */
export async function refused(
  trainer: AnyTrainer,
  given: FitCase,
  path: string,
  expected: RegExp,
  change: object = {},
): Promise<void> {
  const [x, y, options] = argumentsOf(given)
  const all = { ...options, ...change, checkpoint: { path } }
  const folder = join(path, '..')
  const [before, files] = [valuesOf(trainer), filesIn(folder)]
  for (const call of [() => trainer.fitSync(x, y, all), () => trainer.fit(x, y, all)]) {
    const error = await errorOf(call)
    assert.ok(error instanceof Error, 'nothing was thrown')
    assert.match(error.message, expected)
    assert.match(error.message, / Nothing was changed\.$/)
    assert.equal(valuesOf(trainer), before)
    assert.deepEqual(filesIn(folder), files)
  }
}
