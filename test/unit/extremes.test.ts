/** Activations and losses at the largest and the smallest numbers: finite where the true value is. */
import assert from 'node:assert/strict'
import { DivergenceError, type LossName, Network, Trainer } from 'lockstep-nn'
import type { UnitActivation } from '#lib/kernels/activations.js'
import type { Loss, RowLoss, UnitLoss } from '#lib/kernels/losses.js'
import { ACTIVATION_CASES } from '../support/activation-cases.js'
import { sameBits } from '../support/bits.js'
import { paths } from '../support/paths.js'
import { rowTests } from '../support/rows.js'
import { activationTable, hiddenActivationNames, lossTable } from '../support/tables.js'

const MAX = Number.MAX_VALUE
const MIN = Number.MIN_VALUE
const NORMAL = 2 ** -1022

/** Within a few units in the last place; values whose units are those of subnormal numbers, within 1e-300. */
function near(actual: number, expected: number, where: string): void {
  const same = Object.is(actual, expected) || Math.abs(actual - expected) <= 1e-14 * Math.abs(expected) + 1e-300
  assert.ok(same, `${where}: ${actual}, expected ${expected}`)
}

const POINTS = [MAX, 1e308, 1.5e154, 1e9, 800, NORMAL, MIN, 0]
const BOTH_SIGNS = [...POINTS, ...POINTS.map((point) => -point)]

const WORDS: Readonly<Record<string, number>> = { MAX, MIN, NORMAL, LN2: Math.LN2 }

const parsed = (text: string): number[] =>
  text.split(' ').map((word) => {
    const size = word.replace('-', '')
    return size in WORDS ? WORDS[size] * (size === word ? 1 : -1) : Number(word)
  })

/** Of those that have an option: alpha. */
const OPTIONS = Float64Array.of(0.75)
const NO_OPTIONS = new Float64Array(0)

describe('an activation at the largest and smallest numbers', () => {
  const row = rowTests()
  it('is in the list of these tests, unless it works on rows', () => {
    assert.deepEqual(Object.keys(ACTIVATION_CASES).sort(), [...hiddenActivationNames].sort())
  })

  for (const [name, { extremes }] of Object.entries(ACTIVATION_CASES)) {
    const [values, derivatives] = extremes
    row('has its value and its derivative', name, () => {
      const { value, gradient } = activationTable[name as keyof typeof activationTable] as UnitActivation
      for (const [i, z] of BOTH_SIGNS.entries()) {
        near(value(z, OPTIONS), parsed(values)[i], `${name}(${z})`)
        near(gradient(z, value(z, OPTIONS), 1, OPTIONS), parsed(derivatives)[i], `${name}'(${z})`)
      }
    })
  }
})

type Logits = readonly [
  z: readonly number[],
  y: readonly number[],
  crossentropy: number,
  kullbackLeiblerDivergence: number,
]

// Computed in the same way. Infinity: the difference of the logits is larger than any number.
const LOGITS: readonly Logits[] = [
  [[1e308, -1e308], [1, 0], 0, 0],
  [[MAX, -MAX], [1, 0], 0, 0],
  [[-MAX, MAX], [0, 1], 0, 0],
  [[1e308, -5e307], [0, 1], 1.5e308, 1.5e308],
  [[MAX, -MAX], [0, 1], Infinity, Infinity],
  [[MAX, -MAX], [0.95, 0.05], 1.7976931348623158e307, 1.7976931348623158e307],
  [[MAX, -MAX, 0], [0.5, 0.25, 0.25], 1.3482698511467367e308, 1.3482698511467367e308],
  [[MAX, MAX], [0.5, 0.5], Math.LN2, 0],
  [[MIN, -MIN], [1, 0], Math.LN2, Math.LN2],
  [[0, -0], [0, 1], Math.LN2, Math.LN2],
  [[-MAX, -MAX, 1], [0, 0, 1], 0, 0],
  [[800, -800], [0, 1], 1600, 1600],
]

// z, then the loss with targets of 0, 1 and 0.25.
const BINARY = [
  [MAX, MAX, 0, 1.3482698511467367e308],
  [-MAX, 0, MAX, 4.4942328371557893e307],
  [1e308, 1e308, 0, 7.5e307],
  [-1e308, 0, 1e308, 2.5e307],
  [800, 800, 0, 600],
  [-800, 0, 800, 200],
  [MIN, Math.LN2, Math.LN2, Math.LN2],
  [-0, Math.LN2, Math.LN2, Math.LN2],
] as const

// a, y, delta, the loss.
const HUBER = [
  [1.5e154, 0, 1e200, 1.1250000000000002e308],
  [1.89e154, 0, 1e200, 1.78605e308],
  [-1.89e154, 0, 1e160, 1.78605e308],
  [1.9e154, 0, 1e200, Infinity],
  [MAX, 0, 0.5, 8.988465674311579e307],
  [1e308, -5e307, 0.25, 3.75e307],
  [1e200, 0, 1e150, Infinity],
  [MIN, 0, 1, 0],
] as const

// a, y, the loss, its derivative. Infinity: larger than any number.
const POISSON = [
  [MAX, 0, MAX, 1],
  [MAX, 1e300, 1.7976860370351867e308, 0.9999999944373154],
  [MIN, 1, 744.4400719213812, -Infinity],
  [1, MAX, 1, -MAX],
] as const

const CROSS_ENTROPIES = ['categoricalCrossentropy', 'sparseCategoricalCrossentropy'] as const

