/** Members and plans with wrong numbers: the addon refuses them, or trains without touching anything outside its arrays. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { LayerOption } from 'lockstep-nn'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { chooseBackend } from '#lib/backend/choose.js'
import { encodePlan } from '#lib/backend/encode.js'
import { memberPlan } from '#lib/kernels/training/members.js'
import { cases } from '../support/arbitraries.js'
import { SMALL, SPECIAL } from '../support/calls.js'
import { parameterCountOf } from '../support/case.js'
import { script } from '../support/child.js'
import { drawCount, leastCount } from '../support/drawn.js'
import { type EnsembleJob, ensembleJobOf, memberPlansOf } from '../support/ensemble-job.js'
import { type Results, sameResults } from '../support/guarded.js'
import { guardedTraining } from '../support/guarded-training.js'
import type { Surroundings } from '../support/job.js'
import { rowTests } from '../support/rows.js'
import { trainWith } from '../support/train-with.js'

const addon = loadAddon() as Addon
const available = addon.kernelSets.flatMap((set, index) => (set.available ? [index] : []))

/** Trains on guarded arrays, as far as the addon takes them; null where it does not. */
const runOn = (set: number, plan: Float64Array, job: EnsembleJob, around: Surroundings): Results | null =>
  guardedTraining({ set, plan, members: job.members, count: job.count, job }, around)

/** The same by the TypeScript backend. */
function inTypescript(job: EnsembleJob): Results {
  const { plan, count, members, x, y, sampleWeight, rateFactors } = job
  const [parameters, state] = [job.parameters.slice(), job.state.slice()]
  const plans = memberPlansOf(job)
  const { backend } = chooseBackend('typescript')
  const series = new Float64Array(count * plan.epochs)
  const arrays = { parameters, state, x, y, sampleWeight, rateFactors, series }
  const outcomes = trainWith(backend, { plan: memberPlan(plan, plans, 0), members: plans, threads: 1 }, arrays)
  const numbers = Float64Array.from(outcomes.flatMap(({ epochs, status, parameter }) => [epochs, status, parameter]))
  return { numbers, parameters, state, series, members, x, y }
}

const ZEROS: Surroundings = { byte: 0x00, guard: 1e300, offset: 0, threads: 1 }
const ONES: Surroundings = { byte: 0xff, guard: -3.5, offset: 1, threads: 3 }

/** Fails unless every kernel set gives the same, whatever lies around the arrays. Tells whether the addon took them. */
function checkEverySet(plan: Float64Array, job: EnsembleJob, others: readonly Surroundings[] = [ONES]): boolean {
  const expected = runOn(available[0], plan, job, ZEROS)
  for (const set of available) {
    for (const around of others) {
      const actual = runOn(set, plan, job, around)
      if (expected === null || actual === null) assert.equal(actual, expected)
      else sameResults(actual, expected, `${addon.kernelSets[set].name} in ${JSON.stringify(around)}`)
    }
  }
  return expected !== null
}

const offsets = [0, 1, 2, 3, 4, 5, 6, 7]
const anywhere = offsets.flatMap((offset) => [
  { ...ZEROS, offset, threads: 2 },
  { ...ONES, offset },
])

describe('the workspace of an ensemble', () => {
  const row = rowTests()
  const layer = (units: number, activation: 'sigmoid' | 'relu'): LayerOption => ({ units, activation })
  const small = [layer(2, 'sigmoid'), layer(1, 'sigmoid')]
  const dropped: LayerOption[] = [
    { type: 'dropout', rate: 0.5 },
    layer(3, 'relu'),
    { type: 'dropout', rate: 0.25 },
    layer(2, 'sigmoid'),
  ]
  const shapes: readonly (readonly [title: string, shape: Partial<typeof SMALL>])[] = [
    ['2-3-2 with a smaller last batch', {}],
    ['2-2-1', { layers: small }],
    ['2-2-1 of one row', { layers: small, rows: 1, fit: { ...SMALL.fit, batchSize: 1 } }],
    ['2-2-1 without a shuffle', { layers: small, rows: 4, fit: { ...SMALL.fit, shuffle: false } }],
    ['3-17-5 with adam', { inputs: 3, layers: [layer(17, 'relu'), layer(5, 'sigmoid')], optimizer: 'adam' }],
    ['two layers of dropout with rates of each member', { layers: dropped }],
    ['one row at a time', { fit: { ...SMALL.fit, batchSize: 1 } }],
  ]
  for (const [title, shape] of shapes) {
    row('may hold anything and begin anywhere', title, () => {
      for (const count of [1, 2, 3, 5, 8, 9, 17, 33]) {
        const job = ensembleJobOf(count, { ...SMALL, ...shape })
        assert.ok(checkEverySet(encodePlan(addon, job.plan), job, anywhere))
      }
    })
  }

  it('may hold anything in drawn trainings', () => {
    const light = cases.filter((drawn) => parameterCountOf(drawn) < 2000)
    fc.assert(
      fc.property(light, fc.integer({ min: 1, max: 20 }), fc.constantFrom(...offsets), (drawn, count, offset) => {
        const job = ensembleJobOf(count, drawn)
        const others = [
          { ...ZEROS, offset, threads: 2 },
          { ...ONES, offset },
        ]
        const plan = encodePlan(addon, job.plan)
        assert.ok(checkEverySet(plan, job, others))
        sameResults(runOn(available[0], plan, job, ZEROS) ?? {}, inTypescript(job), 'TypeScript')
      }),
      { numRuns: drawCount(150) },
    )
  })
})

