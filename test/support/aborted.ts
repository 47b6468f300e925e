/** Trainers whose fit was aborted after some steps, and those to compare them with. */
import assert from 'node:assert/strict'
import type { FitOptions, Trainer } from 'lockstep-nn'
import { sameBits } from './bits.js'
import { newTrainer, type Setup, task } from './learning.js'

const ROWS = 23
export const { x, y } = task(ROWS)
export const FIT = { epochs: 7, batchSize: 4, seed: 5 } as const
/** The steps of an epoch. */
export const STEPS = 6

/** A trainer whose fit was aborted after some steps. */
export function abortedAfter(steps: number, setup: Setup = {}, options: FitOptions = {}): Trainer {
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
export function copyOf(trainer: Trainer, setup: Setup = {}): Trainer {
  const copy = newTrainer({ optimizer: 'adam', ...setup })
  copy.network.parameters.set(trainer.network.parameters)
  copy.optimizerState = trainer.optimizerState
  return copy
}

/** Fails unless both have the same values. */
export function same(actual: Trainer, expected: Trainer): void {
  sameBits(actual.network.parameters, expected.network.parameters, 'parameters')
  sameBits(actual.optimizerState, expected.optimizerState, 'optimizerState')
  assert.equal(actual.epoch, expected.epoch)
}
