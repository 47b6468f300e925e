/** The meaning of single options of a step, on every backend: weights, penalties, clips, frozen layers. */
import assert from 'node:assert/strict'
import { Ensemble, type LayerOption, Network, type OptimizerOption, Trainer } from 'lockstep-nn'
import { sameBits, sameNumber } from '../support/bits.js'
import { nativePaths, paths } from '../support/paths.js'
import { denseRanges, rangeOf, trainedRange } from '../support/tensors.js'
import { numbers } from '../support/values.js'

const layers = (own: Partial<LayerOption> = {}): LayerOption[] => [
  { units: 6, activation: 'tanh', ...own } as LayerOption,
  { units: 20, activation: 'sigmoid' },
  { units: 2, ...own } as LayerOption,
]
const rows = 21
const x = numbers(rows * 3, 11)
const y = numbers(rows * 2, 12)

function newTrainer(path: string, optimizer: OptimizerOption, own: Partial<LayerOption> = {}): Trainer {
  const network = new Network({ inputs: 3, layers: layers(own), seed: 8 })
  return new Trainer(network, { loss: 'halfSquaredError', optimizer, backend: path })
}

/** The gradients: the change of the parameters by one step of plain descent with a rate of 1. */
function gradientsBy(path: string, options: object, own: Partial<LayerOption> = {}, fit: object = {}): Float64Array {
  const trainer = newTrainer(path, { name: 'sgd', learningRate: 1, ...options }, own)
  const before = trainer.network.parameters.slice()
  trainer.fitSync(x, y, { batchSize: rows, shuffle: false, ...fit })
  return before.map((value, i) => value - trainer.network.parameters[i])
}

const normOf = (values: Float64Array): number => Math.hypot(...values)
const near = (actual: number, expected: number, what: string): void =>
  assert.ok(Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected)), `${what}: ${actual}, ${expected}`)

