/** The gradients of predictions: every backend gives the same bits, whatever the layers, sizes, rows and options. */
import fc, { type Arbitrary } from 'fast-check'
import { type LayerOption, Network } from 'lockstep-nn'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { chooseBackend } from '#lib/backend/choose.js'
import { encodePlan } from '#lib/backend/encode.js'
import { sameBits } from '../support/bits.js'
import { fillCategories } from '../support/case.js'
import { drawCount } from '../support/drawn.js'
import { mixedShape, shape, smallShape } from '../support/drawn-layers.js'
import { Guarded } from '../support/guarded.js'
import { compiledPaths, paths } from '../support/paths.js'
import { fillReal, ODD_VALUES, type Values } from '../support/values.js'

const odd = fc.array(fc.record({ at: fc.nat({ max: 5000 }), value: fc.constantFrom(...ODD_VALUES) }), { maxLength: 4 })
const values: Arbitrary<Values> = fc.record({
  style: fc.constantFrom('sensible', 'sensible', 'small', 'wide', 'wild'),
  seed: fc.nat(),
  odd: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: odd }),
})

interface Drawn {
  readonly inputs: number
  readonly layers: readonly LayerOption[]
  readonly rows: number
  readonly x: Values
  readonly dOutput: Values
  readonly parameters: Values | null
  readonly frozen: boolean
}

const shapes: typeof shape = fc.oneof(shape, mixedShape, mixedShape, smallShape)

const drawnGradients: Arbitrary<Drawn> = fc
  .record({
    shape: shapes,
    rows: fc.oneof(
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 1, max: 200 }),
      fc.constantFrom(1, 63, 64, 65, 128, 129),
    ),
    x: values,
    dOutput: values,
    parameters: fc.option(values),
    frozen: fc.boolean(),
  })
  .map(({ shape: { inputs, hidden, last }, ...rest }): Drawn => ({ ...rest, inputs, layers: [...hidden, last] }))

const FREEZABLE: readonly (string | undefined)[] = [
  undefined,
  'dense',
  'batchNormalization',
  'layerNormalization',
  'embedding',
]

/** Moving statistics that a training could have: a variance is not negative. */
function makeStatistics(network: Network): void {
  for (const { tensors } of network.plan.layers) {
    for (const { name, offset, rows, columns } of tensors) {
      if (name !== 'movingVariance') continue
      for (let i = offset; i < offset + rows * columns; i++) network.parameters[i] = Math.abs(network.parameters[i])
    }
  }
}

function networkOf({ inputs, layers, parameters, frozen }: Drawn): Network {
  const freeze = (layer: LayerOption, l: number): LayerOption =>
    frozen && l % 2 === 0 && FREEZABLE.includes(layer.type) ? ({ ...layer, trainable: false } as LayerOption) : layer
  const network = new Network({ inputs, layers: layers.map(freeze), seed: 5 })
  if (parameters !== null) {
    fillReal(network.parameters, parameters)
    makeStatistics(network)
  }
  return network
}

function dataOf({ inputs, layers, rows, x: ofX, dOutput: ofOutput }: Drawn, outputs: number) {
  const x = new Float64Array(rows * inputs)
  fillReal(x, ofX)
  fillCategories(x, inputs, layers, ofX.seed)
  const dOutput = new Float64Array(rows * outputs)
  fillReal(dOutput, ofOutput)
  return { x, dOutput }
}

const NONE = new Float64Array(0)

