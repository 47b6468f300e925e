/** Asynchronous `fit`: it does not block the event loop, and nothing during the training changes the result. */
import assert from 'node:assert/strict'
import { Network, Trainer } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { script } from '../support/child.js'
import { newTrainer, task } from '../support/learning.js'
import { implementations, nativePaths, wasmPaths } from '../support/paths.js'
import { detach } from '../support/wrong.js'

interface Turns {
  /** The number of iterations of the event loop. */
  readonly count: number
  /** The processor time of each iteration in milliseconds, without that of other processes. */
  readonly milliseconds: readonly number[]
}

/** Measures the iterations of the event loop until a promise has settled. */
async function turnsUntil(promise: Promise<unknown>): Promise<Turns> {
  const milliseconds: number[] = []
  let last = process.cpuUsage()
  let running = true
  const turn = (): void => {
    const { user, system } = process.cpuUsage(last)
    milliseconds.push((user + system) / 1000)
    last = process.cpuUsage()
    if (running) setImmediate(turn)
  }
  setImmediate(turn)
  await promise
  running = false
  return { count: milliseconds.length, milliseconds }
}

interface Shape {
  readonly inputs: number
  readonly units: readonly number[]
  readonly rows: number
  readonly batchSize: number
}

/** A trainer, data, and the number of epochs that take about these milliseconds. */
function lasting(backend: string, { inputs, units, rows, batchSize }: Shape, milliseconds: number) {
  const layers = units.map((count) => ({ units: count, activation: 'sigmoid' }) as const)
  const network = new Network({ inputs, layers, seed: 1 })
  const optimizer = { name: 'sgd', learningRate: 1e-3 } as const
  const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer, backend })
  const x = new Float64Array(rows * inputs).map((_, i) => ((i % 17) - 8) / 8)
  const y = new Float64Array(rows * units[units.length - 1]).map((_, i) => (i % 3) / 2)
  let epochs = 1
  for (let took = 0; ; epochs *= 2) {
    const start = performance.now()
    trainer.fitSync(x, y, { epochs, batchSize })
    took = performance.now() - start
    if (took > milliseconds / 10)
      return { trainer, x, y, fit: { epochs: Math.ceil((epochs * milliseconds) / took), batchSize } }
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

describe('the event loop during fit', () => {
  const shapes: readonly (readonly [string, Shape])[] = [
    ['a tiny network', { inputs: 2, units: [2, 1], rows: 4, batchSize: 4 }],
    ['a wide network', { inputs: 784, units: [128, 10], rows: 200, batchSize: 32 }],
    ['batches of all rows', { inputs: 20, units: [30, 1], rows: 20_000, batchSize: 20_000 }],
  ]
  for (const [title, shape] of shapes) {
    for (const backend of nativePaths.slice(0, 1)) {
      it(`is free on ${backend}: ${title}`, async function () {
        this.timeout(120_000)
        const { trainer, x, y, fit } = lasting(backend, shape, 300)
        let ticks = 0
        let count = 0
        // Where something else slowed the trial down, more epochs are needed.
        for (let took = 0; took < 200; fit.epochs *= 2) {
          ticks = 0
          const timer = setInterval(() => ticks++, 1)
          const start = performance.now()
          count = (await turnsUntil(trainer.fit(x, y, fit))).count
          took = performance.now() - start
          clearInterval(timer)
        }
        // An idle loop makes hundreds of ticks in that time, and far more iterations; a blocked one makes one or two.
        assert.ok(ticks >= 5, `${ticks} ticks of the timer`)
        assert.ok(count >= 20, `${count} turns`)
      })
    }

    for (const backend of ['typescript', ...wasmPaths]) {
      it(`runs about every 20 ms on ${backend}: ${title}`, async function () {
        this.timeout(120_000)
        const { trainer, x, y, fit } = lasting(backend, shape, 600)
        const { count, milliseconds } = await turnsUntil(trainer.fit(x, y, fit))
        const total = milliseconds.reduce((sum, value) => sum + value, 0)
        assert.ok(count >= total / 30, `${count} turns in ${total} ms`)
        assert.ok(median(milliseconds) <= 20, `half of the turns took ${median(milliseconds)} ms or more`)
      })
    }
  }
})

for (const backend of implementations) {
  describe(`fit on ${backend}`, () => {
    const options = { epochs: 400, batchSize: 8 }

    function expected(): Float64Array {
      const { x, y } = task(40)
      const trainer = newTrainer({ backend: 'typescript' })
      trainer.fitSync(x, y, options)
      return trainer.network.parameters
    }

    it('is not affected by later changes of samples and targets', async () => {
      for (const spoil of [
        (array: Float64Array) => array.fill(Number.NaN),
        (array: Float64Array) => detach(array),
        (array: Float64Array) => array.set(array.slice().reverse()),
      ]) {
        const { x, y } = task(40)
        const trainer = newTrainer({ backend })
        const promise = trainer.fit(x, y, options)
        spoil(x)
        spoil(y)
        await promise
        sameBits(trainer.network.parameters, expected(), 'parameters')
      }
    })

    it('refuses a learning rate that is set meanwhile, and is not affected', async () => {
      const { x, y } = task(40)
      const trainer = newTrainer({ backend })
      const promise = trainer.fit(x, y, options)
      assert.throws(() => {
        trainer.learningRate = 10
      }, /This network is being trained/)
      await promise
      sameBits(trainer.network.parameters, expected(), 'parameters')
    })

    it('is not affected by later changes of rows', async () => {
      const { x, y } = task(40)
      const cut = (values: Float64Array, columns: number) =>
        Array.from({ length: 40 }, (_, row) => Array.from(values.subarray(row * columns, (row + 1) * columns)))
      const [rowsX, rowsY] = [cut(x, 3), cut(y, 2)]
      const trainer = newTrainer({ backend })
      const promise = trainer.fit(rowsX, rowsY, options)
      for (const rows of [rowsX, rowsY]) {
        for (const row of rows) row.fill(Number.NaN)
        rows.length = 0
      }
      await promise
      sameBits(trainer.network.parameters, expected(), 'parameters')
    })

    it('uses samples and targets in shared memory as they are', async () => {
      const { x, y } = task(40)
      const share = (values: Float64Array) => {
        const shared = new Float64Array(new SharedArrayBuffer(values.byteLength))
        shared.set(values)
        return shared
      }
      const trainer = newTrainer({ backend })
      await trainer.fit(share(x), share(y), options)
      sameBits(trainer.network.parameters, expected(), 'parameters')
    })

    it('overwrites parameters that changed during the training', async () => {
      const { x, y } = task(40)
      const trainer = newTrainer({ backend })
      const { parameters } = trainer.network
      const before = parameters.slice()
      const promise = trainer.fit(x, y, options)
      sameBits(parameters, before, 'parameters during fit')
      parameters.fill(99)
      await promise
      sameBits(parameters, expected(), 'parameters')
    })

    it('is rejected where the parameters were transferred, and unlocks the network', async () => {
      const { x, y } = task(40)
      const trainer = newTrainer({ backend })
      const promise = trainer.fit(x, y, options)
      detach(trainer.network.parameters)
      const message =
        'Expected an attached buffer for network.parameters but received a Float64Array of length 0. ' +
        'Its ArrayBuffer was transferred.'
      await assert.rejects(promise, { name: 'TypeError', message })
      await assert.rejects(trainer.fit(x, y, options), { name: 'TypeError', message })
    })

    it('is rejected where it diverged, with the parameters of the last finite epoch', async () => {
      const { x, y } = task(40)
      const setup = { backend, hidden: [], optimizer: { name: 'sgd', learningRate: 1e3 } } as const
      const [trainer, other] = [newTrainer(setup), newTrainer({ ...setup, backend: 'typescript' })]
      const rejection = await trainer.fit(x, y, options).catch((error: unknown) => error)
      assert.throws(
        () => other.fitSync(x, y, options),
        (error: Error) => {
          assert.deepEqual(rejection, error)
          return error.name === 'DivergenceError'
        },
      )
      sameBits(trainer.network.parameters, other.network.parameters, 'parameters')
      await assert.rejects(trainer.fit(x, y, options), { name: 'DivergenceError' })
    })

    it('can run for several networks at once', async () => {
      const { x, y } = task(40)
      const trainers = Array.from({ length: 10 }, () => newTrainer({ backend }))
      await Promise.all(trainers.map((trainer) => trainer.fit(x, y, options)))
      for (const { network } of trainers) sameBits(network.parameters, expected(), 'parameters')
    })

    it('survives samples that are transferred to a worker, and garbage collection', () => {
      const source = `
        import { Worker } from 'node:worker_threads'
        import { newTrainer, task } from './out/test/support/learning.js'
        const worker = new Worker('require("node:worker_threads").parentPort.on("message", (x) => x.fill(NaN))', { eval: true, execArgv: [] })
        const { x, y } = task(40)
        const trainer = newTrainer({ backend: '${backend}' })
        const promise = trainer.fit(x, y, { epochs: 20000, batchSize: 8 })
        worker.postMessage(x, [x.buffer])
        worker.postMessage(y, [y.buffer])
        let done = false
        promise.finally(() => (done = true))
        while (!done) {
          gc()
          new Float64Array(100000).fill(NaN)
          await new Promise(setImmediate)
        }
        await worker.terminate()
        console.log(trainer.network.digest())`
      const { status, signal, stdout, stderr } = script(source, { flags: ['--expose-gc'] })
      assert.deepEqual([status, signal], [0, null], stderr)
      const { x, y } = task(40)
      const trainer = newTrainer({ backend: 'typescript' })
      trainer.fitSync(x, y, { epochs: 20_000, batchSize: 8 })
      assert.equal(stdout.trim(), trainer.network.digest())
    }).timeout(120_000)
  })
}
