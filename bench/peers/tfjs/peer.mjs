// TensorFlow.js, float32, `peer.mjs cpu|wasm DIRECTORY`: a sequential model of the layers API, trained by `fit`; a population by
// the operations of the core.
import { fileURLToPath } from 'node:url'
import '@tensorflow/tfjs-backend-cpu'
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { layers as factory, sequential } from '@tensorflow/tfjs-layers'
import { layersOf, secondsOf, serve, versionOf } from '../../../out/bench/peers/serve.js'
import { trainPopulation } from './population.mjs'

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
    for (const [i, layer] of layersOf(workload, starts[start]).entries()) {
      const { layer: made, numbers } = layer.type === undefined ? dense(layer) : batchNormalization(layer, i === 0)
      model.add(made)
      const values = numbers.map(([values, shape]) => tf.tensor(Float32Array.from(values), shape))
      made.setWeights(values)
      tf.dispose(values)
    }
    model.compile({ optimizer: makeOptimizer(workload.optimizer), loss })
    return model
  }

  const about = {
    version: versionOf(`@tensorflow/tfjs-backend-${backend}`, import.meta.url),
    float: 32,
    sameStart: true,
  }
  if (workload.population !== undefined) {
    return { ...about, train: (start, epochs) => trainPopulation(workload, starts[start], epochs, [x, y]) }
  }
  return {
    ...about,
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

function dense({ inputs, units, activation, weights, bias }) {
  return {
    layer: factory.dense({ units, activation, inputShape: [inputs] }),
    numbers: [
      [weights, [inputs, units]],
      [bias, [units]],
    ],
  }
}

function batchNormalization({ units, momentum, epsilon, gamma, beta, movingMean, movingVariance }, first) {
  return {
    layer: factory.batchNormalization({ momentum, epsilon, ...(first ? { inputShape: [units] } : {}) }),
    numbers: [gamma, beta, movingMean, movingVariance].map((values) => [values, [units]]),
  }
}

function makeOptimizer({ name, learningRate, beta1, beta2, epsilon }) {
  return name === 'adam' ? tf.train.adam(learningRate, beta1, beta2, epsilon) : tf.train.sgd(learningRate)
}
