/** One call of `fit`, between the trainer and a backend: its options checked, its arrays made, its outcome told. */
import { availableParallelism } from 'node:os'
import type { Backend, TrainingArrays } from './backend.js'
import { heldStill, type Matrix } from './data.js'
import { DivergenceError, wrongSize, wrongType } from './errors.js'
import type { Loss } from './kernels/losses.js'
import type { Optimizer } from './kernels/optimizers.js'
import {
  DONE,
  LOSS_NOT_FINITE,
  type MemberPlans,
  type NetworkPlan,
  type TrainingOutcome,
  type TrainingPlan,
} from './kernels/plan.js'
import { freshState, seedWords, trainingPlan } from './plan.js'
import type { Chosen } from './registry.js'
import { apart, boolean, integer, optionsObject, seed } from './validate.js'

export interface FitOptions {
  /** How often every sample is seen. Default 1. */
  epochs?: number
  /** How many samples a step averages over; the last batch of an epoch may be smaller. Default 32. */
  batchSize?: number
  /** Whether each epoch visits the samples in a new order. Default true. */
  shuffle?: boolean
  /**
   * For the shuffles: an integer from 0 to 2^53 - 1. The same seed gives the same orders. For an ensemble also an array with
   * a seed for each member. Default 0.
   */
  seed?: number | readonly number[]
}

/** What a training reports. */
export interface History {
  /** The loss of each epoch: the mean over its samples, each taken before the step of its batch. */
  readonly loss: Float64Array
  /** How many epochs were trained. */
  readonly epochs: number
  /** The path that ran. */
  readonly backend: string
}

/** What the training of an ensemble reports: for each member its history, or the error with which it alone stopped. */
export interface EnsembleHistory {
  readonly members: readonly (History | DivergenceError)[]
  /** The path that ran. */
  readonly backend: string
}

/** What is trained: a network, or the members of an ensemble. */
export interface Subject {
  readonly plan: NetworkPlan
  /** As error messages call them. */
  readonly name: 'network' | 'ensemble'
  /** One for each member. */
  readonly optimizers: readonly Chosen<Optimizer>[]
  readonly loss: Chosen<Loss>
  /** How many a training may use; `auto`: as many as there are processors, where it gains from them. */
  readonly threads: number | 'auto'
}

/** A checked call of `fit`: the plan, what the members differ in, and the arrays it runs on. */
export interface Job {
  readonly plan: TrainingPlan
  readonly threads: number
  readonly members: MemberPlans
  readonly arrays: TrainingArrays
}

const NONE = new Float64Array(0)

/** The most threads of one training. */
export const MOST_THREADS = 1024

/** The most rows, epochs, or samples in a batch. */
export const MOST_ROWS = 2 ** 31 - 1

/**
 * @param data reads samples and targets, after the options have been checked
 * @param currentParameters reads the parameters as they are, likewise
 * @param held whether other code runs during the training, so that it needs arrays of its own
 */
export function jobFor(
  subject: Subject,
  backend: Backend,
  data: () => { samples: Matrix; targets: Matrix },
  currentParameters: () => Float64Array,
  options: FitOptions,
  held: boolean,
): Job {
  const given = optionsObject(options, 'the options of fit', ['epochs', 'batchSize', 'shuffle', 'seed'])
  const epochs = given.epochs === undefined ? 1 : integer(given.epochs, 'epochs', 1, MOST_ROWS)
  const batchSize = given.batchSize === undefined ? 32 : integer(given.batchSize, 'batchSize', 1, MOST_ROWS)
  const shuffle = given.shuffle === undefined ? true : boolean(given.shuffle, 'shuffle')
  const count = subject.optimizers.length
  const seeds = checkSeeds(given.seed === undefined ? 0 : given.seed, subject)
  const { samples, targets } = data()
  const current = currentParameters()
  if (!held) {
    apart(current, `${subject.name}.parameters`, samples.values, 'x')
    apart(current, `${subject.name}.parameters`, targets.values, 'y')
  }
  const schedule = { firstEpoch: 0, epochs, batchSize, shuffle, seed: seeds[0], rows: samples.rows }
  const plan = trainingPlan(subject.plan, subject.loss, subject.optimizers[0], schedule)
  const members: MemberPlans = {
    count,
    seeds: Int32Array.from(seeds.flatMap(seedWords)),
    optimizerOptions: Float64Array.from(subject.optimizers.flatMap(({ options }) => [...options])),
  }
  const threads = threadsFor(subject, backend, plan)
  const workspace =
    subject.name === 'network'
      ? backend.trainingWorkspace(plan, threads)
      : backend.ensembleWorkspace(plan, count, threads)
  const arrays = {
    parameters: held ? current.slice() : current,
    state: statesOf(subject),
    workspace: new Float64Array(workspace),
    x: held ? heldStill(samples) : samples.values,
    y: held ? heldStill(targets) : targets.values,
    sampleWeight: NONE,
    rateFactors: NONE,
    history: new Float64Array(count * epochs),
  }
  return { plan, threads, members, arrays }
}

function threadsFor({ threads, name }: Subject, backend: Backend, plan: TrainingPlan): number {
  if (threads !== 'auto') return threads
  const processors = Math.min(availableParallelism(), MOST_THREADS)
  return name === 'network' ? backend.usefulThreads(plan, processors) : processors
}

/** The optimizers' states before the first step, one after the other. */
export function statesOf({ optimizers, plan }: Pick<Subject, 'optimizers' | 'plan'>): Float64Array {
  const states = optimizers.map((optimizer) => freshState(optimizer, plan.parameterCount))
  const all = new Float64Array(states.length * states[0].length)
  states.forEach((state, i) => {
    all.set(state, i * state.length)
  })
  return all
}

function checkSeeds(given: unknown, { name, optimizers }: Subject): number[] {
  const count = optimizers.length
  if (!Array.isArray(given)) return new Array<number>(count).fill(seed(given, 'seed'))
  if (name === 'network') throw wrongType(`an integer from 0 to ${Number.MAX_SAFE_INTEGER}`, 'seed', given)
  if (given.length !== count) throw wrongSize(`a seed for each of ${count} members`, 'seed', `${given.length}`)
  return Array.from(given, (value: unknown, i) => seed(value, `seed[${i}]`))
}

/** A training's history, or the error with which it stopped. */
export function resultOf(
  plan: TrainingPlan,
  optimizer: Chosen<Optimizer>,
  history: Float64Array,
  outcome: TrainingOutcome,
  backend: Backend,
): History | DivergenceError {
  if (outcome.status === DONE) return { loss: history, epochs: outcome.epochs, backend: backend.name }
  const { epochs, status, parameter } = outcome
  const epoch = plan.firstEpoch + epochs
  const layer = plan.layers.findLastIndex(({ weights }) => weights <= parameter)
  const where =
    parameter < 0
      ? ''
      : `the ${parameter < plan.layers[layer].bias ? 'weights' : 'bias'} of layer ${layer} left the finite numbers`
  const what =
    status === LOSS_NOT_FINITE ? `the loss was ${history[epochs]}${where === '' ? '' : ` and ${where}`}` : where
  return new DivergenceError(
    `Training diverged in epoch ${epoch}: ${what}. The parameters from before that epoch are kept. ` +
      `Try a learningRate below ${optimizer.options[0]}, or samples and targets scaled to about 1.`,
    epoch,
    history.slice(0, epochs),
  )
}
