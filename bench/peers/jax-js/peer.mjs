// jax-js on its WebAssembly backend, float32: a step of the optimizer is one function under `jit`. A function consumes the arrays
// that it gets: `.ref` keeps one.
import { secondsOf, serve, versionOf } from '../../../out/bench/peers/serve.js'

// The package reads both where it starts, and Node 20 has neither.
globalThis.navigator ??= {}
globalThis.Float16Array ??= class {}
const { blockUntilReady, defaultDevice, init, jit, numpy: np, tree, valueAndGrad } = await import('@jax-js/jax')
const { networkOf } = await import('./network.mjs')
const { populationOf } = await import('./population.mjs')
const { optimizerOf } = await import('./optimizer.mjs')

const array = (values, shape) => np.array(Float32Array.from(values)).reshape(shape)

await serve(async (workload) => {
  const { inputs, outputs, rows, batchSize, x, y, starts, population } = workload
  if (!(await init('wasm')).includes('wasm')) throw new Error('the backend wasm did not start')
  defaultDevice('wasm')

  const model = population === undefined ? networkOf(workload, array) : populationOf(workload, array)
  const optimizer = optimizerOf(workload.optimizer, model.rates)

  /** The parameters, the optimizer's state and the moving statistics after one step. */
  const step = jit((parameters, state, moving, samples, targets) => {
    // The statistics do not depend on the parameters.
    const nextMoving = model.follow(moving, samples.ref)
    const [loss, gradients] = valueAndGrad(model.loss)(tree.ref(parameters), samples, targets)
    loss.dispose()
    const [next, nextState] = optimizer.update(parameters, state, gradients)
    return [next, nextState, nextMoving]
  })

  const batches = []
  for (let row = 0; row < rows; row += batchSize) {
    const count = Math.min(batchSize, rows - row)
    const part = (values, columns) => array(values.subarray(row * columns, (row + count) * columns), [count, columns])
    batches.push([part(x, inputs), part(y, outputs)])
  }

  return {
    version: versionOf('@jax-js/jax', import.meta.url),
    float: 32,
    sameStart: true,
    async train(start, epochs) {
      let [parameters, moving] = model.start(starts[start])
      let state = optimizer.start(parameters)
      const seconds = await secondsOf(async () => {
        for (let epoch = 0; epoch < epochs; epoch++) {
          for (const [samples, targets] of batches) {
            ;[parameters, state, moving] = step(parameters, state, moving, samples.ref, targets.ref)
            // Without it the operations that wait become more and more, and each step slower than the last one.
            await blockUntilReady(parameters)
          }
          await model.validate?.(parameters)
        }
      })
      tree.dispose(state)
      return { seconds, ...(await model.result(parameters, moving, epochs)) }
    },
  }
})
