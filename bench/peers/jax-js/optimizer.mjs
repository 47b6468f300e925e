// SGD and Adam in jax-js.
import { numpy as np, tree } from '@jax-js/jax'

/** `rates`: a tree like the parameters with the learning rate of each, of a population; otherwise the one of the options is used. */
export function optimizerOf({ name, learningRate, beta1, beta2, epsilon }, rates) {
  const scaled = (change, rate) => (rate === undefined ? change.mul(learningRate) : change.mul(rate.ref))
  const zeros = (parameters) => tree.map((p) => np.zerosLike(p), tree.ref(parameters))
  const mapRates = (one, ...trees) => (rates === undefined ? tree.map(one, ...trees) : tree.map(one, ...trees, rates))

  return {
    start: (parameters) =>
      name === 'adam' ? { mean: zeros(parameters), square: zeros(parameters), powers: [np.array(1), np.array(1)] } : {},
    update(parameters, state, gradients) {
      if (name !== 'adam') return [mapRates((p, g, rate) => p.sub(scaled(g, rate)), parameters, gradients), state]
      const { mean, square, powers } = state
      const next = [powers[0].mul(beta1), powers[1].mul(beta2)]
      const means = tree.map((m, g) => m.mul(beta1).add(g.mul(1 - beta1)), mean, tree.ref(gradients))
      const squares = tree.map((s, g) => s.mul(beta2).add(np.square(g).mul(1 - beta2)), square, gradients)
      const [one, other] = next.map((power) => np.subtract(1, power.ref))
      const change = (m, s) => m.div(one.ref).div(np.sqrt(s.div(other.ref)).add(epsilon))
      const updated = mapRates(
        (p, m, s, rate) => p.sub(scaled(change(m, s), rate)),
        parameters,
        tree.ref(means),
        tree.ref(squares),
      )
      one.dispose()
      other.dispose()
      return [updated, { mean: means, square: squares, powers: next }]
    },
  }
}
