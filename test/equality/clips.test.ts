/** Clips of norms whose squares are larger or smaller than any number. */
import assert from 'node:assert/strict'
import { DivergenceError, Ensemble, type LayerOption, Network, type OptimizerOption, Trainer } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { paths } from '../support/paths.js'
import { type DenseTraining, dataFor, SIMPLE, sameAsReference } from '../support/reference-runs.js'
import { rowTests } from '../support/rows.js'
import { numbers } from '../support/values.js'

const layers: LayerOption[] = [{ units: 1 }]
// The error is -1e153: the loss is finite, the gradients are -3e163, -4e163 and -1e153, their squares are not.
const x = [[3e10, 4e10]]
const y = [[1e153]]

/** The change of parameters of 0 in a step of plain descent with a rate of 1. */
function stepBy(backend: string, options: object): Float64Array {
  const network = new Network({ inputs: 2, layers, parameters: new Float64Array(3) })
  const optimizer = { name: 'sgd', learningRate: 1, ...options } as OptimizerOption
  new Trainer(network, { loss: 'halfSquaredError', optimizer, backend }).fitSync(x, y)
  return network.parameters
}

function near(actual: Float64Array, expected: readonly number[], where: string): void {
  for (const [i, value] of expected.entries()) {
    const size = Math.abs(value)
    assert.ok(Math.abs(actual[i] - value) <= 4e-16 * size, `${where}: ${actual[i]}, expected ${value}`)
  }
}

for (const backend of paths) {
  describe(`a clip of a norm on ${backend}`, () => {
    it('scales gradients whose squares overflow to its norm', () => {
      // By hand: the weights' gradients are 5e163 · (-0.6, -0.8), and the bias's is no part of the norm.
      for (const most of [1, 1e-20, 1e160]) {
        near(stepBy(backend, { globalClipNorm: most }), [0.6 * most, 0.8 * most, 2e-11 * most], `${most} of all`)
        near(stepBy(backend, { clipNorm: most }), [0.6 * most, 0.8 * most, Math.min(most, 1e153)], `${most} of each`)
      }
    })

    it('leaves gradients whose norm is smaller', () => {
      for (const options of [{ globalClipNorm: 1e170 }, { clipNorm: 1e170 }]) {
        sameBits(stepBy(backend, options), Float64Array.of(3e163, 4e163, 1e153), JSON.stringify(options))
      }
    })

    it('makes no finite step of a gradient that is not finite', () => {
      for (const name of ['sgd', 'adam', 'rmsprop', 'adagrad', 'adadelta', 'nadam', 'lion'] as const) {
        for (const clip of [{ globalClipNorm: 1 }, { clipNorm: 1 }]) {
          const network = new Network({ inputs: 2, layers, parameters: new Float64Array(3) })
          const trainer = new Trainer(network, { loss: 'halfSquaredError', optimizer: { name, ...clip }, backend })
          const where = `${name}, ${JSON.stringify(clip)}`
          // 1e153 · 1e200; the loss is finite.
          assert.throws(() => trainer.fitSync([[1e200, 1]], y), DivergenceError, where)
          sameBits(network.parameters, new Float64Array(3), where)
        }
      }
    })

    it('clips each member of an ensemble by itself', () => {
      const sizes = [1e-170, 1, 1e150, 1e152, 0, 1e10, 1e-200, 3e152, 2]
      for (const clip of [
        { globalClipNorm: 0.5 },
        { clipNorm: 0.5 },
        { globalClipNorm: 1e-180 },
        { clipNorm: 1e-180 },
      ]) {
        const optimizer = { name: 'sgd', learningRate: 1, ...clip } as const
        const options = { loss: 'halfSquaredError', optimizer } as const
        const shape = {
          inputs: 3,
          layers: [{ units: 2 }, { units: 1, trainable: false }, { units: 1 }] as LayerOption[],
        }
        const count = new Network(shape).parameterCount
        const own = (size: number): Float64Array => numbers(count, 7, size)
        const parameters = Float64Array.from(sizes.flatMap((size) => [...own(size)]))
        const start = parameters.slice()
        const ensemble = new Ensemble({ ...shape, seeds: sizes.map((_, i) => i), parameters })
        const data = [[[3, 4, 1]], [[0]]] as const
        new Trainer(ensemble, { ...options, backend }).fitSync(data[0], data[1])
        for (const [i, size] of sizes.entries()) {
          const mine = start.slice(i * count, (i + 1) * count)
          const alone = new Network({ ...shape, parameters: mine })
          try {
            new Trainer(alone, { ...options, backend: 'typescript' }).fitSync(data[0], data[1])
          } catch (error) {
            assert.ok(error instanceof DivergenceError)
          }
          sameBits(ensemble.members[i].parameters, alone.parameters, `${JSON.stringify(clip)}, size ${size}`)
        }
      }
    })
  })
}

describe('a clip of norms has the bits of the reference on every backend', () => {
  const row = rowTests()
  const small: DenseTraining = {
    ...SIMPLE,
    layers: SIMPLE.layers.map((layer, l) => ({ ...layer, trainable: l === 0 })),
  }
  const wide: DenseTraining = {
    ...SIMPLE,
    rows: 70,
    batchSize: 67,
    inputs: 19,
    layers: [
      { ...SIMPLE.layers[0], units: 70 },
      { ...SIMPLE.layers[0], units: 53 },
      { ...SIMPLE.layers[1], units: 3 },
    ],
  }
  for (const [title, training] of Object.entries({
    'a small network': SIMPLE,
    'a frozen layer': small,
    'a wide one': wide,
  })) {
    row('where squares overflow', title, () => {
      const data = dataFor(training)
      const large = { start: data.start, x: data.x.map((v) => v * 1e100), y: data.y.map((v) => v * 1e140) }
      for (const most of [0.3, 1e-30, 1e300]) {
        for (const clip of ['clipNorm', 'globalClipNorm']) {
          sameAsReference({ ...training, learningRate: most === 1e300 ? 1e-300 : 0.01, [clip]: most }, large)
        }
      }
    })

    row('where squares vanish', title, () => {
      const data = dataFor(training)
      const tiny = { start: data.start.map((v) => v * 1e-160), x: data.x, y: data.y.map((v) => v * 1e-160) }
      for (const most of [1e-200, 1e-162, 1e-159, 1e-150]) {
        for (const clip of ['clipNorm', 'globalClipNorm']) sameAsReference({ ...training, [clip]: most }, tiny)
      }
    })
  }
})
