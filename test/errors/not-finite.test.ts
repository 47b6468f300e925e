/** Networks whose parameters are not finite: they are not saved or loaded, and predicting names the tensor. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Ensemble, Network } from 'lockstep-nn'
import { labelEncoder, Model, type SavedModel, standardScaler } from 'lockstep-nn/data'
import { fromSafetensors, loadSafetensors, toModule, toSafetensors } from 'lockstep-nn/formats'
import { toOnnx } from 'lockstep-nn/onnx'
import { parameterName } from '#lib/network/layers.js'
import { sameBits } from '../support/bits.js'
import { implementations } from '../support/paths.js'
import { handmade } from '../support/pets.js'
import { edited } from '../support/safetensors.js'

const NOT_FINITE = [Number.NaN, Infinity, -Infinity]

/** 3 · 4 + 4 weights and biases, then gamma, beta, movingMean and movingVariance of 4, then 4 · 2 + 2. */
const newNetwork = (): Network =>
  new Network({
    inputs: 3,
    layers: [{ units: 4 }, { type: 'batchNormalization', activation: 'tanh' }, { units: 2, activation: 'softmax' }],
    seed: 5,
  })
const COUNT = 42

/** The tensor of each parameter, by the sizes above. */
const NAMES = [
  ...new Array(12).fill('the weights of layer 0'),
  ...new Array(4).fill('the bias of layer 0'),
  ...new Array(4).fill('the gamma of layer 1'),
  ...new Array(4).fill('the beta of layer 1'),
  ...new Array(4).fill('the movingMean of layer 1'),
  ...new Array(4).fill('the movingVariance of layer 1'),
  ...new Array(8).fill('the weights of layer 2'),
  ...new Array(2).fill('the bias of layer 2'),
]

const broken = fc.record({
  at: fc.nat(COUNT - 1),
  value: fc.constantFrom(...NOT_FINITE),
})

const DIVERGED = 'The network has diverged, or its parameters were edited.'
const expected = (at: number, value: number, owner: string) =>
  `Expected finite numbers for ${NAMES[at]}${owner} but received ${value} of type number.`

function refusal(act: () => unknown): Error {
  try {
    act()
  } catch (error) {
    assert.ok(error instanceof RangeError)
    return error
  }
  return assert.fail('nothing was thrown')
}

/** The same as `network.toJSON()`, with another value for a parameter and the matching digest. */
function savedWith(network: Network, at: number, value: number): ReturnType<Network['toJSON']> {
  const parameters = network.parameters.slice()
  parameters[at] = value
  const bytes = Buffer.from(parameters.buffer)
  return { ...network.toJSON(), parameters: bytes.toString('base64'), digest: network.digestOf(parameters) }
}

