/** The sizes of the gradients of each layer. */
import { DivergenceError, Network, Trainer } from 'lockstep-nn'
import type { Prepared } from '../prepare.js'

/**
 * The root of the mean square of the gradients of each layer's weights and bias, for some training rows. A step of `sgd`
 * with the rate 1 subtracts the gradients from the parameters; penalties are part of them.
 */
export function gradientSizes(prepared: Prepared, member: Network, x: Float64Array, y: Float64Array): number[] {
  const { shape, trainerOptions } = prepared
  const copy = new Network({ inputs: shape.inputs, layers: shape.layers, parameters: member.parameters.slice() })
  const { loss, backend } = trainerOptions
  try {
    new Trainer(copy, { loss, backend, optimizer: { name: 'sgd', learningRate: 1 } }).step(x, y)
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error
    return shape.stages.map(() => NaN)
  }
  return shape.stages.map(({ dense }) => {
    const [before, after] = [member.getLayer(dense), copy.getLayer(dense)]
    const tensors = ['weights', 'bias'] as const
    let [sum, count] = [0, 0]
    for (const name of tensors) {
      const [old, moved] = [before[name] as Float64Array, after[name] as Float64Array]
      for (let i = 0; i < old.length; i++) sum += (old[i] - moved[i]) ** 2
      count += old.length
    }
    return Math.sqrt(sum / count)
  })
}
