/** Processes and worker threads that end while predictions run. */
import assert from 'node:assert/strict'
import { script } from '../support/child.js'
import { nativePaths, wasmPaths } from '../support/paths.js'

const WORKER = new URL('../support/predicting-worker.js', import.meta.url)

// Far longer than the exit takes on a busy machine, and far shorter than the predictions.
const PROMPT = 20_000

/** Runs a script that prints the time before it ends, and checks how long the exit took. */
function endsSoon(source: string, expectedStatus = 0): void {
  const { status, signal, stdout, stderr } = script(source, { timeout: 40_000 })
  assert.deepEqual([status, signal], [expectedStatus, null], stderr)
  const took = Date.now() - Number(stdout)
  assert.ok(took < PROMPT, `${took} ms`)
}

describe('the end of a process', () => {
  const all = [
    ...['typescript', ...wasmPaths].map((backend) => [backend, 1] as const),
    ...[1, 3].map((threads) => [nativePaths[0], threads] as const),
  ]
  for (const [backend, threads] of all) {
    const where = `predictions on ${threads} threads of ${backend}`

    it(`does not wait for ${where}`, () => {
      endsSoon(`
        import { longPredictions } from './out/test/support/long.js'
        longPredictions('${backend}', ${threads})
        setTimeout(() => {
          process.stdout.write(String(Date.now()))
          process.exit(0)
        }, 200)`)
    }).timeout(60_000)

    it(`comes with an uncaught error during ${where}`, () => {
      endsSoon(
        `
        import { longPredictions } from './out/test/support/long.js'
        longPredictions('${backend}', ${threads})
        setTimeout(() => {
          process.stdout.write(String(Date.now()))
          throw new Error('nobody catches this')
        }, 200)`,
        1,
      )
    }).timeout(60_000)

    it(`and of its workers does not wait for ${where}`, () => {
      endsSoon(`
        import { once } from 'node:events'
        import { Worker } from 'node:worker_threads'
        const workerData = { backend: '${backend}', threads: ${threads} }
        const start = () => new Worker(new URL('${WORKER}'), { workerData, execArgv: [] })
        const workers = [start(), start(), start()]
        await Promise.all(workers.map((worker) => once(worker, 'message')))
        process.stdout.write(String(Date.now()))
        await Promise.all(workers.slice(1).map((worker) => worker.terminate()))
        process.exit(0)`)
    }).timeout(60_000)

    it(`comes by itself after ${where} that were aborted`, () => {
      endsSoon(`
        import { Network } from 'lockstep-nn'
        const layers = [{ units: 900, activation: 'tanh' }, { units: 900, activation: 'tanh' }, { units: 1 }]
        const network = new Network({ inputs: 50, layers, seed: 1 })
        const controller = new AbortController()
        const { signal } = controller
        const options = { backend: '${backend}', threads: ${threads}, signal }
        const x = new Float64Array(5_000_000).fill(0.25)
        const promise = network.predictAsync(x, options).then(() => 'predicted', (reason) => reason)
        setTimeout(() => controller.abort('enough'), 50)
        if ((await promise) !== 'enough') throw new Error('it was not aborted')
        process.stdout.write(String(Date.now()))`)
    }).timeout(60_000)
  }
})