describe('a network with a parameter that is not finite', () => {
  it('has the tensors that these tests name', () => {
    const network = newNetwork()
    assert.equal(network.parameterCount, COUNT)
    assert.deepEqual(
      NAMES,
      NAMES.map((_, at) => parameterName(network.plan, at)),
    )
  })

  it('is saved in no form, and the error names the tensor', () => {
    const forms = [(network: Network) => network.toJSON(), JSON.stringify, toSafetensors, toModule, toOnnx]
    fc.assert(
      fc.property(broken, ({ at, value }) => {
        const network = newNetwork()
        network.parameters[at] = value
        for (const form of forms) {
          assert.equal(
            refusal(() => form(network)).message,
            `${expected(at, value, ' of the network')} ${DIVERGED} Train it again, or load an older file.`,
          )
        }
      }),
    )
  })

  it('is not loaded from JSON, and the error names the tensor', () => {
    fc.assert(
      fc.property(broken, ({ at, value }) => {
        const saved = savedWith(newNetwork(), at, value)
        for (const form of [saved, JSON.stringify(saved)]) {
          const { message } = refusal(() => Network.fromJSON(form))
          assert.ok(message.startsWith(expected(at, value, ' of the saved network')), message)
        }
      }),
    )
  })

  it('is not loaded from safetensors files, in float64 or float32, and nothing is written', () => {
    fc.assert(
      fc.property(broken, fc.boolean(), ({ at, value }, narrow) => {
        const file = narrow ? float32File(newNetwork()) : toSafetensors(newNetwork())
        const width = narrow ? 4 : 8
        const data = new DataView(file.buffer, file.length - width * COUNT)
        if (narrow) data.setFloat32(4 * at, value, true)
        else data.setFloat64(8 * at, value, true)
        const other = new Network({ inputs: 3, layers: layersOf(newNetwork()), seed: 6 })
        const before = other.parameters.slice()
        const reads = [() => fromSafetensors(file), () => loadSafetensors(other, file)]
        for (const read of reads) {
          const { message } = refusal(read)
          assert.ok(message.startsWith(expected(at, value, ' of the safetensors file')), message)
        }
        sameBits(other.parameters, before, 'parameters')
      }),
    )
  })

  it('cannot be saved or loaded as part of a model', () => {
    const model = new Model(handmade())
    const saved = model.toJSON()
    // 3 inputs, 2 units: weight 4 of 6.
    const network = savedWith(model.network, 4, Number.NaN)
    assert.throws(() => Model.fromJSON({ ...saved, network } as SavedModel), /^RangeError: Expected the checksum /)
    model.network.parameters[4] = Number.NaN
    assert.throws(
      () => model.toJSON(),
      /^RangeError: Expected finite numbers for the weights of layer 0 of the network /,
    )
  })

  it('may have been edited with its digest and checksum, and is refused with the name of the tensor', async () => {
    const { createHash } = await import('node:crypto')
    const sha256 = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex')
    const model = new Model(handmade())
    const { checksum: _, ...saved } = model.toJSON()
    const network = savedWith(model.network, 4, Number.NaN)
    const digest = sha256({ columns: saved.columns, target: saved.target, network: network.digest })
    const content = { ...saved, network, digest }
    assert.throws(
      () => Model.fromJSON({ ...content, checksum: sha256(content) } as SavedModel),
      /^RangeError: Expected finite numbers for the weights of layer 0 of the saved network but received NaN of type number\./,
    )
  })

  it('still has a digest, and may be cloned', () => {
    const network = newNetwork()
    network.parameters[7] = Number.NaN
    assert.equal(network.clone().digest(), network.digest())
    assert.notEqual(network.digest(), newNetwork().digest())
  })
})

/** The layers of `newNetwork` as options. */
const layersOf = (network: Network) => network.architecture().layers as never

/** The file of a network with float32 tensors, as another program would write it. */
function float32File(network: Network): Uint8Array {
  const bytes = edited(toSafetensors(network), (header) => {
    delete header.__metadata__.digest
    for (const [name, tensor] of Object.entries(header)) {
      if (name === '__metadata__') continue
      tensor.dtype = 'F32'
      tensor.data_offsets = (tensor.data_offsets as number[]).map((offset) => offset / 2)
    }
  })
  const start = bytes.length - 8 * COUNT
  const narrow = new Uint8Array(Float32Array.from(network.parameters).buffer)
  const file = new Uint8Array(start + narrow.length)
  file.set(bytes.subarray(0, start))
  file.set(narrow, start)
  return file
}

describe('predicting with parameters that are not finite', () => {
  const x = [[1, 2, 3]]

  for (const backend of implementations) {
    it(`names the tensor: ${backend}`, () => {
      for (const value of NOT_FINITE) {
        const network = new Network({ inputs: 3, layers: [{ units: 2 }, { units: 2 }], seed: 1 })
        // 3 · 2 + 2 in the first layer; the weight of the second that reaches both outputs' sums is at 8.
        network.parameters[8] = value
        assert.throws(() => network.predict(x, { backend }), {
          name: 'RangeError',
          message: `Expected finite numbers for the weights of layer 1 but received ${value} of type number. ${DIVERGED}`,
        })
      }
    })

    it(`gives infinities where all parameters are finite: ${backend}`, () => {
      const network = new Network({ inputs: 1, layers: [{ units: 1 }], parameters: Float64Array.of(1e300, 0) })
      // 1e300 · 1e300, by hand.
      assert.deepEqual([...network.predict([[1e300], [-1e300], [1]], { backend })], [Infinity, -Infinity, 1e300])
    })
  }

  it('names the member of an ensemble', () => {
    const ensemble = new Ensemble({ inputs: 3, layers: [{ units: 2 }], seeds: [1, 2, 3] })
    ensemble.members[1].parameters[7] = Number.NaN
    assert.throws(() => ensemble.predict(x), {
      name: 'RangeError',
      message: `Expected finite numbers for the bias of layer 0 of members[1] but received NaN of type number. ${DIVERGED}`,
    })
  })
})

