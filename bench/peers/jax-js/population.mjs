// A population in jax-js: networks with one hidden layer and one output, all in the same operations. The hidden units of all members are
// one layer, and the weights of their outputs one row.
import { jit, numpy as np, tree } from '@jax-js/jax'

export function populationOf(workload, array) {
  const { inputs, layers, members, rows, x, y, population } = workload
  const { validation, learningRates } = population
  const [{ units }] = layers
  const count = (inputs + 1) * units + units + 1
  const width = members * units
  const spread = (rates, each) => rates.flatMap((rate) => Array(each).fill(rate))
  const rates = [...learningRates]

  /** [members]: the mean squared error of each. */
  function losses({ weights, biases, outputWeights, outputBiases }, samples, targets) {
    const hidden = np.tanh(np.matmul(samples, weights).add(biases))
    const products = hidden.mul(outputWeights)
    const outputs = products.reshape([-1, members, units]).sum(2).add(outputBiases)
    return np.square(outputs.sub(targets)).mean(0)
  }

  const evaluate = jit(losses)
  const held = [array(validation.x, [validation.y.length, inputs]), array(validation.y, [validation.y.length, 1])]
  const all = [array(x, [rows, inputs]), array(y, [rows, 1])]
  const lossesOf = async (parameters, [samples, targets]) =>
    evaluate(tree.ref(parameters), samples.ref, targets.ref).data()
  let sums = new Float64Array(members)

  return {
    rates: {
      weights: array(spread(rates, units), [width]),
      biases: array(spread(rates, units), [width]),
      outputWeights: array(spread(rates, units), [width]),
      outputBiases: array(rates, [members]),
    },
    // The members do not depend on each other: so the gradient of the sum has the gradient of each.
    loss: (parameters, samples, targets) => losses(parameters, samples, targets).sum(),
    follow(moving, samples) {
      samples.dispose()
      return moving
    },
    start(numbers) {
      sums = new Float64Array(members)
      // `size` numbers of each member from `from`, row after row of the members' rows.
      const take = (from, size, height = 1) =>
        Array.from({ length: height * members }, (_, i) => {
          const at = (i % members) * count + from + Math.floor(i / members) * size
          return [...numbers.subarray(at, at + size)]
        }).flat()
      const parameters = {
        weights: array(take(0, units, inputs), [inputs, width]),
        biases: array(take(inputs * units, units), [width]),
        outputWeights: array(take((inputs + 1) * units, units), [width]),
        outputBiases: array(take((inputs + 2) * units, 1), [members]),
      }
      return [parameters, []]
    },
    async validate(parameters) {
      const values = await lossesOf(parameters, held)
      for (let i = 0; i < members; i++) sums[i] += values[i]
    },
    async result(parameters, _moving, epochs) {
      const values = await lossesOf(parameters, all)
      tree.dispose(parameters)
      const loss = values.reduce((sum, value) => sum + value, 0) / members
      return { loss, validationLosses: sums.map((sum) => sum / epochs) }
    },
  }
}
