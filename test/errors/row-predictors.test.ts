/** Single rows, whose memory the addon knows: memory that can be taken away is refused, and never used after that. */
import assert from 'node:assert/strict'
import { type LayerOption, Network } from 'lockstep-nn'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { encodePlan } from '#lib/backend/encode.js'
import { sameBits } from '../support/bits.js'
import { implementations } from '../support/paths.js'
import { detach, detached, growable, outOfBounds, RESIZABLE, resizable, TRANSFERRED } from '../support/wrong.js'

const addon = loadAddon() as Addon
const available = addon.kernelSets.flatMap((set, index) => (set.available ? [index] : []))
const SLOT = 5

const LAYERS: readonly LayerOption[] = [
  { units: 11, activation: 'relu' },
  { units: 3, activation: 'softmax' },
]
const networkOf = (layers = LAYERS, seed = 1) => new Network({ inputs: 4, layers, seed })
const X = [0.5, -1, 2, 0.25]
const sharedOf = (length: number) => new Float64Array(new SharedArrayBuffer(8 * length))

function prepare(set: number, layers = LAYERS): void {
  addon.predictor(set, encodePlan(addon, { ...networkOf(layers).plan, rows: 1 }), SLOT)
}

describe('the function of a slot for a single row', () => {
  it('reads the inputs from its memory, and writes the outputs after them', () => {
    const network = networkOf()
    for (const set of available) {
      prepare(set)
      const memory = sharedOf(9).fill(0.5)
      const predict = addon.rowPredictor(SLOT, memory)
      assert.ok(predict !== undefined)
      memory.set(X)
      predict(network.parameters)
      sameBits(memory.slice(4, 7), network.predict([X], { backend: 'typescript' }), 'outputs')
      assert.deepEqual([...memory.slice(0, 4), ...memory.slice(7)], [...X, 0.5, 0.5])
    }
  })

  it('exists for shared memory only, which is long enough', () => {
    prepare(available[0])
    for (const memory of [new Float64Array(7), resizable(7), detached(7), outOfBounds(7), sharedOf(6), sharedOf(0)]) {
      assert.equal(addon.rowPredictor(SLOT, memory), undefined)
    }
    assert.notEqual(addon.rowPredictor(SLOT, growable(7)), undefined)
    for (const memory of [undefined, [], new Float32Array(new SharedArrayBuffer(64)), new SharedArrayBuffer(64)]) {
      assert.throws(() => addon.rowPredictor(SLOT, memory as never), { name: 'TypeError' })
    }
    for (const slot of [-1, 0.5, addon.predictorSlots, Number.NaN]) {
      assert.throws(() => addon.rowPredictor(slot, sharedOf(7)), { name: 'RangeError' })
    }
  })

  it('refuses parameters of another length, without memory, or in the memory of the row', () => {
    const { length } = networkOf().parameters
    prepare(available[0])
    const memory = sharedOf(length)
    const predict = addon.rowPredictor(SLOT, memory) as (parameters: unknown) => void
    memory.fill(0.5)
    const short = { name: 'RangeError', message: /^Expected a Float64Array of length 91 for parameters but received / }
    for (const wrong of [new Float64Array(length - 1), new Float64Array(length + 1), detached(length)]) {
      assert.throws(() => predict(wrong), short)
    }
    assert.throws(() => predict(outOfBounds(length)), short)
    for (const wrong of [undefined, null, {}, [1], new Float32Array(length), memory.buffer]) {
      assert.throws(() => predict(wrong), { name: 'TypeError' })
    }
    assert.throws(() => predict(memory), { message: 'Expected parameters with memory of their own.' })
    assert.ok(memory.every((value) => value === 0.5))
  })

  it('refuses every call after its slot was prepared again, until it has memory for the new plan', () => {
    for (const set of available) {
      prepare(set)
      const predict = addon.rowPredictor(SLOT, sharedOf(7)) as (parameters: Float64Array) => void
      const wide = [{ units: 11 }, { units: 40 }]
      prepare(set, wide)
      const network = networkOf(wide)
      const message = 'Expected a slot that is prepared for single rows.'
      for (const { parameters } of [networkOf(), network]) assert.throws(() => predict(parameters), { message })
      assert.equal(addon.rowPredictor(SLOT, sharedOf(43)), undefined)
      const memory = sharedOf(44)
      assert.equal(addon.rowPredictor(SLOT, memory), predict)
      memory.set(X)
      predict(network.parameters)
      sameBits(memory.slice(4), network.predict([X], { backend: 'typescript' }), 'outputs')
    }
  })
})

describe('arrays of repeated predictions', () => {
  for (const backend of implementations) {
    it(`are refused once they were transferred: ${backend}`, () => {
      for (const what of ['x', 'output', 'network.parameters'] as const) {
        const parameters = networkOf().parameters.slice()
        const network = new Network({ inputs: 4, layers: LAYERS, parameters })
        const arrays = { x: Float64Array.from(X), output: new Float64Array(3), 'network.parameters': parameters }
        const predict = () => network.predict(arrays.x, { backend, output: arrays.output })
        for (let i = 0; i < 3; i++) assert.equal(predict(), arrays.output)
        detach(arrays[what])
        for (let i = 0; i < 3; i++) assert.throws(predict, (error: Error) => error.message.endsWith(TRANSFERRED))
      }
    })

    it(`are checked again where one of them is another one: ${backend}`, () => {
      const network = networkOf()
      const [x, output] = [Float64Array.from(X), new Float64Array(3)]
      const predict = (given: Float64Array, to?: Float64Array) => network.predict(given, { backend, output: to })
      const expected = predict(x, output).slice()
      for (const wrong of [resizable(4), growable(4)]) {
        assert.throws(
          () => predict(wrong, output),
          (error: Error) => error.message.endsWith(RESIZABLE),
        )
      }
      assert.throws(
        () => predict(x, resizable(3)),
        (error: Error) => error.message.endsWith(RESIZABLE),
      )
      assert.throws(() => predict(x, x.subarray(1)), { name: 'RangeError', message: /does not overlap that of x/ })
      assert.throws(() => predict(x, network.parameters.subarray(1, 4)), { name: 'RangeError' })
      sameBits(predict(x, output), expected, 'the first arrays')
      sameBits(predict(x), expected, 'a new output')
      x[2] = Number.NaN
      assert.throws(() => predict(x, output), { message: /^Expected a finite number for x\[0\]\[2\]/ })
      assert.throws(() => predict(x), { message: /^Expected a finite number for x\[0\]\[2\]/ })
      x[2] = X[2]
      // A script may define a length, which is none of the memory's.
      for (const array of [x, output]) {
        Object.defineProperty(array, 'length', { value: 1e6, configurable: true })
        sameBits(predict(x, output).slice(0, 3), expected, 'with a length of its own')
        delete (array as { length?: number }).length
      }
    })

    it(`may be shared memory: ${backend}`, () => {
      const network = networkOf()
      const expected = network.predict([X], { backend: 'typescript' })
      const [x, output] = [sharedOf(4), sharedOf(3)]
      x.set(X)
      for (let i = 0; i < 3; i++) sameBits(network.predict(x, { backend, output }).slice(), expected, 'shared')
    })
  }
})
