/** Studies with trials whose values follow from their numbers, so that several processes can write the same ones. */
import assert from 'node:assert/strict'
import { copyFileSync, readFileSync } from 'node:fs'
import type { JournalStudy, JournalTrial, NewBatch } from '#lib/search/journal/index.js'
import type { ParameterSpec } from '#lib/search/space/trial.js'
import { errorOf } from './error-of.js'

const LAYERS = [
  [{ units: 16, activation: 'relu' }, { units: 1 }],
  [{ units: 32, activation: 'tanh' }, { units: 1 }],
]

/** Every kind of distribution, and a condition. */
export const PARAMETERS: readonly ParameterSpec[] = [
  { name: 'network.layers', distribution: { kind: 'choice', values: LAYERS }, condition: null },
  {
    name: 'network.layers[0].units',
    distribution: { kind: 'integer', low: 8, high: 65, step: 8, log: false },
    condition: { parameter: 'network.layers', index: 1 },
  },
  { name: 'fit.batchSize', distribution: { kind: 'choice', values: [16, 32, null, true, 'all'] }, condition: null },
  { name: 'rate', distribution: { kind: 'logUniform', low: 1e-4, high: 0.1 }, condition: null },
  { name: 'momentum', distribution: { kind: 'uniform', low: 0, high: 1 }, condition: null },
]

export const STUDY: JournalStudy = {
  name: 'sweep',
  better: 'lower',
  plan: { seed: 1, sampler: 'random', data: 'f00d', folds: null, exact: true },
  parameters: PARAMETERS,
}

/** Values that are hard to write and read. */
const VALUES = [0.1, 1 / 3, 5, -0, 1e300, 5e-324, 1e21, Infinity, -Infinity]
const REASONS = ['all epochs', 'of "two" words\n', 'größer ✓ 😀', '{"op_code":4}', '']

/** The trial of a number: every state, value and reason. */
export function trialOf(number: number): JournalTrial {
  const state = number % 7 === 3 ? 'failed' : number % 5 === 2 ? 'pruned' : 'complete'
  const value = VALUES[number % VALUES.length]
  const units: Record<string, number> = number % 2 === 1 ? { 'network.layers[0].units': 8 + 8 * (number % 8) } : {}
  return {
    number,
    state,
    value: state === 'failed' ? null : value,
    draw: {
      'network.layers': number % 2,
      ...units,
      'fit.batchSize': number % 5,
      rate: 1e-4 + number / 1e4,
      momentum: (number % 11) / 10,
    },
    epochs: 3 + (number % 4),
    rungs:
      number % 3 === 0
        ? []
        : [
            { epoch: 1, value: state === 'failed' ? NaN : value },
            { epoch: 3, value: 0.5 },
          ],
    reason: REASONS[number % REASONS.length],
  }
}

/** Consecutive trials. */
export const batchOf = (number: number, size: number): NewBatch => ({
  number,
  trials: Array.from({ length: size }, (_, i) => trialOf(number * size + i)),
  trained: `batch ${number}`,
})

export const trialsUpTo = (count: number): JournalTrial[] => Array.from({ length: count }, (_, i) => trialOf(i))

export const linesIn = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1)

/** Copies a file, and returns the path of the copy. */
export function copyOf(path: string, name: string): string {
  const copy = `${path}.${name}`
  copyFileSync(path, copy)
  return copy
}

/** The message of the error of a call, with the path as `<path>`. */
export async function refusal(call: () => unknown, path: string): Promise<string> {
  const error = await errorOf(call)
  assert.ok(error instanceof Error, 'nothing was thrown')
  return error.message.replaceAll(path, '<path>')
}
