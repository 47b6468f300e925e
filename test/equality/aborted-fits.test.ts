/** Fits that are aborted at any moment and continued by `partialFit`: the bits of a fit that never was. */
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { DivergenceError, type FitOptions, type Trainer } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { drawCount, leastCount } from '../support/drawn.js'
import { type DrawnFit, drawnFits, resultsOf, trainerOf, x, y } from '../support/drawn-fits.js'
import { paths } from '../support/paths.js'

/** Where a fit is aborted: in the callback of this number, or after these milliseconds. */
interface Moment {
  readonly method: 'fit' | 'fitSync' | 'later'
  readonly at: number
}

const moments = fc.record({
  method: fc.constantFrom<Moment['method']>('fit', 'fitSync', 'later'),
  at: fc.integer({ min: 1, max: 40 }),
})

/** Trains, aborted at a moment. The trainer's first call is a fit, later ones continue it. */
async function aborted(trainer: Trainer, options: FitOptions, { method, at }: Moment, isFirst: boolean) {
  const controller = new AbortController()
  const { signal } = controller
  let calls = 0
  const onProgress = (): void => {
    calls++
    if (calls === at) controller.abort()
  }
  if (method === 'fitSync') {
    const name = isFirst ? 'fitSync' : 'partialFitSync'
    return resultsOf(() => trainer[name](x, y, { ...options, signal, onProgress, progressEvery: 0 }))
  }
  const name = isFirst ? 'fit' : 'partialFit'
  if (method === 'fit')
    return resultsOf(() => trainer[name](x, y, { ...options, signal, onProgress, progressEvery: 0 }))
  const fitted = resultsOf(() => trainer[name](x, y, { ...options, signal }))
  await delay(at / 10)
  controller.abort()
  return fitted
}

/** Returns the number of times at which it was aborted within an epoch. */
async function check(drawn: DrawnFit, path: string, all: readonly Moment[]): Promise<number> {
  const whole = trainerOf(drawn, path)
  const { fit } = drawn
  const epochs = fit.epochs as number
  const ends = new Set([whole.network.digest()])
  const expected = await resultsOf(() =>
    whole.fitSync(x, y, { ...fit, onEpoch: () => void ends.add(whole.network.digest()) }),
  )
  const parts = trainerOf(drawn, path)
  const losses: number[][] = expected.map(() => [])
  let within = 0
  for (const [i, moment] of [...all, null].entries()) {
    if (i > 0 && parts.epoch === epochs) break
    const options = { ...fit, epochs: i === 0 ? epochs : epochs - parts.epoch }
    const results = await (moment === null
      ? resultsOf(() => parts.partialFit(x, y, options))
      : aborted(parts, options, moment, i === 0))
    results.forEach((result, m) => {
      losses[m].push(...result.loss)
      if (result instanceof DivergenceError) {
        assert.equal(result.message, (expected[m] as DivergenceError).message)
        return
      }
      const { stopped, reason } = result
      if (parts.epoch === epochs) assert.equal(stopped, 'epochs')
      else assert.deepEqual([stopped, reason], ['aborted', 'the signal was aborted'])
    })
    // A member of an ensemble that has diverged would be trained again.
    if (results.some((result) => result instanceof DivergenceError)) {
      if (drawn.members > 1) return within
      break
    }
    if (!ends.has(parts.network.digest())) within++
  }
  sameBits(parts.network.parameters, whole.network.parameters, 'parameters')
  sameBits(parts.optimizerState, whole.optimizerState, 'optimizerState')
  sameBits(parts.scheduleState, whole.scheduleState, 'scheduleState')
  assert.equal(parts.epoch, whole.epoch)
  expected.forEach(({ loss }, m) => {
    sameBits(Float64Array.from(losses[m]), loss, `losses of member ${m}`)
  })
  return within
}

describe('a fit that is aborted at any moment', () => {
  for (const path of paths) {
    it(`and continued has the bits, states and losses of one that never was, on ${path}`, async () => {
      let within = 0
      await fc.assert(
        fc.asyncProperty(drawnFits, fc.array(moments, { minLength: 1, maxLength: 4 }), async (drawn, all) => {
          within += await check(drawn, path, all)
        }),
        { numRuns: drawCount(200) },
      )
      assert.ok(within >= leastCount(25), `${within} were aborted within an epoch`)
    }).timeout(300_000)
  }
})
