/** Optimizers against their published formulas, for one parameter and with the functions of `Math`. */
import assert from 'node:assert/strict'
import type { OptimizerName } from 'lockstep-nn'
import { freshState } from '#lib/backend/plan.js'
import { optimizerRegistry } from '#lib/checks/registry.js'
import { COMMON_OPTIONS, LEARNING_RATE } from '#lib/kernels/optimizers.js'
import { rowTests } from '../support/rows.js'
import { optimizerNames, optimizerTable } from '../support/tables.js'
import { uniform } from '../support/values.js'

type Options = Readonly<Record<string, number | boolean>>
/** The next value of a parameter from its gradients so far, of which the last is that of this step. */
type Formula = (p: number, g: readonly number[], o: Record<string, number>, flags: Record<string, boolean>) => number

/** The exponential mean of values, from 0 and without bias correction. */
const meanOf = (values: readonly number[], decay: number): number =>
  values.reduce((mean, value) => decay * mean + (1 - decay) * value, 0)

const squaresOf = (g: readonly number[]): number[] => g.map((value) => value ** 2)

/** The results of the first value, the first two, … all values. */
const prefixes = (g: readonly number[]): number[][] => g.map((_, i) => g.slice(0, i + 1))

const last = (values: readonly number[]): number => values[values.length - 1]

const adam: Formula = (p, g, { learningRate, beta1, beta2, epsilon }, { amsgrad }) => {
  const t = g.length
  const mean = meanOf(g, beta1) / (1 - beta1 ** t)
  const all = prefixes(squaresOf(g)).map((some) => meanOf(some, beta2))
  const square = (amsgrad ? Math.max(...all) : last(all)) / (1 - beta2 ** t)
  return p - (learningRate * mean) / (Math.sqrt(square) + epsilon)
}

const velocityOf = (steps: readonly number[], momentum: number): number =>
  steps.reduce((velocity, step) => momentum * velocity + step, 0)

