/** The addon's `metric`, `metricWorkspace` and `evaluate` with arguments that fit each but not each other. */
import assert from 'node:assert/strict'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { addonRefusals, refuses, refusesOne, valuesOf } from '../support/addon-refusals.js'
import { type Argument, argumentsOf, call, callError, placeOf } from '../support/calls.js'

const addon = loadAddon() as Addon
const best = addon.kernelSets.findIndex(({ available }) => available)
const make = () => argumentsOf(addon, 'metric', best)

/** The arguments with some of them replaced. */
function withOthers(given: readonly Argument[], others: Readonly<Record<string, unknown>>): unknown[] {
  const values = valuesOf(given)
  for (const [name, value] of Object.entries(others)) values[placeOf(given, name)] = value
  return values
}

describe("the addon's metrics", () => {
  for (const entry of ['metric', 'metricWorkspace'] as const) {
    addonRefusals(entry, entry, () => argumentsOf(addon, entry, best))

    it(`refuse codes, rows and outputs that do not exist: ${entry}`, async () => {
      const ranges = { code: [0, addon.metrics.length - 1], rows: [1, 2 ** 31 - 1], outputs: [1, 2 ** 24] }
      for (const [name, [min, max]] of Object.entries(ranges)) {
        for (const value of [min - 1, max + 1, 0.5, -(2 ** 31), 2 ** 53, Number.NaN, Infinity, -Infinity]) {
          const arguments_ = () => argumentsOf(addon, entry, best)
          const error = await refusesOne(entry, arguments_, name, value, `${value}`)
          assert.equal(error.name, 'RangeError')
          assert.ok(
            error.message.startsWith(`Expected an integer from ${min} to ${max} for ${name} but received `),
            error.message,
          )
        }
      }
    })
  }

  it('refuse signs other than 0 and 1', async () => {
    for (const signs of [-1, 2, 0.5, Number.NaN]) {
      const { message } = await refusesOne('metric', make, 'signs', signs, `${signs}`)
      assert.ok(message.startsWith('Expected an integer from 0 to 1 for signs but received '), message)
    }
  })

  it('refuse another number of options than the metric has, and take any numbers in them', async () => {
    for (const [code, { name, options }] of addon.metrics.entries()) {
      const workspace = new Float64Array(64)
      for (let length = 0; length < 4; length++) {
        for (const value of [Number.NaN, Infinity, -Infinity, -1, 0.5, 1e300]) {
          const values = withOthers(make(), { code, workspace, options: new Float64Array(length).fill(value) })
          if (length === options.length) assert.equal(await callError(addon, 'metric', values), null, name)
          else assert.match((await refuses('metric', values, `${length} options`)).message, /for options but/)
        }
      }
    }
  })

  it('refuse a workspace that is too short for the metric, the rows or the outputs', async () => {
    for (const [code, { name, options }] of addon.metrics.entries()) {
      for (const [rows, outputs] of [
        [1, 1],
        [7, 1],
        [2, 12],
      ]) {
        const length = addon.metricWorkspace(best, code, rows, outputs)
        if (length === 0) continue
        const [targets, predictions] = [new Float64Array(rows * outputs), new Float64Array(rows * outputs)]
        const given = { code, rows, outputs, targets, predictions, options: new Float64Array(options.length) }
        const values = (size: number) => withOthers(make(), { ...given, workspace: new Float64Array(size) })
        assert.equal(await callError(addon, 'metric', values(length)), null, name)
        const { message } = await refuses('metric', values(length - 1), 'a workspace that is too short')
        assert.match(message, new RegExp(`at least length ${length} for workspace`))
      }
    }
  })

  it('refuse targets and predictions that do not have the rows and outputs', async () => {
    for (const [name, value] of [
      ['rows', 8],
      ['rows', 10],
      ['outputs', 1],
      ['outputs', 3],
    ] as const) {
      const { message } = await refusesOne('metric', make, name, value, `${value}`)
      assert.match(message, /^Expected a Float64Array of length \d+ for targets but received one of length 18\.$/)
    }
  })

  it('refuse a workspace that shares memory with another array', async () => {
    for (const name of ['options', 'targets', 'predictions']) {
      const given = make()
      const { length } = given[placeOf(given, name)][1] as Float64Array
      const size = (given[placeOf(given, 'workspace')][1] as Float64Array).length
      const memory = new Float64Array(length + size)
      for (const [at, from] of [
        [0, length - 1],
        [size - 1, 0],
      ]) {
        const workspace = memory.subarray(from, from + size)
        const values = withOthers(given, { [name]: memory.subarray(at, at + length), workspace })
        const { message } = await refuses('metric', values, `${name} in the workspace`)
        assert.match(message, /share no memory/)
      }
    }
  })
})

describe("the addon's evaluate", () => {
  it('refuses an output that shares memory with another array, and takes one of length 0', async () => {
    const given = argumentsOf(addon, 'evaluate', best)
    const output = given[placeOf(given, 'output')][1] as Float64Array
    for (const name of ['parameters', 'x', 'y', 'sampleWeight', 'workspace']) {
      const array = given[placeOf(given, name)][1] as Float64Array
      const memory = new Float64Array(output.length + array.length)
      memory.set(array)
      const shared = { [name]: memory.subarray(0, array.length) }
      const last = memory.subarray(array.length - 1, array.length - 1 + output.length)
      const { message } = await refuses(
        'evaluate',
        withOthers(given, { ...shared, output: last }),
        `an output in ${name}`,
      )
      assert.match(message, /share no memory/)
      const next = memory.subarray(array.length, array.length + output.length)
      assert.equal(await callError(addon, 'evaluate', withOthers(given, { ...shared, output: next })), null)
    }
    const without = withOthers(given, { output: new Float64Array(0) })
    assert.equal(call(addon, 'evaluate', without), call(addon, 'evaluate', valuesOf(given)))
  })
})
