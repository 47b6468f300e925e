/** What a session computes after each epoch, with a wrong number: the addon refuses it. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { encodeWatch } from '#lib/backend/encode.js'
import type { WatchPlan } from '#lib/kernels/plan.js'
import { argumentsOf, callError, placeOf } from '../support/calls.js'
import { drawCount, leastCount } from '../support/drawn.js'
import { jobOf } from '../support/job.js'
import { addon, best, TEN_EPOCHS } from '../support/opened.js'
import { EVERYTHING } from '../support/session-arrays.js'

const { watchFields, metrics } = addon
const at = (field: string): number => watchFields.indexOf(field)

/** The error of a session with a changed watch; null where there is none. */
async function errorWith(watch: Float64Array): Promise<Error | null> {
  const given = argumentsOf(addon, 'train', best, jobOf(TEN_EPOCHS))
  const values: unknown[] = given.map(([, value]) => value)
  values[placeOf(given, 'watch')] = watch
  return (await callError(addon, 'train', values)) as Error | null
}

async function messageOf(change: (watch: Float64Array) => void, watch = encodeWatch(addon, EVERYTHING)) {
  change(watch)
  const error = await errorWith(watch)
  return error === null ? 'nothing was thrown' : `${error.name}: ${error.message}`
}

const FINITE = [
  'trainingLossScale',
  'validationLossScale',
  'minDelta',
  'plateauFactor',
  'plateauThreshold',
  'plateauMinimum',
]

describe('a watch with a wrong number', () => {
  const most = 2 ** 53 - 1
  const ranges: Readonly<Record<string, readonly [min: number, max: number]>> = {
    metricCount: [0, 1024],
    signs: [0, 1],
    validationRows: [0, 2 ** 31 - 1],
    scheduled: [0, 1],
    stops: [0, 1],
    // With two metrics there are three series over the training samples, and three over the validation samples.
    stoppingSeries: [-1, 5],
    stoppingHigher: [0, 1],
    patience: [0, most],
    restoreBest: [0, 1],
    reduces: [0, 1],
    plateauSeries: [-1, 5],
    plateauHigher: [0, 1],
    plateauPatience: [0, most],
    plateauRelative: [0, 1],
    plateauCooldown: [0, most],
  }

  it('is refused: every field has a range', async () => {
    assert.deepEqual([...Object.keys(ranges), ...FINITE].sort(), [...watchFields].sort())
    for (const [field, [min, max]] of Object.entries(ranges)) {
      for (const value of [min - 1, max + 1, 0.5, -(2 ** 40), 1e300, Number.NaN, Infinity, -Infinity]) {
        const message = await messageOf((watch) => {
          watch[at(field)] = value
        })
        const expected = `RangeError: Expected an integer from ${min} to ${max} for ${field} of watch but received `
        assert.ok(message.startsWith(expected), `${field} ${value}: ${message}`)
      }
    }
    for (const field of FINITE) {
      for (const value of [Number.NaN, Infinity, -Infinity]) {
        const message = await messageOf((watch) => {
          watch[at(field)] = value
        })
        const expected = `RangeError: Expected a finite number for ${field} of watch but received `
        assert.ok(message.startsWith(expected), `${field} ${value}: ${message}`)
      }
    }
  })

  it('is refused: a series that only validation or a metric would have', async () => {
    for (const field of ['stoppingSeries', 'plateauSeries']) {
      const plain: WatchPlan = { ...EVERYTHING, metrics: [], validationRows: 0 }
      const encoded = () => encodeWatch(addon, { ...plain, stopping: null, plateau: null })
      const message = await messageOf((watch) => {
        watch[at(field)] = 1
      }, encoded())
      assert.match(message, new RegExp(`^RangeError: Expected an integer from -1 to 0 for ${field} of watch `))
    }
  })

  it('is refused: a metric that does not exist, or another number of options', async () => {
    const first = watchFields.length
    for (const code of [-1, metrics.length, 0.5, Number.NaN, Infinity, 1e300]) {
      const message = await messageOf((watch) => {
        watch[first] = code
      })
      const expected = `RangeError: Expected an integer from 0 to ${metrics.length - 1} for metric 0 of watch but received `
      assert.ok(message.startsWith(expected), message)
    }
    const whole = encodeWatch(addon, EVERYTHING)
    for (let length = 1; length <= whole.length + 2; length++) {
      if (length === whole.length) continue
      const watch = new Float64Array(length)
      watch.set(whole.subarray(0, length))
      const error = await errorWith(watch)
      assert.equal(error?.name, 'RangeError')
      assert.match(error?.message ?? '', /^Expected a( Float64Array| watch) of .+ but received one of length \d+\.$/)
    }
  })
})

describe('a drawn watch', () => {
  it('is refused, or trains', async () => {
    let taken = 0
    const number = fc.oneof(
      fc.integer({ min: -2, max: 6 }),
      fc.constantFrom(Number.NaN, Infinity, -Infinity, 0.5, 5e-324, 1e308, 2 ** 53),
      fc.double(),
    )
    const changes = fc.array(fc.tuple(fc.nat({ max: 200 }), number), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(changes, async (drawn) => {
        const watch = encodeWatch(addon, EVERYTHING)
        for (const [place, value] of drawn) watch[place % watch.length] = value
        const error = await errorWith(watch)
        if (error === null) taken++
        else assert.equal(error.name, 'RangeError')
      }),
      { numRuns: drawCount(2000) },
    )
    assert.ok(taken >= leastCount(100), `only ${taken} were taken`)
  })
})
