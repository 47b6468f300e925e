/** A small task to train on, made of exact numbers only, so that it is the same on every machine. */
import assert from 'node:assert/strict'
import {
  type ActivationName,
  Ensemble,
  type LayerOption,
  type LossName,
  type MetricOption,
  Network,
  type OptimizerOption,
  type ScheduleOption,
  Trainer,
} from 'lockstep-nn'
import { sameBits } from './bits.js'
import { lossTable } from './tables.js'

export const INPUTS = 3
export const OUTPUTS = 2

/** Hidden units enough for several threads. */
export const WIDE_HIDDEN: readonly LayerOption[] = [{ units: 33, activation: 'tanh' }]

export interface Task {
  readonly x: Float64Array
  readonly y: Float64Array
}

/** Rows of eighths within [-1, 1] and targets that are probabilities. */
export function task(rows: number): Task {
  const x = new Float64Array(rows * INPUTS).map((_, i) => (((7 * i + 3 * (i % 5)) % 17) - 8) / 8)
  const y = new Float64Array(rows * OUTPUTS)
  for (let row = 0; row < rows; row++) {
    const first = x[row * INPUTS] > x[row * INPUTS + 1] ? 0.75 : 0.25
    y.set([first, 1 - first], row * OUTPUTS)
  }
  return { x, y }
}

/** The same targets in the form of a loss. */
export function targetsOf(loss: LossName, y: Float64Array): Float64Array {
  const { targets } = lossTable[loss]
  if (targets === 'sign') return y.map((value) => (value > 0.5 ? 1 : -1))
  if (targets !== 'index') return y
  return Float64Array.from({ length: y.length / OUTPUTS }, (_, row) => (y[row * OUTPUTS] > 0.5 ? 0 : 1))
}

export interface Setup {
  readonly hidden?: readonly LayerOption[]
  readonly last?: ActivationName
  readonly loss?: LossName
  readonly optimizer?: OptimizerOption
  readonly backend?: string
  readonly seed?: number
  readonly threads?: number | 'auto'
  readonly metrics?: readonly MetricOption[]
  readonly schedule?: ScheduleOption
}

export function newTrainer(setup: Setup = {}): Trainer {
  const { hidden = [{ units: 5, activation: 'tanh' }], last = 'linear', seed = 3 } = setup
  const {
    loss = 'meanSquaredError',
    optimizer = { name: 'sgd', learningRate: 0.25 },
    backend,
    threads,
    metrics,
    schedule,
  } = setup
  const layers = [...hidden, { units: OUTPUTS, activation: last } as LayerOption]
  return new Trainer(new Network({ inputs: INPUTS, layers, seed }), {
    loss,
    optimizer,
    backend,
    threads,
    metrics,
    schedule,
  })
}

/** The layers of the members of `ensembleTrainer`. */
export const LAYERS: readonly LayerOption[] = [{ units: 5, activation: 'tanh' }, { units: OUTPUTS }]

/** An ensemble for the same task, with a member for each learning rate. */
export const ensembleTrainer = (learningRate: readonly number[], backend?: string): Trainer<Ensemble> =>
  new Trainer(new Ensemble({ inputs: INPUTS, layers: LAYERS, seeds: learningRate.map((_, i) => i) }), {
    loss: 'meanSquaredError',
    optimizer: { name: 'sgd', momentum: 0.5, learningRate },
    backend,
  })

/** Fails unless two trainers have the same parameters, states and epoch. */
export function sameTrainers(actual: Trainer | Trainer<Ensemble>, expected: Trainer | Trainer<Ensemble>): void {
  sameBits(actual.network.parameters, expected.network.parameters, 'parameters')
  sameBits(actual.optimizerState, expected.optimizerState, 'optimizerState')
  sameBits(actual.scheduleState, expected.scheduleState, 'scheduleState')
  assert.equal(actual.epoch, expected.epoch)
}
