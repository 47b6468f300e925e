/** Optimizers against their formulas, and shuffles, on every backend. */
import assert from 'node:assert/strict'
import { Network, type OptimizerOption, Trainer } from 'lockstep-nn'
import { shuffleOrder } from '#lib/kernels/random.js'
import { sameBits } from '../support/bits.js'
import { implementations } from '../support/paths.js'

describe('an optimizer', () => {
  /** Trains one weight and one bias on one sample for some steps: the gradients are simple. */
  function check(
    optimizer: OptimizerOption,
    step: (p: number, g: number, state: number[], t: number) => number,
    stateOf: (weight: number[], bias: number[], steps: number) => number[],
  ): void {
    for (const backend of implementations) {
      const network = new Network({ inputs: 1, layers: [{ units: 1 }], parameters: Float64Array.of(0.75, -0.5) })
      const trainer = new Trainer(network, { loss: 'halfSquaredError', optimizer, backend })
      trainer.fitSync([[1.5]], [[2]], { epochs: 7 })
      let [w, b] = [0.75, -0.5]
      const states = [
        [0, 0],
        [0, 0],
      ]
      for (let t = 1; t <= 7; t++) {
        const d = b + 1.5 * w - 2
        w = step(w, 1.5 * d, states[0], t)
        b = step(b, d, states[1], t)
      }
      sameBits(network.parameters, Float64Array.of(w, b), `${backend}: parameters`)
      sameBits(
        trainer.optimizerState,
        Float64Array.from(stateOf(states[0], states[1], 7)),
        `${backend}: optimizerState`,
      )
    }
  }

  const power = (base: number, exponent: number): number => {
    let product = 1
    for (let i = 0; i < exponent; i++) product *= base
    return product
  }

  it('sgd subtracts the gradient, and has no state', () => {
    check(
      { name: 'sgd', learningRate: 0.1 },
      (p, g) => p - 0.1 * g,
      () => [],
    )
  })

  it('sgd with momentum subtracts the velocity', () => {
    const step = (p: number, g: number, state: number[]): number => {
      state[0] = 0.9 * state[0] + g
      return p - 0.1 * state[0]
    }
    check({ name: 'sgd', learningRate: 0.1, momentum: 0.9 }, step, (w, b) => [w[0], b[0]])
  })

  it('sgd with nesterov adds the velocity of the next step', () => {
    const step = (p: number, g: number, state: number[]): number => {
      state[0] = 0.9 * state[0] + g
      return p - 0.1 * (g + 0.9 * state[0])
    }
    check({ name: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true }, step, (w, b) => [w[0], b[0]])
  })

  it('adam uses the corrected means of the gradients and of their squares', () => {
    const step = (p: number, g: number, state: number[], t: number): number => {
      state[0] = 0.8 * state[0] + (1 - 0.8) * g
      state[1] = 0.95 * state[1] + (1 - 0.95) * g * g
      const root = Math.sqrt(state[1]) * (1 / Math.sqrt(1 - power(0.95, t)))
      return p - (0.1 / (1 - power(0.8, t))) * (state[0] / (root + 1e-6))
    }
    const options = { name: 'adam', learningRate: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-6 } as const
    check(options, step, (w, b, steps) => [w[0], b[0], w[1], b[1], power(0.8, steps), power(0.95, steps)])
  })
})

describe('a shuffle', () => {
  const orderOf = (rows: number, low: number, high: number, epoch: number): number[] => {
    const order = new Int32Array(rows)
    shuffleOrder(order, rows, low, high, epoch)
    return [...order]
  }

  it('visits every sample once', () => {
    for (const rows of [1, 2, 3, 10, 1000]) {
      assert.deepEqual(
        orderOf(rows, 1, 2, 3).sort((a, b) => a - b),
        Array.from({ length: rows }, (_, i) => i),
      )
    }
  })

  it('depends on the seed and the epoch alone', () => {
    const orders = [orderOf(50, 1, 0, 0), orderOf(50, 2, 0, 0), orderOf(50, 1, 1, 0), orderOf(50, 1, 0, 1)]
    assert.equal(new Set(orders.map((order) => order.join())).size, 4)
    assert.deepEqual(orderOf(50, 1, 0, 0), orders[0])
  })

  it('puts every sample at every position equally often', () => {
    const counts = Array.from({ length: 5 }, () => new Array<number>(5).fill(0))
    for (let epoch = 0; epoch < 5000; epoch++) {
      for (const [place, row] of orderOf(5, 7, 0, epoch).entries()) counts[row][place]++
    }
    // 1000 each are expected, with a standard deviation of 28.
    assert.ok(
      counts.flat().every((count) => Math.abs(count - 1000) < 150),
      JSON.stringify(counts),
    )
  })

  it('keeps its documented orders', () => {
    assert.deepEqual(orderOf(10, 42, 0, 0), [7, 2, 1, 6, 9, 5, 8, 0, 4, 3])
    assert.deepEqual(orderOf(10, -1, 2 ** 20, 1000), [7, 6, 3, 2, 5, 9, 8, 1, 0, 4])
  })
})
