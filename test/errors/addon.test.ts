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
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ENTRY_POINTS), fc.array(odd, { maxLength: 26 }), async (entry, given) => {
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
