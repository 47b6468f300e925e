/** Parts of training set-ups for the tests of `diagnose`: seeded data, networks and trainers. */

import {
  type LayerOption,
  type LossOption,
  Network,
  type NetworkOptions,
  type OptimizerOption,
  Trainer,
} from 'lockstep-nn'
import type { DiagnoseOptions } from 'lockstep-nn/data'
import { Random } from '#lib/kernels/random.js'

/** The arguments of `diagnose`. */
export interface SetUp {
  readonly trainer: Trainer
  readonly x: Float64Array | number[][]
  readonly y: Float64Array | number[][] | number[]
  readonly options?: DiagnoseOptions
}

/** A seeded source of numbers. */
export function numbers(seed: number) {
  const random = new Random(seed, 0, 2 ** 31 + 99, 0)
  const uniform = (): number => random.uniform()
  // Nearly normal: the sum of twelve uniform numbers has the variance 1.
  const normal = (): number => {
    let sum = -6
    for (let i = 0; i < 12; i++) sum += uniform()
    return sum
  }
  const below = (count: number): number => Math.floor(uniform() * count)
  return { uniform, normal, below }
}

/** `rows` rows of `columns` normal numbers. */
export function normalRows(rows: number, columns: number, seed = 1): number[][] {
  const { normal } = numbers(seed)
  return Array.from({ length: rows }, () => Array.from({ length: columns }, normal))
}

/** A smooth function of three columns, with a tenth of noise, of about the size 1. */
export function curve(x: readonly number[][], seed = 2): number[] {
  const { normal } = numbers(seed)
  return x.map(([a, b, c]) => a / (1 + a * a) + 0.5 * b * c - 0.4 * c + 0.1 * normal())
}

/** 1 where the curve is above 0. */
export const sides = (x: readonly number[][]): number[] => curve(x).map((value) => Number(value > 0))

/** The class of each row, 0, 1 or 2, by the curve. */
export const thirds = (x: readonly number[][]): number[] =>
  curve(x).map((value) => (value < -0.4 ? 0 : value < 0.4 ? 1 : 2))

export const oneHotRows = (classes: readonly number[], count: number): number[][] =>
  classes.map((one) => Array.from({ length: count }, (_, k) => Number(k === one)))

export interface TrainerParts {
  inputs?: number
  layers?: readonly LayerOption[]
  loss?: LossOption
  optimizer?: OptimizerOption
  initializer?: NetworkOptions['initializer']
  seed?: number
}

export const REGRESSION: readonly LayerOption[] = [{ units: 16, activation: 'relu' }, { units: 1 }]
export const BINARY: readonly LayerOption[] = [
  { units: 16, activation: 'relu' },
  { units: 1, activation: 'sigmoid' },
]
export const THREE: readonly LayerOption[] = [
  { units: 16, activation: 'tanh' },
  { units: 3, activation: 'softmax' },
]

/** A trainer of a network of four inputs, by default for a number, with a usual rate. */
export function trainerOf({ inputs = 4, layers = REGRESSION, seed = 3, ...parts }: TrainerParts = {}): Trainer {
  const { loss = 'meanSquaredError', optimizer = { name: 'adam', learningRate: 0.01 }, initializer } = parts
  const network = new Network({ inputs, layers, seed, ...(initializer === undefined ? {} : { initializer }) })
  return new Trainer(network, { loss, optimizer })
}

/** The same rows with another value in one column. */
export const withColumn = (
  x: readonly number[][],
  column: number,
  value: (row: readonly number[], i: number) => number,
): number[][] => x.map((row, i) => row.map((one, j) => (j === column ? value(row, i) : one)))
