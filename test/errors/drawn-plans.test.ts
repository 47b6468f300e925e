/** Drawn plans and arrays that share memory: the addon refuses them, or touches nothing outside its arrays. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { chooseBackend } from '#lib/backend/choose.js'
import { encodePlan } from '#lib/backend/encode.js'
import { call, ENTRY_POINTS, exportOf, SMALL, SPECIAL, WIDE } from '../support/calls.js'
import { script } from '../support/child.js'
import { DRAWS_ALL, drawCount, leastCount } from '../support/drawn.js'
import { at, BLOCKS } from '../support/encoded-plans.js'
import { type Results, sameResults } from '../support/guarded.js'
import { guardedTraining } from '../support/guarded-training.js'
import { type Job, jobOf } from '../support/job.js'
import { nativePaths } from '../support/paths.js'
import { rowTests } from '../support/rows.js'
import { optimizerNames, optimizerTable } from '../support/tables.js'

const addon = loadAddon() as Addon
const NONE = new Float64Array(0)
const available = addon.kernelSets.flatMap((set, index) => (set.available ? [index] : []))

/** Trains with a plan on guarded arrays, as far as the addon takes them; null where it does not. */
const runOn = (set: number, plan: Float64Array, job: Job, byte: number, guard: number, threads = 1): Results | null =>
  guardedTraining({ set, plan, members: NONE, count: 1, job }, { byte, guard, offset: 0, threads })

/** A momentum that no optimizer has: the state would be too short for it. */
describe('a plan with a wrong option of its optimizer', () => {
  const row = rowTests()
  for (const momentum of [-0.5, Number.NaN, -Infinity]) {
    row('never reads or writes outside the state', `a momentum of ${momentum}`, () => {
      const job = jobOf({ ...SMALL, optimizer: 'sgd' })
      for (const set of available) {
        const plan = encodePlan(addon, job.plan)
        plan[plan.length - 6] = momentum
        runOn(set, plan, { ...job, state: new Float64Array(0) }, 0, 1e300)
      }
    })
  }
})

describe('a drawn plan', () => {
  const small = { most: 6 }
  const reals = fc.oneof(
    fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 0, -1, -0.5, 0.5, 1, 2, 5e-324, 1e308),
    fc.integer({ min: -2, max: small.most }),
    fc.double(),
  )
  const changes = fc.array(fc.tuple(fc.nat({ max: 200 }), reals), { minLength: 1, maxLength: 3 })

  /** The lengths that the plan's own numbers ask for. */
  function fitting(plan: Float64Array): Job | null {
    const number = (field: string): number => plan[at(field)]
    const options = plan.slice(plan.length - (number('optimizerOptionCount') || 0))
    const optimizer = optimizerTable[optimizerNames[number('optimizer')]]
    const lengths = [
      number('parameterCount'),
      optimizer === undefined ? 0 : optimizer.slots(options) * number('parameterCount') + optimizer.scalars.length,
      number('rows') * number('inputs'),
      number('rows') * number('outputs'),
    ]
    if (lengths.some((length) => !(length >= 0 && length <= 1000)) || !(number('epochs') <= 50)) return null
    if (!(number('epochs') >= 0) || lengths.some((length) => length % 1 !== 0)) return null
    const [parameters, state, x, y] = lengths.map((length) => new Float64Array(length).fill(0.25))
    return { plan: jobOf(SMALL).plan, parameters, state, x, y, sampleWeight: NONE, rateFactors: NONE }
  }

  it('is refused, or reads and writes inside its arrays only', function () {
    this.timeout(120_000)
    let taken = 0
    let together = 0
    const optimizer = fc.constantFrom(...optimizerNames)
    const shape = fc.constantFrom(SMALL, WIDE, SPECIAL, BLOCKS)
    const property = fc.property(
      shape,
      optimizer,
      changes,
      fc.integer({ min: 1, max: 4 }),
      (common, name, drawn, most) => {
        const plan = encodePlan(addon, jobOf({ ...common, optimizer: name }).plan)
        for (const [position, value] of drawn) plan[position % plan.length] = value
        const job = fitting(plan)
        if (job === null) return
        const expected = runOn(available[0], plan, job, 0x00, 1e300)
        if (expected !== null) taken++
        if (expected !== null && common === WIDE && most > 1) together++
        for (const set of available) {
          const actual = runOn(set, plan, job, 0xff, -3.5, most)
          if (expected === null) assert.equal(actual, null)
          else sameResults(actual ?? {}, expected, addon.kernelSets[set].name)
        }
      },
    )
    fc.assert(property, { numRuns: drawCount(5000) })
    assert.ok(
      taken >= leastCount(200) && together >= leastCount(50),
      `only ${taken} were taken, ${together} of them by several threads`,
    )
  })
})

describe('arrays that share memory', () => {
  // A process of its own: a crash would take the tests along.
  it('are refused, or crash nothing', () => {
    const source = `
      import { loadAddon } from '#lib/backend/addon.js'
      import { argumentsOf, call, placeOf, SMALL, SPECIAL, WIDE } from './out/test/support/calls.js'
      import { jobOf } from './out/test/support/job.js'
      const addon = loadAddon()
      for (const [set, { available }] of addon.kernelSets.entries()) {
        if (!available) continue
        for (const [entry, shape] of ['evaluate', 'train'].flatMap((name) => [[name, SMALL], [name, WIDE], [name, SPECIAL]])) {
          const make = () => argumentsOf(addon, entry, set, jobOf(shape), shape === SMALL ? 1 : 2)
          const good = make()
          for (let at = 2; at < good.length; at++) {
            if (!(good[at][1] instanceof Float64Array)) continue
            for (let from = 0; from < 400; from += ${DRAWS_ALL ? 1 : 7}) {
              const given = make().map(([, value]) => value)
              const workspace = given[placeOf(good, 'workspace')]
              const { length } = given[at]
              if (from + length > workspace.length) break
              workspace.set(given[at], from)
              given[at] = workspace.subarray(from, from + length)
              try {
                call(addon, entry, given)
              } catch (error) {
                if (!(error instanceof RangeError)) throw error
              }
            }
          }
        }
      }
      console.log('alive')`
    const { status, signal, stdout, stderr } = script(source)
    assert.deepEqual([status, signal, stdout], [0, null, 'alive\n'], stderr)
  })
})

it('every native backend has an index of its own', () => {
  assert.deepEqual(
    available.map((index) => `native/${addon.kernelSets[index].name}`),
    nativePaths,
  )
  assert.ok(ENTRY_POINTS.every((entry) => typeof addon[exportOf(entry)] === 'function'))
  assert.equal(chooseBackend(nativePaths[0]).backend.name, nativePaths[0])
  for (const entry of ENTRY_POINTS) assert.throws(() => call(addon, entry, []))
})
