/** The addon's entry points for ensembles with wrong arguments: an error each, never a crash, and nothing written. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { encodePlan } from '#lib/backend/encode.js'
import type { TrainingOutcome } from '#lib/kernels/plan.js'
import { addonRefusals, refuses, refusesOne, valuesOf } from '../support/addon-refusals.js'
import { sameBits } from '../support/bits.js'
import { call, callError, printableWrongKinds, SMALL } from '../support/calls.js'
import { drawCount } from '../support/drawn.js'
import {
  ENSEMBLE_ENTRY_POINTS,
  type EnsembleEntryPoint,
  ensembleArguments,
  ensembleJobOf,
} from '../support/ensemble-calls.js'
import { jobOf } from '../support/job.js'
import { rowTests } from '../support/rows.js'

const addon = loadAddon() as Addon
const available = addon.kernelSets.flatMap((set, index) => (set.available ? [index] : []))
const [best] = available
const TRAININGS = ENSEMBLE_ENTRY_POINTS.filter((entry) => entry !== 'ensembleWorkspace')

// The two words of a member's seed, its three options for sgd, and the four that all optimizers have.
const EACH = 9

const makeFor = (entry: EnsembleEntryPoint) => () => ensembleArguments(addon, entry, best)

describe('the addon, for ensembles,', () => {
  const row = rowTests()
  it('takes the arguments that the tests below make wrong', async () => {
    for (const set of available) {
      for (const entry of ENSEMBLE_ENTRY_POINTS) {
        assert.equal(await callError(addon, entry, valuesOf(ensembleArguments(addon, entry, set))), null)
      }
    }
  })

  for (const entry of ENSEMBLE_ENTRY_POINTS) addonRefusals(entry, makeFor(entry))

  it('refuses impossible numbers of members for a workspace', async () => {
    for (const members of [0, -1, 0.5, 2 ** 20 + 1, 2 ** 31, 2 ** 53, Number.NaN, Infinity]) {
      const { message } = await refusesOne(
        'ensembleWorkspace',
        makeFor('ensembleWorkspace'),
        'members',
        members,
        `${members}`,
      )
      assert.match(message, /^Expected an integer from 1 to 1048576 for members but received /)
    }
  })

  for (const entry of TRAININGS) {
    const refusesMembers = (members: Float64Array, what: string) =>
      refusesOne(entry, makeFor(entry), 'members', members, what)

    row('refuses a member more or less than the arrays are for', entry, async () => {
      for (const count of [1, 4, 6, 100]) {
        const error = await refusesMembers(ensembleJobOf(count).members, `${count} members`)
        assert.match(error.message, / for parameters /)
      }
      const most = new Float64Array(EACH * (2 ** 20 + 1)).fill(1)
      assert.match((await refusesMembers(most, 'too many members')).message, /^Expected 9 numbers for each/)
    })

    row('refuses seeds that are not 32-bit words', entry, async () => {
      for (const word of [Number.NaN, Infinity, -Infinity, 2 ** 32, -(2 ** 31) - 1, 2 ** 53, 1e300, -1e300]) {
        for (const [member, at] of [0, 1, 4].flatMap((one) => [0, 1].map((which) => [one, EACH * one + which]))) {
          const { members } = ensembleJobOf(5)
          members[at] = word
          const { message } = await refusesMembers(members, `the word ${word}`)
          assert.equal(message, `Expected a 32-bit word for the seed of member ${member}.`)
        }
      }
    })

    row('refuses options that are 0 for some members only', entry, async () => {
      for (const [at, value] of [0, 4].flatMap((member) => [2, 3, 4].map((which) => [EACH * member + which, 0]))) {
        const { members } = ensembleJobOf(5)
        members[at] = value
        const { message } = await refusesMembers(members, 'such options')
        assert.equal(message, 'An option of the optimizer is 0 for some members and not for others.')
      }
      const plain = ensembleJobOf(5, { ...SMALL, optimizer: 'sgd' })
      plain.members[EACH * 3 + 3] = 0.5
      const given = valuesOf(ensembleArguments(addon, entry, best, plain))
      assert.match((await refuses(entry, given, 'momentum for one member')).message, /^An option of the optimizer /)
    })
  }

  it('refuses any drawn arguments', async () => {
    const odd = fc.oneof(
      fc.anything({ withTypedArray: true, withBigInt: true, withMap: true, withNullPrototype: true }),
      fc.constantFrom(...printableWrongKinds()),
      fc.constantFrom(...available, 1, 2, Number.NaN),
      fc.float64Array({ maxLength: 40 }),
      fc.constant(encodePlan(addon, jobOf(SMALL).plan)),
    )
    const entries = fc.constantFrom(...TRAININGS)
    await fc.assert(
      fc.asyncProperty(entries, fc.array(odd, { maxLength: 12 }), async (entry, given) => {
        await refuses(entry, given, 'them')
      }),
      { numRuns: drawCount(1000) },
    )
  })

  it('refuses a flag to stop at that is no single number', async () => {
    const entry = 'trainEnsembleAsync'
    for (const value of [new Int32Array(0), new Int32Array(2), new Uint32Array(1), new Float64Array(1)]) {
      const { message } = await refusesOne(entry, makeFor(entry), 'cancelled', value, 'it')
      assert.match(message, /^Expected an Int32Array( of length 1)? for cancelled/)
    }
  })

  it('stops all members where its flag is set', async () => {
    const CANCELLED = 3
    const job = () => ensembleJobOf(40, { ...SMALL, fit: { ...SMALL.fit, epochs: 1_000_000 } })
    for (const set of available) {
      const given = valuesOf(ensembleArguments(addon, 'trainEnsembleAsync', set, job()))
      const promise = call(addon, 'trainEnsembleAsync', given) as Promise<TrainingOutcome[]>
      const [flag] = given.slice(-1) as [Int32Array]
      await new Promise((resolve) => setTimeout(resolve, 20))
      Atomics.store(flag, 0, 1)
      const outcomes = await promise
      assert.equal(outcomes.length, 40)
      assert.ok(outcomes.every(({ status, parameter }) => status === CANCELLED && parameter === -1))
    }
  })

  it('copies plan and members before it begins', async () => {
    const run = () => valuesOf(ensembleArguments(addon, 'trainEnsembleAsync', best))
    const [expected, actual] = [run(), run()]
    await call(addon, 'trainEnsembleAsync', expected)
    const promise = call(addon, 'trainEnsembleAsync', actual)
    for (const array of [actual[1], actual[2]] as Float64Array[]) array.fill(Number.NaN)
    await promise
    sameBits(actual[4] as Float64Array, expected[4] as Float64Array, 'parameters')
  })
})