describe('a prediction of a model that is not finite', () => {
  const column = { name: 'a', type: 'number', scaler: null } as const
  const numbers = (weight: number, scaler = standardScaler.fit([[0], [2]])) =>
    new Model<'number'>({
      network: new Network({ inputs: 1, layers: [{ units: 1 }], parameters: Float64Array.of(weight, 0) }),
      columns: [column],
      target: { name: 'b', type: 'number', scaler },
    })
  const REMEDY = 'Look for numbers far beyond those of the training.'
  const refused = (record: string, value: number) => ({
    name: 'RangeError',
    message: `Expected a finite number for the prediction for ${record} but received ${value} of type number. ${REMEDY}`,
  })

  it('is refused for a number, by the record', () => {
    const model = numbers(1e300)
    assert.throws(() => model.predict([{ a: 1 }, { a: -1e300 }]), refused('records[1]', -Infinity))
    assert.throws(() => model.predict({ a: 1e300 }), refused('the record', Infinity))
    assert.throws(() => model.evaluate([{ a: 1e300, b: 1 }]), refused('records[0]', Infinity))
  })

  it('is refused where only the inverse of the scaler overflows', () => {
    // Scale 1e10: an output of 1e300 is 1e310.
    const model = numbers(1, standardScaler.fit([[-1e10], [1e10]]))
    assert.throws(() => model.predict([{ a: 1 }, { a: 1e300 }]), refused('records[1]', Infinity))
  })

  it('is refused for a label whose probabilities are NaN', () => {
    // Logits of Infinity in both units: the softmax of those is NaN.
    const model = new Model<'label'>({
      network: new Network({
        inputs: 1,
        layers: [{ units: 2, activation: 'softmax' }],
        parameters: Float64Array.of(1e300, 1e300, 0, 0),
      }),
      columns: [column],
      target: { name: 'b', type: 'label', encoder: labelEncoder.fit(['no', 'yes']) },
    })
    assert.deepEqual(model.predict({ a: 0 }).probabilities, { no: 0.5, yes: 0.5 })
    assert.throws(() => model.predict([{ a: 0 }, { a: 1e300 }]), refused('records[1]', Number.NaN))
    assert.throws(() => model.evaluate([{ a: 1e300, b: 'no' }]), refused('records[0]', Number.NaN))
  })

  it('is reported as caused by the parameters where it is', () => {
    const model = numbers(1)
    model.network.parameters[1] = Number.NaN
    for (const act of [() => model.predict({ a: 1 }), () => model.evaluate([{ a: 1, b: 1 }])]) {
      assert.throws(
        act,
        /^RangeError: Expected finite numbers for the bias of layer 0 but received NaN of type number\./,
      )
    }
  })

  it('is refused where scaling a number of a record overflows', () => {
    const model = new Model<'number'>({
      network: new Network({ inputs: 1, layers: [{ units: 1 }] }),
      // Scale 1e-10: 1e300 becomes 1e310.
      columns: [{ ...column, scaler: standardScaler.fit([[-1e-10], [1e-10]]) }],
      target: { name: 'b', type: 'number', scaler: null },
    })
    assert.throws(() => model.predict([{ a: 0 }, { a: 1e300 }]), {
      name: 'RangeError',
      message:
        'Expected a number that stays finite when it is scaled for column "a" of records[1] but received 1e+300 of type number. ' +
        'Look for numbers far beyond those that the scaler was fitted to.',
    })
  })
})

describe('an ONNX model in float32', () => {
  it('has only parameters that float32 can represent', () => {
    // The largest float32 is 2^128 - 2^104; from 2^128 - 2^103 on, rounding gives Infinity.
    const network = (value: number) =>
      new Network({ inputs: 1, layers: [{ units: 1 }], parameters: Float64Array.of(value, 0) })
    for (const value of [2 ** 128 - 2 ** 104, 2 ** 128 - 2 ** 103 - 2 ** 75]) {
      assert.ok(toOnnx(network(value), { precision: 'float32' }).length > 0)
      assert.ok(toOnnx(network(-value), { precision: 'float32' }).length > 0)
    }
    for (const value of [2 ** 128 - 2 ** 103, -1e300]) {
      assert.ok(toOnnx(network(value)).length > 0)
      assert.throws(() => toOnnx(network(value), { precision: 'float32' }), {
        name: 'RangeError',
        message: `Expected numbers that float32 has for layers.0.weights but received ${value} of type number. Use precision: 'float64'.`,
      })
    }
  })
})
