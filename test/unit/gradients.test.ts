/**
 * Gradients against central differences, on the TypeScript backend. With a learning rate of 1 a step of plain sgd changes
 * each parameter by its gradient. The loss itself is that of `evaluate`, or if training computes it in another way than
 * evaluation, that of the history.
 */
import assert from 'node:assert/strict'
import { type ActivationName, type LayerOption, type LossName, Network, Trainer } from 'lockstep-nn'
import { someOf } from '../support/drawn.js'
import { rowTests } from '../support/rows.js'
import { activationNames, hiddenActivationNames, lossTable, numericLossesFor, simpleTypes } from '../support/tables.js'
import { trainedRange } from '../support/tensors.js'
import { fillReal, fillTargets } from '../support/values.js'

// The differences are off by about STEP² (the third derivative) and by 1e-16 / STEP (rounding): 1e-10 both.
const STEP = 2 ** -17
const TOLERANCE = 1e-8
const INPUTS = 3
const OUTPUTS = 2

interface Shape {
  readonly hidden: readonly LayerOption[]
  readonly last: ActivationName
  readonly loss: LossName
  readonly rows: number
  /** Takes the loss from trainings. */
  readonly training?: boolean
}

function targets(loss: LossName, rows: number): Float64Array {
  const kind = lossTable[loss].targets
  const y = new Float64Array(rows * (kind === 'index' ? 1 : OUTPUTS))
  fillTargets(y, kind, OUTPUTS, { style: 'sensible', seed: 12, odd: [] })
  return y
}

/** Whether a parameter is a moving statistic, which has no gradient. */
const isStatistic = ({ plan }: Network, i: number): boolean =>
  !plan.layers.some((layer) => {
    const [from, to] = trainedRange(layer)
    return i >= from && i < to
  })

/** hinge of a softmax is a constant wherever both targets are alike, as the outputs add up to 1. */
const differs = (loss: LossName, last: ActivationName): boolean => loss !== 'hinge' || last !== 'softmax'

/** Checks every parameter's gradient, and that each layer has gradients other than 0. */
function check({ hidden, last, loss, rows, training = false }: Shape): void {
  const network = new Network({
    inputs: INPUTS,
    layers: [...hidden, { units: OUTPUTS, activation: last } as LayerOption],
    initializer: { name: 'normal', stddev: 0.6 },
    seed: 4,
  })
  const p = network.parameters
  // Biases of 0 would leave half of the branches untested.
  network.plan.layers.forEach((_, l) => {
    const { gamma, bias, beta } = network.getLayer(l)
    for (const part of [bias, beta]) part?.set(part.map((_unused, j) => 0.3 - 0.2 * ((j + l) % 4)))
    gamma?.set(gamma.map((_unused, j) => 1.1 - 0.3 * ((j + l) % 3)))
  })
  const x = new Float64Array(rows * INPUTS)
  fillReal(x, { style: 'sensible', seed: 11, odd: [] })
  const y = targets(loss, rows)
  const backend = 'typescript'
  const trainer = new Trainer(network, { loss, optimizer: { name: 'sgd', learningRate: 1 }, backend })
  const before = p.slice()
  const fit = { batchSize: rows, shuffle: false, seed: 6 }
  trainer.fitSync(x, y, fit)
  const lossOf = () => (training ? trainer.fitSync(x, y, fit).loss[0] : trainer.evaluate(x, y).loss)
  const gradients = before.map((value, i) => value - p[i])
  p.set(before)
  for (let i = 0; i < p.length; i++) {
    if (isStatistic(network, i)) continue
    p[i] = before[i] + STEP
    const above = lossOf()
    p.set(before)
    p[i] = before[i] - STEP
    const below = lossOf()
    p.set(before)
    const difference = (above - below) / (2 * STEP)
    assert.ok(
      Math.abs(gradients[i] - difference) <= TOLERANCE * Math.max(1, Math.abs(difference), above),
      `the gradient of parameter ${i} is ${gradients[i]}, the difference ${difference}`,
    )
  }
  for (const layer of network.plan.layers.filter(({ tensors }) => tensors.length > 0)) {
    const largest = gradients
      .subarray(...trainedRange(layer))
      .reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    // A normalization after another one changes values only by epsilon.
    assert.ok(largest > (training ? 1e-6 : 1e-4), `the largest gradient of a layer is ${largest}`)
  }
}

