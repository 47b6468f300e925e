/** Networks: predictions, summaries, and exact restoring. */
import assert from 'node:assert/strict'
import { type LayerOption, Network, type SavedNetwork, Trainer } from 'lockstep-nn'
import { bitsOf, sameBits } from '../support/bits.js'
import { implementations } from '../support/paths.js'
import { ODD_VALUES } from '../support/values.js'

describe('the parameters of a network', () => {
  for (const [title, buffer] of [
    ['an ArrayBuffer', () => new ArrayBuffer(100)],
    ['a SharedArrayBuffer', () => new SharedArrayBuffer(100)],
  ] as const) {
    it(`are used in place, over ${title}`, async () => {
      const whole = buffer()
      const parameters = new Float64Array(whole, 16, 9)
      parameters.set([1, 2, 3, 4, 5, 6, 0.5, -0.5, 0])
      const network = new Network({ inputs: 2, layers: [{ units: 3 }], parameters })
      assert.equal(network.parameters, parameters)
      // [1, 10] times [[1, 2, 3], [4, 5, 6]], and the bias
      assert.deepEqual([...network.predict([[1, 10]])], [41.5, 51.5, 63])
      parameters[8] = 7
      assert.deepEqual([...network.predict([[1, 10]])], [41.5, 51.5, 70])
      for (const path of implementations) {
        const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd', backend: path })
        const before = [parameters.slice(), parameters.slice()]
        trainer.fitSync([[1, 1]], [[0, 0, 0]])
        assert.notDeepEqual(bitsOf(parameters), bitsOf(before[0]))
        before[1].set(parameters)
        await trainer.fit([[1, 1]], [[0, 0, 0]])
        assert.notDeepEqual(bitsOf(parameters), bitsOf(before[1]))
      }
      const around = new Uint8Array(whole)
      assert.ok([...around.subarray(0, 16), ...around.subarray(88)].every((byte) => byte === 0))
    })
  }

  it('are counted', () => {
    assert.equal(new Network({ inputs: 2, layers: [{ units: 2 }, { units: 1 }] }).parameterCount, 9)
    assert.equal(new Network({ inputs: 784, layers: [{ units: 30 }, { units: 10 }] }).parameterCount, 23860)
  })
})

describe('predict', () => {
  const network = new Network({ inputs: 2, layers: [{ units: 3, activation: 'tanh' }, { units: 2 }], seed: 5 })
  const x = Float64Array.of(0.5, -1, 2, 0, -0, 1e-310)

  it('takes rows in any form', () => {
    const expected = network.predict(x)
    assert.equal(expected.length, 6)
    sameBits(
      network.predict([
        [0.5, -1],
        [2, 0],
        [-0, 1e-310],
      ]),
      expected,
      'an array of arrays',
    )
    sameBits(network.predict([x.slice(0, 2), x.slice(2, 4), [-0, 1e-310]]), expected, 'rows of both kinds')
  })

  it('gives each row the prediction that it has alone, on every backend', () => {
    const rows = new Float64Array(2 * 150).map((_, i) => Math.sin(i))
    const expected = network.predict(rows, { backend: 'typescript' })
    for (const backend of implementations) {
      sameBits(network.predict(rows, { backend }), expected, backend)
      for (const row of [0, 1, 63, 64, 149]) {
        const alone = network.predict(rows.subarray(2 * row, 2 * row + 2), { backend })
        sameBits(alone, expected.subarray(2 * row, 2 * row + 2), `${backend}, row ${row}`)
      }
    }
  })

  it('writes into the output that is given, and nowhere else', () => {
    const whole = new Float64Array(10).fill(7)
    const output = whole.subarray(2, 8)
    assert.equal(network.predict(x, { output }), output)
    sameBits(output, network.predict(x), 'output')
    assert.deepEqual([...whole.subarray(0, 2), ...whole.subarray(8)], [7, 7, 7, 7])
  })
})

describe('a saved network', () => {
  const layers: LayerOption[] = [
    { units: 3, activation: 'leakyRelu', alpha: 0.1 },
    { units: 2, activation: 'softmax' },
  ]
  const odd = ODD_VALUES

  it('is restored with the same bits and digest, from an object and from text', () => {
    for (let shift = 0; shift < odd.length; shift++) {
      const parameters = new Float64Array(20).map((_, i) => odd[(i + shift) % odd.length])
      const network = new Network({ inputs: 3, layers, parameters })
      const text = JSON.stringify(network)
      for (const saved of [network.toJSON(), text, JSON.parse(text) as SavedNetwork]) {
        const back = Network.fromJSON(saved)
        sameBits(back.parameters, parameters, 'parameters')
        assert.equal(back.digest(), network.digest())
        assert.deepEqual(back.layers, network.layers)
        assert.equal(JSON.stringify(back), text)
      }
    }
  })

  it('keeps its digest whatever zero its options are', () => {
    const network = new Network({ inputs: 1, layers: [{ units: 1, activation: 'leakyRelu', alpha: -0 }] })
    assert.ok(Object.is(network.layers[0].options.alpha, 0))
    assert.equal(Network.fromJSON(JSON.stringify(network)).digest(), network.digest())
  })

  it('continues training with the bits of the saved one', () => {
    const network = new Network({ inputs: 3, layers, seed: 3 })
    const back = Network.fromJSON(JSON.stringify(network))
    for (const one of [network, back]) {
      const trainer = new Trainer(one, { loss: 'categoricalCrossentropy', optimizer: 'adam' })
      trainer.fitSync(
        [
          [1, 2, 3],
          [3, 2, 1],
        ],
        [
          [0, 1],
          [1, 0],
        ],
        { epochs: 10 },
      )
    }
    assert.equal(back.digest(), network.digest())
  })

  it('has the documented form', () => {
    const network = new Network({ inputs: 1, layers: [{ units: 1 }], parameters: Float64Array.of(1, -0) })
    const { digest, ...rest } = network.toJSON()
    assert.match(digest, /^[0-9a-f]{64}$/)
    assert.deepEqual(rest, {
      format: 'lockstep-nn',
      version: 1,
      inputs: 1,
      layers: [{ units: 1, activation: 'linear' }],
      parameters: 'AAAAAAAA8D8AAAAAAAAAgA==',
    })
  })
})

describe('summary', () => {
  it('is a table of the layers', () => {
    const layers = [{ units: 16, activation: 'relu' } as const, { units: 10, activation: 'softmax' } as const]
    assert.equal(
      new Network({ inputs: 64, layers }).summary(),
      [
        'layer  activation  inputs × units  parameters',
        '0      relu        64 × 16               1040',
        '1      softmax     16 × 10                170',
        '1210 parameters in all',
      ].join('\n'),
    )
  })
})
