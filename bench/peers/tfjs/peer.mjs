// TensorFlow.js, float32, `peer.mjs cpu|wasm DIRECTORY`: a sequential model of the layers API, trained by `fit`.
import { fileURLToPath } from 'node:url'
import '@tensorflow/tfjs-backend-cpu'
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { layers as factory, sequential } from '@tensorflow/tfjs-layers'
import { layersOf, secondsOf, serve, versionOf } from '../../../out/bench/peers/serve.js'

const backend = process.argv[2]

const halfSquaredError = (y, prediction) => tf.mul(0.5, tf.mean(tf.squaredDifference(y, prediction)))

await serve(async (workload) => {
  const { inputs, outputs, rows, batchSize, starts } = workload
  setWasmPaths(fileURLToPath(new URL('node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)))
  setThreadsCount(1)
  if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} did not start`)
  await tf.ready()
  const x = tf.tensor2d(Float32Array.from(workload.x), [rows, inputs])
  const y = tf.tensor2d(Float32Array.from(workload.y), [rows, outputs])
  // This loss is a mean over the outputs too; there is only one.
  const loss = workload.loss === 'halfSquaredError' ? halfSquaredError : workload.loss

  function build(start) {
    const model = sequential()
    for (const { inputs, units, activation, weights, bias } of layersOf(workload, starts[start])) {
      const layer = factory.dense({ units, activation, inputShape: [inputs] })
      model.add(layer)
      const values = [tf.tensor2d(Float32Array.from(weights), [inputs, units]), tf.tensor1d(Float32Array.from(bias))]
      layer.setWeights(values)
      tf.dispose(values)
    }
    model.compile({ optimizer: makeOptimizer(workload.optimizer), loss })
    return model
  }

  return {
    version: versionOf(`@tensorflow/tfjs-backend-${backend}`, import.meta.url),
    float: 32,
    sameStart: true,
    async train(start, epochs) {
      const model = build(start)
      const options = { epochs, batchSize, shuffle: false, verbose: 0, yieldEvery: 'never' }
      const seconds = await secondsOf(() => model.fit(x, y, options))
      const prediction = model.predict(x, { batchSize: rows })
      const predictions = Float64Array.from(await prediction.data())
      prediction.dispose()
      model.optimizer.dispose()
      model.dispose()
      return { seconds, predictions }
    },
  }
})

function makeOptimizer({ name, learningRate, beta1, beta2, epsilon }) {
  return name === 'adam' ? tf.train.adam(learningRate, beta1, beta2, epsilon) : tf.train.sgd(learningRate)
}
