/** What every wrong call of the addon must do: throw, and write nothing. */
import assert from 'node:assert/strict'
import { type Addon, loadAddon } from '#lib/native.js'
import { isFloat64Array } from '#lib/validate.js'
import { bitsOf } from './bits.js'
import { type AddonFunction, type Argument, errorOf } from './calls.js'

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
export async function refuses(entry: AddonFunction, given: readonly unknown[], what: string): Promise<Error> {
  const arrays = given.filter((value): value is Float64Array => isFloat64Array(value) && hasMemory(value))
  const before = arrays.map(bitsOf)
  const error = await errorOf(addon, entry, given)
  assert.ok(error instanceof Error, `${entry} took ${what}`)
  assert.ok(!/read the|made a/.test(error.message), `${entry} looked into ${what}`)
  arrays.forEach((array, i) => {
    assert.deepEqual(bitsOf(array), before[i], `${entry} wrote to an array in spite of ${what}`)
  })
  return error
}