describe('the gradients of a network', () => {
  it('have the same bits on every backend, with guarded arrays, and where one part is left out', () => {
    fc.assert(
      fc.property(drawnGradients, fc.nat({ max: 7 }), (drawn, offset) => {
        const network = networkOf(drawn)
        const { x, dOutput } = dataOf(drawn, network.outputs)
        const expected = { parameters: new Float64Array(network.parameterCount), inputs: new Float64Array(x.length) }
        const { backend: specification } = chooseBackend('typescript')
        specification.gradients(network.plan)(network.parameters, x, dOutput, expected.parameters, expected.inputs)
        for (const path of paths) {
          const gradients = chooseBackend(path).backend.gradients(network.plan)
          for (const parts of ['both', 'parameters', 'inputs']) {
            const guarded = new Guarded(1e300, offset)
            const p = guarded.of(network.parameters, 'parameters')
            const samples = guarded.of(x, 'x')
            const given = guarded.of(dOutput, 'dOutput')
            const dParameters = parts === 'inputs' ? NONE : guarded.bytes(network.parameterCount, 0x7f, 'dParameters')
            const dInputs = parts === 'parameters' ? NONE : guarded.bytes(x.length, 0x7f, 'dInputs')
            gradients(p, samples, given, dParameters, dInputs)
            const what = `${path}, ${parts}`
            guarded.check(what)
            if (parts !== 'inputs') sameBits(dParameters, expected.parameters, `${what}: parameters`)
            if (parts !== 'parameters') sameBits(dInputs, expected.inputs, `${what}: inputs`)
            sameBits(p, network.parameters, `${what}: the network`)
            sameBits(samples, x, `${what}: x`)
            sameBits(given, dOutput, `${what}: dOutput`)
          }
        }
      }),
      { numRuns: drawCount(800) },
    )
  })

  it('are the sum over the rows in their order, and the derivatives of each row by itself', () => {
    fc.assert(
      fc.property(drawnGradients, fc.constantFrom(...paths), (drawn, backend) => {
        const network = networkOf(drawn)
        const { x, dOutput } = dataOf(drawn, network.outputs)
        const { inputs, outputs } = network
        const whole = { parameters: new Float64Array(network.parameterCount), inputs: new Float64Array(x.length) }
        chooseBackend(backend).backend.gradients(network.plan)(
          network.parameters,
          x,
          dOutput,
          whole.parameters,
          whole.inputs,
        )
        const { backend: specification } = chooseBackend('typescript')
        const one = specification.gradients(network.plan)
        const sum = whole.parameters.map(() => -0)
        for (let row = 0; row < drawn.rows; row++) {
          const own = { parameters: new Float64Array(network.parameterCount), inputs: new Float64Array(inputs) }
          const part = (all: Float64Array, width: number) => all.slice(row * width, (row + 1) * width)
          one(network.parameters, part(x, inputs), part(dOutput, outputs), own.parameters, own.inputs)
          own.parameters.forEach((value, i) => {
            sum[i] += value
          })
          sameBits(part(whole.inputs, inputs), own.inputs, `dL/dx of row ${row} on ${backend}`)
        }
        sameBits(whole.parameters, sum, `dL/dparameters on ${backend}`)
      }),
      { numRuns: drawCount(400) },
    )
  })

  it('are those of a network without its dropout layers', () => {
    const layers: LayerOption[] = [
      { type: 'dropout', rate: 0.5 },
      { units: 17, activation: 'tanh' },
      {
        type: 'residual',
        layers: [
          { type: 'dropout', rate: 0.25 },
          { units: 17, activation: 'relu' },
          { type: 'dropout', rate: 0.5 },
        ],
      },
      { type: 'residual', layers: [{ type: 'dropout', rate: 0.5 }] },
      { units: 3, activation: 'softmax' },
    ]
    const network = new Network({ inputs: 5, layers, seed: 2 })
    const x = Float64Array.from({ length: 35 }, (_, i) => Math.sin(i))
    const dOutput = Float64Array.from({ length: 21 }, (_, i) => Math.cos(i))
    const expected = network.gradients(x, dOutput, { backend: 'typescript' })
    const addon = loadAddon() as Addon
    for (const [set, { available, name }] of addon.kernelSets.entries()) {
      if (!available) continue
      // The addon gets the plan with its dropout layers.
      const gradients = addon.gradients(set, encodePlan(addon, { ...network.plan, rows: 1 }), 0)
      const [dParameters, dInputs] = [new Float64Array(network.parameterCount), new Float64Array(35)]
      gradients(network.parameters, x, dOutput, dParameters, dInputs)
      sameBits(dParameters, expected.parameters, name)
      sameBits(dInputs, expected.inputs, name)
    }
  })

  it('are right after many other networks have used the slots of the addon', () => {
    const { predictorSlots } = loadAddon() as Addon
    const many = Array.from(
      { length: 2 * predictorSlots + 1 },
      (_, i) => new Network({ inputs: 2, layers: [{ units: 1 + i, activation: 'tanh' }, { units: 2 }], seed: i }),
    )
    const [x, dOutput] = [Float64Array.of(1, 2, 3, 4), Float64Array.of(1, -1, 0.5, 2)]
    const expected = many.map((network) => network.gradients(x, dOutput, { backend: 'typescript' }))
    for (const backend of [...compiledPaths, ...compiledPaths]) {
      many.forEach((network, i) => {
        const { parameters, inputs } = network.gradients(x, dOutput, { backend })
        sameBits(parameters, expected[i].parameters, `network ${i} on ${backend}`)
        sameBits(inputs, expected[i].inputs, `network ${i} on ${backend}`)
      })
    }
  })
})
