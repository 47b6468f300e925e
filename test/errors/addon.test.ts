/** The addon's own entry points with wrong arguments: an error each, never a crash, and nothing written. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { encodePlan } from '#lib/backend/encode.js'
import { addonRefusals, refuses, valuesOf } from '../support/addon-refusals.js'
import { sameBits } from '../support/bits.js'
import {
  type Argument,
  argumentsOf,
  call,
  callError,
  ENTRY_POINTS,
  placeOf,
  printableWrongKinds,
  SMALL,
  WIDE,
} from '../support/calls.js'
import { drawCount } from '../support/drawn.js'
import { jobOf } from '../support/job.js'

const addon = loadAddon() as Addon
const available = addon.kernelSets.flatMap((set, index) => (set.available ? [index] : []))
const [best] = available

const parametersOf = (given: readonly Argument[]): Float64Array =>
  given[placeOf(given, 'parameters')][1] as Float64Array

describe('the addon', () => {
  it('takes the arguments that the tests below make wrong', async () => {
    for (const entry of ENTRY_POINTS) {
      for (const set of available)
        assert.equal(await callError(addon, entry, valuesOf(argumentsOf(addon, entry, set))), null)
    }
  })

  for (const entry of ENTRY_POINTS) addonRefusals(entry, entry, () => argumentsOf(addon, entry, best))

  it('refuses any drawn arguments', async () => {
    const odd = fc.oneof(
      fc.anything({ withTypedArray: true, withBigInt: true, withMap: true, withNullPrototype: true }),
      fc.constantFrom(...printableWrongKinds()),
      fc.constantFrom(...available, Number.NaN),
      fc.float64Array({ maxLength: 40 }),
    )
    // Four small integers may fit.
    const drawn = ENTRY_POINTS.filter((entry) => entry !== 'metricWorkspace')
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...drawn), fc.array(odd, { maxLength: 26 }), async (entry, given) => {
        await refuses(entry, given, 'them')
      }),
      { numRuns: drawCount(2000) },
    )
  })

  it('copies a plan before it begins', async () => {
    for (const threads of [1, 2]) {
      const run = () => argumentsOf(addon, 'trainAsync', best, jobOf(WIDE), threads)
      const [expected, actual] = [run(), run()]
      await call(addon, 'trainAsync', valuesOf(expected))
      const promise = call(addon, 'trainAsync', valuesOf(actual))
      const plan = actual[placeOf(actual, 'the plan')][1] as Float64Array
      plan.fill(Number.NaN)
      await promise
      sameBits(parametersOf(actual), parametersOf(expected), 'parameters')
    }
  })

  it('keeps a plan as it was when its predictor was made', () => {
    for (const set of available) {
      const [, plan, parameters, x, output] = valuesOf(argumentsOf(addon, 'predict', set)) as Float64Array[]
      const predict = addon.predictor(set, plan, 0)
      predict(parameters, x, output)
      const expected = output.slice()
      plan.fill(Number.NaN)
      output.fill(0)
      predict(parameters, x, output)
      sameBits(output, expected, addon.kernelSets[set].name)
    }
  })

  it('refuses to predict into memory of the samples or the parameters, and into nothing else', () => {
    const job = jobOf(SMALL)
    const [p, x, answers] = [job.parameters.length, job.x.length, job.plan.rows * job.plan.outputs]
    const predict = addon.predictor(best, encodePlan(addon, job.plan), 0)
    const memory = new Float64Array(answers + p + answers + x + answers)
    const parameters = memory.subarray(answers, answers + p)
    const samples = memory.subarray(p + 2 * answers, p + 2 * answers + x)
    const free = [0, answers + p, p + 2 * answers + x]
    for (let from = 0; from + answers <= memory.length; from++) {
      memory.fill(0.5)
      const output = memory.subarray(from, from + answers)
      if (free.includes(from)) {
        predict(parameters, samples, output)
      } else {
        const message = /^Expected output and (parameters|x) to share no memory\.$/
        assert.throws(() => predict(parameters, samples, output), { name: 'RangeError', message })
        assert.ok(memory.every((value) => value === 0.5))
      }
    }
  })

  it('predicts asynchronously inside its arrays only, on any number of threads', async () => {
    const GUARD = 0.5
    for (const set of available) {
      for (const shape of [SMALL, WIDE]) {
        const job = jobOf({ ...shape, rows: 150 })
        const [, plan, parameters, x, expected] = valuesOf(argumentsOf(addon, 'predict', set, job)) as Float64Array[]
        addon.predictor(set, plan, 0)(parameters, x, expected)
        for (const threads of [1, 2, 3, 8, 1024]) {
          const memory = new Float64Array(expected.length + 16).fill(GUARD)
          const output = memory.subarray(8, 8 + expected.length)
          await addon.predictAsync(set, plan, 1, threads, parameters, x, output, new Int32Array(1))
          sameBits(output, expected, `${threads} threads of ${addon.kernelSets[set].name}`)
          assert.ok([...memory.subarray(0, 8), ...memory.subarray(-8)].every((value) => value === GUARD))
        }
      }
    }
  })

  it('does not predict where the cancellation flag is set', async () => {
    for (const set of available) {
      for (const threads of [1, 2]) {
        const given = argumentsOf(addon, 'predictAsync', set, jobOf(SMALL), threads)
        const cancelled = given[placeOf(given, 'cancelled')][1] as Int32Array
        const output = (given[placeOf(given, 'output')][1] as Float64Array).fill(0.5)
        cancelled[0] = 1
        await call(addon, 'predictAsync', valuesOf(given))
        assert.ok(output.every((value) => value === 0.5))
      }
    }
  })

  it('refuses to predict asynchronously into memory of the samples or the parameters', async () => {
    for (const name of ['parameters', 'x']) {
      const make = () => argumentsOf(addon, 'predictAsync', best)
      const given = make()
      const values = given[placeOf(given, name)][1] as Float64Array
      const output = given[placeOf(given, 'output')][1] as Float64Array
      const memory = new Float64Array(values.length + output.length - 1)
      memory.set(values)
      const all = valuesOf(given)
      all[placeOf(given, name)] = memory.subarray(0, values.length)
      all[placeOf(given, 'output')] = memory.subarray(values.length - 1)
      const error = await refuses('predictAsync', all, `an output that overlaps ${name}`)
      assert.match(error.message, /^Expected output and (parameters|x) to share no memory\.$/)
    }
  })

  it('runs more asynchronous trainings than libuv has threads', async () => {
    const expected = argumentsOf(addon, 'train', best)
    const before = parametersOf(expected).slice()
    call(addon, 'train', valuesOf(expected))
    assert.notDeepEqual(parametersOf(expected), before)
    const all = Array.from({ length: 40 }, (_, i) => argumentsOf(addon, 'trainAsync', available[i % available.length]))
    await Promise.all(all.map((given) => call(addon, 'trainAsync', valuesOf(given))))
    for (const given of all) sameBits(parametersOf(given), parametersOf(expected), 'parameters')
  })
})
