/** A plain training (plain-training.ts) by every path of the library, on several threads: the same bits. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type LayerOption, Network, type OptimizerOption } from 'lockstep-nn'
import { chooseBackend } from '#lib/backend/choose.js'
import { freshState, trainingPlan } from '#lib/backend/plan.js'
import { lossRegistry, optimizerRegistry } from '#lib/checks/registry.js'
import type { MemberPlans, TrainingPlan } from '#lib/kernels/plan.js'
import { sameBits } from './bits.js'
import { paths } from './paths.js'
import { FIXED, type PlainLayer, type PlainTraining, plainTraining } from './plain-training.js'
import { fillReal } from './values.js'

export const NONE = new Float64Array(0)

/** A training with no more than it must have. */
export const PLAIN: PlainTraining = {
  layers: [
    { units: 5, relu: true, l1: 0, l2: 0, trainable: true },
    { units: 3, relu: false, l1: 0, l2: 0, trainable: true },
  ],
  rows: 11,
  inputs: 4,
  firstEpoch: 0,
  epochs: 3,
  batchSize: 4,
  lastBatch: 'keep',
  seed: 7,
  optimizer: 'sgd',
  learningRate: 0.05,
  weightDecay: 0,
  clipValue: 0,
  clipNorm: 0,
  globalClipNorm: 0,
  sampleWeight: NONE,
  rateFactors: NONE,
}

export function numbers(length: number, seed: number, most = 1): Float64Array {
  const values = new Float64Array(length)
  if (length > 0) fillReal(values, { style: 'sensible', seed, odd: [] })
  return values.map((value) => value * most)
}

export const layerOf = ({ units, relu, ...own }: PlainLayer): LayerOption => ({
  units,
  activation: relu ? 'relu' : 'linear',
  ...own,
})

export function optimizerOf({ optimizer, ...all }: PlainTraining): OptimizerOption {
  const { learningRate, weightDecay, clipValue, clipNorm, globalClipNorm } = all
  const common = { learningRate, weightDecay, clipValue, clipNorm, globalClipNorm }
  const { momentum, ...ofAdam } = FIXED
  if (optimizer === 'adam') return { name: 'adam', ...common, ...ofAdam }
  return { name: 'sgd', ...common, ...(optimizer === 'momentum' ? { momentum } : {}) }
}

export interface PlainData {
  readonly start: Float64Array
  readonly x: Float64Array
  readonly y: Float64Array
}

export function dataFor({ layers, inputs, rows }: PlainTraining): PlainData {
  const count = layers.reduce((sum, { units }, l) => sum + ((l === 0 ? inputs : layers[l - 1].units) + 1) * units, 0)
  return {
    start: numbers(count, 1, 0.4),
    x: numbers(rows * inputs, 2),
    y: numbers(rows * layers[layers.length - 1].units, 3),
  }
}

/** The members of a training of one network. */
export const oneMember = ({ seedLow, seedHigh, optimizerOptions }: TrainingPlan): MemberPlans => ({
  count: 1,
  seeds: Int32Array.of(seedLow, seedHigh),
  optimizerOptions,
})

/** The same training by a path of the library. */
export function trainedBy(path: string, threads: number, training: PlainTraining, { start, x, y }: PlainData) {
  const { layers, inputs, rows, firstEpoch, epochs, batchSize, lastBatch, seed, sampleWeight, rateFactors } = training
  const { plan: network } = new Network({ inputs, layers: layers.map(layerOf), parameters: start.slice() })
  const loss = lossRegistry.choose('halfSquaredError', 'loss')
  const optimizer = optimizerRegistry.choose(optimizerOf(training), 'optimizer')
  const schedule = { rows, firstEpoch, epochs, batchSize, lastBatch, shuffle: seed !== null, seed: seed ?? 0 }
  const plan = trainingPlan(network, loss, optimizer, schedule)
  const { backend } = chooseBackend(path)
  const [parameters, state, history] = [start.slice(), freshState(optimizer, start.length), new Float64Array(epochs)]
  const workspace = new Float64Array(backend.trainingWorkspace(plan, 1, threads)).fill(Number.NaN)
  const arrays = { parameters, state, workspace, x, y, sampleWeight, rateFactors, history }
  const [outcome] = backend.train({ plan, members: oneMember(plan), threads, arrays })
  assert.deepEqual(outcome, { epochs, status: 0, parameter: -1 })
  return { parameters, losses: history, state }
}

export function agrees(training: PlainTraining, data = dataFor(training)): void {
  const expected = plainTraining(training, data.start, data.x, data.y)
  // How a training ends that leaves the finite numbers is the matter of other tests.
  fc.pre([...expected.losses, ...expected.parameters].every(Number.isFinite))
  for (const path of paths) {
    for (const threads of path === 'typescript' ? [1] : [1, 2, 3]) {
      const actual = trainedBy(path, threads, training, data)
      const where = `${path} on ${threads}: ${JSON.stringify(training)}`
      sameBits(actual.losses, expected.losses, `losses, ${where}`)
      sameBits(actual.parameters, expected.parameters, `parameters, ${where}`)
      sameBits(actual.state, expected.state, `state, ${where}`)
    }
  }
}
