/** Trainer: fits a network to samples and targets, and evaluates it. */
import { type ChosenBackend, chooseBackend, type TrainingArrays } from './backend.js'
import { checkTargets, heldStill, type Matrix, matrix, type Rows } from './data.js'
import { DivergenceError, wrongSize, wrongType, wrongValue } from './errors.js'
import type { Loss } from './kernels/losses.js'
import type { Optimizer } from './kernels/optimizers.js'
import { DONE, LOSS_NOT_FINITE, type TrainingOutcome, type TrainingPlan } from './kernels/plan.js'
import { Network } from './network.js'
import { evaluationPlan, freshState, trainingPlan } from './plan.js'
import {
  activationRegistry,
  type Chosen,
  type LossName,
  lossRegistry,
  type OptimizerOption,
  optimizerRegistry,
} from './registry.js'
import { apart, boolean, integer, optionsObject, seed } from './validate.js'

export interface TrainerOptions {
  /**
   * `halfSquaredError`, `meanSquaredError`, `binaryCrossentropy` (after a sigmoid layer) or `categoricalCrossentropy` (after
   * a softmax layer).
   */
  loss: LossName
  /** A name, or a name with options: `{ name: 'sgd', learningRate: 0.1, momentum: 0.9 }`. */
  optimizer: OptimizerOption
  /**
   * `auto`, `native`, `native/avx512`, …, or `typescript`. All give the same bits. `auto` takes the best that runs, or what
   * LOCKSTEP_BACKEND names; any other value throws where it cannot run. Default `auto`.
   */
  backend?: string
  /** How many threads a training uses: 1 so far, which `auto` means too. Default 1. */
  threads?: 1 | 'auto'
}

export interface FitOptions {
  /** How often every sample is seen. Default 1. */
  epochs?: number
  /** How many samples a step averages over; the last batch of an epoch may be smaller. Default 32. */
  batchSize?: number
  /** Whether each epoch visits the samples in a new order. Default true. */
  shuffle?: boolean
  /** For the shuffles: an integer from 0 to 2^53 - 1. The same seed gives the same orders. Default 0. */
  seed?: number
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

/** A checked call of `fit`: the plan, and the arrays it runs on. */
interface Job {
  readonly plan: TrainingPlan
  readonly arrays: TrainingArrays
}

const MOST_EPOCHS = 2 ** 31 - 1
const MOST_ROWS = 2 ** 31 - 1

/** Fits one network. `fit` works beside the event loop, `fitSync` blocks it; both give the same bits. */
export class Trainer {
  readonly network: Network
  /** The optimizer's vectors and scalars after the last `fit`, or before the first: [slots × parameters, scalars]. */
  optimizerState: Float64Array
  private readonly loss: Chosen<Loss>
  private readonly optimizer: Chosen<Optimizer>
  private readonly chosen: ChosenBackend

  /**
   * @throws TypeError for an argument of a wrong kind or an unknown option
   * @throws RangeError for a wrong value, or a loss that does not go with the last activation
   * @throws Error where a forced backend cannot run
   */
  constructor(network: Network, options: TrainerOptions) {
    if (!(network instanceof Network)) throw wrongType('a Network', 'network', network)
    const known = ['loss', 'optimizer', 'backend', 'threads']
    const given = optionsObject(options, 'the trainer options', known)
    this.network = network
    this.loss = lossRegistry.choose(given.loss, 'loss')
    checkFusion(this.loss, network)
    this.optimizer = optimizerRegistry.choose(given.optimizer, 'optimizer')
    checkThreads(given.threads)
    this.chosen = chooseBackend(given.backend)
    this.optimizerState = freshState(this.optimizer, network.parameterCount)
  }

  /** The path in use, and why it was chosen. */
  get backend(): { readonly name: string; readonly reason: string } {
    return { name: this.chosen.backend.name, reason: this.chosen.reason }
  }

  /**
   * Trains off the main thread (in the TypeScript path: in turns of about 10 ms), and then writes to the network. Samples and
   * targets are used in place where they lie in shared memory, else copied, as their buffers could be taken away meanwhile.
   * The optimizer starts afresh; the parameters go on from where they are.
   * @param x samples: row-major [rows × inputs], or an array of rows
   * @param y targets: row-major [rows × outputs], or an array of rows
   * @throws as `fitSync`, as a rejection
   */
  async fit(x: Rows, y: Rows, options: FitOptions = {}): Promise<History> {
    const { plan, arrays } = this.prepare(x, y, options, true)
    const { network } = this
    claim(network)
    try {
      const outcome = await this.chosen.backend.trainAsync(plan, arrays)
      network.attachedParameters().set(arrays.parameters)
      return this.finish(plan, arrays, outcome)
    } finally {
      training.delete(network)
    }
  }

  /**
   * Trains at once and in place, blocking like the `Sync` functions of node:fs.
   * @throws TypeError or RangeError for arguments that do not fit, before any work
   * @throws DivergenceError where a loss or a parameter is no longer finite; the parameters from before that epoch are kept
   */
  fitSync(x: Rows, y: Rows, options: FitOptions = {}): History {
    const { plan, arrays } = this.prepare(x, y, options, false)
    claim(this.network)
    try {
      return this.finish(plan, arrays, this.chosen.backend.train(plan, arrays))
    } finally {
      training.delete(this.network)
    }
  }

