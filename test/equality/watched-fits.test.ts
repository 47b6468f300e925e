/** Watched fits in one run, epoch by epoch, in slices and asynchronously: the same bits and histories. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { DivergenceError, type FitOptions } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { drawCount, leastCount } from '../support/drawn.js'
import { resultsOf, trainerOf, watchedFits, x, y } from '../support/drawn-fits.js'
import { paths } from '../support/paths.js'

const nothing = (): void => {}
const WAYS: Readonly<Record<string, FitOptions>> = {
  'in one run': {},
  'epoch by epoch': { onEpoch: nothing },
  'in slices': { onProgress: nothing, progressEvery: 0 },
  'epoch by epoch in slices': { onEpoch: nothing, onProgress: nothing, progressEvery: 0 },
  'with a signal': { signal: new AbortController().signal },
}

describe('a fit with validation, metrics, early stopping and a schedule', () => {
  for (const path of paths) {
    it(`has one result however its session is cut into runs, on ${path}`, async () => {
      const ends = new Map<string, number>()
      await fc.assert(
        fc.asyncProperty(watchedFits, async (drawn) => {
          const train = async (backend: string, method: 'fit' | 'fitSync', way: FitOptions) => {
            const trainer = trainerOf(drawn, backend, ['accuracy'])
            const results = await resultsOf(() => trainer[method](x, y, { ...drawn.fit, ...way }))
            return { trainer, results }
          }
          const expected = await train('typescript', 'fitSync', {})
          for (const [name, way] of Object.entries(WAYS)) {
            for (const method of ['fit', 'fitSync'] as const) {
              const { trainer, results } = await train(path, method, way)
              const where = `${method}, ${name}`
              results.forEach((result, m) => {
                const { history, ...error } = result instanceof DivergenceError ? result : { history: result }
                const other = expected.results[m]
                const { history: otherHistory, ...otherError } =
                  other instanceof DivergenceError ? other : { history: other }
                assert.deepEqual(history, { ...otherHistory, backend: path }, `${where}, member ${m}`)
                assert.deepEqual(error, otherError, `${where}, member ${m}`)
                ends.set(history.stopped, (ends.get(history.stopped) ?? 0) + 1)
              })
              sameBits(trainer.network.parameters, expected.trainer.network.parameters, where)
              sameBits(trainer.optimizerState, expected.trainer.optimizerState, where)
              sameBits(trainer.scheduleState, expected.trainer.scheduleState, where)
              assert.equal(trainer.epoch, expected.trainer.epoch, where)
            }
          }
        }),
        { numRuns: drawCount(150) },
      )
      for (const stopped of ['epochs', 'earlyStopping', 'divergence']) {
        assert.ok((ends.get(stopped) ?? 0) >= leastCount(20), `${ends.get(stopped)} ended with ${stopped}`)
      }
    }).timeout(300_000)
  }
})
