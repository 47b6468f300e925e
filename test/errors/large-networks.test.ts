/** Networks too large for one buffer or one string: digests of any size, and refusals before any work. */
import assert from 'node:assert/strict'
import { constants } from 'node:buffer'
import { createHash } from 'node:crypto'
import { freemem } from 'node:os'
import fc from 'fast-check'
import { Network } from 'lockstep-nn'
import { Model } from 'lockstep-nn/data'
import { toModule, toSafetensors } from 'lockstep-nn/formats'
import { requireTextFits } from '#lib/checks/json-text.js'
import { base64Length, base64Of, digestOfValues, valuesOfBase64 } from '#lib/network/saved.js'
import { sameBits } from '../support/bits.js'

const MOST = constants.MAX_STRING_LENGTH

/** Zeros, which need no memory until they are written to. */
const zeros = (inputs: number, units: number): Network =>
  new Network({ inputs, layers: [{ units }], parameters: new Float64Array((inputs + 1) * units) })

describe('the digest of values', () => {
  const numbers = fc.oneof(fc.double(), fc.constantFrom(-0, Number.NaN, Infinity, -Infinity))

  it('is SHA-256 of a text, a line end and the bytes, in pieces of any size', () => {
    fc.assert(
      fc.property(fc.array(numbers, { maxLength: 40 }), fc.integer({ min: 1, max: 50 }), (list, piece) => {
        const values = Float64Array.from(list)
        // As docs/numerics states it: one NaN for all, whose bytes are 0x7ff8000000000000.
        const bytes = new DataView(new ArrayBuffer(8 * list.length))
        for (const [i, value] of list.entries()) {
          if (Number.isNaN(value)) bytes.setBigUint64(8 * i, 0x7ff8000000000000n, true)
          else bytes.setFloat64(8 * i, value, true)
        }
        const expected = createHash('sha256').update('text\n').update(bytes).digest('hex')
        assert.equal(digestOfValues('text', values, piece), expected)
        assert.equal(digestOfValues('text', values), expected)
        const shared = new Float64Array(new SharedArrayBuffer(8 * list.length))
        shared.set(values)
        assert.equal(digestOfValues('text', shared, piece), expected)
      }),
    )
  })

  it('works beyond 2^31 bytes', function () {
    this.timeout(120_000)
    // The values are never written to, but a system may reserve memory for them all the same.
    if (freemem() < 2 ** 32) this.skip()
    const network = zeros(2 ** 14, 2 ** 14)
    assert.ok(8 * network.parameterCount > 2 ** 31)
    const hash = createHash('sha256').update(
      '{"inputs":16384,"layers":[{"inputs":16384,"units":16384,"activation":"linear","options":{}}]}\n',
    )
    // In pieces of another size: 16,385 rows of 16,384 zeros.
    const row = new Uint8Array(8 * 2 ** 14)
    for (let i = 0; i <= 2 ** 14; i++) hash.update(row)
    assert.equal(network.digest(), hash.digest('hex'))
  })
})

describe('base64 of values', () => {
  it('restores any number of values, and has the predicted length', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 30 }), (list) => {
        const values = Float64Array.from(list)
        const text = base64Of(values)
        assert.equal(text.length, base64Length(list.length))
        sameBits(valuesOfBase64(text, list.length), values, 'values')
      }),
    )
  })
})

describe('a network too large for a text', () => {
  const large = zeros(8192, 8192)

  it('is refused as JSON, before any work, with a form that can hold it', () => {
    // 8193 · 8192 parameters in base64, by hand: 4 · ⌈8 · 67117056 / 3⌉ = 715915264 characters.
    const architecture = JSON.stringify({ inputs: 8192, layers: [{ units: 8192, activation: 'linear' }] }, null, 2)
    const length = 715_915_264 + architecture.length + 256
    assert.throws(() => large.toJSON(), {
      name: 'RangeError',
      message: `Expected at most ${MOST} characters of JSON for network but received ${length}. Save it with toSafetensors() of lockstep-nn/formats.`,
    })
    assert.throws(() => JSON.stringify(large), RangeError)
  })

  it('is refused as a module', () => {
    assert.throws(() => toModule(large), {
      name: 'RangeError',
      message:
        'Expected at most 50000000 parameters for network but received a network with 67117056. Save it with toSafetensors() of lockstep-nn/formats.',
    })
  })

  it('is refused as part of a model, with what can be saved', async () => {
    const columns = Array.from({ length: 8192 }, (_, i) => ({ name: `${i}`, type: 'number', scaler: null }) as const)
    const network = new Network({
      inputs: 8192,
      layers: [{ units: 8192 }, { units: 1 }],
      parameters: new Float64Array(8193 * 8192 + 8193),
    })
    const model = new Model({ network, columns, target: { name: 'y', type: 'number', scaler: null } })
    const message = new RegExp(
      `^Expected at most ${MOST} characters of JSON for the model but received \\d{9}\\. ` +
        'Save model.network with toSafetensors\\(\\) of lockstep-nn/formats, and the columns and the target separately\\.$',
    )
    assert.throws(() => model.toJSON(), { name: 'RangeError', message })
    await assert.rejects(model.save('never.json'), { name: 'RangeError', message })
  })

  it('fits up to the last character', () => {
    const rest = { layers: [1, 2] }
    const length = JSON.stringify(rest, null, 2).length
    requireTextFits(rest, 100, 'network', 'Do not.', length + 100)
    assert.throws(() => requireTextFits(rest, 100, 'network', 'Do not.', length + 99), {
      name: 'RangeError',
      message: `Expected at most ${length + 99} characters of JSON for network but received ${length + 100}. Do not.`,
    })
  })
})

describe('a network too large for a Uint8Array', () => {
  it('is refused as a safetensors file, before any work', () => {
    const network: Network = Object.create(zeros(1, 1), { parameterCount: { value: 2 ** 50 } })
    assert.throws(() => toSafetensors(network), {
      name: 'RangeError',
      message:
        /^Expected a file that fits in a Uint8Array for network but received a network of 9007199254741\d{3} bytes\. Write network\.parameters to a file in pieces\.$/,
    })
  })
})
