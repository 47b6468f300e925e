/** Trainings of the reference (reference-training.ts) by every backend, on several threads: the same bits. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  type InnerLayerOption,
  type LayerOption,
  type LayerParameters,
  Network,
  type OptimizerOption,
} from 'lockstep-nn'
import { chooseBackend } from '#lib/backend/choose.js'
import { freshState, trainingPlan } from '#lib/backend/plan.js'
import { lossRegistry, optimizerRegistry } from '#lib/checks/registry.js'
import { sameBits } from './bits.js'
import { fillCategories } from './case.js'
import { oneMember } from './one-member.js'
import { paths } from './paths.js'
import type { ReferenceDense, ReferenceLayer } from './reference-layers.js'
import { FIXED, type ReferenceTraining, referenceTraining } from './reference-training.js'
import { trainWith } from './train-with.js'
import { numbers } from './values.js'

export const NONE = new Float64Array(0)

/** A dense layer without options. */
export const denseOf = (units: number, relu = true): ReferenceDense => ({
  kind: 'dense',
  units,
  relu,
  l1: 0,
  l2: 0,
  trainable: true,
})

/** A training of dense layers only. */
export interface DenseTraining extends ReferenceTraining {
  readonly layers: readonly ReferenceDense[]
}

/** Numbers of rows and sizes of batches: with a smaller last batch and without, of one block and of more. */
export const BATCHES: readonly (readonly [rows: number, batchSize: number])[] = [
  [9, 4],
  [5, 2],
  [70, 70],
  [130, 67],
  [65, 64],
]

/** A training with only the required options. */
export const SIMPLE: DenseTraining = {
  layers: [denseOf(5), denseOf(3, false)],
  rows: 11,
  inputs: 4,
  firstEpoch: 0,
  epochs: 3,
  batchSize: 4,
  lastBatch: 'keep',
  shuffle: true,
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

function layerOf(layer: ReferenceLayer): LayerOption {
  if (layer.kind === 'dropout') return { type: 'dropout', rate: layer.rate }
  if (layer.kind === 'residual') return { type: 'residual', layers: layer.layers.map(layerOf) as InnerLayerOption[] }
  if (layer.kind === 'embedding') return { type: 'embedding', columns: layer.columns }
  const { kind, relu, ...own } = layer
  const activation = relu ? 'relu' : 'linear'
  if (kind !== 'layerNormalization') return { type: kind, activation, ...own } as LayerOption
  return { type: kind, activation, epsilon: layer.epsilon }
}

function optimizerOf({ optimizer, ...all }: ReferenceTraining): OptimizerOption {
  const { learningRate, weightDecay, clipValue, clipNorm, globalClipNorm } = all
  const common = { learningRate, weightDecay, clipValue, clipNorm, globalClipNorm }
  const { momentum, ...ofAdam } = FIXED
  if (optimizer === 'adam') return { name: 'adam', ...common, ...ofAdam }
  return { name: 'sgd', ...common, ...(optimizer === 'momentum' ? { momentum } : {}) }
}

export interface ReferenceData {
  readonly start: Float64Array
  readonly x: Float64Array
  readonly y: Float64Array
}

function raiseVariances({ movingVariance, layers = [] }: LayerParameters): void {
  movingVariance?.set(movingVariance.map((value) => 1 + value))
  for (const one of layers) raiseVariances(one)
}

/** Parameters, samples and targets for a training. */
export function dataFor({ layers, inputs, rows }: ReferenceTraining): ReferenceData {
  const network = new Network({ inputs, layers: layers.map(layerOf) })
  const start = numbers(network.parameterCount, 1, 0.4)
  const { parameters } = network
  parameters.set(start)
  for (const l of layers.keys()) raiseVariances(network.getLayer(l))
  const x = numbers(rows * inputs, 2)
  fillCategories(x, inputs, network.layers, 4)
  return { start: parameters, x, y: numbers(rows * network.outputs, 3) }
}

/** The same training by a backend of the library. */
export function trainedBy(path: string, threads: number, training: ReferenceTraining, { start, x, y }: ReferenceData) {
  const { layers, inputs, rows, firstEpoch, epochs, batchSize, lastBatch, shuffle, seed } = training
  const { sampleWeight, rateFactors } = training
  const network = new Network({ inputs, layers: layers.map(layerOf), parameters: start.slice() })
  const loss = lossRegistry.choose('halfSquaredError', 'loss')
  const optimizer = optimizerRegistry.choose(optimizerOf(training), 'optimizer')
  const schedule = { rows, firstEpoch, epochs, batchSize, lastBatch, shuffle, seed }
  const plan = trainingPlan(network.plan, loss, optimizer, schedule)
  const { backend } = chooseBackend(path)
  const [parameters, state, history] = [
    network.parameters,
    freshState(optimizer, start.length),
    new Float64Array(epochs),
  ]
  const shape = { plan, members: oneMember(plan), threads, watch: null }
  const workspace = new Float64Array(backend.sessionWorkspace(shape)).fill(Number.NaN)
  const arrays = { parameters, state, workspace, x, y, sampleWeight, rateFactors, series: history }
  const [outcome] = trainWith(backend, shape, arrays)
  assert.deepEqual(outcome, { epochs, status: 0, parameter: -1 })
  return { parameters, losses: history, state, predictions: network.predict(x, { backend: path }) }
}

/** Fails unless every backend ends in the bits of the reference. */
export function sameAsReference(training: ReferenceTraining, data = dataFor(training)): void {
  const expected = referenceTraining(training, data.start, data.x, data.y)
  // Other tests cover trainings that diverge.
  fc.pre([...expected.losses, ...expected.parameters].every(Number.isFinite))
  for (const path of paths) {
    for (const threads of path === 'typescript' ? [1] : [1, 2, 3]) {
      const actual = trainedBy(path, threads, training, data)
      const where = `${path} on ${threads}: ${JSON.stringify(training)}`
      for (const what of ['losses', 'parameters', 'state', 'predictions'] as const) {
        sameBits(actual[what], expected[what], `${what}, ${where}`)
      }
    }
  }
}
