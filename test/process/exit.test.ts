/** Processes and worker threads that end while a training runs, and several of them at once. */
import assert from 'node:assert/strict'
import { Worker } from 'node:worker_threads'
import { script } from '../support/child.js'
import { someOf } from '../support/drawn.js'
import { newTrainer, task, WIDE_HIDDEN } from '../support/learning.js'
import { implementations, nativePaths } from '../support/paths.js'
import type { WorkerTask } from '../support/training-worker.js'

const TRAINING_WORKER = new URL('../support/training-worker.js', import.meta.url)

// Far longer than the exit takes on a busy machine, and far shorter than the training.
const PROMPT = 20_000

const all = [
  ...implementations.map((backend) => [backend, 1] as const),
  ...nativePaths.slice(0, 1).map((best) => [best, 3] as const),
]
const batches = [32, 20_000]

/** Runs a script that prints the time before it ends, and returns how long the exit took. */
function endOf(source: string, expectedStatus = 0): number {
  const { status, signal, stdout, stderr } = script(source, { timeout: 40_000 })
  assert.deepEqual([status, signal], [expectedStatus, null], stderr)
  return Date.now() - Number(stdout)
}

const nameOf = (backend: string, threads: number): string =>
  threads === 1 ? backend : `${threads} threads of ${backend}`

describe('the end of a process', () => {
  const inBatches = all.flatMap(([backend, threads]) => batches.map((batchSize) => ({ backend, threads, batchSize })))
  const fits = inBatches.flatMap((one) => [1, 9].map((count) => ({ ...one, count })))

  for (const { backend, threads, batchSize, count } of someOf(fits)) {
    it(`does not wait for ${count} fit on ${nameOf(backend, threads)} in batches of ${batchSize}`, () => {
      const took = endOf(`
        import { longTraining } from './out/test/support/long.js'
        for (let i = 0; i < ${count}; i++) longTraining('${backend}', ${batchSize}, ${threads})
        setTimeout(() => {
          process.stdout.write(String(Date.now()))
          process.exit(0)
        }, 200)`)
      assert.ok(took < PROMPT, `${took} ms`)
    }).timeout(90_000)
  }

  for (const { backend, threads, batchSize } of someOf(inBatches)) {
    it(`and of a worker does not wait for fit on ${nameOf(backend, threads)} in batches of ${batchSize}`, () => {
      const took = endOf(`
        import { once } from 'node:events'
        import { Worker } from 'node:worker_threads'
        const workerData = { backend: '${backend}', long: true, batchSize: ${batchSize}, threads: ${threads} }
        const file = new URL('${TRAINING_WORKER}')
        const workers = Array.from({ length: 5 }, () => new Worker(file, { workerData, execArgv: [] }))
        await Promise.all(workers.map((worker) => once(worker, 'message')))
        process.stdout.write(String(Date.now()))
        await Promise.all(workers.map((worker) => worker.terminate()))`)
      assert.ok(took < PROMPT, `${took} ms`)
    }).timeout(90_000)
  }

  for (const [backend, threads] of all) {
    const where = nameOf(backend, threads)
    it(`does not wait for a worker that trains on ${where}`, () => {
      const took = endOf(`
        import { once } from 'node:events'
        import { Worker } from 'node:worker_threads'
        const workerData = { backend: '${backend}', long: true, batchSize: 32, threads: ${threads} }
        await once(new Worker(new URL('${TRAINING_WORKER}'), { workerData, execArgv: [] }), 'message')
        process.stdout.write(String(Date.now()))
        process.exit(0)`)
      assert.ok(took < PROMPT, `${took} ms`)
    }).timeout(90_000)

    it(`comes with an uncaught error during fit on ${where}`, () => {
      const took = endOf(
        `
        import { longTraining } from './out/test/support/long.js'
        longTraining('${backend}', 32, ${threads})
        setTimeout(() => {
          process.stdout.write(String(Date.now()))
          throw new Error('nobody catches this')
        }, 200)`,
        1,
      )
      assert.ok(took < PROMPT, `${took} ms`)
    }).timeout(90_000)

    it(`comes by itself after fit on ${where}`, () => {
      const took = endOf(`
        import { newTrainer, task, WIDE_HIDDEN } from './out/test/support/learning.js'
        const { x, y } = task(20)
        newTrainer({ backend: '${backend}', threads: ${threads}, hidden: WIDE_HIDDEN }).fit(x, y, { epochs: 100 }).then(() => {
          process.stdout.write(String(Date.now()))
        })`)
      assert.ok(took < PROMPT, `${took} ms`)
    }).timeout(90_000)
  }
})

describe('worker threads', () => {
  const train = (workerData: WorkerTask): Promise<string> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(TRAINING_WORKER, { workerData })
      worker.once('message', resolve)
      worker.once('error', reject)
    })

  it('train at the same time as the main thread, to the same bits', async () => {
    const { x, y } = task(20)
    const trainer = newTrainer({ backend: 'typescript', hidden: WIDE_HIDDEN })
    const digests = Promise.all(
      [...all, ...all].map(([backend, threads]) => train({ backend, long: false, batchSize: 8, threads })),
    )
    trainer.fitSync(x, y, { epochs: 200, batchSize: 8 })
    for (const digest of await digests) assert.equal(digest, trainer.network.digest())
  })
})
