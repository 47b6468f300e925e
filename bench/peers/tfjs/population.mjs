// A population in TensorFlow.js: networks with one hidden layer and one output, all in the same operations. The hidden units of all
// members are one layer, and the weights of their outputs one row. Its optimizers have one learning rate, so Adam is written here.
import * as tf from '@tensorflow/tfjs-core'
import { secondsOf } from '../../../out/bench/peers/serve.js'

export async function trainPopulation(workload, numbers, epochs, [x, y]) {
  const { inputs, layers, members, rows, batchSize, optimizer, population } = workload
  const { validation, learningRates } = population
  const { beta1, beta2, epsilon } = optimizer
  const [{ units }] = layers
  const count = (inputs + 1) * units + units + 1
  const width = members * units
  const tensor = (values, shape) => tf.tensor(Float32Array.from(values), shape)
  const rates = [...learningRates]
  const spread = tensor(
    rates.flatMap((rate) => Array(units).fill(rate)),
    [width],
  )
  const ratesOf = [spread, spread, spread, tensor(rates, [members])]

  // `size` numbers of each member from `from`, row after row of the members' rows.
  const take = (from, size, height = 1) =>
    Array.from({ length: height * members }, (_, i) => {
      const at = (i % members) * count + from + Math.floor(i / members) * size
      return [...numbers.subarray(at, at + size)]
    }).flat()
  const variables = [
    tensor(take(0, units, inputs), [inputs, width]),
    tensor(take(inputs * units, units), [width]),
    tensor(take((inputs + 1) * units, units), [width]),
    tensor(take((inputs + 2) * units, 1), [members]),
  ].map((start) => tf.variable(start))
  const means = variables.map((one) => tf.variable(tf.zerosLike(one)))
  const squares = variables.map((one) => tf.variable(tf.zerosLike(one)))

  /** [members]: the mean squared error of each. */
  function losses(samples, targets) {
    const [weights, biases, outputWeights, outputBiases] = variables
    const hidden = tf.tanh(tf.add(tf.matMul(samples, weights), biases))
    const products = tf.reshape(tf.mul(hidden, outputWeights), [samples.shape[0], members, units])
    const outputs = tf.add(tf.sum(products, 2), outputBiases)
    return tf.mean(tf.squaredDifference(outputs, targets), 0)
  }

  // The members do not depend on each other: so the gradient of the sum has the gradient of each.
  function gradientsOf(batch) {
    const { grads } = tf.variableGrads(() => tf.sum(losses(...batch)), variables)
    return variables.map(({ name }) => grads[name])
  }

  function update(variable, gradient, i, step) {
    const rate = tf.div(ratesOf[i], 1 - beta1 ** step)
    const root = Math.sqrt(1 - beta2 ** step)
    means[i].assign(tf.add(tf.mul(means[i], beta1), tf.mul(gradient, 1 - beta1)))
    squares[i].assign(tf.add(tf.mul(squares[i], beta2), tf.mul(tf.square(gradient), 1 - beta2)))
    const change = tf.div(means[i], tf.add(tf.div(tf.sqrt(squares[i]), root), epsilon))
    variable.assign(tf.sub(variable, tf.mul(change, rate)))
  }

  const batches = []
  for (let row = 0; row < rows; row += batchSize) {
    const size = Math.min(batchSize, rows - row)
    batches.push([tf.slice(x, [row, 0], [size, inputs]), tf.slice(y, [row, 0], [size, 1])])
  }
  const held = [tensor(validation.x, [validation.y.length, inputs]), tensor(validation.y, [validation.y.length, 1])]
  const sums = new Float64Array(members)
  const valuesOf = (samples) => tf.tidy(() => losses(...samples).dataSync())

  const seconds = await secondsOf(() => {
    let step = 0
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const batch of batches) {
        step++
        tf.tidy(() => {
          const gradients = gradientsOf(batch)
          for (const [i, variable] of variables.entries()) update(variable, gradients[i], i, step)
        })
      }
      const values = valuesOf(held)
      for (let i = 0; i < members; i++) sums[i] += values[i]
    }
  })
  const loss = valuesOf([x, y]).reduce((sum, value) => sum + value, 0) / members
  tf.dispose([...variables, ...means, ...squares, ...ratesOf, ...batches.flat(), ...held])
  return { seconds, loss, validationLosses: sums.map((sum) => sum / epochs) }
}
