/** What every activation of one unit must compute: its formula in terms of `Math`, and its results for huge and tiny numbers. */
import type { ActivationName } from 'lockstep-nn'

/** The error function by a series of positive terms. */
export function erfBySeries(x: number): number {
  let term = Math.abs(x)
  let sum = 0
  for (let n = 1; term > 1e-20; n++) {
    sum += term
    term *= (2 * x * x) / (2 * n + 1)
  }
  return Math.sign(x) * (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

export const logistic = (z: number) => 1 / (1 + Math.exp(-z))

type OfUnit = (z: number, alpha: number) => number

export interface ActivationCase {
  readonly formula: OfUnit
  /**
   * Values and derivatives at the points of extremes.test.ts, alpha being 0.75: computed with 700 digits by Python's mpmath
   * 1.3 and rounded once.
   */
  readonly extremes: readonly [values: string, derivatives: string]
}

/** All but softmax, which works on rows. */
export const ACTIVATION_CASES: Readonly<Record<Exclude<ActivationName, 'softmax'>, ActivationCase>> = {
  linear: {
    formula: (z) => z,
    extremes: [
      'MAX 1e308 1.5e154 1e9 800 NORMAL MIN 0 -MAX -1e308 -1.5e154 -1e9 -800 -NORMAL -MIN 0',
      '1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1',
    ],
  },
  sigmoid: {
    formula: logistic,
    extremes: ['1 1 1 1 1 0.5 0.5 0.5 0 0 0 0 0 0.5 0.5 0.5', '0 0 0 0 0 0.25 0.25 0.25 0 0 0 0 0 0.25 0.25 0.25'],
  },
  tanh: {
    formula: Math.tanh,
    extremes: ['1 1 1 1 1 NORMAL MIN 0 -1 -1 -1 -1 -1 -NORMAL -MIN 0', '0 0 0 0 0 1 1 1 0 0 0 0 0 1 1 1'],
  },
  relu: {
    formula: (z) => Math.max(z, 0),
    extremes: ['MAX 1e308 1.5e154 1e9 800 NORMAL MIN 0 0 0 0 0 0 0 0 0', '1 1 1 1 1 1 1 0 0 0 0 0 0 0 0 0'],
  },
  leakyRelu: {
    formula: (z, alpha) => (z < 0 ? alpha * z : z),
    extremes: [
      'MAX 1e308 1.5e154 1e9 800 NORMAL MIN 0 -1.3482698511467367e308 -7.5e307 -1.1250000000000002e154 -750000000 -600 -1.668805393880401e-308 -MIN 0',
      '1 1 1 1 1 1 1 0.75 0.75 0.75 0.75 0.75 0.75 0.75 0.75 0.75',
    ],
  },
  softplus: {
    formula: (z) => Math.log1p(Math.exp(z)),
    extremes: [
      'MAX 1e308 1.5e154 1e9 800 LN2 LN2 LN2 0 0 0 0 0 LN2 LN2 LN2',
      '1 1 1 1 1 0.5 0.5 0.5 0 0 0 0 0 0.5 0.5 0.5',
    ],
  },
  elu: {
    formula: (z, alpha) => (z > 0 ? z : alpha * Math.expm1(z)),
    extremes: [
      'MAX 1e308 1.5e154 1e9 800 NORMAL MIN 0 -0.75 -0.75 -0.75 -0.75 -0.75 -1.668805393880401e-308 -MIN 0',
      '1 1 1 1 1 1 1 0.75 0 0 0 0 0 0.75 0.75 0.75',
    ],
  },
  selu: {
    formula: (z) => 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * Math.expm1(z)),
    extremes: [
      'Infinity 1.0507009873554804e308 1.5760514810332207e154 1050700987.3554804 840.5607898843843 2.337887300072385e-308 MIN 0 -1.7580993408473768 -1.7580993408473768 -1.7580993408473768 -1.7580993408473768 -1.7580993408473768 -3.91190088397824e-308 -1e-323 0',
      '1.0507009873554805 1.0507009873554805 1.0507009873554805 1.0507009873554805 1.0507009873554805 1.0507009873554805 1.0507009873554805 1.7580993408473768 0 0 0 0 0 1.7580993408473768 1.7580993408473768 1.7580993408473768',
    ],
  },
  gelu: {
    formula: (z) => (z * (1 + erfBySeries(z / Math.SQRT2))) / 2,
    extremes: [
      'MAX 1e308 1.5e154 1e9 800 1.1125369292536007e-308 0 0 0 0 0 0 0 -1.1125369292536007e-308 0 0',
      '1 1 1 1 1 0.5 0.5 0.5 0 0 0 0 0 0.5 0.5 0.5',
    ],
  },
  silu: {
    formula: (z) => z * logistic(z),
    extremes: [
      'MAX 1e308 1.5e154 1e9 800 1.1125369292536007e-308 0 0 0 0 0 0 0 -1.1125369292536007e-308 0 0',
      '1 1 1 1 1 0.5 0.5 0.5 0 0 0 0 0 0.5 0.5 0.5',
    ],
  },
  softsign: {
    formula: (z) => z / (1 + Math.abs(z)),
    extremes: [
      '1 1 1 0.999999999 0.9987515605493134 NORMAL MIN 0 -1 -1 -1 -0.999999999 -0.9987515605493134 -NORMAL -MIN 0',
      '0 0 4.444444444444445e-309 9.99999998e-19 1.5586010620307636e-06 1 1 1 0 0 4.444444444444445e-309 9.99999998e-19 1.5586010620307636e-06 1 1 1',
    ],
  },
  hardSigmoid: {
    formula: (z) => Math.min(Math.max(z + 3, 0), 6) / 6,
    extremes: [
      '1 1 1 1 1 0.5 0.5 0.5 0 0 0 0 0 0.5 0.5 0.5',
      '0 0 0 0 0 0.16666666666666666 0.16666666666666666 0.16666666666666666 0 0 0 0 0 0.16666666666666666 0.16666666666666666 0.16666666666666666',
    ],
  },
  relu6: {
    formula: (z) => Math.min(Math.max(z, 0), 6),
    extremes: ['6 6 6 6 6 NORMAL MIN 0 0 0 0 0 0 0 0 0', '0 0 0 0 0 1 1 0 0 0 0 0 0 0 0 0'],
  },
  mish: {
    formula: (z) => z * Math.tanh(Math.log1p(Math.exp(z))),
    extremes: [
      'MAX 1e308 1.5e154 1e9 800 1.335044315104321e-308 MIN 0 0 0 0 0 0 -1.335044315104321e-308 -MIN 0',
      '1 1 1 1 1 0.6 0.6 0.6 0 0 0 0 0 0.6 0.6 0.6',
    ],
  },
  exponential: {
    formula: Math.exp,
    extremes: [
      'Infinity Infinity Infinity Infinity Infinity 1 1 1 0 0 0 0 0 1 1 1',
      'Infinity Infinity Infinity Infinity Infinity 1 1 1 0 0 0 0 0 1 1 1',
    ],
  },
  hardSwish: {
    formula: (z) => (z * Math.min(Math.max(z + 3, 0), 6)) / 6,
    extremes: [
      'MAX 1e308 1.5e154 1e9 800 1.1125369292536007e-308 0 0 0 0 0 0 0 -1.1125369292536007e-308 0 0',
      '1 1 1 1 1 0.5 0.5 0.5 0 0 0 0 0 0.5 0.5 0.5',
    ],
  },
}
