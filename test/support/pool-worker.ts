/** A worker thread that trains on several threads of the pool, and reports their number before and after. */
import { parentPort, workerData } from 'node:worker_threads'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { newTrainer, task, WIDE_HIDDEN } from './learning.js'

export interface PoolAnswer {
  readonly before: number
  readonly after: number
  readonly digest: string
}

const addon = loadAddon() as Addon
const { backend, threads, endless } = workerData as { backend: string; threads: number; endless: boolean }
const before = addon.poolThreads()
const { x, y } = task(20)
const trainer = newTrainer({ backend, threads, hidden: WIDE_HIDDEN })
await trainer.fit(x, y, { epochs: 100, batchSize: 12 })
parentPort?.postMessage({ before, after: addon.poolThreads(), digest: trainer.network.digest() })
// On request, a training without end: the test terminates this worker.
if (endless) {
  parentPort?.once('message', () => {
    trainer.fit(x, y, { epochs: 2 ** 31 - 1 })
    setTimeout(() => parentPort?.postMessage('training'), 50)
  })
}
