/** Runs a fit with checkpoints after each epoch and at moments within it. Prints what it leaves. */
import { writeSync } from 'node:fs'
import process from 'node:process'
import { argumentsOf, type FitCase, outcomeOf, trainerOf, type Way } from './fit-cases.js'

const [given, path, way, isAsync] = process.argv.slice(2)
const fitCase = JSON.parse(given) as FitCase
const trainer = trainerOf(fitCase, JSON.parse(way) as Way)
const [x, y, options] = argumentsOf(fitCase)
const all = { ...options, checkpoint: { path, everyEpochs: 1, everySeconds: 1e-4, keep: 2 } }
writeSync(1, 'begun\n')
const result = isAsync === 'true' ? await trainer.fit(x, y, all) : trainer.fitSync(x, y, all)
writeSync(1, outcomeOf(trainer, result))
