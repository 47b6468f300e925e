// ml-fnn: a classifier with tanh layers and a softmax, with its own starting weights. A bug in its look-up of activations
// makes it always use tanh.
import FeedForwardNeuralNetworks from 'ml-fnn'
import { Matrix } from 'ml-matrix'
import { labelsOf, rowsOf, Skip, secondsOf, serve, versionOf } from '../../../out/bench/peers/serve.js'

// ml-fnn ignores 0.
const NO_REGULARIZATION = 1e-300

await serve((workload) => {
  const { inputs, outputs, layers, optimizer, batchSize, rows, x, y } = workload
  if (optimizer.name !== 'sgd') throw new Skip(`ml-fnn has no ${optimizer.name}`)
  const classifies = outputs > 1
  const labels = classifies ? labelsOf(workload) : [...y]
  const features = new Matrix(rowsOf(x, inputs))
  const batches = []
  for (let row = 0; row < rows; row += batchSize) {
    const end = Math.min(rows, row + batchSize)
    batches.push([features.subMatrix(row, end - 1, 0, inputs - 1), labels.slice(row, end)])
  }

  function build(epochs) {
    return new FeedForwardNeuralNetworks({
      hiddenLayers: layers.slice(0, -1).map(({ units }) => units),
      iterations: epochs,
      // Its gradient is a sum over the rows.
      learningRate: optimizer.learningRate / batchSize,
      regularization: NO_REGULARIZATION,
    })
  }

  function train(net, epochs) {
    if (batches.length === 1) {
      net.train(features, labels)
      return
    }
    // It only trains on all rows at once, so this calls the methods of one iteration for each batch.
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const [samples, targets] of batches) net.backpropagation(samples, targets, net.propagate(samples))
    }
  }

  /** Its columns are in the order in which the classes first occur. */
  function predict(net) {
    const probabilities = net.propagate(features)
    const predictions = new Float64Array(rows * outputs)
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < outputs; column++) {
        predictions[row * outputs + Number(net.dicts.outputs[column])] = probabilities.get(row, column)
      }
    }
    return predictions
  }

  return {
    version: versionOf('ml-fnn', import.meta.url),
    note: classifies
      ? 'tanh instead of relu; its propagate and backpropagation called for each batch; own starting weights'
      : 'a softmax of two outputs with cross-entropy instead of one sigmoid, tanh before it; own starting weights',
    float: 64,
    sameStart: false,
    async train(_, epochs) {
      const net = build(epochs)
      if (batches.length > 1) {
        // A training of 0 iterations creates the weights and the order of the classes.
        net.iterations = 0
        net.train(features, labels)
      }
      const seconds = await secondsOf(() => train(net, epochs))
      return { seconds, predictions: classifies ? predict(net) : null }
    },
  }
})
