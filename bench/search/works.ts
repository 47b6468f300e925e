/** Searches over the learning rate of one network: the trainings of the costs and of the queue. */
import { type ArraySearchOptions, logUniform } from 'lockstep-nn/search'
import { regressionData, tabularData } from '../peers/data.js'
import { ADAM, type Workload } from '../peers/spec.js'
import { makeWorkload } from '../peers/workloads.js'

/** A training: all but its learning rate and its seed. */
export interface Work
  extends Pick<Workload, 'inputs' | 'layers' | 'loss' | 'rows' | 'batchSize' | 'epochs' | 'x' | 'y'> {
  readonly optimizer: 'sgd' | 'adam'
  /** The middle of the learning rates. */
  readonly rate: number
}

function workOf(workload: Workload): Work {
  const { optimizer } = workload
  return { ...workload, optimizer: optimizer.name, rate: optimizer.learningRate as number }
}

/** XOR, of 1,000 epochs. */
export const xorWork = (): Work => ({ ...workOf(makeWorkload('experiment', false)), epochs: 1000 })

export const sensorWork = (): Work => workOf(makeWorkload('sensor', false))

/** A network of one hidden layer for a number. */
export function regressionWork(): Work {
  const [rows, inputs] = [320, 9]
  return {
    inputs,
    layers: [
      { units: 16, activation: 'tanh' },
      { units: 1, activation: 'linear' },
    ],
    loss: 'meanSquaredError',
    optimizer: ADAM.name,
    rate: 0.003,
    rows,
    batchSize: 32,
    epochs: 100,
    ...regressionData(rows, inputs, 1, 8),
  }
}

/** A network of two hidden layers for three classes. */
export function tabularWork(units: number, rows: number): Work {
  const inputs = 16
  return {
    inputs,
    layers: [
      { units, activation: 'relu' },
      { units, activation: 'relu' },
      { units: 3, activation: 'softmax' },
    ],
    loss: 'categoricalCrossentropy',
    optimizer: ADAM.name,
    rate: 0.001,
    rows,
    batchSize: 32,
    epochs: 20,
    ...tabularData(rows, inputs, 3, 1),
  }
}

/** How far the learning rates reach from their middle, as a factor. */
const REACH = 3

/** Random search: each trial has another learning rate and another seed. The loss of the training samples counts. */
export function searchOf(work: Work, trials: number): ArraySearchOptions {
  const { inputs, layers, loss, optimizer, rate, batchSize, epochs, x, y } = work
  return {
    data: { x, y },
    space: {
      network: { inputs, layers },
      trainer: { loss, optimizer: { name: optimizer, learningRate: logUniform(rate / REACH, rate * REACH) } },
      fit: { epochs, batchSize },
    },
    trials,
    metric: 'loss',
  }
}

/** Such as `24-16-3`; a batch normalization has as many units as the layer before it. */
export const networkOf = ({ inputs, layers }: Work): string =>
  [inputs, ...layers.flatMap((layer) => ('type' in layer ? [] : [layer.units]))].join('-')