  /**
   * The loss over samples and targets, without training: the mean over samples (and outputs, as the loss defines it).
   * @throws TypeError or RangeError for arguments that do not fit
   */
  evaluate(x: Rows, y: Rows): { loss: number } {
    const { samples, targets } = this.data(x, y)
    const plan = evaluationPlan(this.network.plan, this.loss, samples.rows)
    const { backend } = this.chosen
    const workspace = new Float64Array(backend.evaluationWorkspace(plan))
    const parameters = this.network.attachedParameters()
    return { loss: backend.evaluate(plan, parameters, samples.values, targets.values, workspace) }
  }

  private data(x: Rows, y: Rows): { samples: Matrix; targets: Matrix } {
    const { inputs, outputs } = this.network
    const samples = matrix(x, 'x', inputs, 'the inputs of the network')
    const targets = matrix(y, 'y', outputs, 'the units of the last layer')
    if (samples.rows > MOST_ROWS) throw wrongSize(`at most ${MOST_ROWS} rows`, 'x', `${samples.rows}`)
    if (targets.rows !== samples.rows) {
      throw wrongSize(`${samples.rows} rows, as many as x has,`, 'y', `${targets.rows}`)
    }
    checkTargets(targets, outputs, this.loss.entry.targets, this.loss.name)
    return { samples, targets }
  }

  /** `held`: whether other code runs during the training, so that it needs arrays of its own. */
  private prepare(x: Rows, y: Rows, options: FitOptions, held: boolean): Job {
    const given = optionsObject(options, 'the options of fit', ['epochs', 'batchSize', 'shuffle', 'seed'])
    const epochs = given.epochs === undefined ? 1 : integer(given.epochs, 'epochs', 1, MOST_EPOCHS)
    const batchSize = given.batchSize === undefined ? 32 : integer(given.batchSize, 'batchSize', 1, MOST_ROWS)
    const shuffle = given.shuffle === undefined ? true : boolean(given.shuffle, 'shuffle')
    const schedule = { epochs, batchSize, shuffle, seed: given.seed === undefined ? 0 : seed(given.seed, 'seed') }
    const { samples, targets } = this.data(x, y)
    const current = this.network.attachedParameters()
    if (!held) {
      apart(current, 'network.parameters', samples.values, 'x')
      apart(current, 'network.parameters', targets.values, 'y')
    }
    const plan = trainingPlan(this.network.plan, this.loss, this.optimizer, { ...schedule, rows: samples.rows })
    const arrays = {
      parameters: held ? current.slice() : current,
      state: freshState(this.optimizer, current.length),
      workspace: new Float64Array(this.chosen.backend.trainingWorkspace(plan)),
      x: held ? heldStill(samples) : samples.values,
      y: held ? heldStill(targets) : targets.values,
      history: new Float64Array(epochs),
    }
    return { plan, arrays }
  }

  private finish(plan: TrainingPlan, { state, history }: TrainingArrays, outcome: TrainingOutcome): History {
    this.optimizerState = state
    if (outcome.status !== DONE) throw this.divergence(plan, history, outcome)
    return { loss: history, epochs: outcome.epochs, backend: this.chosen.backend.name }
  }

  private divergence(plan: TrainingPlan, history: Float64Array, outcome: TrainingOutcome): DivergenceError {
    const { epochs: epoch, status, parameter } = outcome
    const layer = plan.layers.findLastIndex(({ weights }) => weights <= parameter)
    const where =
      parameter < 0
        ? ''
        : `the ${parameter < plan.layers[layer].bias ? 'weights' : 'bias'} of layer ${layer} left the finite numbers`
    const what =
      status === LOSS_NOT_FINITE ? `the loss was ${history[epoch]}${where === '' ? '' : ` and ${where}`}` : where
    return new DivergenceError(
      `Training diverged in epoch ${epoch}: ${what}. The parameters from before that epoch are kept. ` +
        `Try a learningRate below ${plan.optimizerOptions[0]}, or samples and targets scaled to about 1.`,
      epoch,
      history.slice(0, epoch),
    )
  }
}

const training = new WeakSet<Network>()

/** One training at a time: a second one would write over the first one's result. */
function claim(network: Network): void {
  if (training.has(network)) {
    throw new Error('This network is being trained already. Await the first fit, or train a second network.')
  }
  training.add(network)
}

/** A fused loss takes the derivative of its activation in. */
function checkFusion({ name, entry }: Chosen<Loss>, network: Network): void {
  const last = network.plan.layers[network.plan.layers.length - 1]
  const { name: activation } = activationRegistry.at(last.activation)
  if (entry.fusedWith !== null && activation !== entry.fusedWith) {
    throw wrongValue(
      `a loss for a last layer with ${activation}`,
      'loss',
      name,
      `It needs activation: '${entry.fusedWith}' on the last layer.`,
    )
  }
}

function checkThreads(threads: unknown): void {
  if (threads === undefined || threads === 1 || threads === 'auto') return
  throw (typeof threads === 'number' ? wrongValue : wrongType)("1 or 'auto'", 'threads', threads)
}
