/** Studies that are searched by queues, and what they must be equal to. */
import assert from 'node:assert/strict'
import {
  type ArraySearchOptions,
  choice,
  integer,
  logUniform,
  type RecordSearchOptions,
  type SearchOptions,
  type Study,
  search,
} from 'lockstep-nn/search'
import { LIMITS, type QueueLimits } from '#lib/search/queue/limits.js'

/** Short times, so that a lost worker or an event is noticed soon. */
export const SHORT: QueueLimits = { ...LIMITS, lock: 1000, poll: 200, offer: 50 }

const x = Array.from({ length: 60 }, (_, i) => [((i * 37) % 101) / 50 - 1, ((i * 53) % 97) / 48 - 1])
const y = x.map(([a, b]) => a * b)

/** @param epochs how long a batch takes */
export const arrayStudy = (epochs: number, changes: Partial<ArraySearchOptions> = {}): ArraySearchOptions => ({
  data: { x, y },
  space: {
    network: {
      inputs: 2,
      layers: choice([
        [{ units: 8, activation: 'tanh' }, { units: 1 }],
        [{ units: integer(2, 5), activation: 'relu' }, { units: 1 }],
      ]),
    },
    trainer: {
      loss: 'meanSquaredError',
      optimizer: choice([
        { name: 'adam', learningRate: logUniform(1e-4, 1e-1) },
        // Some of these diverge.
        { name: 'sgd', learningRate: logUniform(1, 1e6) },
      ]),
    },
    fit: { epochs, batchSize: choice([16, 32]) },
  },
  trials: 120,
  batch: 6,
  seed: 1,
  ...changes,
})

const KINDS = ['a\u0000', 'b "quoted"', 'ć']

/** Records with missing cells, Dates, and letters that PostgreSQL refuses in JSON. */
const records = Array.from({ length: 80 }, (_, i) => ({
  size: i % 9 === 0 ? undefined : (i * 37) % 50,
  weight: i % 7 === 0 ? NaN : -0 + (i % 5),
  kind: i % 11 === 0 ? null : KINDS[i % 3],
  day: new Date(Date.UTC(2024, 0, 1 + (i % 300))),
  price: ((i * 37) % 50) * 2 + (i % 3) * 7,
}))

export const recordStudy = (changes: Partial<RecordSearchOptions> = {}): RecordSearchOptions => ({
  data: { records },
  space: {
    model: {
      target: 'price',
      hidden: choice([[4], [6, 3]]),
      trainer: { optimizer: { name: 'adam', learningRate: logUniform(1e-3, 1e-1) } },
      fit: { epochs: 8 },
    },
  },
  trials: 12,
  batch: 4,
  ...changes,
})

const locals = new Map<string, Promise<Study>>()

/** The study of this process alone; one of each name is made. */
export function localStudy(name: string, options: SearchOptions): Promise<Study> {
  const found = locals.get(name) ?? search({ ...options, threads: 1 } as ArraySearchOptions)
  locals.set(name, found)
  return found
}

/** The same trials, values, best model and digest. */
export function assertSameStudy(study: Study, expected: Study): void {
  assert.equal(study.digest(), expected.digest())
  assert.deepStrictEqual(study.trials, expected.trials)
  assert.equal(study.stopped, expected.stopped)
  assert.deepStrictEqual(study.best, expected.best)
  assert.equal(study.model.digest(), expected.model.digest())
}
