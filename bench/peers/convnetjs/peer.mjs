// convnetjs: forward and backward for each sample, an update for each batch. The same steps in float64.

import convnetjs from 'convnetjs'
import { labelsOf, layersOf, rowsOf, Skip, secondsOf, serve, versionOf } from '../../../out/bench/peers/serve.js'

await serve((workload) => {
  const { inputs, outputs, layers, optimizer, batchSize, rows, x, y, starts } = workload
  if (optimizer.name !== 'sgd') throw new Skip(`convnetjs 0.3.0 has no ${optimizer.name}`)
  const softmax = layers.at(-1).activation === 'softmax'
  const targets = softmax ? labelsOf(workload) : rowsOf(y, outputs)
  const volumes = rowsOf(x, inputs).map((row) => new convnetjs.Vol(row))

  function build(start) {
    const net = new convnetjs.Net()
    const hidden = layers
      .slice(0, softmax ? -1 : undefined)
      .map(({ units, activation }) => ({ type: 'fc', num_neurons: units, activation }))
    const last = softmax ? { type: 'softmax', num_classes: outputs } : { type: 'regression', num_neurons: outputs }
    net.makeLayers([{ type: 'input', out_sx: 1, out_sy: 1, out_depth: inputs }, ...hidden, last])
    // convnetjs adds a dense layer before a regression; the network already has its own, so the added one is removed.
    if (!softmax) net.layers.splice(-2, 1)
    const dense = net.layers.filter((layer) => layer.layer_type === 'fc')
    for (const [i, { weights, bias, units }] of layersOf(workload, starts[start]).entries()) {
      dense[i].biases.w.set(bias)
      dense[i].filters.forEach(({ w }, unit) => {
        w.forEach((_, k) => {
          w[k] = weights[k * units + unit]
        })
      })
    }
    return net
  }

  function train(net, epochs) {
    const trainer = new convnetjs.Trainer(net, {
      method: 'sgd',
      learning_rate: optimizer.learningRate,
      momentum: 0,
      batch_size: batchSize,
    })
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (let row = 0; row < rows; row++) {
        if (row % batchSize === 0) {
          // It counts samples across epochs; resetting the count allows a smaller last batch.
          trainer.k = 0
          trainer.batch_size = Math.min(batchSize, rows - row)
        }
        trainer.train(volumes[row], targets[row])
      }
    }
  }

  return {
    version: versionOf('convnetjs', import.meta.url),
    float: 64,
    sameStart: true,
    async train(start, epochs) {
      const net = build(start)
      const seconds = await secondsOf(() => train(net, epochs))
      return { seconds, predictions: Float64Array.from(volumes.flatMap((volume) => [...net.forward(volume).w])) }
    },
  }
})
