/** `network.gradients`: its meaning, its options and its results. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type LayerOption, Network, type NetworkOptions, Trainer } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { implementations } from '../support/paths.js'
import { rowTests } from '../support/rows.js'
import { activationNames, activationTable, layerTypes } from '../support/tables.js'
import { numbers } from '../support/values.js'

interface Fixture {
  readonly name: string
  readonly network: NetworkOptions
  readonly parameters: readonly number[]
  readonly x: readonly number[]
  readonly outputGradients: readonly number[]
  readonly expected: Readonly<Record<'output' | 'parameters' | 'inputs', readonly number[]>>
}

const file = new URL('../../../test/fixtures/pytorch/gradients/gradients.json', import.meta.url)
const fixtures: readonly Fixture[] = JSON.parse(readFileSync(file, 'utf8')).cases

const makeNetwork = ({ network, parameters }: Fixture): Network =>
  new Network({ ...network, parameters: Float64Array.from(parameters) })

/** The layers of a network and of its blocks. */
const allLayers = (layers: readonly LayerOption[]): LayerOption[] =>
  layers.flatMap((layer) => [layer, ...allLayers(layer.layers ?? [])])

/** Fails unless all values are within 1e-10 of the expected ones, or of the largest where they are small. */
function near(actual: Float64Array, expected: readonly number[], what: string): void {
  assert.equal(actual.length, expected.length, what)
  const largest = Math.max(...expected.map(Math.abs))
  const at = expected.findIndex(
    (value, i) => !(Math.abs(actual[i] - value) <= 1e-10 * Math.abs(value) + 1e-13 * largest),
  )
  assert.ok(at < 0, `${what}[${at}] is ${actual[at]}, expected ${expected[at]}`)
}

const LAYERS: readonly LayerOption[] = [{ units: 4, activation: 'tanh' }, { units: 2 }]
const network = new Network({ inputs: 3, layers: LAYERS, seed: 1 })
const x = numbers(15, 1)
const dOutput = numbers(10, 2)

describe('the gradients of a network by PyTorch', () => {
  const row = rowTests()
  for (const fixture of fixtures) {
    for (const backend of implementations) {
      row('are equal to 1e-10', `${fixture.name} on ${backend}`, () => {
        const model = makeNetwork(fixture)
        near(model.predict(Float64Array.from(fixture.x), { backend }), fixture.expected.output, 'output')
        const { parameters, inputs } = model.gradients(
          Float64Array.from(fixture.x),
          Float64Array.from(fixture.outputGradients),
          { backend },
        )
        near(parameters, fixture.expected.parameters, 'parameters')
        near(inputs, fixture.expected.inputs, 'inputs')
      })
    }
  }

  it('are there for every activation and every kind of layer', () => {
    const met = fixtures.flatMap(({ network: { layers } }) => allLayers(layers as readonly LayerOption[]))
    const activations = new Set(met.map(({ activation }) => activation ?? 'linear'))
    assert.deepEqual(
      activationNames.filter((name) => !activations.has(name)),
      [],
    )
    const types = new Set(met.map(({ type }) => type ?? 'dense'))
    assert.deepEqual(
      layerTypes.filter((name) => !types.has(name)),
      [],
    )
  })
})

