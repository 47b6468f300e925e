/** A worker thread that begins many predictions, and is terminated during them. */
import { parentPort, workerData } from 'node:worker_threads'
import { longPredictions } from './long.js'

const { backend, threads } = workerData as { backend: string; threads: number }
longPredictions(backend, threads)
// By then one runs on its thread, or has predicted its first slices.
setTimeout(() => parentPort?.postMessage('predicting'), 100)
