/** The addon's functions for gradients, with drawn plans and arrays that share memory. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { encodePlan } from '#lib/backend/encode.js'
import { activations } from '#lib/kernels/activations.js'
import { argumentsOf, call, SMALL, SPECIAL, WIDE } from '../support/calls.js'
import { drawCount, leastCount } from '../support/drawn.js'
import { at, BLOCKS, placesIn } from '../support/encoded-plans.js'
import { Guarded, type Results, sameResults } from '../support/guarded.js'
import { jobOf } from '../support/job.js'
import { optimizerNames } from '../support/tables.js'

const addon = loadAddon() as Addon
const available = addon.kernelSets.flatMap((set, index) => (set.available ? [index] : []))
const [best] = available

/** The results of a plan on guarded arrays of the lengths that it asks for; null where the addon refuses it. */
function runOn(set: number, plan: Float64Array, guard: number): Results | null {
  const [parameterCount, inputs, outputs] = ['parameterCount', 'inputs', 'outputs'].map((name) => plan[at(name)])
  const rows = 3
  if (![parameterCount, inputs, outputs].every((length) => length > 0 && length <= 1000 && length % 1 === 0))
    return null
  const guarded = new Guarded(guard, 1)
  const quarter = (length: number, name: string) => guarded.of(new Float64Array(length).fill(0.25), name)
  const parameters = quarter(parameterCount, 'parameters')
  const x = quarter(rows * inputs, 'x')
  const dOutput = quarter(rows * outputs, 'dOutput')
  const dParameters = guarded.bytes(parameterCount, 0xff, 'dParameters')
  const dInputs = guarded.bytes(rows * inputs, 0xff, 'dInputs')
  try {
    addon.gradients(set, plan, 1)(parameters, x, dOutput, dParameters, dInputs)
  } catch (error) {
    assert.ok(error instanceof Error)
    return null
  } finally {
    guarded.check(addon.kernelSets[set].name)
  }
  return { dParameters, dInputs }
}

describe('a drawn plan', () => {
  const reals = fc.oneof(
    fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 0, -1, -0.5, 0.5, 1, 2, 5e-324, 1e308),
    fc.integer({ min: -2, max: 6 }),
    fc.double(),
  )
  const changes = fc.array(fc.tuple(fc.nat({ max: 200 }), reals), { minLength: 1, maxLength: 3 })

  it('has gradients that are refused, or written inside their arrays only, with the same bits in every set', () => {
    let taken = 0
    const property = fc.property(fc.constantFrom(SMALL, WIDE, SPECIAL, BLOCKS), changes, (common, drawn) => {
      const plan = encodePlan(addon, jobOf(common).plan)
      for (const [position, value] of drawn) plan[position % plan.length] = value
      const expected = runOn(best, plan, 1e300)
      if (expected !== null) taken++
      for (const set of available) {
        const actual = runOn(set, plan, -3.5)
        if (expected === null) assert.equal(actual, null)
        else sameResults(actual ?? {}, expected, addon.kernelSets[set].name)
      }
    })
    fc.assert(property, { numRuns: drawCount(3000) })
    assert.ok(taken >= leastCount(200), `only ${taken} were taken`)
  })

  it('ends a step that is refused, or writes inside its arrays only', () => {
    let taken = 0
    const property = fc.property(fc.constantFrom(...optimizerNames), changes, (optimizer, drawn) => {
      const job = jobOf({ ...SPECIAL, optimizer })
      const plan = encodePlan(addon, { ...job.plan, optimizerOptions: job.plan.optimizerOptions.with(-1, 0.5) })
      for (const [position, value] of drawn) plan[position % plan.length] = value
      for (const set of available) {
        const guarded = new Guarded(1e300, 1)
        const [parameters, gradients, state] = [job.parameters, job.parameters, job.state].map((one) =>
          guarded.of(one, 'one'),
        )
        try {
          const workspace = guarded.bytes(addon.stepEndWorkspace(set, plan), 0xff, 'workspace')
          addon.applyGradients(set, plan, parameters, gradients, state, workspace)
          if (set === available[0]) taken++
        } catch (error) {
          assert.ok(error instanceof Error)
        }
        guarded.check(addon.kernelSets[set].name)
      }
    })
    fc.assert(property, { numRuns: drawCount(2000) })
    assert.ok(taken >= leastCount(50), `only ${taken} were taken`)
  })
})

describe('the gradients of the addon', () => {
  it('are refused for a row activation before the last layer', () => {
    const plan = encodePlan(addon, jobOf(SMALL).plan)
    const softmax = Object.keys(activations).indexOf('softmax')
    const [first] = placesIn(SMALL)
    // softmax has no option.
    const changed = Float64Array.from([
      ...plan.slice(0, first.activationOption(0)),
      ...plan.slice(first.activationOption(0) + 1),
    ])
    changed[first.field('activation')] = softmax
    changed[first.field('activationOptionCount')] = 0
    for (const set of available) {
      addon.predictor(set, changed, 5)
      assert.throws(() => addon.gradients(set, changed, 5), {
        name: 'RangeError',
        message: 'The plan has a row activation before its last layer.',
      })
    }
  })

  it('are refused where a result overlaps any other array, and nowhere else', () => {
    for (const shape of [SMALL, WIDE]) {
      for (const set of available) {
        const make = () => argumentsOf(addon, 'differentiate', set, jobOf(shape))
        const good = make()
        for (const written of [5, 6]) {
          for (const other of [2, 3, 4, 5, 6].filter((place) => place !== written)) {
            const values = make().map(([, value]) => value) as Float64Array[]
            const [a, b] = [values[written].length, values[other].length]
            const memory = new Float64Array(a + b)
            values[written] = memory.subarray(0, a)
            values[other] = memory.subarray(a - 1, a - 1 + b)
            assert.throws(() => call(addon, 'differentiate', values), {
              name: 'RangeError',
              message: /^Expected \w+ and \w+ to share no memory\.$/,
            })
            assert.ok(memory.every((value) => value === 0))
            values[other] = memory.subarray(a, a + b)
            call(addon, 'differentiate', values)
          }
        }
        assert.equal(good.length, 7)
      }
    }
  })

  it('are left out where their array has no length, and refused where it was transferred', () => {
    const values = argumentsOf(addon, 'differentiate', best).map(([, value]) => value) as Float64Array[]
    call(addon, 'differentiate', values)
    const [expectedParameters, expectedInputs] = [values[5].slice(), values[6].slice()]
    const none = new Float64Array(0)
    for (const [place, expected] of [
      [5, expectedParameters],
      [6, expectedInputs],
    ] as const) {
      const given = values.map((value, i) => (i >= 5 ? new Float64Array(value.length) : value))
      given[11 - place] = none
      call(addon, 'differentiate', given)
      assert.deepEqual(given[place], expected)
      const gone = new Float64Array(3)
      structuredClone(gone, { transfer: [gone.buffer] })
      given[11 - place] = gone
      assert.throws(() => call(addon, 'differentiate', given), {
        name: 'RangeError',
        message: /^Expected an attached /,
      })
    }
  })
})
