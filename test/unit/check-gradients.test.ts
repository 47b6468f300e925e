/** `checkGradients` and `clone`. */
import assert from 'node:assert/strict'
import { checkGradients, type LayerOption, Network } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { targetsOf, task } from '../support/learning.js'
import { implementations } from '../support/paths.js'
import { rowTests } from '../support/rows.js'
import { activationNames, numericLossesFor } from '../support/tables.js'

const layers: readonly LayerOption[] = [
  { units: 4, activation: 'tanh', l2: 0.01 },
  { units: 3, activation: 'softplus' },
]
const networkOf = (last: LayerOption, first: Partial<LayerOption> = {}): Network =>
  new Network({ inputs: 3, layers: [{ ...layers[0], ...first } as LayerOption, layers[1], last], seed: 4 })

const { x, y } = task(9)

describe('checkGradients', () => {
  const row = rowTests()
  for (const activation of activationNames) {
    for (const loss of numericLossesFor(activation)) {
      row('finds the gradients of every loss after every activation right', `${loss} after ${activation}`, () => {
        const network = networkOf({ units: 2, activation } as LayerOption)
        const before = network.digest()
        const result = checkGradients(network, x, targetsOf(loss, y), { loss, backend: 'typescript' })
        assert.ok(result.worst < 1e-6, JSON.stringify(result))
        assert.equal(result.checked, network.parameterCount)
        assert.ok(result.parameter === 'weights' || result.parameter === 'bias')
        assert.equal(network.digest(), before)
      })
    }
  }

  it('gives the same on every backend', () => {
    const network = networkOf({ units: 2 })
    const options = { loss: 'meanSquaredError', sampleWeight: [1, 2, 0, 1, 2, 0.5, 1, 1, 1] } as const
    const expected = checkGradients(network, x, y, { ...options, backend: 'typescript' })
    for (const backend of implementations)
      assert.deepEqual(checkGradients(network, x, y, { ...options, backend }), expected)
  })

  it('finds a wrong gradient, and its position', () => {
    // At a bend the slope of one side is no difference over both.
    const network = networkOf({ units: 2, activation: 'relu' })
    const { weights, bias } = network.getLayer(2)
    weights?.fill(0)
    bias?.fill(1).set([1e-7], 1)
    const { worst, layer, parameter, index, analytic, numeric } = checkGradients(network, x, y, {
      loss: 'meanSquaredError',
    })
    assert.ok(worst > 0.1, `${worst}`)
    assert.deepEqual([layer, parameter, index], [2, 'bias', 1])
    assert.ok(Math.abs(analytic - numeric) > 0.1 * Math.abs(analytic))
  })

  it('checks a sample of the parameters, and no frozen ones', () => {
    const network = networkOf({ units: 2 }, { trainable: false })
    const all = checkGradients(network, x, y, { loss: 'meanSquaredError' })
    assert.equal(all.checked, network.parameterCount - 16)
    const some = checkGradients(network, x, y, { loss: 'meanSquaredError', sample: 5, seed: 3 })
    assert.equal(some.checked, 5)
    assert.ok(some.worst <= all.worst)
    const values = new Set(
      [1, 2, 3, 4, 5].map(
        (seed) => checkGradients(network, x, y, { loss: 'meanSquaredError', sample: 1, seed }).analytic,
      ),
    )
    assert.ok(values.size > 1)
  })

  it('moves parameters by epsilon', () => {
    const network = networkOf({ units: 2 })
    const of = (epsilon: number) => checkGradients(network, x, y, { loss: 'meanSquaredError', epsilon }).worst
    assert.ok(of(0.1) > 100 * of(1e-5))
  })

  it('refuses wrong arguments', () => {
    const network = networkOf({ units: 2 })
    const call = (options: object) => () => checkGradients(network, x, y, { loss: 'meanSquaredError', ...options })
    assert.throws(call({ epsilon: 0 }), /^RangeError: Expected a finite number above 0 for .*epsilon but received 0/)
    assert.throws(call({ sample: 1000 }), /^RangeError: Expected an integer from 1 to 39 for sample/)
    assert.throws(call({ samples: 3 }), /^TypeError: Unknown option "samples".* Did you mean "sample"\?/)
    assert.throws(call({ loss: 'mse' }), /^RangeError: Expected the name of a loss for loss/)
    assert.throws(
      () => checkGradients({} as Network, x, y, { loss: 'meanSquaredError' }),
      /^TypeError: Expected a Network/,
    )
  })
})

describe('clone', () => {
  it('is the same network with parameters of its own', () => {
    const network = networkOf({ units: 2, activation: 'leakyRelu', alpha: 0.125 }, { trainable: false })
    const copy = network.clone()
    assert.deepEqual(copy.toJSON(), network.toJSON())
    assert.deepEqual(copy.layers, network.layers)
    sameBits(copy.parameters, network.parameters, 'parameters')
    copy.parameters[0] += 1
    assert.notEqual(copy.digest(), network.digest())
  })
})
