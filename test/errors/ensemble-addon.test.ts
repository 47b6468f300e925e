/** Trainings of several members by the addon with wrong arguments: an error each, never a crash, and nothing written. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { encodePlan } from '#lib/backend/encode.js'
import { addonRefusals, refuses, refusesOne, valuesOf } from '../support/addon-refusals.js'
import { sameBits } from '../support/bits.js'
import { argumentsOf, call, callError, printableWrongKinds, SMALL, SPECIAL, WIDE } from '../support/calls.js'
import { drawCount } from '../support/drawn.js'
import { ensembleJobOf } from '../support/ensemble-job.js'
import { jobOf } from '../support/job.js'
import { rowTests } from '../support/rows.js'

const addon = loadAddon() as Addon
const available = addon.kernelSets.flatMap((set, index) => (set.available ? [index] : []))
const [best] = available
const TRAININGS = ['train', 'trainAsync'] as const

// The place of the parameters among the arguments.
const PARAMETERS = 5

// The two words of a member's seed, its three options for sgd, and the four that all optimizers have.
const EACH = 9

type TrainingEntry = (typeof TRAININGS)[number]

const ensembleArguments = (entry: TrainingEntry, set = best, job = ensembleJobOf(5)) =>
  argumentsOf(addon, entry, set, job, 2)
const makeFor = (entry: TrainingEntry) => () => ensembleArguments(entry)

describe('the addon, for ensembles,', () => {
  const row = rowTests()
  it('takes the arguments that the tests below make wrong', async () => {
    for (const set of available) {
      for (const entry of TRAININGS) {
        assert.equal(await callError(addon, entry, valuesOf(ensembleArguments(entry, set))), null)
      }
    }
  })

  for (const entry of TRAININGS) addonRefusals(`${entry} of 5 members`, entry, makeFor(entry))

  for (const entry of TRAININGS) {
    const refusesMembers = (members: Float64Array, what: string) =>
      refusesOne(entry, makeFor(entry), 'members', members, what)

    row('refuses a member more or less than the arrays are for', entry, async () => {
      for (const count of [1, 4, 6, 100]) {
        const error = await refusesMembers(ensembleJobOf(count).members, `${count} members`)
        assert.match(error.message, / for (parameters|series) /)
      }
      assert.match((await refusesMembers(new Float64Array(0), 'one member')).message, / for (parameters|series) /)
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
      const given = valuesOf(ensembleArguments(entry, best, plain))
      assert.match((await refuses(entry, given, 'momentum for one member')).message, /^An option of the optimizer /)
    })
  }

  for (const entry of TRAININGS) {
    row('refuses rates of dropout that are no fractions', entry, async () => {
      for (const rate of [Number.NaN, Infinity, -Infinity, 1, 1.5, -0.25]) {
        for (const member of [0, 3, 4]) {
          const job = ensembleJobOf(5, SPECIAL)
          const each = job.members.length / 5
          job.members[each * (member + 1) - 1] = rate
          const { message } = await refuses(entry, valuesOf(ensembleArguments(entry, best, job)), `the rate ${rate}`)
          assert.equal(message, `Expected possible options of layer 2 of member ${member}.`)
        }
      }
    })
  }

  it('refuses any drawn arguments, with a plan that fits among them', async () => {
    const odd = fc.oneof(
      fc.anything({ withTypedArray: true, withBigInt: true, withMap: true, withNullPrototype: true }),
      fc.constantFrom(...printableWrongKinds()),
      fc.constantFrom(...available, 1, 2, Number.NaN),
      fc.float64Array({ maxLength: 40 }),
      fc.constant(encodePlan(addon, jobOf(SMALL).plan)),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...TRAININGS), fc.array(odd, { maxLength: 26 }), async (entry, given) => {
        await refuses(entry, given, 'them')
      }),
      { numRuns: drawCount(1000) },
    )
  })

  it('trains an only member with the seed and the options of its own, on any number of threads', () => {
    for (const common of [SMALL, WIDE]) {
      const own = ensembleJobOf(1, common)
      own.members[2] /= 2
      const [seedLow, seedHigh, ...options] = own.members
      const plan = { ...own.plan, seedLow, seedHigh, optimizerOptions: Float64Array.from(options) }
      const network = { ...jobOf(common), plan, parameters: own.parameters.slice() }
      for (const set of available) {
        for (const threads of [1, 2, 3]) {
          const [actual, expected] = [own, network].map((job) => {
            const copy = { ...job, parameters: job.parameters.slice(), state: job.state.slice() }
            call(addon, 'train', valuesOf(argumentsOf(addon, 'train', set, copy, threads)))
            return copy.parameters
          })
          assert.notDeepEqual(actual, own.parameters)
          sameBits(actual, expected, `${addon.kernelSets[set].name} on ${threads} threads`)
        }
      }
    }
  })

  it('copies plan, members and what is watched before it begins', async () => {
    const run = () => valuesOf(ensembleArguments('trainAsync'))
    const [expected, actual] = [run(), run()]
    await call(addon, 'trainAsync', expected)
    const promise = call(addon, 'trainAsync', actual)
    for (const array of [actual[1], actual[2], actual[4]] as Float64Array[]) array.fill(Number.NaN)
    await promise
    sameBits(actual[PARAMETERS] as Float64Array, expected[PARAMETERS] as Float64Array, 'parameters')
  })
})
