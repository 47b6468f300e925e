// A network in jax-js. A batch normalization is its first layer, if it has one.
import { nn, numpy as np, tree } from '@jax-js/jax'
import { layersOf } from '../../../out/bench/peers/serve.js'

const activations = {
  linear: (z) => z,
  relu: nn.relu,
  sigmoid: nn.sigmoid,
  tanh: np.tanh,
  // The loss takes its logits.
  softmax: (z) => z,
}

export function networkOf(workload, array) {
  const { inputs, rows, x, loss } = workload
  const [normalization] = workload.layers.filter(({ type }) => type === 'batchNormalization')
  const dense = workload.layers.filter(({ type }) => type === undefined)

  /** [mean, variance] of a batch, each [units]. */
  function statistics(samples) {
    const mean = samples.ref.mean(0)
    return [mean.ref, np.square(samples.sub(mean)).mean(0)]
  }

  function normalize(samples, gamma, beta, [mean, variance]) {
    const scale = gamma.div(np.sqrt(variance.add(normalization.epsilon)))
    return samples.sub(mean).mul(scale).add(beta)
  }

  /** The last z. `moving`: the statistics of a prediction; in training those of the batch. */
  function forward({ weights, biases, scales }, samples, moving) {
    let a = samples
    if (normalization !== undefined) {
      const used = moving ?? statistics(samples.ref)
      a = normalize(samples, scales[0], scales[1], used)
    }
    return dense.reduce((a, { activation }, l) => activations[activation](np.matmul(a, weights[l]).add(biases[l])), a)
  }

  return {
    loss(parameters, samples, targets) {
      const last = forward(parameters, samples)
      if (loss === 'halfSquaredError') return np.square(last.sub(targets)).mean().mul(0.5)
      if (loss === 'meanSquaredError') return np.square(last.sub(targets)).mean()
      return nn.logSoftmax(last, -1).mul(targets).sum(-1).mean().neg()
    },
    /** The moving statistics after a batch. */
    follow(moving, samples) {
      if (normalization === undefined) {
        samples.dispose()
        return moving
      }
      const { momentum } = normalization
      const now = statistics(samples)
      return moving.map((before, i) => before.mul(momentum).add(now[i].mul(1 - momentum)))
    },
    /** The parameters and the moving statistics of a start. */
    start(numbers) {
      const layers = layersOf(workload, numbers)
      const [first] = layers.filter(({ type }) => type !== undefined)
      const given = layers.filter(({ type }) => type === undefined)
      const parameters = {
        weights: given.map(({ inputs: count, units, weights }) => array(weights, [count, units])),
        biases: given.map(({ units, bias }) => array(bias, [units])),
        scales: first === undefined ? [] : [array(first.gamma, [first.units]), array(first.beta, [first.units])],
      }
      const moving =
        first === undefined ? [] : [array(first.movingMean, [first.units]), array(first.movingVariance, [first.units])]
      return [parameters, moving]
    },
    async result(parameters, moving) {
      const last = forward(parameters, array(x, [rows, inputs]), normalization && moving)
      if (normalization === undefined) tree.dispose(moving)
      const a = loss === 'categoricalCrossentropy' ? nn.softmax(last, -1) : last
      return { predictions: Float64Array.from(await a.data()) }
    },
  }
}
