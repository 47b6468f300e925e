/** A worker thread with more trainings than may run at once, each of which would take about a day. */
import { parentPort, workerData } from 'node:worker_threads'
import { newTrainer, task } from './learning.js'

const { backend } = workerData as { backend: string }
const { x, y } = task(20)
for (let i = 0; i < 30; i++) newTrainer({ backend }).fit(x, y, { epochs: 2 ** 31 - 1 })
setTimeout(() => parentPort?.postMessage('training'), 50)