const hidden = (activation: ActivationName, ...units: number[]): LayerOption[] =>
  units.map((count) => ({ units: count, activation }) as LayerOption)

describe('gradients equal central differences', () => {
  const row = rowTests()
  const pairs = activationNames.flatMap((last) =>
    numericLossesFor(last)
      .filter((name) => differs(name, last))
      .map((loss) => [last, loss] as const),
  )
  for (const [i, [last, loss]] of pairs.entries()) {
    row('of a loss and its last activation, after every hidden activation', `${loss} after ${last}`, () => {
      // Where few are drawn, each pair is tested with other activations.
      const names = [...hiddenActivationNames.slice(i % 3), ...hiddenActivationNames.slice(0, i % 3)]
      for (const activation of someOf(names)) {
        check({ hidden: hidden(activation, 5, 4), last, loss, rows: 5 })
        check({ hidden: hidden(activation, 2), last, loss, rows: 4 })
      }
    })

    row('of a loss and its activation in the only layer', `${loss} after ${last}`, () => {
      check({ hidden: [], last, loss, rows: 3 })
    })

    row('of a loss and its last activation over more rows than a block', `${loss} after ${last}`, () => {
      check({ hidden: hidden('tanh', 6), last, loss, rows: 70 })
    })
  }
  for (const [last, loss] of someOf(pairs)) {
    row('of a loss and its last activation after wide layers', `${loss} after ${last}`, () => {
      check({ hidden: hidden('softplus', 33, 18), last, loss, rows: 4 })
    })
  }

  it('with penalties of the weights', () => {
    for (const [l1, l2] of [
      [0.25, 0],
      [0, 0.5],
      [0.25, 0.5],
    ]) {
      const penalized: LayerOption[] = [
        { units: 5, activation: 'tanh', l1, l2 },
        { units: 17, activation: 'tanh' },
        { units: 4, activation: 'sigmoid', l2 },
      ]
      check({ hidden: penalized, last: 'linear', loss: 'halfSquaredError', rows: 5 })
    }
  })

  for (const type of simpleTypes) {
    const options = type === 'dropout' ? { rate: 0.3 } : {}
    const special = { type, ...options } as LayerOption
    it(`for ${type}, first, between others, and after itself`, () => {
      for (const [last, loss] of [
        ['linear', 'meanSquaredError'],
        ['softmax', 'categoricalCrossentropy'],
      ] as const) {
        for (const rows of [3, 8, 70]) {
          const shape = { last, loss, rows, training: true }
          check({ ...shape, hidden: [special] })
          check({ ...shape, hidden: [...hidden('tanh', 7), special, ...hidden('softplus', 5)] })
          check({ ...shape, hidden: [special, special, ...hidden('sigmoid', 6), special] })
        }
      }
    })

    if (type === 'dropout') continue
    it(`for ${type} and every activation after it`, () => {
      for (const activation of hiddenActivationNames) {
        const activated = { ...special, activation } as LayerOption
        check({
          hidden: [...hidden('tanh', 6), activated],
          last: 'linear',
          loss: 'meanSquaredError',
          rows: 9,
          training: true,
        })
      }
    })
  }

  it('for a slope of its own', () => {
    const slope: LayerOption = { units: 6, activation: 'leakyRelu', alpha: 0.75 }
    check({ hidden: [slope, slope], last: 'leakyRelu', loss: 'halfSquaredError', rows: 5 })
  })
})
