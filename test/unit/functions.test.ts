/** Activations and losses against their formulas in terms of `Math`, and what they make of numbers that are not finite. */
import assert from 'node:assert/strict'
import { type ActivationName, type LossName, Network } from 'lockstep-nn'
import type { UnitActivation } from '#lib/kernels/activations.js'
import { sigmoid, tanh } from '#lib/kernels/exp.js'
import type { Loss } from '#lib/kernels/losses.js'
import { erf, logCosh } from '#lib/kernels/math.js'
import { ACTIVATION_CASES, erfBySeries, logistic } from '../support/activation-cases.js'
import { paths } from '../support/paths.js'
import { rowTests } from '../support/rows.js'
import { activationTable, hiddenActivationNames, lossNames, lossTable } from '../support/tables.js'

const TOLERANCE = 1e-12

function near(actual: number, expected: number, where: string): void {
  const size = Math.max(1, Math.abs(expected))
  assert.ok(Math.abs(actual - expected) <= TOLERANCE * size, `${where}: ${actual}, expected ${expected}`)
}

const points = Array.from({ length: 4001 }, (_, i) => (i - 2000) / 250 + 1e-5)

/** Of those that have an option: alpha, delta, … */
const OPTIONS = Float64Array.of(0.75)

describe('an activation', () => {
  const row = rowTests()
  for (const [name, { formula }] of Object.entries(ACTIVATION_CASES)) {
    const { value, gradient } = activationTable[name as ActivationName] as UnitActivation

    row('has the value of its formula', name, () => {
      for (const z of points) near(value(z, OPTIONS), formula(z, 0.75), `${name}(${z})`)
    })

    row('has the derivative of its formula', name, () => {
      for (const z of points) {
        const step = 2 ** -12
        const at = (steps: number) => formula(z + steps * step, 0.75)
        // Five points: off by the fifth derivative times step to the fourth.
        const difference = (at(-2) - 8 * at(-1) + 8 * at(1) - at(2)) / (12 * step)
        const actual = gradient(z, value(z, OPTIONS), 3, OPTIONS) / 3
        const kink = [-3, 0, 3, 6].some((place) => Math.abs(z - place) < 3 * step)
        const size = Math.max(1, Math.abs(actual))
        assert.ok(kink || Math.abs(actual - difference) < 1e-9 * size, `${name}'(${z}): ${actual}, ${difference}`)
      }
    })

    row('keeps a NaN', name, () => assert.ok(Number.isNaN(value(Number.NaN, OPTIONS))))
  }

  it('is in the list of these tests, unless it works on rows', () => {
    assert.deepEqual(Object.keys(ACTIVATION_CASES).sort(), [...hiddenActivationNames].sort())
  })

  const specials: readonly (readonly [ActivationName, number, number])[] = [
    ['elu', -Infinity, -0.75],
    ['elu', Infinity, Infinity],
    ['elu', -0, -0],
    ['selu', -Infinity, -1.7580993408473768],
    ['gelu', Infinity, Infinity],
    ['gelu', -Infinity, Number.NaN],
    ['gelu', -1e300, -0],
    ['gelu', -0, -0],
    ['silu', Infinity, Infinity],
    ['silu', -Infinity, Number.NaN],
    ['silu', -1e300, -0],
    ['softsign', Infinity, Number.NaN],
    ['softsign', -1e300, -1],
    ['hardSigmoid', -Infinity, 0],
    ['hardSigmoid', Infinity, 1],
    ['hardSigmoid', 3, 1],
    ['hardSwish', -Infinity, 0],
    ['hardSwish', -1e300, 0],
    ['hardSwish', 1e300, 1e300],
    ['hardSwish', Infinity, Infinity],
    ['hardSwish', 3, 3],
    ['hardSwish', -0, -0],
    ['relu6', Infinity, 6],
    ['relu6', -Infinity, 0],
    ['relu6', -0, -0],
    ['mish', 1e300, 1e300],
    ['mish', -1e300, -0],
    ['mish', Infinity, Infinity],
    ['mish', -Infinity, Number.NaN],
    ['exponential', -Infinity, 0],
    ['exponential', Infinity, Infinity],
  ]
  for (const [name, z, expected] of specials) {
    row(
      'has its limit at zeros and infinities',
      `${name}(${Object.is(z, -0) ? '-0' : z}) is ${Object.is(expected, -0) ? '-0' : expected}`,
      () => {
        const actual = (activationTable[name] as UnitActivation).value(z, OPTIONS)
        assert.ok(Object.is(actual, expected), `${actual}`)
      },
    )
  }

  it('hardSwish has the derivatives of the outer sides at its kinks, as PyTorch', () => {
    const { gradient } = activationTable.hardSwish as UnitActivation
    assert.deepEqual([gradient(-3, 0, 2, OPTIONS), gradient(3, 3, 2, OPTIONS)], [0, 2])
  })

  it('has a finite derivative at any finite number: all but exponential', () => {
    for (const name of hiddenActivationNames.filter((one) => one !== 'exponential')) {
      const { value, gradient } = activationTable[name] as UnitActivation
      for (const z of [-1e308, -1e154, -1e9, -750, -40, 40, 750, 1e9, 1e154, 1e308]) {
        const derivative = gradient(z, value(z, OPTIONS), 1, OPTIONS)
        assert.ok(derivative >= -0.2 && derivative <= 1.2, `${name}'(${z}): ${derivative}`)
      }
    }
  })

  it('swish is silu', () => {
    const make = (activation: 'swish' | 'silu') => new Network({ inputs: 2, layers: [{ units: 3, activation }] })
    assert.equal(make('swish').layers[0].activation, 'silu')
    assert.equal(make('swish').digest(), make('silu').digest())
    for (const backend of paths) {
      const x = [[0.5, -2]]
      assert.deepEqual(make('swish').predict(x, { backend }), make('silu').predict(x, { backend }))
    }
  })
})