describe('gradients', () => {
  const row = rowTests()
  for (const activation of activationNames) {
    const hidden = activationTable[activation].kind === 'row' ? 'softplus' : activation
    row('are near the differences of predictions', activation, () => {
      const layers = [
        { units: 5, activation: hidden },
        { units: 3, activation },
      ] as readonly LayerOption[]
      const model = new Network({ inputs: 3, layers, seed: 2 })
      const weights = numbers(15, 3)
      const sum = () => model.predict(x).reduce((total, value, i) => total + value * weights[i], 0)
      const { parameters, inputs } = model.gradients(x, weights)
      const differences = (values: Float64Array) =>
        values.map((value, i) => {
          values[i] = value + 1e-5
          const above = sum()
          values[i] = value - 1e-5
          const below = sum()
          values[i] = value
          return (above - below) / 2e-5
        })
      const expected = { parameters: differences(model.parameters), inputs: differences(x) }
      parameters.forEach((value, i) => {
        assert.ok(Math.abs(value - expected.parameters[i]) < 1e-8, `parameters[${i}]`)
      })
      inputs.forEach((value, i) => {
        assert.ok(Math.abs(value - expected.inputs[i]) < 1e-8, `inputs[${i}]`)
      })
    })
  }

  it('are those of a training whose loss has these derivatives', () => {
    // The velocity of the first step is the gradient.
    const optimizer = { name: 'sgd', learningRate: Number.MIN_VALUE, momentum: 0.5 } as const
    for (const backend of implementations) {
      const model = network.clone()
      const trainer = new Trainer(model, { loss: 'halfSquaredError', optimizer, backend })
      const y = numbers(10, 4)
      const difference = model.predict(x, { backend }).map((value, i) => (value - y[i]) * (1 / 5))
      const { parameters } = model.gradients(x, difference, { backend, inputs: false })
      trainer.fitSync(x, y, { batchSize: 5, shuffle: false })
      sameBits(parameters, trainer.optimizerState, backend)
    }
  })

  it('are written to the arrays given, which are returned, and nothing else is', () => {
    for (const backend of implementations) {
      const expected = network.gradients(x, dOutput, { backend })
      const parameters = new Float64Array(network.parameterCount).fill(Number.NaN)
      const inputs = new Float64Array(x.length).fill(Number.NaN)
      const both = network.gradients(x, dOutput, { backend, parameters, inputs })
      assert.deepEqual(Object.keys(both), ['parameters', 'inputs'])
      assert.ok(both.parameters === parameters && both.inputs === inputs)
      sameBits(parameters, expected.parameters, 'parameters')
      sameBits(inputs, expected.inputs, 'inputs')
      inputs.fill(7)
      const first = network.gradients(x, dOutput, { backend, parameters, inputs: false })
      assert.deepEqual(Object.keys(first), ['parameters'])
      assert.ok(first.parameters === parameters && inputs.every((value) => value === 7))
      parameters.fill(7)
      const second = network.gradients(x, dOutput, { backend, parameters: false, inputs })
      assert.deepEqual(Object.keys(second), ['inputs'])
      assert.ok(second.inputs === inputs && parameters.every((value) => value === 7))
      sameBits(inputs, expected.inputs, 'inputs')
    }
  })

  it('take arrays of rows', () => {
    const rowsOf = (values: Float64Array, width: number) =>
      Array.from({ length: values.length / width }, (_, i) => Array.from(values.subarray(i * width, (i + 1) * width)))
    const { parameters, inputs } = network.gradients(rowsOf(x, 3), rowsOf(dOutput, 2))
    const expected = network.gradients(x, dOutput)
    sameBits(parameters, expected.parameters, 'parameters')
    sameBits(inputs, expected.inputs, 'inputs')
  })

  it('have 0 for moving statistics, and for columns with categories', () => {
    const layers: LayerOption[] = [
      { type: 'embedding', columns: [{ column: 1, categories: 3, units: 2 }], trainable: false },
      { type: 'batchNormalization', trainable: false },
      { units: 2 },
    ]
    const samples = numbers(15, 1).map((value, i) => (i % 3 === 1 ? i % 2 : value))
    for (const backend of implementations) {
      const model = new Network({ inputs: 3, layers, seed: 1 })
      const { parameters, inputs } = model.gradients(samples, dOutput, { backend })
      const statistics = parameters.subarray(6 + 8, 6 + 16)
      assert.ok(statistics.every((value) => Object.is(value, 0)))
      assert.ok(inputs.every((value, i) => (i % 3 === 1 ? Object.is(value, 0) : value !== 0)))
      // The vector of a category that no row has; all others have gradients, although the layer is not trained.
      sameBits(parameters.subarray(4, 6), Float64Array.of(-0, -0), 'the third vector')
      assert.ok(parameters.subarray(0, 4).every((value) => value !== 0))
    }
  })

  it('may overflow where the parameters are finite', () => {
    const model = new Network({ inputs: 1, layers: [{ units: 1 }], parameters: Float64Array.of(1e300, 0) })
    for (const backend of implementations) {
      const { parameters, inputs } = model.gradients([[1e200]], [[1e200]], { backend })
      assert.deepEqual([Array.from(parameters), Array.from(inputs)], [[Infinity, 1e200], [Infinity]])
    }
  })

  it('of parameters that are not finite are an error that names the tensor', () => {
    const model = new Network({ inputs: 1, layers: [{ units: 1 }], parameters: Float64Array.of(Number.NaN, 0) })
    for (const backend of implementations) {
      assert.throws(() => model.gradients([[1]], [[1]], { backend }), {
        name: 'RangeError',
        message: /^Expected finite numbers for the weights of layer 0 but received NaN/,
      })
    }
  })
})
