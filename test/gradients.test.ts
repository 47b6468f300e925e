/**
 * Gradients against central differences, on the TypeScript path. With a learning rate of 1 a step of plain sgd changes
 * each parameter by its gradient; the loss itself comes from `evaluate`.
 */
import assert from 'node:assert/strict'
import { type ActivationName, type LayerOption, type LossName, Network, Trainer } from 'lockstep-nn'
import { activationNames, hiddenActivationNames, lossTable, numericLossesFor } from './support/tables.js'
import { fillReal, fillTargets } from './support/values.js'

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
}

function targets(loss: LossName, rows: number): Float64Array {
  const kind = lossTable[loss].targets
  const y = new Float64Array(rows * (kind === 'index' ? 1 : OUTPUTS))
  fillTargets(y, kind, OUTPUTS, { style: 'sensible', seed: 12, odd: [] })
  return y
}

/** hinge of a softmax is a constant wherever both targets are alike, as the outputs add up to 1. */
const differs = (loss: LossName, last: ActivationName): boolean => loss !== 'hinge' || last !== 'softmax'

/** Checks every parameter's gradient, and that each layer has gradients other than 0. */
function check({ hidden, last, loss, rows }: Shape): void {
  const network = new Network({
    inputs: INPUTS,
    layers: [...hidden, { units: OUTPUTS, activation: last } as LayerOption],
    initializer: { name: 'normal', stddev: 0.6 },
    seed: 4,
  })
  const p = network.parameters
  // Biases of 0 would leave their paths half tested.
  network.plan.layers.forEach(({ bias, units }, l) => {
    for (let j = 0; j < units; j++) p[bias + j] = 0.3 - 0.2 * ((j + l) % 4)
  })
  const x = new Float64Array(rows * INPUTS)
  fillReal(x, { style: 'sensible', seed: 11, odd: [] })
  const y = targets(loss, rows)
  const backend = 'typescript'
  const trainer = new Trainer(network, { loss, optimizer: { name: 'sgd', learningRate: 1 }, backend })
  const before = p.slice()
  trainer.fitSync(x, y, { batchSize: rows, shuffle: false })
  const gradients = before.map((value, i) => value - p[i])
  p.set(before)
  for (let i = 0; i < p.length; i++) {
    p[i] = before[i] + STEP
    const above = trainer.evaluate(x, y).loss
    p[i] = before[i] - STEP
    const below = trainer.evaluate(x, y).loss
    p[i] = before[i]
    const difference = (above - below) / (2 * STEP)
    assert.ok(
      Math.abs(gradients[i] - difference) <= TOLERANCE * Math.max(1, Math.abs(difference), above),
      `the gradient of parameter ${i} is ${gradients[i]}, the difference ${difference}`,
    )
  }
  for (const { weights, bias, units } of network.plan.layers) {
    const largest = gradients
      .subarray(weights, bias + units)
      .reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    assert.ok(largest > 1e-4, `the largest gradient of a layer is ${largest}`)
  }
}

const hidden = (activation: ActivationName, ...units: number[]): LayerOption[] =>
  units.map((count) => ({ units: count, activation }) as LayerOption)

describe('gradients agree with central differences', () => {
  for (const last of activationNames) {
    for (const loss of numericLossesFor(last).filter((name) => differs(name, last))) {
      it(`for ${loss} after ${last}, behind every activation`, () => {
        for (const activation of hiddenActivationNames) {
          check({ hidden: hidden(activation, 5, 4), last, loss, rows: 5 })
          check({ hidden: hidden(activation, 2), last, loss, rows: 4 })
        }
      })

      it(`for ${loss} after ${last} as the only layer`, () => {
        check({ hidden: [], last, loss, rows: 3 })
      })

      it(`for ${loss} after ${last} over more rows than a block`, () => {
        check({ hidden: hidden('tanh', 6), last, loss, rows: 70 })
      })

      it(`for ${loss} after ${last} behind wide layers`, () => {
        check({ hidden: hidden('softplus', 33, 18), last, loss, rows: 4 })
      })
    }
  }

  it('for a slope of its own', () => {
    const slope: LayerOption = { units: 6, activation: 'leakyRelu', alpha: 0.75 }
    check({ hidden: [slope, slope], last: 'leakyRelu', loss: 'halfSquaredError', rows: 5 })
  })
})
