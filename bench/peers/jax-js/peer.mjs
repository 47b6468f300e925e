// jax-js on its WebAssembly backend, float32: a step of the optimizer is one function under `jit`. A function consumes the arrays
// that it gets: `.ref` keeps one.
import { layersOf, secondsOf, serve, versionOf } from '../../../out/bench/peers/serve.js'

// The package reads both where it starts, and Node 20 has neither.
globalThis.navigator ??= {}
globalThis.Float16Array ??= class {}
const { blockUntilReady, defaultDevice, init, jit, nn, numpy: np, tree, valueAndGrad } = await import('@jax-js/jax')

const activations = {
  linear: (z) => z,
  relu: nn.relu,
  sigmoid: nn.sigmoid,
  tanh: np.tanh,
}

const array = (values, shape) => np.array(Float32Array.from(values)).reshape(shape)

await serve(async ({ inputs, outputs, rows, batchSize, x, y, starts, ...workload }) => {
  if (!(await init('wasm')).includes('wasm')) throw new Error('the backend wasm did not start')
  defaultDevice('wasm')

  /** The last z: softmax and its loss are one function of it. */
  function forward({ weights, biases }, samples) {
    return workload.layers.reduce((a, { activation }, l) => {
      const z = np.matmul(a, weights[l]).add(biases[l])
      return activation === 'softmax' ? z : activations[activation](z)
    }, samples)
  }

  function lossOf(parameters, samples, targets) {
    const last = forward(parameters, samples)
    if (workload.loss === 'halfSquaredError') return np.square(last.sub(targets)).mean().mul(0.5)
    return nn.logSoftmax(last, -1).mul(targets).sum(-1).mean().neg()
  }

  /** The parameters and the optimizer's state after one step, and the loss before it. */
  const step = jit((parameters, state, samples, targets) => {
    const [loss, gradients] = valueAndGrad(lossOf)(tree.ref(parameters), samples, targets)
    const { name, learningRate: rate, beta1, beta2, epsilon } = workload.optimizer
    if (name !== 'adam') return [tree.map((p, g) => p.sub(g.mul(rate)), parameters, gradients), state, loss]
    const { mean, square, powers } = state
    const next = [powers[0].mul(beta1), powers[1].mul(beta2)]
    const means = tree.map((m, g) => m.mul(beta1).add(g.mul(1 - beta1)), mean, tree.ref(gradients))
    const squares = tree.map((s, g) => s.mul(beta2).add(np.square(g).mul(1 - beta2)), square, gradients)
    const [one, other] = next.map((power) => np.subtract(1, power.ref))
    const update = (p, m, s) =>
      p.sub(
        m
          .div(one.ref)
          .div(np.sqrt(s.div(other.ref)).add(epsilon))
          .mul(rate),
      )
    const updated = tree.map(update, parameters, tree.ref(means), tree.ref(squares))
    one.dispose()
    other.dispose()
    return [updated, { mean: means, square: squares, powers: next }, loss]
  })

  const batches = []
  for (let row = 0; row < rows; row += batchSize) {
    const count = Math.min(batchSize, rows - row)
    const part = (values, columns) => array(values.subarray(row * columns, (row + count) * columns), [count, columns])
    batches.push([part(x, inputs), part(y, outputs)])
  }

  function startOf(start) {
    const layers = layersOf({ ...workload, inputs }, starts[start])
    const parameters = {
      weights: layers.map(({ inputs: rows, units, weights }) => array(weights, [rows, units])),
      biases: layers.map(({ units, bias }) => array(bias, [units])),
    }
    const zeros = () => tree.map((p) => np.zerosLike(p), tree.ref(parameters))
    const powers = () => [np.array(1), np.array(1)]
    return [parameters, workload.optimizer.name === 'adam' ? { mean: zeros(), square: zeros(), powers: powers() } : {}]
  }

  return {
    version: versionOf('@jax-js/jax', import.meta.url),
    float: 32,
    sameStart: true,
    async train(start, epochs) {
      let [parameters, state] = startOf(start)
      const seconds = await secondsOf(async () => {
        for (let epoch = 0; epoch < epochs; epoch++) {
          for (const [samples, targets] of batches) {
            const [next, nextState, loss] = step(parameters, state, samples.ref, targets.ref)
            loss.dispose()
            // Without it the operations that wait become more and more, and each step slower than the last one.
            await blockUntilReady(next)
            parameters = next
            state = nextState
          }
        }
      })
      const last = forward(parameters, array(x, [rows, inputs]))
      tree.dispose(state)
      const a = workload.loss === 'halfSquaredError' ? last : nn.softmax(last, -1)
      return { seconds, predictions: Float64Array.from(await a.data()) }
    },
  }
})