type OfRow = (z: readonly number[], a: readonly number[], y: readonly number[], option: number) => number

/** Σ f over the outputs. */
const each =
  (f: (a: number, y: number, option: number) => number): OfRow =>
  (_z, a, y, option) =>
    a.reduce((sum, value, j) => sum + f(value, y[j], option), 0)

const softmax = (z: readonly number[]): number[] => {
  const powers = z.map((value) => Math.exp(value - Math.max(...z)))
  const sum = powers.reduce((total, power) => total + power)
  return powers.map((power) => power / sum)
}
const crossEntropy: OfRow = (z, _a, y) => -softmax(z).reduce((sum, p, j) => sum + y[j] * Math.log(p), 0)

const ROW_LOSSES: Readonly<Record<LossName, OfRow>> = {
  halfSquaredError: each((a, y) => (a - y) ** 2),
  meanSquaredError: each((a, y) => (a - y) ** 2),
  binaryCrossentropy: (z, _a, y) =>
    each((p, t) => -t * Math.log(p) - (1 - t) * Math.log(1 - p))(z, z.map(logistic), y, 0),
  categoricalCrossentropy: crossEntropy,
  sparseCategoricalCrossentropy: crossEntropy,
  meanAbsoluteError: each((a, y) => Math.abs(a - y)),
  huber: each((a, y, delta) =>
    Math.abs(a - y) <= delta ? (a - y) ** 2 / 2 : delta * Math.abs(a - y) - delta ** 2 / 2,
  ),
  logCosh: each((a, y) => Math.log(Math.cosh(a - y))),
  hinge: each((a, y) => Math.max(1 - a * y, 0)),
  poisson: each((a, y) => a - (y === 0 ? 0 : y * Math.log(a))),
  kullbackLeiblerDivergence: (z, _a, y) =>
    softmax(z).reduce((sum, p, j) => sum + (y[j] === 0 ? 0 : y[j] * Math.log(y[j] / p)), 0),
  quantile: each((a, y, tau) => Math.max(tau * (y - a), (tau - 1) * (y - a))),
}

/** Targets of each kind. */
const TARGETS: Readonly<Record<Loss['targets'], readonly number[]>> = {
  real: [-1.25, 0, 3],
  unit: [0, 0.25, 1],
  distribution: [0, 0.75, 0.25],
  sign: [-1, 1, 1],
  nonNegative: [0, 0.5, 7],
  index: [0, 1, 0],
}

