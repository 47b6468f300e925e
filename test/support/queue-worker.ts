/** A worker thread with more trainings than may run at once, each of which would take many minutes. */
import { parentPort, workerData } from 'node:worker_threads'
import { newTrainer, task, WIDE_HIDDEN } from './learning.js'

const { backend } = workerData as { backend: string }
const { x, y } = task(20)
for (let i = 0; i < 30; i++) {
  newTrainer({ backend, hidden: WIDE_HIDDEN }).fit(x, y, { epochs: 10_000_000, batchSize: 1 })
}
setTimeout(() => parentPort?.postMessage('training'), 50)
