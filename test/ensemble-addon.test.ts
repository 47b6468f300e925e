/** The addon's entry points for ensembles with wrong arguments: an error each, never a crash, and nothing written. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { TrainingOutcome } from '#lib/kernels/plan.js'
import { type Addon, encodePlan, loadAddon } from '#lib/native.js'
import { sameBits } from './support/bits.js'
import { type Argument, call, errorOf, printableWrongKinds, SMALL, wrongKinds } from './support/calls.js'
import {
  ENSEMBLE_ENTRY_POINTS,
  type EnsembleEntryPoint,
  ensembleArguments,
  ensembleJobOf,
} from './support/ensemble-calls.js'
import { jobOf } from './support/job.js'
import { refuses, valuesOf } from './support/refuses.js'
import { detached, outOfBounds } from './support/wrong.js'

const addon = loadAddon() as Addon
const available = addon.kernelSets.flatMap((set, index) => (set.available ? [index] : []))
const [best] = available
const TRAININGS = ENSEMBLE_ENTRY_POINTS.filter((entry) => entry !== 'ensembleWorkspace')

const namesOf = (entry: EnsembleEntryPoint): string[] => ensembleArguments(addon, entry, best).map(([name]) => name)

/** What is expected for an argument. */
function kindOf(entry: EnsembleEntryPoint, name: string): string {
  if (name === 'set') return 'the index of a kernel set'
  if (name === 'cancelled') return 'an Int32Array'
  if (name === 'threads' || entry === 'ensembleWorkspace') return name === 'the plan' ? 'a Float64Array' : 'a number'
  return 'a Float64Array'
}

/** Refuses arguments that fit but for one. */
async function refusesOne(entry: EnsembleEntryPoint, at: number, value: unknown, what: string): Promise<Error> {
  const given = valuesOf(ensembleArguments(addon, entry, best))
  given[at] = value
  return await refuses(entry, given, what)
}

