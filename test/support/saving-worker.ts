/** Saves a model to one path repeatedly, as other workers do; posts the number of successes. */
import { parentPort, workerData } from 'node:worker_threads'
import { Model } from 'lockstep-nn/data'
import { handmade } from './pets.js'

const { path, rows, times } = workerData as { path: string; rows: number; times: number }
const model = new Model(handmade({ training: { rows } }))
let saved = 0
for (let i = 0; i < times; i++) {
  await model.save(path)
  saved++
}
parentPort?.postMessage(saved)