const FORMULAS: Readonly<Record<OptimizerName, Formula>> = {
  sgd(p, g, { learningRate, momentum }, { nesterov }) {
    const velocity = velocityOf(g, momentum)
    return p - learningRate * (nesterov ? last(g) + momentum * velocity : velocity)
  },
  adam,
  adamw: adam,
  rmsprop(p, g, { learningRate, rho, momentum, epsilon }, { centered }) {
    const steps = prefixes(g).map((some) => {
      const spread = meanOf(squaresOf(some), rho) - (centered ? meanOf(some, rho) ** 2 : 0)
      return last(some) / (Math.sqrt(spread) + epsilon)
    })
    return p - learningRate * velocityOf(steps, momentum)
  },
  adagrad(p, g, { learningRate, initialAccumulator, epsilon }) {
    const sum = squaresOf(g).reduce((a, b) => a + b, initialAccumulator)
    return p - (learningRate * last(g)) / (Math.sqrt(sum) + epsilon)
  },
  adadelta(p, g, { learningRate, rho, epsilon }) {
    const root = (values: readonly number[]) => Math.sqrt(meanOf(squaresOf(values), rho) + epsilon)
    const steps: number[] = []
    for (const some of prefixes(g)) steps.push((root(steps) / root(some)) * last(some))
    return p - learningRate * last(steps)
  },
  nadam(p, g, { learningRate, beta1, beta2, epsilon, momentumDecay }) {
    const t = g.length
    const momentumAt = (step: number) => beta1 * (1 - 0.5 * 0.96 ** (step * momentumDecay))
    let product = 1
    for (let step = 1; step <= t; step++) product *= momentumAt(step)
    const [now, next] = [momentumAt(t), momentumAt(t + 1)]
    const mean = (next * meanOf(g, beta1)) / (1 - product * next) + ((1 - now) * last(g)) / (1 - product)
    return p - (learningRate * mean) / (Math.sqrt(meanOf(squaresOf(g), beta2) / (1 - beta2 ** t)) + epsilon)
  },
  radam(p, g, { learningRate, beta1, beta2, epsilon }) {
    const t = g.length
    const mean = meanOf(g, beta1) / (1 - beta1 ** t)
    const longest = 2 / (1 - beta2) - 1
    const length = longest - (2 * t * beta2 ** t) / (1 - beta2 ** t)
    if (length <= 5) return p - learningRate * mean
    const factor = ((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length)
    const adaptive = Math.sqrt(1 - beta2 ** t) / (Math.sqrt(meanOf(squaresOf(g), beta2)) + epsilon)
    return p - learningRate * mean * adaptive * Math.sqrt(factor)
  },
  lion(p, g, { learningRate, beta1, beta2 }) {
    const mean = meanOf(g.slice(0, -1), beta2)
    return p - learningRate * Math.sign(beta1 * mean + (1 - beta1) * last(g))
  },
}

/** Options to try, besides none. */
const VARIANTS: Readonly<Record<OptimizerName, readonly Options[]>> = {
  sgd: [{ momentum: 0.75 }, { momentum: 0.75, nesterov: true, learningRate: 0.25 }],
  adam: [{ beta1: 0.5, beta2: 0.75, epsilon: 0.125 }, { amsgrad: true }, { amsgrad: true, beta2: 0.25 }],
  adamw: [
    { beta1: 0, beta2: 0 },
    { amsgrad: true, beta2: 0.25 },
  ],
  rmsprop: [
    { rho: 0.5, epsilon: 0.125 },
    { momentum: 0.75 },
    { centered: true },
    { centered: true, momentum: 0.5, rho: 0.75 },
  ],
  adagrad: [{ initialAccumulator: 0.5 }, { learningRate: 1, epsilon: 0.25 }],
  adadelta: [{ rho: 0.5, epsilon: 0.125, learningRate: 0.5 }],
  nadam: [{ momentumDecay: 0 }, { momentumDecay: 2, beta1: 0.5, beta2: 0.75, epsilon: 0.125 }],
  radam: [
    { beta1: 0.5, beta2: 0.75, epsilon: 0.125 },
    { beta2: 0.9, learningRate: 0.5 },
    // Averages that never become long enough: 2 / (1 - beta2) - 1 is at most 5.
    { beta2: 0.5 },
    { beta1: 0, beta2: 0 },
  ],
  lion: [{ beta1: 0.25, beta2: 0.5, learningRate: 0.5 }],
}

const STEPS = 60

function check(name: OptimizerName, given: Options): void {
  const chosen = optimizerRegistry.choose({ name, ...given }, 'optimizer')
  const { entry, options } = chosen
  const count = 3
  const state = freshState(chosen, count)
  const p = Float64Array.of(0.75, -2, 1e-3)
  const expected = [...p]
  const gradients: number[][] = [[], [], []]
  const next = uniform(7)
  const names = Object.keys(entry.options)
  const numbers = Object.fromEntries(names.map((option, i) => [option, options[i]]))
  const flags = Object.fromEntries(names.map((option, i) => [option, options[i] === 1]))
  for (let t = 0; t < STEPS; t++) {
    // A gradient that keeps its sign, one that does not, and one that is mostly 0.
    const g = Float64Array.of(1 + next(), 2 * next() - 1, t % 5 === 0 ? next() : 0)
    entry.update(p, g, state, count, options)
    for (let i = 0; i < count; i++) {
      gradients[i].push(g[i])
      expected[i] = FORMULAS[name](expected[i], gradients[i], numbers, flags)
      const error = Math.abs(p[i] - expected[i])
      assert.ok(error <= 1e-11 * Math.max(1, Math.abs(expected[i])), `step ${t}, ${i}: ${p[i]}, ${expected[i]}`)
    }
  }
}

describe('an optimizer takes the steps of its formula', () => {
  const row = rowTests()
  for (const name of optimizerNames) {
    for (const options of [{}, ...VARIANTS[name]]) {
      row('takes the steps of its formula', `${name} ${JSON.stringify(options)}`, () => check(name, options))
    }
  }
})

describe('the options of an optimizer', () => {
  it('begin with learningRate, where kernels read it, and end with the common options', () => {
    for (const name of optimizerNames) {
      const names = Object.keys(optimizerTable[name].options)
      assert.equal(names[LEARNING_RATE], 'learningRate')
      assert.deepEqual(names.slice(-COMMON_OPTIONS.length), COMMON_OPTIONS)
    }
  })
})

describe('the state of an optimizer', () => {
  const lengthOf = (given: object): number => freshState(optimizerRegistry.choose(given, 'optimizer'), 10).length

  it('is as long as its options need', () => {
    assert.equal(lengthOf({ name: 'adam' }), 22)
    assert.equal(lengthOf({ name: 'adamw', amsgrad: true }), 32)
    assert.equal(lengthOf({ name: 'rmsprop' }), 10)
    assert.equal(lengthOf({ name: 'rmsprop', momentum: 0.5 }), 20)
    assert.equal(lengthOf({ name: 'rmsprop', momentum: 0.5, centered: true }), 30)
    assert.equal(lengthOf({ name: 'nadam' }), 23)
    assert.equal(lengthOf({ name: 'lion' }), 10)
    assert.equal(lengthOf({ name: 'radam' }), 23)
  })

  it('starts at the values of the options', () => {
    const chosen = optimizerRegistry.choose({ name: 'adagrad', initialAccumulator: 0.1 }, 'optimizer')
    assert.deepEqual([...freshState(chosen, 3)], [0.1, 0.1, 0.1])
  })
})
