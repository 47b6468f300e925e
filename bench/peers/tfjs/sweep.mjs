// A loop over configurations of the sweep of bench:search, as KerasTuner makes it: builds, compiles and fits a model for each,
// one after the other on one thread. `sweep.mjs cpu|wasm`; the protocol is that of bench/search/python/sweep.py.
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import '@tensorflow/tfjs-backend-cpu'
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { callbacks, initializers, layers, sequential } from '@tensorflow/tfjs-layers'

const backend = process.argv[2]
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const answer = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

const given = JSON.parse((await lines.next()).value)
setWasmPaths(fileURLToPath(new URL('node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)))
setThreadsCount(1)
if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} did not start`)
await tf.ready()
const x = tf.tensor2d(Float32Array.from(given.x), [given.y.length, given.inputs])
const y = tf.tensor2d(Float32Array.from(given.y), [given.y.length, 1])

function build({ hidden, rate, seed }) {
  const model = sequential()
  const widths = [...hidden, 1]
  for (const [i, units] of widths.entries()) {
    const activation = i < hidden.length ? 'relu' : 'linear'
    const kernelInitializer = initializers.glorotUniform({ seed: seed + i })
    const shape = i === 0 ? { inputShape: [given.inputs] } : {}
    model.add(layers.dense({ units, activation, kernelInitializer, ...shape }))
  }
  model.compile({ optimizer: tf.train.adam(rate), loss: 'meanSquaredError' })
  return model
}

async function train(configuration) {
  const model = build(configuration)
  const { history } = await model.fit(x, y, {
    epochs: given.epochs,
    batchSize: given.batch,
    validationSplit: given.share,
    verbose: 0,
    yieldEvery: 'never',
    callbacks: callbacks.earlyStopping({ monitor: 'val_loss', patience: given.patience }),
  })
  model.optimizer.dispose()
  model.dispose()
  return history.val_loss
}

answer({ ready: true, version: `TensorFlow.js ${tf.version_core}` })
for (let next = await lines.next(); !next.done; next = await lines.next()) {
  const { configurations } = JSON.parse(next.value)
  let [epochs, best] = [0, Number.POSITIVE_INFINITY]
  const start = performance.now()
  for (const configuration of configurations) {
    const losses = await train(configuration)
    epochs += losses.length
    best = Math.min(best, ...losses)
  }
  answer({ ms: performance.now() - start, epochs, best })
}
