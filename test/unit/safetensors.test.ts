/** Networks as safetensors files: exact, readable by other programs, and safe against invalid files. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type LayerOption, Network } from 'lockstep-nn'
import { fromSafetensors, loadSafetensors, toSafetensors } from 'lockstep-nn/formats'
import { cases } from '../support/arbitraries.js'
import { bitsOf, sameBits } from '../support/bits.js'
import { drawCount, leastCount } from '../support/drawn.js'
import { networkOf } from '../support/run.js'
import { edited, fileOf, float32Bytes, partsOf, tiny, tinyFile } from '../support/safetensors.js'
import { ODD_VALUES } from '../support/values.js'

describe('a safetensors file', () => {
  it('restores any network to the bit', () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const network = networkOf(drawn)
        const back = fromSafetensors(toSafetensors(network))
        sameBits(back.parameters, network.parameters, 'parameters')
        assert.deepEqual(back.layers, network.layers)
        assert.equal(back.digest(), network.digest())
        assert.equal(JSON.stringify(back), JSON.stringify(network))
      }),
      { numRuns: drawCount(200) },
    )
  })

  it('restores odd values, and those of shared memory', () => {
    const odd = ODD_VALUES
    const parameters = new Float64Array(new SharedArrayBuffer(8 * 20)).map((_, i) => odd[i % odd.length])
    const network = new Network({ inputs: 3, layers: [{ units: 5 }], parameters })
    sameBits(fromSafetensors(toSafetensors(network)).parameters, parameters, 'parameters')
  })

  it('has the layout that docs/models.md states', () => {
    const network = new Network({
      inputs: 2,
      layers: [
        { units: 3, activation: 'leakyRelu', alpha: 0.1 },
        { units: 1, activation: 'sigmoid' },
      ],
      seed: 4,
    })
    const bytes = toSafetensors(network)
    const { header, data } = partsOf(bytes)
    assert.equal(data.byteOffset % 8, 0, 'the data can be mapped')
    assert.deepEqual(header, {
      __metadata__: {
        format: 'lockstep-nn',
        version: '1',
        architecture:
          '{"inputs":2,"layers":[{"units":3,"activation":"leakyRelu","alpha":0.1},{"units":1,"activation":"sigmoid"}]}',
        digest: network.digest(),
      },
      'layers.0.weights': { dtype: 'F64', shape: [2, 3], data_offsets: [0, 48] },
      'layers.0.bias': { dtype: 'F64', shape: [3], data_offsets: [48, 72] },
      'layers.1.weights': { dtype: 'F64', shape: [3, 1], data_offsets: [72, 96] },
      'layers.1.bias': { dtype: 'F64', shape: [1], data_offsets: [96, 104] },
    })
    const view = new DataView(data.buffer, data.byteOffset)
    const values = network.parameters.map((_, i) => view.getFloat64(8 * i, true))
    sameBits(values, network.parameters, 'the data')
  })

  it('is read with its tensors in any order, and from within a larger buffer', () => {
    const { header, data } = partsOf(tinyFile())
    const { __metadata__, 'layers.0.weights': weights, 'layers.0.bias': bias } = header
    const turned = fileOf(
      {
        'layers.0.bias': { ...bias, data_offsets: [0, 16] },
        __metadata__,
        'layers.0.weights': { ...weights, data_offsets: [16, 48] },
      },
      new Uint8Array([...data.subarray(32), ...data.subarray(0, 32)]),
    )
    const around = new Uint8Array(turned.length + 13).fill(7)
    around.set(turned, 5)
    const back = fromSafetensors(around.subarray(5, 5 + turned.length))
    sameBits(back.parameters, tiny().parameters, 'parameters')
  })

  it('may lack the digest, but may not have another', () => {
    const without = edited(tinyFile(), (header) => {
      delete header.__metadata__.digest
    })
    assert.equal(fromSafetensors(without).digest(), tiny().digest())
  })
})

describe('loadSafetensors', () => {
  const layers: LayerOption[] = [{ units: 2 }]
  const target = () => new Network({ inputs: 3, layers, seed: 1 })
  const weights = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
  const foreign = fileOf(
    {
      'fc.bias': { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
      'fc.weight': { dtype: 'F32', shape: [2, 3], data_offsets: [8, 32] },
      step: { dtype: 'I64', shape: [], data_offsets: [32, 40] },
    },
    new Uint8Array([...float32Bytes(-1, 2), ...float32Bytes(...weights), ...new Uint8Array(8)]),
  )
  const [a, b, c, d, e, f] = weights.map(Math.fround)

  it('widens float32 exactly, under names given as a table, and transposes matrices', () => {
    const network = target()
    const names = { 'layers.0.weights': 'fc.weight', 'layers.0.bias': 'fc.bias' }
    loadSafetensors(network, foreign, { names, transposed: true })
    sameBits(network.parameters, Float64Array.of(a, d, b, e, c, f, -1, 2), 'parameters')
  })

  it('takes names from a function, and matrices as they are', () => {
    const network = new Network({ inputs: 2, layers: [{ units: 3 }] })
    const file = fileOf(
      {
        WEIGHTS: { dtype: 'F32', shape: [2, 3], data_offsets: [12, 36] },
        BIAS: { dtype: 'F32', shape: [3], data_offsets: [0, 12] },
      },
      float32Bytes(7, 8, 9, ...weights),
    )
    loadSafetensors(network, file, { names: (name) => name.replace('layers.0.', '').toUpperCase() })
    sameBits(network.parameters, Float64Array.of(a, b, c, d, e, f, 7, 8, 9), 'parameters')
  })

  it('fills the arrays of the network itself', () => {
    const network = tiny()
    const { parameters } = network
    parameters.fill(0)
    loadSafetensors(network, tinyFile())
    assert.equal(network.parameters, parameters)
    sameBits(parameters, tiny().parameters, 'parameters')
  })
})

describe('an invalid safetensors file', () => {
  const source = new Network({ inputs: 2, layers: [{ units: 3, activation: 'leakyRelu', alpha: 0.25 }, { units: 2 }] })
  const good = toSafetensors(source)

  const mutation = fc.oneof(
    fc.record({
      kind: fc.constant('flip' as const),
      at: fc.nat(good.length - 1),
      bits: fc.integer({ min: 1, max: 255 }),
    }),
    fc.record({ kind: fc.constant('flip' as const), at: fc.nat(500), bits: fc.integer({ min: 1, max: 255 }) }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat(good.length - 1), bits: fc.constant(0) }),
    fc.record({ kind: fc.constant('drop' as const), at: fc.nat(good.length - 1), bits: fc.constant(0) }),
    fc.record({ kind: fc.constant('insert' as const), at: fc.nat(good.length - 1), bits: fc.nat(255) }),
  )
  type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never

  function mutated(bytes: Uint8Array, { kind, at, bits }: Mutation): Uint8Array {
    const place = at % Math.max(1, bytes.length)
    if (kind === 'cut') return bytes.slice(0, place)
    if (kind === 'drop') return new Uint8Array([...bytes.subarray(0, place), ...bytes.subarray(place + 1)])
    if (kind === 'insert') return new Uint8Array([...bytes.subarray(0, place), bits, ...bytes.subarray(place)])
    const copy = bytes.slice()
    if (copy.length > 0) copy[place] ^= bits
    return copy
  }

  const isClear = (error: unknown): boolean =>
    (error instanceof TypeError || error instanceof RangeError) &&
    /^(Expected .* but received|Unknown option) /s.test(error.message)

  const outcomes = { taken: 0, refused: 0 }
  function attempt(act: () => void): boolean {
    try {
      act()
      outcomes.taken++
      return true
    } catch (error) {
      assert.ok(isClear(error), `${error}`)
      outcomes.refused++
      return false
    }
  }

  it('gives the same network or a clear error, whichever bytes change', () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const bytes = mutations.reduce(mutated, good)
        attempt(() => {
          const back = fromSafetensors(bytes)
          // Without the digest, which may have lost its key, values may differ; the architecture is still one of a network.
          if (new TextDecoder().decode(bytes).includes('"digest"')) assert.equal(back.digest(), source.digest())
        })
      }),
      { numRuns: drawCount(5000) },
    )
    assert.ok(outcomes.refused > leastCount(1000))
  })

  it('never fills a network by half', () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const bytes = mutations.reduce(mutated, good)
        const network = new Network({ inputs: 2, layers: [{ units: 3 }, { units: 2 }], seed: 9 })
        const before = bitsOf(network.parameters)
        if (!attempt(() => loadSafetensors(network, bytes))) assert.deepEqual(bitsOf(network.parameters), before)
      }),
      { numRuns: drawCount(2000) },
    )
  })

  it('is refused at every length but its own', () => {
    for (let length = 0; length < good.length; length++) {
      assert.throws(() => fromSafetensors(good.subarray(0, length)), isClear)
    }
  })

  it('is refused, or read, when it is any bytes and any JSON', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        assert.throws(() => fromSafetensors(bytes), isClear)
        assert.throws(() => fromSafetensors(fileOf(new TextDecoder().decode(bytes), bytes)), isClear)
      }),
    )
    fc.assert(
      fc.property(fc.json(), fc.uint8Array({ maxLength: 16 }), (json, data) => {
        assert.throws(() => fromSafetensors(fileOf(json, data)), isClear)
        assert.throws(() => fromSafetensors(fileOf(`{"layers.0.weights":${json}}`, data)), isClear)
        assert.throws(() => fromSafetensors(fileOf(`{"__metadata__":${json}}`, data)), isClear)
      }),
    )
  })
})
