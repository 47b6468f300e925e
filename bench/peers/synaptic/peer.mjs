// synaptic: one update for each sample. Its output error lacks the slope of the sigmoid, as with cross-entropy. It generates one
// function for the whole network ("optimize").

import synaptic from 'synaptic'
import { layersOf, rowsOf, Skip, secondsOf, serve, versionOf } from '../../../out/bench/peers/serve.js'

const { Layer, Network, Neuron, Trainer } = synaptic

const SQUASH = { sigmoid: Neuron.squash.LOGISTIC, relu: Neuron.squash.RELU, softmax: Neuron.squash.LOGISTIC }

// It ignores an error of 0, and then stops at 0.005.
const NO_ERROR = 1e-300

await serve((workload) => {
  const { inputs, outputs, layers, loss, optimizer, batchSize, x, y, starts } = workload
  if (optimizer.name !== 'sgd') throw new Skip(`synaptic has no ${optimizer.name}`)
  const softmax = layers.some(({ activation }) => activation === 'softmax')
  const xRows = rowsOf(x, inputs)
  const yRows = rowsOf(y, outputs)
  const data = xRows.map((input, i) => ({ input, output: yRows[i] }))

  function build(start) {
    const input = new Layer(inputs)
    let from = input
    const rest = layersOf(workload, starts[start]).map(({ units, activation, weights, bias }) => {
      const layer = new Layer(units)
      layer.set({ squash: SQUASH[activation] })
      layer.list.forEach((neuron, i) => {
        neuron.bias = bias[i]
      })
      // In the order of the weights: for each input, all units.
      from.project(layer).list.forEach((connection, i) => {
        connection.weight = weights[i]
      })
      from = layer
      return layer
    })
    const network = new Network({ input, hidden: rest.slice(0, -1), output: rest.at(-1) })
    // Generates the function now, so that the first sample's time does not include it.
    network.activate(xRows[0])
    return network
  }

  const output = `; sigmoids with cross-entropy at the output${softmax ? ', as it has no softmax' : ''}`
  return {
    version: versionOf('synaptic', import.meta.url),
    note: `an update, at the learning rate over the batch size, after every sample${output}`,
    float: 64,
    sameStart: true,
    sameWork: false,
    async train(start, epochs) {
      const network = build(start)
      const options = {
        rate: optimizer.learningRate / batchSize,
        iterations: epochs,
        error: NO_ERROR,
        shuffle: false,
        cost: loss === 'halfSquaredError' ? Trainer.cost.MSE : Trainer.cost.CROSS_ENTROPY,
      }
      let result
      const seconds = await secondsOf(() => {
        result = new Trainer(network).train(data, options)
      })
      if (result.iterations !== epochs) throw new Error(`stopped after ${result.iterations} of ${epochs} iterations`)
      return { seconds, predictions: softmax ? null : Float64Array.from(xRows.flatMap((row) => network.activate(row))) }
    },
  }
})
