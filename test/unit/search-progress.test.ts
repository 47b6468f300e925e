/** The progress of a search: after each batch, and during it. */
import assert from 'node:assert/strict'
import { choice, type SearchProgress, search, uniform } from 'lockstep-nn/search'
import { searchProgress } from '#lib/cli/support/search-progress.js'
import { errorOf } from '../support/error-of.js'
import { implementations } from '../support/paths.js'

const x = Array.from({ length: 40 }, (_, i) => [i / 40, (i % 7) / 7])
const y = x.map(([a, b]) => [a - b])
const options = {
  data: { x, y },
  space: {
    network: { inputs: 2, layers: [{ units: choice([2, 3]), activation: 'tanh' }, { units: 1 }] },
    trainer: { loss: 'meanSquaredError', optimizer: { name: 'adam', learningRate: uniform(0.001, 0.1) } },
    fit: { epochs: 12, batchSize: 8 },
  },
  trials: 14,
  batch: 7,
} as const

describe('the progress of a search', () => {
  for (const backend of implementations) {
    it(`grows during each batch, and changes no bit: ${backend}`, async () => {
      const seen: SearchProgress[] = []
      const onProgress = (progress: SearchProgress) => void seen.push(progress)
      const pruner = { name: 'successiveHalving', factor: 2, first: 3 } as const
      const all = { ...options, pruner, backend }
      const study = await search({ ...all, onProgress, progressEvery: 0 })
      assert.equal(study.digest(), (await search(all)).digest())
      const ended = seen.filter(({ batch }) => batch === null)
      assert.deepEqual(
        ended.map(({ trials, of, best }) => [trials, of, best === null]),
        [
          [7, 14, false],
          [14, 14, false],
        ],
      )
      for (const trials of [0, 7]) {
        const during = seen.filter((one) => one.trials === trials && one.batch !== null)
        const shares = during.map(({ batch }) => batch?.share as number)
        assert.ok(shares.length > 3, `${shares.length} reports`)
        assert.deepEqual(
          shares,
          [...shares].sort((a, b) => a - b),
        )
        assert.ok(new Set(shares).size > 2)
        assert.ok(shares.every((share) => share >= 0 && share <= 1))
        assert.equal(shares.at(-1), 1)
        assert.ok(during.every(({ batch, best }) => batch?.trials === 7 && (best === null) === (trials === 0)))
      }
    })
  }

  it('is awaited, and its exception ends the search, also during a batch', async () => {
    let calls = 0
    const failure = new Error('no more')
    const onProgress = async (): Promise<void> => {
      calls++
      await new Promise((resolve) => setImmediate(resolve))
      throw failure
    }
    assert.equal(await errorOf(() => search({ ...options, onProgress, progressEvery: 0 })), failure)
    assert.equal(calls, 1)
  })

  it('may abort the search during a batch, which the study then does not have', async () => {
    for (const abortAt of [0, 7]) {
      const controller = new AbortController()
      const study = await search({
        ...options,
        signal: controller.signal,
        onProgress({ trials, batch }) {
          if (trials === abortAt && batch !== null && batch.share > 0) controller.abort()
        },
        progressEvery: 0,
      })
      assert.deepEqual([study.stopped, study.trials.length], ['aborted', abortAt])
    }
  })
})

describe('the progress of the command search', () => {
  const form = () => searchProgress({ metric: 'validationLoss', batch: 10 })
  const at = (trials: number, batch: SearchProgress['batch']): SearchProgress => ({ trials, of: 40, best: null, batch })

  it('counts the part of a batch that is done', () => {
    assert.deepEqual(form().counts(at(10, { trials: 10, share: 0.55 })), [15, 40])
    assert.deepEqual(form().counts(at(20, null)), [20, 40])
  })

  it('has no time left before anything was trained', () => {
    const { secondsLeft } = form()
    assert.equal(secondsLeft(at(20, { trials: 10, share: 0 })), Infinity)
    assert.ok(Number.isFinite(secondsLeft(at(20, { trials: 10, share: 0.1 }))))
    assert.equal(secondsLeft(at(40, null)), 0)
  })
})