describe('the addon, for ensembles,', () => {
  it('takes the arguments that the tests below make wrong', async () => {
    for (const set of available) {
      for (const entry of ENSEMBLE_ENTRY_POINTS) {
        assert.equal(await errorOf(addon, entry, valuesOf(ensembleArguments(addon, entry, set))), null)
      }
    }
  })

  for (const entry of ENSEMBLE_ENTRY_POINTS) {
    it(`refuses missing arguments: ${entry}`, async () => {
      const good = valuesOf(ensembleArguments(addon, entry, best))
      for (let count = 0; count < good.length; count++) {
        await refuses(entry, good.slice(0, count), `${count} arguments`)
      }
    })

    it(`refuses arguments of wrong kinds: ${entry}`, async () => {
      for (const [at, name] of namesOf(entry).entries()) {
        for (const [kind, value] of wrongKinds()) {
          const { name: type, message } = await refusesOne(entry, at, value, `${kind} for ${name}`)
          const expected = `Expected ${kindOf(entry, name)} for ${name}.`.replace(/ for set\.$/, '.')
          assert.deepEqual([type, message], ['TypeError', expected])
        }
      }
    })

    it(`refuses kernel sets that do not exist or cannot run: ${entry}`, async () => {
      for (const set of [-1, 0.5, addon.kernelSets.length, 2 ** 53, Number.NaN, Infinity, -Infinity]) {
        const { message } = await refusesOne(entry, 0, set, `the kernel set ${set}`)
        assert.match(message, /^There is no kernel set /)
      }
      for (const [set, { name, available: runs, reason }] of addon.kernelSets.entries()) {
        if (runs) continue
        assert.equal((await refusesOne(entry, 0, set, name)).message, `${name} cannot run here: ${reason}`)
      }
    })

    it(`refuses impossible numbers of threads: ${entry}`, async () => {
      const at = namesOf(entry).indexOf('threads')
      for (const threads of [0, -1, 0.5, 2 ** 31, 2 ** 53, Number.NaN, Infinity, -Infinity]) {
        const { name, message } = await refusesOne(entry, at, threads, `${threads} threads`)
        assert.equal(name, 'RangeError')
        assert.match(message, /^Expected an integer from 1 to \d+ for threads but received /)
      }
    })
  }

  it('refuses impossible numbers of members for a workspace', async () => {
    for (const members of [0, -1, 0.5, 2 ** 20 + 1, 2 ** 31, 2 ** 53, Number.NaN, Infinity]) {
      const { message } = await refusesOne('ensembleWorkspace', 2, members, `${members} members`)
      assert.match(message, /^Expected an integer from 1 to 1048576 for members but received /)
    }
  })

  for (const entry of TRAININGS) {
    it(`refuses arrays of wrong lengths, of wrong elements, and without memory: ${entry}`, async () => {
      for (const [at, name] of namesOf(entry).entries()) {
        if (kindOf(entry, name) !== 'a Float64Array') continue
        const { length } = ensembleArguments(addon, entry, best)[at][1] as Float64Array
        const wrong: Argument[] = [
          ['an array of length 0', new Float64Array(0)],
          ['an array that is too short', new Float64Array(length - 1)],
          ['float32 values', new Float32Array(length)],
          ['a detached array', detached(length)],
          ['an array whose buffer has shrunk', outOfBounds(length)],
          // A workspace may be longer than it must.
          ...(name === 'workspace' ? [] : [['an array that is too long', new Float64Array(length + 1)] as const]),
        ]
        for (const [kind, value] of wrong) {
          const { message } = await refusesOne(entry, at, value, `${kind} for ${name}`)
          if (name === 'members') assert.match(message, /for members\.$|^Expected 5 numbers for each member but /)
          else assert.match(message, name === 'the plan' ? /plan/ : new RegExp(` for ${name}\\b`))
        }
      }
    })

    it(`refuses a member more or less than the arrays are for: ${entry}`, async () => {
      for (const count of [1, 4, 6, 100]) {
        const error = await refusesOne(entry, 2, ensembleJobOf(count).members, `${count} members`)
        assert.match(error.message, / for parameters /)
      }
      const most = new Float64Array(5 * (2 ** 20 + 1)).fill(1)
      assert.match((await refusesOne(entry, 2, most, 'too many members')).message, /^Expected 5 numbers for each/)
    })

    it(`refuses seeds that are no words: ${entry}`, async () => {
      for (const word of [Number.NaN, Infinity, -Infinity, 2 ** 32, -(2 ** 31) - 1, 2 ** 53, 1e300, -1e300]) {
        for (const [member, at] of [0, 1, 4].flatMap((one) => [0, 1].map((which) => [one, 5 * one + which]))) {
          const { members } = ensembleJobOf(5)
          members[at] = word
          const { message } = await refusesOne(entry, 2, members, `the word ${word}`)
          assert.equal(message, `Expected a 32-bit word for the seed of member ${member}.`)
        }
      }
    })

    it(`refuses options that are 0 for some members: ${entry}`, async () => {
      for (const [at, value] of [0, 4].flatMap((member) => [2, 3, 4].map((which) => [5 * member + which, 0]))) {
        const { members } = ensembleJobOf(5)
        members[at] = value
        const { message } = await refusesOne(entry, 2, members, 'such options')
        assert.equal(message, 'An option of the optimizer is 0 for some members and not for others.')
      }
      const plain = ensembleJobOf(5, { ...SMALL, optimizer: 'sgd' })
      plain.members[5 * 3 + 3] = 0.5
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
      { numRuns: 1000 },
    )
  })

  it('refuses a flag to stop at that is no single number', async () => {
    for (const value of [new Int32Array(0), new Int32Array(2), new Uint32Array(1), new Float64Array(1)]) {
      const { message } = await refusesOne('trainEnsembleAsync', 10, value, 'it')
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
