/** A case as a backend gets it: the plan, and the arrays it runs on. */

import { chooseBackend } from '#lib/backend/choose.js'
import { freshState, trainingPlan } from '#lib/backend/plan.js'
import { lossRegistry, optimizerRegistry } from '#lib/checks/registry.js'
import { labelsFor, targetsFor } from '#lib/checks/rows.js'
import { optionOf } from '#lib/kernels/option-table.js'
import { sameBits, sameNumber } from './bits.js'
import { type Case, dataOf, factorsOf, outputsOf, weightsOf } from './case.js'
import { Guarded, type Results } from './guarded.js'
import { oneMember } from './one-member.js'
import { networkOf } from './run.js'
import { trainWith } from './train-with.js'

export type TrainingPlan = ReturnType<typeof trainingPlan>

export interface Job {
  readonly plan: TrainingPlan
  readonly parameters: Float64Array
  readonly state: Float64Array
  readonly x: Float64Array
  readonly y: Float64Array
  /** [rows], or of length 0 */
  readonly sampleWeight: Float64Array
  /** [steps], or of length 0 */
  readonly rateFactors: Float64Array
}

export function jobOf(drawn: Case): Job {
  const network = networkOf(drawn)
  const loss = lossRegistry.choose(drawn.loss, 'loss')
  const optimizer = optimizerRegistry.choose(drawn.optimizer, 'optimizer')
  const { epochs, batchSize, lastBatch, shuffle, seed } = drawn.fit
  const { x, y } = dataOf(drawn)
  const labels = labelsFor(y, 'y', outputsOf(drawn), 'the units of the last layer', loss)
  const targets = targetsFor(labels, outputsOf(drawn), loss, optionOf(loss.entry, loss.options, 'labelSmoothing') ?? 0)
  const firstEpoch = drawn.firstEpoch ?? 0
  const schedule = { rows: drawn.rows, firstEpoch, epochs, batchSize, lastBatch, shuffle, seed }
  const plan = trainingPlan(network.plan, loss, optimizer, schedule)
  return {
    plan,
    parameters: network.parameters,
    state: freshState(optimizer, network.parameterCount),
    x,
    y: targets.values,
    sampleWeight: weightsOf(drawn),
    rateFactors: factorsOf(drawn, epochs * plan.stepsPerEpoch),
  }
}

export interface Surroundings {
  /** The value of every byte of the workspace before. */
  readonly byte: number
  /** The values around every array. */
  readonly guard: number
  /** The offset of every array from an even index. */
  readonly offset: number
  /** How many threads train at most. */
  readonly threads: number
}

/** Copies of the arrays that a training of a job reads or changes, but for its workspace and history. */
export const guardedArrays = (guarded: Guarded, job: Job) => ({
  parameters: guarded.of(job.parameters, 'parameters'),
  state: guarded.of(job.state, 'state'),
  x: guarded.of(job.x, 'x'),
  y: guarded.of(job.y, 'y'),
  sampleWeight: guarded.of(job.sampleWeight, 'sampleWeight'),
  rateFactors: guarded.of(job.rateFactors, 'rateFactors'),
})

const NO_OUTPUT = new Float64Array(0)

/** Predicts, evaluates and trains on copies of a job's arrays, and checks the values around them. */
export function runGuarded(job: Job, path: string, { byte, guard, offset, threads }: Surroundings): Results {
  const { backend } = chooseBackend(path)
  const { plan } = job
  const guarded = new Guarded(guard, offset)
  const { parameters, state, x, y, sampleWeight, rateFactors } = guardedArrays(guarded, job)
  const history = guarded.bytes(plan.epochs, 0, 'history')
  const output = guarded.bytes(plan.rows * plan.outputs, byte, 'output')
  backend.predictor(plan)(parameters, x, output)
  const forEvaluation = guarded.bytes(backend.evaluationWorkspace(plan), byte, 'workspace of evaluate')
  const evaluatedOutput = guarded.bytes(plan.rows * plan.outputs, byte, 'output of evaluate')
  const evaluated = backend.evaluate(plan, parameters, x, y, sampleWeight, evaluatedOutput, forEvaluation)
  sameBits(evaluatedOutput, output, `${path}: the predictions of evaluate`)
  const without = backend.evaluate(plan, parameters, x, y, sampleWeight, NO_OUTPUT, forEvaluation)
  sameNumber(without, evaluated, `${path}: evaluate without predictions`)
  const shape = { plan, members: oneMember(plan), threads, watch: null }
  const workspace = guarded.bytes(backend.sessionWorkspace(shape), byte, 'workspace of a session')
  const arrays = { parameters, state, workspace, x, y, sampleWeight, rateFactors, series: history }
  // One of the two surroundings cuts the training into pieces.
  const [outcome] = trainWith(backend, shape, arrays, byte !== 0)
  guarded.check(path)
  return {
    output,
    evaluated: Float64Array.of(evaluated),
    outcome: Float64Array.of(outcome.epochs, outcome.status, outcome.parameter),
    history,
    parameters,
    state,
    x,
    y,
  }
}