describe('sigmoid and tanh', () => {
  it('round no result to more than 1, where their derivatives would have the wrong sign', () => {
    for (let i = 0; i <= 200_000; i++) {
      const x = 15 + i * 1.2345e-4
      assert.ok(tanh(x) <= 1 && tanh(-x) >= -1, `tanh(${x}) is ${tanh(x)}`)
      assert.ok(sigmoid(x) <= 1 && sigmoid(2 * x) <= 1, `sigmoid(${x}) is ${sigmoid(x)}`)
    }
  })
})

describe('a loss', () => {
  const row = rowTests()
  const DELTA = OPTIONS[0]
  const rowLoss = (loss: Loss, z: readonly number[], a: readonly number[], y: readonly number[]): number => {
    if (loss.kind === 'unit') return z.reduce((sum, value, j) => sum + loss.term(value, a[j], y[j], OPTIONS), 0)
    const result = new Float64Array(1)
    loss.forward(Float64Array.from(z), Float64Array.from(y), result, 1, z.length, OPTIONS)
    return result[0]
  }

  for (const name of lossNames) {
    const loss = lossTable[name]
    const y = TARGETS[loss.targets]
    const samples = [
      [0.5, -1, 2],
      [-0.3, 0.2, 0.1],
      [4, -5, 0.01],
      [-1.25, 0.05, 2.9999],
    ].map((z) => (loss.targets === 'nonNegative' ? z.map(Math.abs) : z))

    row('has the value of its formula', name, () => {
      for (const z of samples) near(rowLoss(loss, z, z, y), ROW_LOSSES[name](z, z, y, DELTA), `${name}(${z})`)
    })

    row('has the derivative of its formula', name, () => {
      // The squares' factor of 2 is the plan's.
      const factor = name === 'halfSquaredError' ? 0.5 : 1 / loss.gradientFactor
      for (const z of samples) {
        const outputs = { softmax, sigmoid: (all: readonly number[]) => all.map(logistic) }
        const a = loss.fusedWith === null ? z : outputs[loss.fusedWith](z)
        for (const j of z.keys()) {
          // Between the slopes of both sides of its kink, quantile has 0.
          if (name === 'quantile' && a[j] === y[j]) continue
          const at = (step: number) => {
            const moved = z.with(j, z[j] + step)
            return ROW_LOSSES[name](moved, moved, y, DELTA)
          }
          const difference = (factor * (at(2 ** -17) - at(-(2 ** -17)))) / 2 ** -16
          const actual = loss.gradient(a[j], y[j], OPTIONS)
          assert.ok(Math.abs(actual - difference) <= 1e-6 * Math.max(1, Math.abs(actual)), `${actual}, ${difference}`)
        }
      }
    })

    row('does not hide a NaN', name, () => {
      for (const j of [1, 2]) {
        const z = [0.5, 0.25, 0.125].with(j, Number.NaN)
        assert.ok(Number.isNaN(rowLoss(loss, z, z, y)))
      }
    })
  }

  it('of 0 for a prediction equal to its target is neither below 0 nor rounded to 0 near it', () => {
    assert.ok(Object.is(logCosh(0), 0))
    for (const error of [1e-160, 1e-9, 1e-3]) near(logCosh(error) / (error * error), 0.5 - error ** 2 / 12, 'log cosh')
    assert.equal(logCosh(1e300), 1e300)
  })

  it('quantile has the gradient 0 where prediction and target are equal', () => {
    const loss = lossTable.quantile
    for (const tau of [0.1, 0.5, 0.9]) {
      const options = Float64Array.of(tau)
      assert.ok(Object.is(loss.gradient(1.5, 1.5, options), 0))
      assert.deepEqual([loss.gradient(1, 1.5, options), loss.gradient(2, 1.5, options)], [-tau, 1 - tau])
    }
  })

  it('poisson takes 0 ln 0 for 0', () => {
    const { poisson } = lossTable as Record<'poisson', Extract<Loss, { kind: 'unit' }>>
    assert.equal(poisson.term(0, 0, 0, OPTIONS), 0)
    assert.equal(poisson.gradient(0, 0, OPTIONS), 1)
  })
})

it('erf has the values of its series', () => {
  for (let x = -6.5; x < 6.5; x += 1 / 64) near(erf(x), erfBySeries(x), `erf(${x})`)
})
