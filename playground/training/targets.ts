/** What suits the data: the loss, the last layer, and the numbers that stand for the classes. */

import type { LossName } from 'lockstep-nn'
import { losses } from '#lib/kernels/losses.js'
import type { DataSet } from '../data/data-set.js'
import type { Named, Settings } from '../state/settings.js'

/** The last layer, and what its outputs mean. */
export interface Outputs {
  readonly loss: Named
  readonly activation: Named
  readonly count: number
  /**
   * The numbers for "another class" and "this class". One output has `low` for the first class and `high` for the
   * second one. For a number: the range in which it is shown.
   */
  readonly low: number
  readonly high: number
}

/** The activations whose values are below 0, too: the classes are -1 and 1. */
const SIGNED = ['linear', 'tanh', 'softsign']

export function outputsOf({ network, trainer }: Settings, data: DataSet): Outputs {
  const loss = trainer.loss.name === 'auto' ? { name: suitableLoss(data) } : trainer.loss
  const { fusedWith, targets } = losses[loss.name as LossName]
  const activation = network.output.name === 'auto' ? { name: fusedWith ?? suitable(data, targets) } : network.output
  if (data.task === 'number') {
    if (targets === 'distribution' || targets === 'index') {
      throw new RangeError(
        `The loss ${loss.name} is for classes, but ${data.target.name} is a number. Use another loss.`,
      )
    }
    return { loss, activation, count: 1, low: data.target.min, high: data.target.max }
  }
  const byClass = activation.name === 'softmax' || data.classes.length > 2
  const isSigned = targets === 'sign' || (targets === 'real' && SIGNED.includes(activation.name))
  return { loss, activation, count: byClass ? data.classes.length : 1, low: isSigned ? -1 : 0, high: 1 }
}

function suitableLoss(data: DataSet): LossName {
  if (data.task === 'number') return 'meanSquaredError'
  return data.classes.length === 2 ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy'
}

function suitable(data: DataSet, targets: string): string {
  if (targets === 'nonNegative') return 'softplus'
  return data.task === 'number' ? 'linear' : 'tanh'
}

/** The targets of rows in the form of the loss: [rows × outputs], or [rows] for numbers of classes. */
export function targetsOf(y: Float64Array, data: DataSet, { loss, count, low, high }: Outputs): Float64Array {
  if (data.task === 'number' || losses[loss.name as LossName].targets === 'index') return y
  if (count === 1) return y.map((label) => (label === 0 ? low : high))
  const targets = new Float64Array(y.length * count).fill(low)
  y.forEach((label, row) => {
    targets[row * count + label] = high
  })
  return targets
}

/** The class of a row's outputs. */
export function classOf(outputs: Float64Array, row: number, { count, low, high }: Outputs): number {
  if (count === 1) return outputs[row] > (low + high) / 2 ? 1 : 0
  let best = 0
  for (let j = 1; j < count; j++) if (outputs[row * count + j] > outputs[row * count + best]) best = j
  return best
}
