/** A worker thread that predicts single rows again and again, and posts the last outputs of each of its networks. */
import { parentPort, workerData } from 'node:worker_threads'
import { predictSingleRows } from './single-rows.js'

parentPort?.postMessage(predictSingleRows(workerData as number))