for (const path of paths) {
  describe(`on ${path}`, () => {
    it('sample weights of 1 change no bit', () => {
      for (const optimizer of ['sgd', 'adam', { name: 'sgd', clipNorm: 0.1 }] as const) {
        const [weighted, plain] = [newTrainer(path, optimizer), newTrainer(path, optimizer)]
        const sampleWeight = new Float64Array(rows).fill(1)
        const fit = { epochs: 3, batchSize: 5, seed: 3 }
        sameBits(weighted.fitSync(x, y, { ...fit, sampleWeight }).loss, plain.fitSync(x, y, fit).loss, 'loss')
        sameBits(weighted.network.parameters, plain.network.parameters, 'parameters')
        sameNumber(weighted.evaluate(x, y, { sampleWeight }).loss, plain.evaluate(x, y).loss, 'evaluate')
      }
    })

    it('a row of weight 2 counts twice, and a row of weight 0 never', () => {
      const weights = Float64Array.from({ length: rows }, (_, i) => i % 4)
      const repeated = Array.from(weights).flatMap((weight, row) => new Array<number>(weight).fill(row))
      const pick = (values: Float64Array, columns: number): Float64Array =>
        Float64Array.from(repeated.flatMap((row) => [...values.subarray(row * columns, (row + 1) * columns)]))
      const [manyX, manyY] = [pick(x, 3), pick(y, 2)]
      const trainer = newTrainer(path, { name: 'sgd', learningRate: 1 })
      const before = trainer.network.parameters.slice()
      const loss = trainer.evaluate(manyX, manyY).loss
      near(trainer.evaluate(x, y, { sampleWeight: weights }).loss, loss * (repeated.length / rows), 'loss')
      trainer.fitSync(manyX, manyY, { batchSize: repeated.length, shuffle: false })
      const gradients = gradientsBy(path, {}, {}, { sampleWeight: Array.from(weights) })
      for (const [i, gradient] of gradients.entries()) {
        near(gradient, (before[i] - trainer.network.parameters[i]) * (repeated.length / rows), `gradient ${i}`)
      }
    })

    it('a clip keeps the direction and bounds the norm', () => {
      const gradients = gradientsBy(path, {})
      const norm = normOf(gradients)
      sameBits(gradientsBy(path, { globalClipNorm: 2 * norm }), gradients, 'gradients')
      const clipped = gradientsBy(path, { globalClipNorm: norm / 3 })
      near(normOf(clipped), norm / 3, 'the norm')
      for (const [i, gradient] of clipped.entries()) near(gradient, gradients[i] / 3, `gradient ${i}`)
      const { plan } = new Network({ inputs: 3, layers: layers() })
      const most = 0.05
      const eachClipped = gradientsBy(path, { clipNorm: most })
      let some = 0
      for (const { tensors } of plan.layers) {
        for (const [from, to] of tensors.map(rangeOf)) {
          const own = normOf(gradients.subarray(from, to))
          near(normOf(eachClipped.subarray(from, to)), Math.min(own, most), 'the norm of a tensor')
          if (own > most) some++
        }
      }
      assert.ok(some > 0 && some < 2 * plan.layers.length, `${some} tensors are clipped`)
      const values = gradientsBy(path, { clipValue: 0.01 })
      for (const [i, gradient] of values.entries()) {
        near(gradient, Math.min(Math.max(gradients[i], -0.01), 0.01), `gradient ${i}`)
      }
    })

    it('frozen layers keep every bit and have no optimizer state', () => {
      for (const frozen of [[0], [1], [2], [0, 1], [0, 2], [1, 2]]) {
        const own = layers({ l2: 0.5 }).map((layer, l) => ({ ...layer, trainable: !frozen.includes(l) }) as LayerOption)
        const network = new Network({ inputs: 3, layers: own, seed: 8 })
        const optimizer = { name: 'adam', weightDecay: 0.5, clipNorm: 0.1 } as const
        const trainer = new Trainer(network, { loss: 'halfSquaredError', optimizer, backend: path })
        const before = network.parameters.slice()
        trainer.fitSync(x, y, { epochs: 3, batchSize: 4 })
        const after = network.parameters
        network.plan.layers.forEach((layer, l) => {
          const [from, end] = trainedRange(layer)
          const means = trainer.optimizerState.subarray(from, end)
          if (frozen.includes(l)) {
            sameBits(after.subarray(from, end), before.subarray(from, end), `layer ${l}`)
            assert.ok(means.every((value) => value === 0))
          } else {
            assert.ok(after.subarray(from, end).every((value, i) => value !== before[from + i]))
            assert.ok(means.some((value) => value !== 0))
          }
        })
      }
    })

    it('the loss includes the penalties', () => {
      const [l1, l2] = [0.0625, 0.125]
      const trainer = newTrainer(path, 'sgd', { l1, l2 })
      const { network } = trainer
      let penalty = 0
      for (const l of [0, 2]) {
        const { weights } = denseRanges(network.plan.layers[l])
        for (const w of network.parameters.subarray(...weights)) penalty += l1 * Math.abs(w) + l2 * w * w
      }
      const loss = newTrainer(path, 'sgd').evaluate(x, y).loss
      near(trainer.evaluate(x, y).loss, loss + penalty, 'evaluate')
      const before = trainer.evaluate(x, y).loss
      near(trainer.fitSync(x, y, { batchSize: rows, shuffle: false }).loss[0], before, 'the loss of an epoch')
    })

    it('an ensemble weighs the rows for each member, whose optimizers have options of their own', () => {
      const seeds = [3, 4, 5]
      const sampleWeight = numbers(rows, 9).map(Math.abs)
      const weightDecay = [0.5, 0.25, 0.125]
      const shape = { inputs: 3, layers: layers({ l2: 0.25 }) }
      const options = { loss: 'halfSquaredError', backend: path } as const
      const fit = { epochs: 2, batchSize: 4, sampleWeight }
      const ensemble = new Ensemble({ ...shape, seeds })
      const together = new Trainer(ensemble, {
        ...options,
        optimizer: { name: 'adam', weightDecay, globalClipNorm: 1 },
      })
      together.fitSync(x, y, fit)
      const evaluated = together.evaluate(x, y, { sampleWeight })
      for (const [i, seed] of seeds.entries()) {
        const optimizer = { name: 'adam', weightDecay: weightDecay[i], globalClipNorm: 1 } as const
        const alone = new Trainer(new Network({ ...shape, seed }), { ...options, optimizer })
        alone.fitSync(x, y, fit)
        sameBits(ensemble.members[i].parameters, alone.network.parameters, `member ${i}`)
        sameNumber(evaluated.members[i], alone.evaluate(x, y, { sampleWeight }).loss, `member ${i}: evaluate`)
      }
    })
  })
}

describe('a layer', () => {
  const own: LayerOption[] = [
    { units: 3, activation: 'tanh', l1: 0.25, trainable: false },
    { units: 2, l2: 0.5, l1: 0, trainable: true },
  ]

  it('is saved with its training options where they are not the defaults', () => {
    const network = new Network({ inputs: 2, layers: own, seed: 1 })
    const saved = network.toJSON()
    assert.deepEqual(saved.layers, [
      { units: 3, activation: 'tanh', l1: 0.25, trainable: false },
      { units: 2, activation: 'linear', l2: 0.5 },
    ])
    const back = Network.fromJSON(JSON.stringify(network))
    assert.deepEqual(back.layers, network.layers)
    assert.deepEqual(
      back.layers.map(({ l1, l2, trainable }) => [l1, l2, trainable]),
      [
        [0.25, 0, false],
        [0, 0.5, true],
      ],
    )
  })

  it('has a digest that its training options do not change', () => {
    const plain = own.map(({ units, activation }) => ({ units, activation }) as LayerOption)
    const digest = (all: LayerOption[]): string => new Network({ inputs: 2, layers: all, seed: 1 }).digest()
    assert.equal(digest(own), digest(plain))
  })
})

it('native backends run here', () => assert.notEqual(nativePaths.length, 0))