describe('drawn members', () => {
  const numbers = fc.oneof(
    fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 0, -1, -0.5, 0.5, 1, 5e-324, 1e308, 2 ** 32, -(2 ** 31)),
    fc.integer(),
    fc.double(),
  )
  const changes = fc.array(fc.tuple(fc.nat({ max: 1000 }), numbers), { maxLength: 4 })
  const jobs = fc.tuple(
    fc.integer({ min: 1, max: 20 }),
    fc.constantFrom({ ...SMALL, optimizer: 'adam' }, { ...SMALL, optimizer: 'sgd' }, SMALL, SPECIAL),
  )

  it('are refused, or read and write inside the arrays only', () => {
    const taken = { yes: 0, no: 0 }
    const property = fc.property(jobs, changes, ([count, common], drawn) => {
      const job = ensembleJobOf(count, common)
      for (const [at, value] of drawn) job.members[at % job.members.length] = value
      taken[checkEverySet(encodePlan(addon, job.plan), job) ? 'yes' : 'no']++
    })
    fc.assert(property, { numRuns: drawCount(1000) })
    assert.ok(taken.yes >= leastCount(100) && taken.no >= leastCount(100), JSON.stringify(taken))
  })

  it('are refused, or read and write inside the arrays only, where their array has any length', () => {
    const lengths = fc.array(numbers, { maxLength: 60 })
    fc.assert(
      fc.property(jobs, lengths, ([count, common], members) => {
        const job = ensembleJobOf(count, common)
        checkEverySet(encodePlan(addon, job.plan), { ...job, members: Float64Array.from(members) })
      }),
      { numRuns: drawCount(500) },
    )
  })

  it('are refused, or read and write inside the arrays only, with any plan', () => {
    const small = fc.oneof(numbers, fc.integer({ min: -2, max: 9 }))
    const changed = fc.array(fc.tuple(fc.nat({ max: 200 }), small), { minLength: 1, maxLength: 3 })
    const epochs = addon.planFields.indexOf('epochs')
    fc.assert(
      fc.property(jobs, changed, ([count, common], drawn) => {
        const job = ensembleJobOf(count, common)
        const plan = encodePlan(addon, job.plan)
        for (const [at, value] of drawn) plan[at % plan.length] = value
        // The arrays are for the number of epochs from before.
        if (plan[epochs] <= job.plan.epochs) checkEverySet(plan, job)
      }),
      { numRuns: drawCount(2000) },
    )
  })
})

describe('arrays of an ensemble', () => {
  it('are refused where they share memory, or crash nothing', () => {
    const source = `
      import { loadAddon } from '#lib/backend/addon.js'
      import { argumentsOf, call } from './out/test/support/calls.js'
      import { ensembleJobOf } from './out/test/support/ensemble-job.js'
      const addon = loadAddon()
      let refused = 0
      for (const [set, { available }] of addon.kernelSets.entries()) {
        if (!available) continue
        const names = argumentsOf(addon, 'train', set, ensembleJobOf(5), 2).map(([name]) => name)
        const isArray = (value) => value instanceof Float64Array && value.length > 0
        const places = argumentsOf(addon, 'train', set, ensembleJobOf(5), 2).flatMap(([, value], i) => (isArray(value) ? [i] : []))
        for (const at of places) {
          for (const into of ['workspace', 'parameters', 'best', 'state', 'series'].map((name) => names.indexOf(name))) {
            for (let from = 0; from < 300; from += 1 + from % 7) {
              const given = argumentsOf(addon, 'train', set, ensembleJobOf(5), 2).map(([, value]) => value)
              const { length } = given[at]
              if (at === into || from + length > given[into].length) break
              given[into].set(given[at], from)
              given[at] = given[into].subarray(from, from + length)
              try {
                call(addon, 'train', given)
                if (at > 4) console.log(names[at], 'in', names[into], 'was taken')
              } catch (error) {
                if (!(error instanceof RangeError)) throw error
                refused++
              }
            }
          }
        }
      }
      console.log(refused > 100 ? 'alive' : refused)`
    const { status, signal, stdout, stderr } = script(source)
    assert.deepEqual([status, signal, stdout], [0, null, 'alive\n'], stderr)
  })
})
