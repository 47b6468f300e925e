/** How networks start: each initializer's distribution, and which of them a layer gets. */
import assert from 'node:assert/strict'
import { Ensemble, type InitializerOption, type LayerOption, Network } from 'lockstep-nn'
import { bitsOf, sameBits } from '../support/bits.js'
import { rowTests } from '../support/rows.js'
import { activationNames, initializerNames } from '../support/tables.js'
import { denseRanges } from '../support/tensors.js'

const weightsOf = (initializer: InitializerOption | undefined, seed: number, inputs = 100, units = 100): Float64Array =>
  new Network({ inputs, layers: [{ units }], initializer, seed }).parameters.subarray(0, inputs * units)

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
const variance = (values: Float64Array): number => {
  const middle = mean(values)
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length
}

describe('an initializer', () => {
  const row = rowTests()
  const glorot = Math.sqrt(6 / (100 + 50))
  const he = Math.sqrt(6 / 100)
  const lecun = Math.sqrt(3 / 100)
  const uniforms: readonly (readonly [InitializerOption, number, number])[] = [
    ['uniform', -0.05, 0.05],
    [{ name: 'uniform', min: 2, max: 5 }, 2, 5],
    ['glorotUniform', -glorot, glorot],
    ['heUniform', -he, he],
    ['lecunUniform', -lecun, lecun],
  ]
  for (const [initializer, low, high] of uniforms) {
    row('draws all of its range alike', JSON.stringify(initializer), () => {
      const weights = weightsOf(initializer, 7, 100, 50)
      assert.ok(weights.every((weight) => weight >= low && weight < high))
      const tenths = new Array<number>(10).fill(0)
      for (const weight of weights) tenths[Math.floor((10 * (weight - low)) / (high - low))]++
      // 500 each are expected, with a standard deviation of 21.
      assert.ok(
        tenths.every((count) => Math.abs(count - 500) < 110),
        tenths.join(' '),
      )
    })
  }

  const normals: readonly (readonly [InitializerOption, number, number])[] = [
    ['normal', 0, 0.05],
    [{ name: 'normal', mean: 3, stddev: 2 }, 3, 2],
    ['glorotNormal', 0, Math.sqrt(2 / 200)],
    ['heNormal', 0, Math.sqrt(2 / 100)],
    ['lecunNormal', 0, Math.sqrt(1 / 100)],
  ]
  for (const [initializer, middle, deviation] of normals) {
    row('has the moments of a normal distribution', JSON.stringify(initializer), () => {
      const scaled = weightsOf(initializer, 8).map((weight) => (weight - middle) / deviation)
      // Of 10,000 draws: five standard deviations of each estimate.
      assert.ok(Math.abs(mean(scaled)) < 0.05)
      assert.ok(Math.abs(variance(scaled) - 1) < 0.071)
      assert.ok(Math.abs(mean(scaled.map((value) => value ** 3))) < 0.2)
      assert.ok(Math.abs(mean(scaled.map((value) => value ** 4)) - 3) < 0.5)
      const outside = scaled.filter((value) => Math.abs(value) > 1.96).length
      assert.ok(Math.abs(outside - 500) < 110)
    })
  }

  const constants: readonly (readonly [InitializerOption, number])[] = [
    ['zeros', 0],
    ['ones', 1],
    ['constant', 0],
    [{ name: 'constant', value: -2.5 }, -2.5],
  ]
  for (const [initializer, value] of constants) {
    row('gives the same for all weights', JSON.stringify(initializer), () => {
      assert.ok(weightsOf(initializer, 1).every((weight) => Object.is(weight, value)))
    })
  }

  it('truncatedNormal draws values beyond two standard deviations again', () => {
    const scaled = weightsOf({ name: 'truncatedNormal', mean: 3, stddev: 2 }, 8).map((weight) => (weight - 3) / 2)
    assert.ok(scaled.every((value) => Math.abs(value) <= 2))
    assert.ok(scaled.some((value) => Math.abs(value) > 1.95))
    assert.ok(Math.abs(mean(scaled)) < 0.045)
    // 1 - 4 φ(2) / (2 Φ(2) - 1), the variance between -2 and 2
    assert.ok(Math.abs(variance(scaled) - 0.7737) < 0.04)
    // The share within one deviation is that of a normal distribution truncated at two.
    const within = scaled.filter((value) => Math.abs(value) < 1).length
    assert.ok(Math.abs(within / 10_000 - 0.6827 / 0.9545) < 0.023)
  })

  for (const [inputs, units] of [
    [40, 40],
    [60, 25],
    [25, 60],
    [1, 7],
    [7, 1],
    [1, 1],
  ] as const) {
    row('makes the vectors of the shorter side orthogonal: orthogonal', `${inputs} × ${units}`, () => {
      const weights = weightsOf({ name: 'orthogonal', gain: 3 }, 5, inputs, units)
      const at = (vector: number, k: number) => weights[units <= inputs ? k * units + vector : vector * units + k]
      const [count, length] = [Math.min(inputs, units), Math.max(inputs, units)]
      for (let i = 0; i < count; i++) {
        for (let j = 0; j <= i; j++) {
          let product = 0
          for (let k = 0; k < length; k++) product += at(i, k) * at(j, k)
          assert.ok(Math.abs(product - (i === j ? 9 : 0)) < 1e-13, `${i} with ${j}: ${product}`)
        }
      }
    })
  }

  it('orthogonal prefers no direction', () => {
    // For vectors on the unit sphere in 10 dimensions, each coordinate has mean 0 and variance 1/10.
    const values = Float64Array.from(
      Array.from({ length: 200 }, (_, seed) => [...weightsOf('orthogonal', seed, 10, 10)]).flat(),
    )
    assert.ok(Math.abs(mean(values)) < 0.012)
    assert.ok(Math.abs(variance(values) - 0.1) < 0.003)
    // The last vectors, which depend on all others, as well as the first.
    const corners = Array.from({ length: 400 }, (_, seed) => weightsOf('orthogonal', seed, 4, 4)[15])
    assert.ok(Math.abs(mean(Float64Array.from(corners))) < 0.13)
  })

  it("of a layer overrides the network's, and uses no numbers of other layers", () => {
    const layers = [{ units: 5 }, { units: 4, weightsInitializer: 'heNormal' }, { units: 3 }] as const
    const network = new Network({ inputs: 6, layers, initializer: 'uniform', seed: 3 })
    const like = (initializer: InitializerOption) =>
      new Network({ inputs: 6, layers: layers.map(({ units }) => ({ units })), initializer, seed: 3 }).parameters
    const [own, other] = [like('heNormal'), like('uniform')]
    sameBits(network.parameters.subarray(0, 35), other.subarray(0, 35), 'the first layer')
    sameBits(network.parameters.subarray(35, 59), own.subarray(35, 59), 'the second layer')
    sameBits(network.parameters.subarray(59), other.subarray(59), 'the third layer')
    assert.equal(JSON.stringify(network).includes('Initializer'), false)
    assert.equal(Network.fromJSON(JSON.stringify(network)).digest(), network.digest())
  })

  it('of a bias fills it, and leaves the weights as they were', () => {
    const make = (biasInitializer?: InitializerOption) =>
      new Network({
        inputs: 3,
        layers: [
          { units: 50, biasInitializer },
          { units: 2, biasInitializer },
        ],
        seed: 3,
      })
    const plain = make().parameters
    const { parameters } = make({ name: 'constant', value: 0.125 })
    const drawn = make({ name: 'uniform', min: 2, max: 3 }).parameters
    for (const [from, to] of [
      [0, 150],
      [200, 300],
    ]) {
      sameBits(parameters.subarray(from, to), plain.subarray(from, to), 'weights')
      sameBits(drawn.subarray(from, to), plain.subarray(from, to), 'weights')
    }
    for (const [from, to] of [
      [150, 200],
      [300, 302],
    ]) {
      assert.ok(parameters.subarray(from, to).every((value) => value === 0.125))
      assert.ok(drawn.subarray(from, to).every((value) => value >= 2 && value < 3))
    }
    assert.ok(new Set(drawn.subarray(150, 200)).size > 40)
  })

  it('of layers is used for ensembles too', () => {
    const layers: LayerOption[] = [
      { units: 3, weightsInitializer: 'orthogonal', biasInitializer: 'ones' },
      { units: 1 },
    ]
    const { members } = new Ensemble({ inputs: 2, layers, seeds: [4, 5] })
    for (const [i, seed] of [4, 5].entries()) {
      sameBits(members[i].parameters, new Network({ inputs: 2, layers, seed }).parameters, `member ${i}`)
    }
  })

  for (const name of initializerNames) {
    row('leaves biases at 0, and gives the same for the same seed', name, () => {
      const layers = [{ units: 5 }, { units: 3 }]
      const make = (seed: number) => new Network({ inputs: 4, layers, initializer: name, seed })
      const { plan, parameters } = make(9)
      for (const layer of plan.layers) {
        assert.ok(parameters.subarray(...denseRanges(layer).bias).every((value) => Object.is(value, 0)))
      }
      sameBits(make(9).parameters, parameters, 'parameters')
      if (!['zeros', 'ones', 'constant'].includes(name))
        assert.notDeepEqual(bitsOf(make(10).parameters), bitsOf(parameters))
    })
  }

  it('uses all bits of a seed', () => {
    const seeds = [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 52, 2 ** 53 - 1]
    const starts = seeds.map((seed) => bitsOf(weightsOf('uniform', seed, 2, 2)).join())
    assert.equal(new Set(starts).size, seeds.length)
  })

  it('draws each layer from a stream of its own', () => {
    const { parameters } = new Network({ inputs: 3, layers: [{ units: 3 }, { units: 3 }], seed: 1 })
    assert.notDeepEqual(bitsOf(parameters.slice(0, 9)), bitsOf(parameters.slice(12, 21)))
    const longer = new Network({ inputs: 3, layers: [{ units: 3 }, { units: 3 }, { units: 2 }], seed: 1 })
    sameBits(longer.parameters.subarray(0, 24), parameters, 'the first layers')
  })

  const RECTIFIERS = ['relu', 'leakyRelu', 'relu6', 'hardSwish', 'elu', 'gelu', 'silu', 'mish']
  it("is He's for the family of relu, LeCun's for selu, else Glorot's, with the seed 0", () => {
    for (const activation of activationNames) {
      const layers = [{ units: 3, activation } as LayerOption]
      const other = activation === 'selu' ? 'lecunNormal' : 'glorotUniform'
      const initializer = RECTIFIERS.includes(activation) ? 'heUniform' : other
      const expected = new Network({ inputs: 3, layers, initializer, seed: 0 })
      sameBits(new Network({ inputs: 3, layers }).parameters, expected.parameters, activation)
    }
  })
})
