/** The metric of mean predictions, with the definitions of the trainer. */

import { losses } from '../../kernels/losses.js'
import { log } from '../../kernels/math.js'
import { Network } from '../../network/network.js'
import { Trainer } from '../../training/trainer.js'
import type { TrainerOptions } from '../../training/trainer-options.js'
import type { WeightedSamples } from '../../training/weighted-samples.js'
import type { Metric } from '../engine/metric.js'
import type { TrialSetup } from '../engine/trial-setup.js'

/**
 * The metric of predictions for one fold. They are the inputs of a network that returns them: a loss that contains the last
 * activation gets the logits of the predictions. Penalties of weights are not part of it.
 * @param outputs of a row of predictions
 */
export function meanScore(
  { shared }: TrialSetup,
  { y, sampleWeight }: WeightedSamples,
  metric: Metric,
  outputs: number,
): (predictions: Float64Array) => number {
  const { loss, metrics } = shared.trainer as { loss: TrainerOptions['loss']; metrics?: unknown }
  const { fusedWith } = losses[typeof loss === 'string' ? loss : loss.name]
  const network = new Network({
    inputs: outputs,
    layers: [{ units: outputs, activation: fusedWith ?? 'linear' }],
    parameters: identity(outputs),
  })
  const trainer = new Trainer(network, {
    loss,
    optimizer: 'adam',
    metrics: metric.added(metrics) as TrainerOptions['metrics'],
    backend: 'typescript',
  })
  const name = metric.plain
  return (predictions) => {
    const x = fusedWith === null ? predictions : logitsOf(predictions, fusedWith === 'sigmoid')
    const result = trainer.evaluate(x, y, sampleWeight === null ? {} : { sampleWeight })
    return metric.score((result as unknown as Record<string, number>)[name])
  }
}

/** [outputs × outputs] weights, [outputs] biases. */
function identity(outputs: number): Float64Array {
  const parameters = new Float64Array(outputs * outputs + outputs)
  for (let i = 0; i < outputs; i++) parameters[i * outputs + i] = 1
  return parameters
}

/** ln of the least positive number: a probability of 0 has this logarithm, so that no logit is infinite. */
const LEAST = -745

const logOf = (value: number): number => (value > 0 ? log(value) : LEAST)

/** z with softmax(z) = p, or sigmoid(z) = p. */
const logitsOf = (p: Float64Array, isSigmoid: boolean): Float64Array =>
  p.map((value) => (isSigmoid ? logOf(value) - logOf(1 - value) : logOf(value)))
