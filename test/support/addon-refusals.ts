/** What every wrong call of the addon must do: throw, and write nothing. */
import assert from 'node:assert/strict'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { isFloat64Array } from '#lib/checks/validate.js'
import { bitsOf } from './bits.js'
import { type Argument, callError, type EntryPoint, placeOf, wrongKinds } from './calls.js'
import { detached, outOfBounds } from './wrong.js'

const addon = loadAddon() as Addon

export const valuesOf = (given: readonly Argument[]): unknown[] => given.map(([, value]) => value)

function hasMemory(array: Float64Array): boolean {
  try {
    array.values()
    return true
  } catch {
    return false
  }
}

/** Fails unless the call throws, and leaves every array among the arguments as it is. */
export async function refuses(entry: EntryPoint, given: readonly unknown[], what: string): Promise<Error> {
  const arrays = given.filter((value): value is Float64Array => isFloat64Array(value) && hasMemory(value))
  const before = arrays.map(bitsOf)
  const error = await callError(addon, entry, given)
  assert.ok(error instanceof Error, `${entry} took ${what}`)
  assert.ok(!/read the|made a/.test(error.message), `${entry} looked into ${what}`)
  arrays.forEach((array, i) => {
    assert.deepEqual(bitsOf(array), before[i], `${entry} wrote to an array in spite of ${what}`)
  })
  return error
}

const MAY_BE_MISSING = ['members', 'watch', 'sampleWeight', 'validationWeight', 'rateFactors', 'dParameters', 'dInputs']

const mayBeMissing = (entry: EntryPoint, name: string): boolean =>
  MAY_BE_MISSING.includes(name) ||
  (entry === 'evaluate' && name === 'output') ||
  // A session allocates its own.
  (['train', 'trainAsync'].includes(entry) && name === 'workspace')

/** Makes new arguments of an entry point, which fit, for each call. */
export type Make = () => readonly Argument[]

/** Refuses arguments that fit but for the one of this name. */
export async function refusesOne(
  entry: EntryPoint,
  make: Make,
  name: string,
  value: unknown,
  what: string,
): Promise<Error> {
  const given = make()
  const values = valuesOf(given)
  values[placeOf(given, name)] = value
  return await refuses(entry, values, `${what} for ${name}`)
}

/** What is expected where this argument stands. */
function kindOf([name, value]: Argument): string {
  if (name === 'set') return 'the index of a kernel set'
  if (typeof value === 'number') return 'a number'
  return value instanceof Int32Array ? 'an Int32Array' : 'a Float64Array'
}

function aboutLength(name: string): RegExp {
  if (name === 'the plan') return /plan/
  if (name === 'watch') return /watch/
  if (name === 'members') return /for members\.$|^Expected 9 numbers for each member but /
  return new RegExp(` for ${name}\\b`)
}

/** The tests of what every entry point refuses. */
export function addonRefusals(title: string, entry: EntryPoint, make: Make): void {
  const refusesThis = (name: string, value: unknown, what: string) => refusesOne(entry, make, name, value, what)

  it(`refuses missing arguments: ${title}`, async () => {
    const good = valuesOf(make())
    for (let count = 0; count < good.length; count++) {
      await refuses(entry, good.slice(0, count), `${count} arguments`)
    }
  })

  it(`refuses arguments of wrong kinds: ${title}`, async () => {
    for (const argument of make()) {
      const [name] = argument
      const expected = `Expected ${kindOf(argument)} for ${name}.`.replace(/ for set\.$/, '.')
      for (const [kind, value] of wrongKinds()) {
        const { name: type, message } = await refusesThis(name, value, kind)
        assert.deepEqual([type, message], ['TypeError', expected])
      }
    }
  })

  it(`refuses arrays of wrong lengths, of wrong elements, and without memory: ${title}`, async () => {
    for (const [name, array] of make()) {
      if (!isFloat64Array(array)) continue
      const { length } = array
      const wrong: Argument[] = [
        ...(length === 0 ? [] : [['an array that is too short', new Float64Array(length - 1)] as const]),
        ['float32 values', new Float32Array(length)],
        ['a detached array', detached(length)],
        // An array that may be missing is so where it has no length.
        ...(length === 0 || mayBeMissing(entry, name)
          ? []
          : ([
              ['an array of length 0', new Float64Array(0)],
              ['an array whose buffer has shrunk', outOfBounds(length)],
            ] as const)),
        // A workspace may be longer than it must.
        ...(name === 'workspace' ? [] : [['an array that is too long', new Float64Array(length + 1)] as const]),
      ]
      for (const [kind, value] of wrong) {
        assert.match((await refusesThis(name, value, kind)).message, aboutLength(name))
      }
    }
  })

  it(`refuses kernel sets that do not exist or cannot run: ${title}`, async () => {
    for (const set of [-1, 0.5, addon.kernelSets.length, 1e9, 2 ** 53, Number.NaN, Infinity, -Infinity]) {
      const { name, message } = await refusesThis('set', set, `${set}`)
      assert.equal(name, 'RangeError')
      assert.match(message, /^There is no kernel set /)
    }
    for (const [set, { name, available, reason }] of addon.kernelSets.entries()) {
      if (available) continue
      assert.equal((await refusesThis('set', set, name)).message, `${name} cannot run here: ${reason}`)
    }
  })

  const most = { threads: 1024, members: 2 ** 20 }
  for (const [name, max] of Object.entries(most)) {
    if (typeof valuesOf(make())[placeOf(make(), name)] !== 'number') continue
    it(`refuses impossible numbers of ${name}: ${title}`, async () => {
      for (const count of [0, -1, 0.5, max + 1, 2 ** 31, 2 ** 53, Number.NaN, Infinity, -Infinity]) {
        const { name: type, message } = await refusesThis(name, count, `${count}`)
        assert.equal(type, 'RangeError')
        assert.ok(message.startsWith(`Expected an integer from 1 to ${max} for ${name} but received `), message)
      }
    })
  }
}
