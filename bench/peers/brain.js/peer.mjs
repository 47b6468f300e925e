// brain.js: one update for each sample, float32 storage, one activation for all layers, squared error.
import brain from 'brain.js'
import { layersOf, rowsOf, secondsOf, serve, versionOf } from '../../../out/bench/peers/serve.js'

// brain.js refuses 0 for both; an error at or below the threshold would end the training early.
const NOTHING = 1e-300

await serve((workload) => {
  const { inputs, outputs, layers, optimizer, batchSize, x, y, starts } = workload
  const xRows = rowsOf(x, inputs)
  const yRows = rowsOf(y, outputs)
  const data = xRows.map((input, i) => ({ input, output: yRows[i] }))
  const probabilities = layers.every(({ activation }) => activation === 'sigmoid')
  const adam = optimizer.name === 'adam'
  const options = {
    activation: layers[0].activation,
    // An update has no mean over the batch: dividing the rate splits one step among the samples of the batch.
    learningRate: adam ? optimizer.learningRate : optimizer.learningRate / batchSize,
    momentum: NOTHING,
    errorThresh: NOTHING,
    ...(adam ? { praxis: 'adam', beta1: optimizer.beta1, beta2: optimizer.beta2, epsilon: optimizer.epsilon } : {}),
  }

  function build(start) {
    const network = new brain.NeuralNetwork(options)
    network.sizes = [inputs, ...layers.map(({ units }) => units)]
    network.initialize()
    for (const [i, { weights, bias, units }] of layersOf(workload, starts[start]).entries()) {
      network.biases[i + 1].set(bias)
      network.weights[i + 1].forEach((row, unit) => {
        row.forEach((_, k) => {
          row[k] = weights[k * units + unit]
        })
      })
    }
    return network
  }

  const rate = adam ? 'an adam step' : 'an update, at the learning rate over the batch size,'
  const output = probabilities ? '' : `; ${layers[0].activation} and squared error at the output, as it has no softmax`
  return {
    version: versionOf('brain.js', import.meta.url),
    note: `${rate} after every sample; numbers kept as float32${output}`,
    float: 32,
    sameStart: true,
    sameWork: false,
    async train(start, epochs) {
      const network = build(start)
      let status
      const seconds = await secondsOf(() => {
        status = network.train(data, { ...options, iterations: epochs })
      })
      if (status.iterations !== epochs) throw new Error(`stopped after ${status.iterations} of ${epochs} iterations`)
      const predictions = probabilities ? Float64Array.from(xRows.flatMap((row) => [...network.runInput(row)])) : null
      return { seconds, predictions }
    },
  }
})