describe('a loss of the largest and smallest numbers', () => {
  const rowLoss = (name: LossName, z: readonly number[], y: readonly number[]): number => {
    const found = new Float64Array(1)
    ;(lossTable[name] as RowLoss).forward(Float64Array.from(z), Float64Array.from(y), found, 1, z.length, NO_OPTIONS)
    return found[0]
  }
  const unit = (name: LossName) => lossTable[name] as Loss as UnitLoss

  it('is that of the logits, whatever those of classes whose target is 0', () => {
    for (const [z, y, crossentropy, divergence] of LOGITS) {
      const where = `${z}, ${y}`
      for (const name of CROSS_ENTROPIES) near(rowLoss(name, z, y), crossentropy, `${name}: ${where}`)
      const actual = rowLoss('kullbackLeiblerDivergence', z, y)
      // The logarithms of targets and outputs cancel.
      assert.ok(divergence === 0 ? Math.abs(actual) <= 1e-15 : true, `${actual}, ${where}`)
      if (divergence !== 0) near(actual, divergence, `kullbackLeiblerDivergence: ${where}`)
    }
  })

  it('stays NaN where a logit is', () => {
    for (const name of [...CROSS_ENTROPIES, 'kullbackLeiblerDivergence'] as const) {
      for (const z of [
        [1, Number.NaN],
        [Number.NaN, 1],
      ]) {
        for (const y of [
          [1, 0],
          [0, 1],
        ])
          assert.ok(Number.isNaN(rowLoss(name, z, y)), `${name}, ${z}, ${y}`)
      }
    }
  })

  it('is that of one logit: binaryCrossentropy', () => {
    for (const [z, ...losses] of BINARY) {
      for (const [i, y] of [0, 1, 0.25].entries()) {
        near(unit('binaryCrossentropy').term(z, 0, y, NO_OPTIONS), losses[i], `${z}, ${y}`)
      }
    }
  })

  it('is that of one output: huber, logCosh, poisson', () => {
    for (const [a, y, delta, loss] of HUBER)
      near(unit('huber').term(0, a, y, Float64Array.of(delta)), loss, `huber: ${a}, ${y}, ${delta}`)
    for (const [error, loss] of [
      [MAX, MAX],
      [-MAX, MAX],
      [1e154, 1e154],
      [MIN, 0],
    ]) {
      near(unit('logCosh').term(0, error, 0, NO_OPTIONS), loss, `logCosh: ${error}`)
      near(unit('logCosh').gradient(error, 0, NO_OPTIONS), error === MIN ? MIN : Math.sign(error), `logCosh': ${error}`)
    }
    for (const [a, y, loss, derivative] of POISSON) {
      near(unit('poisson').term(0, a, y, NO_OPTIONS), loss, `poisson: ${a}, ${y}`)
      near(unit('poisson').gradient(a, y, NO_OPTIONS), derivative, `poisson': ${a}, ${y}`)
    }
  })
})

/** Networks that map an input of 1 to these logits: with a few units, or with enough for the tiled products. */
function networkOf(logits: readonly number[], width: number): Network {
  const network = new Network({
    inputs: 1,
    layers: [{ units: width }, { units: logits.length, activation: 'softmax' }],
  })
  network.parameters.fill(0)
  ;(network.getLayer(0).bias as Float64Array)[0] = 1
  ;(network.getLayer(1).weights as Float64Array).set(logits)
  return network
}

for (const backend of paths) {
  describe(`a network with logits of the largest numbers on ${backend}`, () => {
    const row = rowTests()
    // The tiled products begin at 1,000 parameters.
    for (const width of [1, 400]) {
      row('has a loss of 0 where the right class is first', `${width} hidden units`, () => {
        for (const loss of [...CROSS_ENTROPIES, 'kullbackLeiblerDivergence'] as const) {
          const network = networkOf([1e308, -1e308], width)
          const before = network.parameters.slice()
          const trainer = new Trainer(network, { loss, optimizer: 'adam', backend })
          const y = loss === 'sparseCategoricalCrossentropy' ? [[0]] : [[1, 0]]
          assert.equal(trainer.evaluate([[1]], y).loss, 0, loss)
          assert.deepEqual([...trainer.fitSync([[1]], y, { epochs: 2 }).loss], [0, 0], loss)
          sameBits(network.parameters, before, loss)
        }
      })

      row('has the loss of its targets', `${width} hidden units`, () => {
        for (const [z, y, crossentropy] of LOGITS) {
          const trainer = new Trainer(networkOf(z, width), {
            loss: 'categoricalCrossentropy',
            optimizer: 'sgd',
            backend,
          })
          near(trainer.evaluate([[1]], [[...y]]).loss, crossentropy, `${z}, ${y}`)
        }
      })
    }
  })
}

for (const backend of paths) {
  it(`a layer normalization whose squares overflow is NaN and not beta, and does not train: ${backend}`, () => {
    const network = new Network({ inputs: 3, layers: [{ type: 'layerNormalization' }, { units: 2 }], seed: 1 })
    const rows = [
      [1e200, -1e200, 0],
      [1, 2, 3],
    ]
    const [first, second, ...others] = network.predict(rows, { backend })
    assert.ok(Number.isNaN(first) && Number.isNaN(second))
    assert.ok(others.every(Number.isFinite))
    const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd', backend })
    const targets = [
      [0, 0],
      [0, 0],
    ]
    assert.throws(() => trainer.fitSync(rows, targets), DivergenceError)
  })
}
