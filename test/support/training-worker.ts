/** A worker thread that trains: to the end, and posts the digest, or until it is terminated. */
import { parentPort, workerData } from 'node:worker_threads'
import { newTrainer, task, WIDE_HIDDEN } from './learning.js'
import { longEnsemble, longTraining } from './long.js'

export interface WorkerTask {
  readonly backend: string
  readonly long: boolean
  readonly batchSize: number
  /** How many networks train together; one by itself where nothing is given. */
  readonly members?: number
  readonly threads?: number
}

const { backend, long, batchSize, members, threads = 1 } = workerData as WorkerTask
if (long) {
  if (members === undefined) longTraining(backend, batchSize, threads)
  else longEnsemble(backend, members, 3)
  // By then it runs on its thread, or has trained its first slices.
  setTimeout(() => parentPort?.postMessage('training'), 100)
} else {
  const { x, y } = task(20)
  const trainer = newTrainer({ backend, threads, hidden: WIDE_HIDDEN })
  await trainer.fit(x, y, { epochs: 200, batchSize })
  parentPort?.postMessage(trainer.network.digest())
}
